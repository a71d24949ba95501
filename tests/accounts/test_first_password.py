"""A password that somebody else chose opens nothing but the page on which one chooses another."""

import html
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import resolve

from tests.factories import PASSWORD
from tests.routes import routes
from tests.test_permissions import ANYONE, TABLE
from thulium_portal.accounts.models import User

pytestmark = pytest.mark.django_db

CHANGE = "/accounts/password/"
NEW = "zielona-łąka-w-maju"
OPEN = {"account_change_password", "account_logout", "accounts:language"}
CLOSED = [
    route
    for route in routes()
    if route.name not in OPEN and not any(who >= ANYONE for who in TABLE[route.name].values())
]


@pytest.fixture
def given(sign_in, adam):
    """Return the browser of an administrator whose password was typed by another one."""
    User.objects.filter(pk=adam.pk).update(must_change_password=True)
    return sign_in(adam)


@pytest.mark.parametrize("route", CLOSED, ids=lambda route: route.name)
def test_every_page_waits_for_a_password_of_ones_own(given, thulium, route):
    view = resolve(route.path).func
    if not getattr(view, "login_required", True):  # programs come with a password of their own
        return
    for method in ("GET", "POST"):
        answer = given.generic(method, route.path)
        assert urlsplit(answer["Location"]).path == CHANGE, method
        assert "no-store" in answer["Cache-Control"]


def test_the_way_leads_over_the_change_to_the_page_that_was_asked_for(given, adam):
    url = given.get("/replies/?q=paczka")["Location"]
    assert parse_qs(urlsplit(url).query) == {"next": ["/replies/?q=paczka"]}
    page = given.get(url).content.decode()
    assert "Ustal własne hasło" in page
    assert "Hasło, które Ci nadano" in page
    answer = given.post(url, {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    assert answer["Location"] == "/replies/?q=paczka"
    assert given.get("/replies/").status_code == 200
    adam.refresh_from_db()
    assert adam.check_password(NEW)
    assert not adam.must_change_password


@pytest.mark.parametrize(
    ("language", "words"),
    [("pl", "To hasło zostało Ci nadane."), ("en", "This is the password you were given.")],
)
def test_the_given_one_is_no_new_one(given, adam, language, words):
    User.objects.update(language=language)
    fields = {"oldpassword": PASSWORD, "password1": PASSWORD, "password2": PASSWORD}
    page = given.post(CHANGE, fields)
    assert page.status_code == 422
    assert words in html.unescape(page.content.decode())
    assert given.get("/").status_code == 302


@pytest.mark.parametrize(
    ("language", "words"), [("pl", "Twój tekst nie przepadł"), ("en", "Your text is not lost")]
)
def test_a_written_text_is_given_back(given, thulium, language, words):
    User.objects.update(language=language)
    page = given.post("/tickets/1234/", {"body": "<p>Już wysyłamy.</p>"})
    assert page.status_code == 403
    assert "Już wysyłamy." in page.content.decode()
    assert words in page.content.decode()


def test_a_script_keeps_what_it_has(given):
    answer = given.get("/session/", headers={"Sec-Fetch-Dest": "empty"})
    answer = given.post("/tickets/1234/draft/", {"body": "x"}, headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert answer.json()["saved"] is False


def test_who_was_added_with_a_typed_password_has_to_change_it(as_adam, thulium, fields):
    as_adam.post("/people/new/", fields())
    piotr = Client()
    typed = {"login": "piotr", "password": fields()["password"]}
    assert piotr.post("/accounts/login/", typed)["Location"] == "/"
    assert piotr.get("/")["Location"].startswith(CHANGE)


def test_who_was_given_another_password_has_to_change_it(as_adam, anna, fields, thulium):
    same = {"name": "Anna Nowak", "username": "anna", "agent_login": "anna.nowak", "email": ""}
    as_adam.post(f"/people/{anna.pk}/", fields(**same, password=NEW))
    anna.refresh_from_db()
    assert anna.check_password(NEW)
    assert anna.must_change_password


def test_people_of_practice_mode_are_spared(settings, db):
    settings.PRACTICE_MODE = True
    call_command("load_demo", verbosity=0)
    assert not User.objects.filter(must_change_password=True).exists()


def test_where_no_password_opens_the_portal_none_is_asked_for(given, settings):
    settings.PASSWORD_SIGN_IN = False
    assert given.get("/replies/").status_code == 200


def test_who_has_no_password_has_none_to_change(as_anna, anna):
    User.objects.filter(pk=anna.pk).update(password="!")
    anna.refresh_from_db()
    client = Client()
    client.force_login(anna)
    assert client.get(CHANGE)["Location"] == "/accounts/profile/"
