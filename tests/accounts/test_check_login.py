"""The check of an agent login as it is typed: yes, no, and "cannot tell" are three things."""

import re

import pytest

from thulium_portal.accounts.models import User
from thulium_portal.practice import faults

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(as_adam, thulium):
    return as_adam


def check(client, login, **given):
    answer = client.post("/people/check-login/", {"agent_login": login, **given})
    assert answer.status_code == 200
    page = answer.content.decode()
    return re.findall(r'data-agent-check="(\w+)"', page), page


@pytest.mark.parametrize(
    ("login", "found", "polish", "english"),
    [
        ("piotr.zielinski", "active", "Piotr Zieliński, konto aktywne", "active in Thulium"),
        ("jan.dawny", "inactive", "konto wyłączone w Thulium", "is switched off in Thulium"),
        ("nikt.taki", "unknown", "W Thulium nie ma takiego agenta", "Thulium has no such agent"),
        ("ANNA.NOWAK", "taken", "Wysyła pod nim już Anna Nowak", "Anna Nowak already sends"),
    ],
)
@pytest.mark.parametrize("language", ["pl", "en"])
def test_says_what_thulium_and_the_portal_know(
    client, anna, login, found, polish, english, language
):
    User.objects.update(language=language)
    states, page = check(client, f"  {login} ")
    assert states == [found]
    assert (polish if language == "pl" else english) in page


@pytest.mark.parametrize(
    "fault",
    [faults.SERVER_ERROR, faults.HTML, faults.BUSY, faults.BROKEN_AFTER, faults.WRONG_PASSWORD],
)
def test_a_fault_on_the_way_is_no_no(client, thulium, fault):
    thulium.fail_next(fault, on=faults.READS)
    assert check(client, "piotr.zielinski")[0] == ["cannot_tell"]


@pytest.mark.parametrize(
    ("language", "words"),
    [("pl", "Thulium w tej chwili nie odpowiada."), ("en", "Thulium cannot be asked right now.")],
)
def test_that_nobody_answers_is_said_kindly(client, settings, language, words):
    settings.THULIUM_URL = "http://127.0.0.1:9"
    User.objects.update(language=language)
    states, page = check(client, "piotr.zielinski")
    assert states == ["cannot_tell"]
    assert words in page


def test_ones_own_login_is_not_taken(client, anna):
    assert check(client, "anna.nowak", person=str(anna.pk))[0] == ["active"]


@pytest.mark.parametrize("person", ["", "x", "٣", "9" * 40])
def test_a_strange_person_number_is_nobody(client, anna, person):
    assert check(client, "anna.nowak", person=person)[0] == ["taken"]


@pytest.mark.parametrize("login", ["", "   ", "\0"])
def test_nothing_typed_is_nothing_said(client, login):
    assert check(client, login)[0] == []


@pytest.mark.parametrize(
    "login", ["../tickets/1234", "a/b", "?x=1", "%2e%2e", "żółw", "a\nb", "<script>", "x" * 400]
)
def test_no_login_leads_elsewhere_in_the_api(client, login):
    assert check(client, login)[0] == ["unknown"]


@pytest.mark.parametrize("role", ["anna", "ewa"])
def test_is_for_administrators(sign_in, request, role):
    client = sign_in(request.getfixturevalue(role))
    assert client.post("/people/check-login/", {"agent_login": "x"}).status_code == 403


@pytest.mark.parametrize(
    ("email", "is_doubted"),
    [("Piotr.Zielinski@example.org", False), ("", True), ("x@example.org", True), ("\0", True)],
)
def test_says_where_the_address_is_not_the_persons_own(client, email, is_doubted):
    page = check(client, "piotr.zielinski", email=email)[1]
    assert ("data-agent-doubt" in page) is is_doubted


def test_a_login_they_have_already_is_not_doubted(client, anna):
    page = check(client, "anna.nowak", person=str(anna.pk), email="x@example.org")[1]
    assert "data-agent-doubt" not in page
