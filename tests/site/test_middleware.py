"""What every answer says of itself; where the address of an act leads; pages come compressed."""

import gzip
import uuid

import pytest
from django.conf import settings as portal
from django.test import Client

from tests.routes import routes

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


PATHS = sorted({route.path for route in routes()} | {"/no/such/page/", "/static/no-such-file.js"})
OF_EVERY_ANSWER = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


def check_headers(answer) -> None:
    assert OF_EVERY_ANSWER.items() <= dict(answer.headers).items()
    assert "camera=()" in answer["Permissions-Policy"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]


@pytest.mark.parametrize("known", [True, False])
def test_no_answer_is_kept_and_each_says_what_it_must(sign_in, adam, thulium, known):
    client = sign_in(adam) if known else Client()
    client.raise_request_exception = False
    for path in PATHS:
        for answer in (client.get(path), client.post(path)):
            assert "no-store" in answer["Cache-Control"], (path, answer.status_code)
            kind = answer.get("Content-Type", "")
            assert "charset=" in kind or not kind.startswith("text/"), (path, kind)
            assert kind or not answer.content, path
            check_headers(answer)
            if known and path.startswith("/accounts/logout"):
                client.force_login(adam)


def test_a_fault_is_not_kept_either(sign_in, adam, monkeypatch):
    client = sign_in(adam)
    client.raise_request_exception = False
    monkeypatch.setattr(type(adam), "may", property(lambda _: 1 / 0))
    answer = client.get("/people/")
    assert answer.status_code == 500
    assert "no-store" in answer["Cache-Control"]
    check_headers(answer)


def test_static_files_are_kept_and_say_the_same():
    answer = Client().get(f"/{portal.STATIC_URL.strip('/')}/css/tokens.css")
    assert b":root" in b"".join(answer.streaming_content)
    assert "no-store" not in answer["Cache-Control"]
    check_headers(answer)


@pytest.mark.parametrize(
    "path",
    [
        *("/.git/config", "/.env", "/manage.py", "/static/", "/static/css/", "/static/../.env"),
        *("/static/%2e%2e/.env", "/static//etc/passwd", "/data/portal.sqlite3", "/attachments/"),
        *("/admin/", "/__debug__/", "/docs/operations.md"),
    ],
)
def test_nothing_is_served_that_is_no_page_and_no_static_file(sign_in, adam, path):
    assert sign_in(adam).get(path).status_code == 404


def test_a_request_is_never_sent_back_as_it_came(sign_in, adam):
    client = sign_in(adam)
    for path in PATHS:
        answer = client.generic("TRACE", path, HTTP_X_MARK="sent-along")
        assert answer.status_code >= 300, path
        assert b"sent-along" not in answer.content
