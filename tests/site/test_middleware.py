"""A browser that opens the address of an act is led to the act's page; pages come compressed."""

import gzip
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


def test_a_page_comes_compressed_and_never_twice_in_the_same_length(sign_in, adam):
    client = sign_in(adam)
    plain = client.get("/people/")
    answers = [client.get("/people/", headers={"Accept-Encoding": "gzip, br"}) for _ in range(8)]
    assert "Content-Encoding" not in plain.headers
    for answer in answers:
        assert answer["Content-Encoding"] == "gzip"
        assert "Accept-Encoding" in answer["Vary"]
        assert len(answer.content) == int(answer["Content-Length"]) < len(plain.content) / 2
        assert b"</html>" in gzip.decompress(answer.content)
    assert len({len(answer.content) for answer in answers}) > 1


def test_an_export_is_not_compressed_on_its_way(sign_in, adam):
    answer = sign_in(adam).get("/audit/export/?format=csv", headers={"Accept-Encoding": "gzip"})
    assert answer.status_code == 200
    assert "Content-Encoding" not in answer.headers
