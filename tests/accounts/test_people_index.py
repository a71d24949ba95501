"""The list of people."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import make_person
from thulium_portal.accounts.models import AgentProfile, User
from thulium_portal.accounts.people import views

pytestmark = pytest.mark.django_db


def names(page):
    return [person.name for person in page.context["people"]]


@pytest.fixture
def office(anna, nowy, ewa, adam):
    """Return everybody's administrator, with a Łukasz and one who has left."""
    make_person("lukasz", name="Łukasz Żak", agent_login="lukasz.zak")
    make_person("jan", name="Jan Dawny", is_active=False)
    return adam


def test_lists_everybody_by_name_and_who_has_left_last(sign_in, office):
    page = sign_in(office).get("/people/")
    here = ["Adam Lis", "Anna Nowak", "Ewa Kot", "Łukasz Żak", "Nowa Osoba"]
    assert names(page) == [*here, "Jan Dawny"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("lukasz", ["Łukasz Żak"]), ("ŻAK", ["Łukasz Żak"]), ("anna.now", ["Anna Nowak"]),
        ("nowy", ["Nowa Osoba"]), ("  kot ", ["Ewa Kot"]), ("%", []),
    ],
)  # fmt: skip
def test_finds_by_name_user_name_and_agent_login_without_accents(sign_in, office, typed, found):
    assert names(sign_in(office).get("/people/", {"q": typed})) == found


@pytest.mark.parametrize(
    ("language", "nobody"), [("pl", "Nie znaleziono nikogo"), ("en", "Nobody was found")]
)
def test_says_that_nobody_was_found(sign_in, office, language, nobody):
    User.objects.update(language=language)
    assert nobody in sign_in(office).get("/people/?q=xyz").content.decode()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("pl", ["sprawdzony", "jeszcze niesprawdzony", "nieaktywny w Thulium", "nie może wysyłać"]),
        ("en", ["checked", "not checked yet", "not active in Thulium", "none: cannot send"]),
    ],
)
def test_shows_what_is_known_of_each_agent_login(sign_in, office, language, words):
    User.objects.update(language=language)
    AgentProfile.objects.filter(login="anna.nowak").update(active_in_thulium=True)
    AgentProfile.objects.filter(login="ewa.kot").update(active_in_thulium=False)
    page = sign_in(office).get("/people/").content.decode()
    assert [word for word in words if word not in page] == []


def test_says_when_not_everybody_is_shown(sign_in, office, monkeypatch):
    monkeypatch.setattr(views, "MOST_PEOPLE", 2)
    page = sign_in(office).get("/people/")
    assert names(page) == ["Adam Lis", "Anna Nowak"]
    assert "Widać pierwsze 2 z 6 osób." in page.content.decode()


def test_more_people_cost_no_more_queries(sign_in, office, django_assert_num_queries):
    client = sign_in(office)
    client.get("/people/")
    with CaptureQueriesContext(connection) as few:
        client.get("/people/")
    for number in range(5):
        make_person(f"p{number}", agent_login=f"login{number}")
    with django_assert_num_queries(len(few)):
        client.get("/people/")


def test_what_was_searched_for_is_shown_as_text(sign_in, office):
    page = sign_in(office).get("/people/", {"q": "<b>nikt"}).content.decode()
    assert "&lt;b&gt;nikt" in page
    assert "<b>nikt" not in page


@pytest.mark.parametrize("path", ["", "new/", "{anna}/"])
def test_no_page_about_people_holds_a_secret(sign_in, office, anna, thulium, settings, path):
    settings.THULIUM_API_PASSWORD = "sekret-żółw"
    page = sign_in(office).get(f"/people/{path}".format(anna=anna.pk)).content.decode()
    assert "sekret-żółw" not in page
    assert anna.password not in page


@pytest.mark.parametrize("role", ["anna", "ewa"])
def test_is_for_administrators(sign_in, request, role):
    assert sign_in(request.getfixturevalue(role)).get("/people/").status_code == 403
