"""What is too large is refused before it is read; files of strangers never reach the disk."""

import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import IO

import psutil
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from tests.bench.rig import free_port, wait_until_up
from tests.support.pages import missing, shown
from thulium_portal.accounts.backends import PersonBackend

ROOT = Path(__file__).resolve().parents[2]
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
    answer = posted(client, 2 * MB, BytesIO(b"x" * 2 * MB))
    assert answer.status_code == 413
    assert not missing(answer, "1 MB")
    answer = posted(client, 2 * MB, BytesIO(b"x" * 2 * MB), HTTP_HX_REQUEST="true")
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


@pytest.fixture
def served(tmp_path) -> Iterator[tuple[int, psutil.Process]]:
    """The portal behind its real web server, with a folder of its own for what it spools."""
    port, spool = free_port(), tmp_path / "spool"
    spool.mkdir()
    environment = {
        **{name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"},
        "DATA_DIR": str(tmp_path / "data"),
        "DATABASE_URL": "",
        "SECRET_KEY": "s" * 60,
        "TMPDIR": str(spool),
        "PORT": str(port),
        "WEB_PROCESSES": "1",
    }
    web = (ROOT / "Procfile").read_text().splitlines()[0].removeprefix("web: exec python")
    call = [sys.executable, "manage.py", "prepare"]
    subprocess.run(call, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
    command = ["sh", "-c", f"exec {sys.executable}{web}"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL) as process:
        try:
            wait_until_up(port)
            yield port, psutil.Process(process.pid)
        finally:
            process.terminate()


@pytest.mark.faults
def test_three_hundred_megabytes_of_a_stranger_end_at_the_door(served, tmp_path):
    port, server = served
    head = (
        "POST /tickets/1234/ HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\n"
        f"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: {300 * MB}\r\n\r\n"
        '--x\r\nContent-Disposition: form-data; name="attachments"; filename="a.pdf"\r\n\r\n'
    )
    page = f"http://localhost:{port}/accounts/login/"
    with urllib.request.urlopen(page, timeout=20) as warm:
        assert warm.status == 200
    memory = largest(server)
    sent, answer = 0, b""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.sendall(head.encode())
        with suppress(OSError):  # the door is shut
            while sent < 300 * MB:
                line.sendall(b"x" * 65536)
                sent += 65536
        with suppress(OSError):
            answer = line.recv(65536)
    assert sent < 100 * MB
    assert answer == b"" or answer.startswith(b"HTTP/1.1 413")
    assert list((tmp_path / "spool").rglob("*upload*")) == []
    assert largest(server) - memory < 20 * MB


def largest(server: psutil.Process) -> int:
    return max(child.memory_info().rss for child in [server, *server.children(recursive=True)])
