"""What every administrator is told: on their pages until they have read it, and by mail."""

import pytest

from tests.factories import make_person
from tests.support.mail_server import mail_server
from thulium_portal.accounts import agent_logins, mails, notices, services
from thulium_portal.accounts.agent_check import AgentCheck, LoginStatus
from thulium_portal.accounts.models import AgentProfile, User
from thulium_portal.accounts.roles import Role
from thulium_portal.accounts.services import PersonText

pytestmark = pytest.mark.django_db

LOGIN = "piotr.zielinski"


def give(person, actor, email=""):
    names = ("username", "name", "email", "role", "language", "is_active")
    text = PersonText(**{name: getattr(person, name) for name in names})
    check = AgentCheck(LoginStatus.ACTIVE, LOGIN, "Piotr", email)
    return services.change_person(person, text, check=check, actor=actor, confirmation=LOGIN)


@pytest.mark.parametrize(
    ("language", "told", "why", "read"),
    [
        ("pl", f"Login agenta „{LOGIN}” przypisano osobie Nowa Osoba (zmiana: Adam Lis).",
         "Thulium nie podaje adresu tego agenta.", "Przeczytane"),
        ("en", f"The agent login “{LOGIN}” was given to Nowa Osoba by Adam Lis.",
         "Thulium names no address for this agent.", "I have read this"),
    ],
)  # fmt: skip
def test_a_notice_stays_on_people_and_desk_until_it_is_read(
    as_adam, adam, nowy, language, told, why, read
):
    give(nowy, adam)
    User.objects.update(language=language)
    for page in ("/people/", "/"):
        text = as_adam.get(page).content.decode()
        for words in (told, why, read, 'data-notice="person.agent_login_unmatched"'):
            assert words in text
    [notice] = notices.unread_by(adam)
    answer = as_adam.post(
        f"/people/notices/{notice.pk}/read/", headers={"Referer": "http://testserver/?q=x"}
    )
    assert (answer.status_code, answer["Location"]) == (302, "/?q=x")
    for page in ("/people/", "/"):
        assert "data-notice" not in as_adam.get(page).content.decode()
    assert as_adam.post("/people/notices/999/read/")["Location"] == "/people/"


def test_nobody_else_is_told(as_ewa, as_anna, adam, nowy):
    give(nowy, adam)
    for client in (as_ewa, as_anna):
        assert "data-notice" not in client.get("/").content.decode()


def test_every_administrator_gets_a_mail_in_their_language(adam, nowy, settings, transactional_db):
    User.objects.filter(pk=adam.pk).update(email="adam@sklep.example")
    make_person("eve", role=Role.ADMINISTRATOR, email="eve@sklep.example", language="en")
    with mail_server(settings) as server:
        give(nowy, adam)
        mails.wait()
    words = {mail["To"]: mail.get_content() for mail in server.received}
    assert words.keys() == {"adam@sklep.example", "eve@sklep.example"}
    assert f"Login agenta „{LOGIN}” przypisano osobie Nowa Osoba" in words["adam@sklep.example"]
    assert f"“{LOGIN}” was given to Nowa Osoba by Adam Lis." in words["eve@sklep.example"]


def test_a_match_that_breaks_is_told(as_adam, adam, anna):
    User.objects.filter(pk=anna.pk).update(email="anna@sklep.example")
    for email in ("anna@sklep.example", "other@sklep.example"):
        profile = AgentProfile.objects.get(user=anna)
        check = AgentCheck(LoginStatus.ACTIVE, "anna.nowak", "Anna", email)
        agent_logins.keep_check(profile, check)
    page = as_adam.get("/people/").content.decode()
    assert "Adres osoby Anna Nowak i adres agenta „anna.nowak” w Thulium" in page


# Logins that are not active


@pytest.fixture
def inactive(anna):
    AgentProfile.objects.filter(user=anna).update(active_in_thulium=False)
    return anna


@pytest.mark.parametrize(
    ("language", "words"),
    [("pl", "1 login agenta jest nieaktywny w Thulium"), ("en", "1 agent login is not active")],
)
def test_administrators_see_inactive_logins_and_whose_they_are(
    as_adam, adam, inactive, ewa, language, words
):
    User.objects.update(language=language)
    for page in ("/", "/people/"):
        assert words in as_adam.get(page).content.decode()
    menu = as_adam.get("/replies/").content.decode().partition("</nav>")[0]
    assert 'class="pill pill-caution nav-count"' in menu
    listed = as_adam.get("/people/?logins=inactive").content.decode()
    assert "Anna Nowak" in listed
    assert "Ewa Kot" not in listed
    User.objects.filter(pk=inactive.pk).update(is_active=False)
    assert words not in as_adam.get("/people/").content.decode()


def test_the_person_sees_it_on_the_desk(as_anna, inactive, as_ewa, ewa, adam):
    page = as_anna.get("/").content.decode()
    assert "data-inactive-agent" in page
    assert str(adam) in page
    assert "data-inactive-agent" not in as_ewa.get("/").content.decode()
