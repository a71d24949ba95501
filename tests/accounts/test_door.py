"""What is too large is refused before it is read; files of strangers never reach the disk."""

from io import BytesIO
from typing import IO

import pytest
from django.conf import settings as portal
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client

from tests.support.pages import missing, shown
from thulium_portal.accounts.backends import PersonBackend
from thulium_portal.accounts.door import is_signed_in

MB = 1024 * 1024
TEXT = {"body": "<p>Dzień dobry,</p><p>paczka już jedzie.</p>", "body_type": "HTML"}


class Untouched(BytesIO):
    """A body that nobody may read."""

    def read(self, size: int | None = -1, /) -> bytes:
        raise AssertionError("the body was read")

    readline = read  # type: ignore[assignment]


def posted(
    client: Client, size: int, body: IO[bytes], path: str = "/tickets/1234/", **more: str
) -> HttpResponse:
    """Return the answer to a form that says it has *size* bytes."""
    given = {"CONTENT_LENGTH": str(size), "wsgi.input": body, **more}
    return client.generic("POST", path, content_type="multipart/form-data; boundary=x", **given)


@pytest.mark.parametrize(
    "path", ["/tickets/1234/", "/accounts/login/", "/accounts/language/", "/nowhere/", "/healthz"]
)
def test_a_strangers_large_post_is_refused_unread_wherever_it_goes(db, path):
    answer = posted(Client(), 300 * MB, Untouched(), path)
    assert answer.status_code == 413
    assert "no-store" in answer["Cache-Control"]
    assert not missing(answer, f'href="/accounts/login/?next={path}"')


def test_a_strangers_script_is_told_in_its_own_way(db):
    answer = posted(Client(), 300 * MB, Untouched(), HTTP_HX_REQUEST="true")
    assert (answer.status_code, answer.json()["saved"]) == (401, False)


def test_a_strangers_file_is_thrown_away_and_the_text_given_back(db, settings, tmp_path):
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 0
    file = SimpleUploadedFile("a.pdf", b"%PDF" + b"x" * 100_000)
    answer = Client().post("/tickets/1234/", TEXT | {"attachments": file})
    assert answer.status_code == 401
    assert not missing(answer, "Dzień dobry,\n\npaczka już jedzie.</textarea>")
    assert list(tmp_path.glob("*.upload*")) == []


def test_a_strangers_text_is_not_given_to_a_parser(db, monkeypatch):
    monkeypatch.setattr("nh3.clean", lambda *_args, **_named: pytest.fail("parsed"))
    bomb = "<p>" + "".join(f"<b id={n}>" for n in range(1000)) + "</p>" + "<p>x" * 8000
    answer = Client().post("/tickets/1234/", {"body": bomb, "body_type": "HTML"})
    assert answer.status_code == 401
    assert shown(answer, "<b id=") == []


@pytest.mark.parametrize("field", ["login", "password"])
def test_a_name_or_password_longer_than_any_is_refused_unhashed(anna, field, monkeypatch):
    monkeypatch.setattr(PersonBackend, "authenticate", lambda *_a, **_n: pytest.fail("tried"))
    typed = {"login": "anna", "password": "hasło"} | {field: "x" * 100_000}
    assert Client().post("/accounts/login/", typed).status_code == 422


def test_a_signed_in_person_is_told_how_large_it_may_be(sign_in, anna, settings):
    settings.MAX_REQUEST_BYTES = MB
    client = sign_in(anna)
    answer = posted(client, 2 * MB, Untouched())
    assert answer.status_code == 413
    assert not missing(answer, "1 MB")
    answer = posted(client, 2 * MB, Untouched(), HTTP_HX_REQUEST="true")
    assert (answer.status_code, answer.json()["saved"]) == (413, False)


def test_a_body_without_a_length_is_not_read(sign_in, anna):
    answer = posted(sign_in(anna), 0, Untouched(), HTTP_TRANSFER_ENCODING="chunked")
    assert answer.status_code == 411


@pytest.mark.parametrize("body", ["x" * 6 * MB, "&".join(f"f{n}=1" for n in range(2000))])
def test_a_form_with_too_much_text_or_too_many_fields_is_answered_in_words(sign_in, anna, body):
    kind = "application/x-www-form-urlencoded"
    answer = sign_in(anna).post("/tickets/1234/", f"body={body}", content_type=kind)
    assert answer.status_code == 413
    assert not missing(answer, "5 MB")


def test_the_web_server_learns_whose_a_large_request_is(anna, sign_in):
    session = sign_in(anna).cookies[portal.SESSION_COOKIE_NAME].value
    cookies = f"portal_language=pl; {portal.SESSION_COOKIE_NAME}={session}"
    assert is_signed_in(cookies)
    for strange in ("", cookies[:-1], cookies + "x", "portal_session=", "=;=\udc80", cookies[::-1]):
        assert not is_signed_in(strange)
    anna.is_active = False
    anna.save()
    assert not is_signed_in(cookies)


def test_while_the_database_is_away_the_page_itself_says_so(monkeypatch):
    def refuse(_request: object) -> None:
        raise OperationalError

    monkeypatch.setattr("thulium_portal.accounts.door.get_user", refuse)
    assert is_signed_in("portal_session=abc")
