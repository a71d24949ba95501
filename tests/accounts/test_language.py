"""Switching the language."""

import pytest
from django.conf import settings as portal_settings

from tests.factories import PASSWORD, make_person
from thulium_portal.accounts.models import User

pytestmark = pytest.mark.django_db

COOKIE = portal_settings.LANGUAGE_COOKIE_NAME
AS_A_BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def switch(client, language="en", following="/replies/"):
    return client.post("/accounts/language/", {"language": language, "next": following})


def test_a_person_keeps_the_language_for_good(sign_in, anna):
    answer = switch(sign_in(anna))
    assert (answer.status_code, answer["Location"]) == (302, "/replies/")
    assert User.objects.get(pk=anna.pk).language == "en"
    assert "Replies" in sign_in(anna).get("/replies/").content.decode()


def test_a_visitor_keeps_it_in_the_browser(client):
    switch(client, following="/accounts/login/")
    assert client.cookies[COOKIE].value == "en"
    assert client.cookies[COOKIE]["httponly"]
    page = client.get("/accounts/login/", headers={"Accept-Language": "pl"})
    assert 'lang="en"' in page.content.decode()
    assert page["Content-Language"] == "en"


def sign_in_by_form(client, person):
    answer = client.post("/accounts/login/", {"login": person.username, "password": PASSWORD})
    assert answer.status_code == 302
    return User.objects.get(pk=person.pk).language


def test_what_a_visitor_chose_becomes_theirs_at_sign_in(client, anna):
    client.get("/accounts/login/")
    switch(client, following="/accounts/login/")
    assert sign_in_by_form(client, anna) == "en"
    assert 'lang="en"' in client.get("/").content.decode()


def test_what_somebody_else_left_in_the_browser_is_nobodys_choice(client, anna, sign_in):
    before = make_person("jan", language="en")
    client.force_login(before)
    client.get("/")
    switch(client, "en")
    client.post("/accounts/logout/")
    assert client.cookies[COOKIE].value == "en"
    assert sign_in_by_form(client, anna) == "pl"


def test_the_sign_in_page_speaks_the_language_of_who_was_here_last(sign_in, anna):
    anna.language = "en"
    anna.save()
    client = sign_in(anna)
    client.get("/")
    client.post("/accounts/logout/")
    page = client.get("/accounts/login/", headers={"Accept-Language": "pl"})
    assert page["Content-Language"] == "en"


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("en-GB,en;q=0.9", "en"), ("pl", "pl"), ("de,fr;q=0.5", "pl"), ("de,en;q=0.5", "en"),
        ("", "pl"),
    ],
)  # fmt: skip
def test_a_new_visitor_is_met_in_the_browsers_language(client, accepted, language):
    page = client.get("/accounts/login/", headers={"Accept-Language": accepted})
    assert page["Content-Language"] == language


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:x", "desk", "",
        "%",
    ],
)  # fmt: skip
def test_the_way_back_never_leaves_the_portal(sign_in, anna, elsewhere):
    assert switch(sign_in(anna), following=elsewhere)["Location"] == "/"


def test_an_unknown_language_changes_nothing(sign_in, anna):
    client = sign_in(anna)
    assert switch(client, language="de")["Location"] == "/replies/"
    assert User.objects.get(pk=anna.pk).language == "pl"


@pytest.mark.parametrize("act", ["insert", "draft", "canned", "discard"])
def test_the_answer_to_a_form_leads_back_to_the_tickets_page(sign_in, anna, thulium, act):
    client = sign_in(anna)
    answer = client.post(
        "/accounts/language/",
        {"language": "en", "next": f"/tickets/1234/{act}/"},
        headers=AS_A_BROWSER,
        follow=True,
    )
    assert answer.redirect_chain == [(f"/tickets/1234/{act}/", 302), ("/tickets/1234/", 302)]
    assert answer.status_code == 200
    assert 'lang="en"' in answer.content.decode()
