"""A browser that opens the address of an act is led to the act's page."""

import uuid

import pytest

pytestmark = pytest.mark.django_db

NUMBER = uuid.UUID(int=1)
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.mark.parametrize(
    ("act", "page"),
    [
        ("/tickets/1234/insert/", "/tickets/1234/"),
        (f"/replies/{NUMBER}/undo/", f"/replies/{NUMBER}/"),
        ("/canned/1/archive/", "/canned/1/"),
        ("/people/check-login/", "/people/"),
        ("/audit/check/", "/audit/"),
        ("/accounts/language/", "/"),
    ],
)
def test_a_browser_is_led_to_the_page_above(sign_in, adam, act, page):
    answer = sign_in(adam).get(act, headers=BROWSER)
    assert (answer.status_code, answer["Location"]) == (302, page)


def test_what_was_asked_besides_is_left_behind(sign_in, adam):
    answer = sign_in(adam).get("/tickets/1234/insert/?body=secret", headers=BROWSER)
    assert answer["Location"] == "/tickets/1234/"


@pytest.mark.parametrize("headers", [{}, {"Accept": "*/*"}, {"Accept": "application/json"}])
def test_a_program_is_told_that_the_method_is_wrong(sign_in, adam, headers):
    answer = sign_in(adam).get("/tickets/1234/insert/", headers=headers)
    assert (answer.status_code, answer["Allow"]) == (405, "POST")


@pytest.mark.parametrize("method", ["put", "delete", "patch", "options"])
def test_only_opening_leads_anywhere(sign_in, adam, method):
    answer = getattr(sign_in(adam), method)("/tickets/1234/insert/", headers=BROWSER)
    assert answer.status_code == 405


def test_a_page_that_can_be_opened_is_left_alone(sign_in, adam):
    assert sign_in(adam).get("/people/", headers=BROWSER).status_code == 200
