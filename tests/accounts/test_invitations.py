"""An invitation: made, mailed or handed over, used once, and over for many reasons."""

import html
import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from tests.factories import make_person
from tests.support.mail_server import free_port, use
from thulium_portal.accounts.invitations import services as invitations
from thulium_portal.accounts.models import Invitation, User
from thulium_portal.audit.models import AuditEntry

pytestmark = pytest.mark.django_db

PASSWORD = "zielona-łąka-w-maju"
PAGE = "/accounts/invitation/"


@pytest.fixture
def piotr():
    person = make_person("piotr", name="Piotr Zieliński", email="piotr@sklep.example")
    person.set_unusable_password()
    person.save()
    return person


@pytest.fixture
def mails(settings):
    """Let mails be offered, and kept in a list."""
    settings.MAIL_OFFERED = True
    return mail.outbox


@pytest.fixture
def link(piotr, adam):
    return path_of(invitations.invite(piotr, by_mail=False, actor=adam).link)


def path_of(link):
    return "/" + link.partition("//")[2].partition("/")[2]


def link_on(page):
    (found,) = re.findall(r'value="(http[^"]+/accounts/invitation/[^"]+)"', page.content.decode())
    return path_of(found)


def choose(client, password=PASSWORD):
    return client.post(PAGE, {"password": password})


def opened(link, client=None):
    client = client or Client()
    assert client.get(link)["Location"] == PAGE
    return client


@pytest.mark.parametrize(("way", "offered"), [("mail", True), ("link", True), ("link", False)])
def test_an_administrator_adds_somebody_without_typing_a_password(
    as_adam, thulium, fields, told, settings, mails, way, offered
):
    settings.MAIL_OFFERED = offered
    given = fields(password="", first_sign_in=way)
    answer = as_adam.post("/people/new/", given)
    person = User.objects.get(username="piotr")
    assert not person.has_usable_password()
    assert [action for action, _ in told()][-1] == "person.invited"
    if way == "mail":
        assert answer["Location"] == "/people/"
        assert (
            "Wysłano zaproszenie dla: Piotr Zieliński" in as_adam.get("/people/").content.decode()
        )
        path = path_of(re.findall(r"http\S+", mails[0].body)[0])
    else:
        assert answer.status_code == 200
        assert mails == []
        path = link_on(answer)
    client = opened(path)
    assert choose(client)["Location"] == "/"
    assert client.get("/").context["person"] == person


@pytest.mark.parametrize(("offered", "default"), [(True, "mail"), (False, "link")])
def test_an_invitation_is_what_the_form_proposes(as_adam, settings, offered, default):
    settings.MAIL_OFFERED = offered
    form = as_adam.get("/people/new/").context["form"]
    assert form["first_sign_in"].value() == default
    assert ("mail" in dict(form.fields["first_sign_in"].choices)) == offered


@pytest.mark.parametrize(
    ("language", "words"), [("pl", "wymaga adresu e-mail"), ("en", "needs an e-mail address")]
)
def test_a_mail_needs_an_address(as_adam, thulium, fields, mails, language, words):
    User.objects.update(language=language)
    page = as_adam.post("/people/new/", fields(email="", password="", first_sign_in="mail"))
    assert page.status_code == 422
    assert "email" in page.context["form"].errors
    assert words in html.unescape(page.content.decode())
    assert not User.objects.filter(username="piotr").exists()


def test_a_mail_that_fails_becomes_a_link_to_hand_over(as_adam, thulium, fields, settings):
    use(settings, free_port())
    page = as_adam.post("/people/new/", fields(password="", first_sign_in="mail"))
    assert "Nie udało się wysłać e-maila" in page.content.decode()
    assert choose(opened(link_on(page))).status_code == 302


@pytest.mark.parametrize(
    ("language", "subject"),
    [("pl", "Zaproszenie do Portalu odpowiedzi"), ("en", "Invitation to the Reply Portal")],
)
def test_mail_and_page_speak_the_language_of_the_invited(piotr, adam, mails, language, subject):
    User.objects.filter(pk=piotr.pk).update(language=language)
    invitations.invite(piotr, by_mail=True, actor=adam)
    assert (mails[0].subject, mails[0].to) == (subject, ["piotr@sklep.example"])
    assert "piotr" in mails[0].body
    client = opened(path_of(re.findall(r"http\S+", mails[0].body)[0]))
    page = client.get(PAGE, headers={"Accept-Language": "pl" if language == "en" else "en"})
    assert f'lang="{language}"' in page.content.decode()
    assert page["Content-Language"] == language


def test_who_accepts_is_signed_in_and_recorded(link, piotr, told):
    client = opened(link)
    assert choose(client)["Location"] == "/"
    piotr.refresh_from_db()
    assert piotr.check_password(PASSWORD)
    assert not piotr.must_change_password
    assert [action for action, _ in told()] == [
        "person.invited",
        "person.password_changed",
        "person.invitation_accepted",
        "person.signed_in",
    ]
    assert AuditEntry.objects.filter(action="person.invitation_accepted").get().actor == piotr
    assert Invitation.objects.get().used_at is not None


