"""Adding a person."""

import html

import pytest

from thulium_portal.accounts.models import User
from thulium_portal.audit.models import AuditEntry
from thulium_portal.practice import faults

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(as_adam, thulium):
    return as_adam


def test_a_new_person_signs_in_and_sends_under_their_login(client, fields, told):
    answer = client.post("/people/new/", fields())
    assert (answer.status_code, answer["Location"]) == (302, "/people/")
    piotr = User.objects.get(username="piotr")
    assert (piotr.name, piotr.role, piotr.language) == ("Piotr Zieliński", "agent", "pl")
    assert piotr.check_password("zielona-łąka-w-maju")
    profile = piotr.agent_profile
    assert (profile.login, profile.active_in_thulium) == ("piotr.zielinski", True)
    assert profile.name_in_thulium == "Piotr Zieliński"
    assert profile.checked_at is not None
    assert told() == [
        ("person.created", {"role": "agent"}),
        ("person.agent_login_changed", {"before": "", "after": "piotr.zielinski"}),
    ]
    assert {entry.actor.username for entry in AuditEntry.objects.all()} == {"adam"}
    assert "Zapisano: Piotr Zieliński." in client.get("/people/").content.decode()


def test_without_an_agent_login_thulium_is_not_asked(client, fields, thulium):
    thulium.fail_next(faults.DOWN)
    assert client.post("/people/new/", fields(agent_login="")).status_code == 302
    assert User.objects.get(username="piotr").agent_login == ""


def test_thulium_out_of_reach_is_no_refusal(client, fields, thulium):
    thulium.fail_next(faults.SERVER_ERROR, on=faults.READS)
    given = fields(confirmation="piotr.zielinski")
    assert client.post("/people/new/", given).status_code == 302
    profile = User.objects.get(username="piotr").agent_profile
    assert profile.login == "piotr.zielinski"
    assert (profile.active_in_thulium, profile.checked_at) == (None, None)


def test_an_agent_who_is_inactive_in_thulium_can_be_prepared(client, fields):
    given = fields(agent_login="jan.dawny", email="jan.dawny@example.org")
    assert client.post("/people/new/", given).status_code == 302
    assert User.objects.get(username="piotr").agent_profile.active_in_thulium is False


@pytest.mark.parametrize(
    ("wrong", "field", "polish", "english"),
    [
        ({"name": ""}, "name", "Wpisz imię i nazwisko", "Type the first and last name"),
        ({"username": ""}, "username", "Wpisz nazwę użytkownika", "Type a user name"),
        ({"username": "ANNA"}, "username", "Ktoś już loguje się pod tą nazwą.",
         "Somebody already signs in"),
        ({"username": "piotr z"}, "username", "poprawną nazwę", "valid username"),
        ({"agent_login": "nikt"}, "agent_login", "nie ma agenta „nikt”", "no agent “nikt”"),
        ({"agent_login": "anna.nowak"}, "agent_login", "wysyła już Anna Nowak",
         "Anna Nowak already sends"),
        ({"role": "king"}, "role", "Wybierz poprawną", "Select a valid choice"),
        ({"email": "nobody"}, "email", "poprawny adres", "valid email address"),
        ({"password": ""}, "password", "Wpisz pierwsze hasło", "Type the first password"),
        ({"password": "krótkie"}, "password", "co najmniej 12", "at least 12"),
        ({"password": "piotr@example.org"}, "password", "zbyt podobne", "too similar"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("language", ["pl", "en"])
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_stored(
    client, anna, fields, told, wrong, field, polish, english, language
):
    User.objects.update(language=language)
    page = client.post("/people/new/", fields(**wrong))
    assert page.status_code == 422
    assert field in page.context["form"].errors
    assert (polish if language == "pl" else english) in html.unescape(page.content.decode())
    assert page.context["form"]["email"].value() == fields(**wrong)["email"]
    assert User.objects.count() == 2
    assert told() == []


@pytest.mark.parametrize(
    ("language", "again"),
    [("pl", "Wpisz hasło jeszcze raz"), ("en", "Type the password once more")],
)
def test_a_refused_form_asks_for_the_password_again(client, fields, language, again):
    User.objects.update(language=language)
    page = client.post("/people/new/", fields(name=""))
    assert page.context["form"].errors.keys() == {"name", "password"}
    assert again in page.content.decode()
    assert "zielona-łąka-w-maju" not in page.content.decode()


@pytest.mark.parametrize(
    ("language", "first"), [("pl", "Pierwsze hasło"), ("en", "First password")]
)
def test_the_empty_page_speaks_the_administrators_language(client, language, first):
    User.objects.update(language=language)
    answer = client.get("/people/new/")
    assert first in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("method", ["get", "post"])
def test_is_for_administrators(as_ewa, fields, method):
    assert getattr(as_ewa, method)("/people/new/", fields()).status_code == 403
    assert not User.objects.filter(username="piotr").exists()