def test_a_link_works_once(link):
    first, second = opened(link), opened(link)
    choose(first)
    assert choose(second, "inne-hasło-w-czerwcu").status_code == 410
    assert Client().get(link).status_code == 410


def _withdrawn(piotr, adam, client):
    client.post(f"/people/{piotr.pk}/invitation/withdraw/")


def _made_anew(piotr, adam, client):
    client.post(f"/people/{piotr.pk}/invitation/")


def _switched_off(piotr, adam, client):
    _save(client, piotr, is_active="")


def _given_a_password(piotr, adam, client):
    _save(client, piotr, password=PASSWORD)


def _save(client, piotr, **changed):
    given = {"name": "Piotr", "username": "piotr", "role": "agent", "language": "pl"}
    answer = client.post(f"/people/{piotr.pk}/", given | {"is_active": "on"} | changed)
    assert answer.status_code == 302


@pytest.mark.parametrize("act", [_withdrawn, _made_anew, _switched_off, _given_a_password])
def test_what_ends_an_invitation_ends_it_on_the_open_page_as_well(link, piotr, adam, as_adam, act):
    client = opened(link)
    act(piotr, adam, as_adam)
    assert choose(client).status_code == 410
    assert Client().get(link).status_code == 410
    # For good: coming back does not revive it.
    User.objects.update(is_active=True)
    assert Client().get(link).status_code == 410


def test_it_ends_after_seven_days(link, time_machine):
    client = opened(link)
    time_machine.move_to(Invitation.objects.get().made_at + invitations.VALID_FOR)
    assert Client().get(link).status_code == 410
    assert choose(client).status_code == 410


@pytest.mark.parametrize("language", ["pl", "en"])
def test_a_dead_link_says_what_to_do_and_not_why(client, db, language):
    page = client.get(f"{PAGE}abc/", headers={"Accept-Language": language})
    words = {"pl": "o nowe zaproszenie", "en": "for a new invitation"}[language]
    assert words in page.content.decode()
    assert client.get(PAGE).status_code == 410


def test_the_key_is_kept_nowhere_but_in_the_link(link, django_db_blocker, caplog):
    client = opened(link)
    key = link.split("/")[-2]
    assert key not in client.get(PAGE).content.decode()
    assert key not in str(dict(client.session))
    assert key not in str(Invitation.objects.values())
    assert not any(key in entry.record for entry in AuditEntry.objects.all())
    assert key not in caplog.text


@pytest.mark.parametrize("header", ["Host", "X-Forwarded-Host"])
def test_a_poisoned_host_is_in_no_link(as_adam, piotr, settings, mails, header):
    settings.ALLOWED_HOSTS = ["*"]
    settings.PORTAL_URL = "https://portal.sklep.example"
    address = reverse("people:invite", args=[piotr.pk])
    page = as_adam.post(address, {"by": "link"}, headers={header: "evil.example"})
    as_adam.post(address, {"by": "mail"}, headers={header: "evil.example"})
    for text in (page.content.decode(), mails[0].body):
        assert "https://portal.sklep.example/accounts/invitation/" in text
        assert "evil.example" not in text


@pytest.mark.parametrize(
    ("password", "words"),
    [("", "Wpisz hasło"), ("krótkie", "co najmniej 12"), ("piotr.zieliński", "zbyt podobne")],
)
def test_a_password_that_will_not_do_is_said_and_the_link_lives_on(link, password, words):
    client = opened(link)
    page = choose(client, password)
    assert page.status_code == 422
    assert words in html.unescape(page.content.decode())
    assert choose(client).status_code == 302


def test_somebody_else_who_is_signed_in_here_is_named_and_signed_out(link, as_adam, piotr, told):
    opened(link, as_adam)
    assert "Adam Lis" in as_adam.get(PAGE).content.decode()
    choose(as_adam)
    assert as_adam.get("/").context["person"] == piotr
    assert "person.signed_out" in [action for action, _ in told()]


@pytest.mark.parametrize(
    ("language", "words"),
    [("pl", ["zaproszenie czeka", "zaproszenie wygasło", "bez zaproszenia"]),
     ("en", ["invited", "invitation has ended", "not invited yet"])],
)  # fmt: skip
def test_the_list_of_people_shows_how_invitations_stand(
    as_adam, adam, link, piotr, time_machine, language, words
):
    User.objects.update(language=language)

    def listed():
        return as_adam.get("/people/?q=piotr").content.decode()

    assert words[0] in listed()
    Invitation.objects.update(valid_until=Invitation.objects.get().made_at)
    assert words[1] in listed()
    invitations.withdraw(piotr, actor=adam)
    assert words[2] in listed()


def test_who_has_a_password_is_not_invited(as_adam, anna, told):
    answer = as_adam.post(f"/people/{anna.pk}/invitation/", {"by": "link"})
    assert answer["Location"] == f"/people/{anna.pk}/"
    assert told() == []
    assert "Zaprosić można tylko" in as_adam.get("/people/").content.decode()
