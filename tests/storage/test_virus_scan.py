"""Files are shown to clamd: a server that speaks its INSTREAM on a real socket."""

import socketserver
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation

from tests.support.replies import composed
from thulium_portal.audit.actions import Action
from thulium_portal.audit.models import AuditEntry
from thulium_portal.environment import Environment
from thulium_portal.replies.models import Reply
from thulium_portal.storage.models import StoredFile
from thulium_portal.storage.validation import check

# The standard anti-malware test file, in two pieces so that no scanner takes this one for it.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-" + rb"ANTIVIRUS-TEST-FILE!$H+H*"
LARGEST = 3_000_000


class Clamd(socketserver.ThreadingTCPServer):
    """Answers as clamd does; ``answer`` replaces what it would say, ``heard`` is what it got."""

    daemon_threads = allow_reuse_address = True
    answer: bytes | None = None
    heard = b""


class _Talk(socketserver.StreamRequestHandler):
    server: Clamd

    def handle(self) -> None:
        assert self.rfile.read(10) == b"zINSTREAM\0"
        data = b""
        while length := int.from_bytes(self.rfile.read(4), "big"):
            data += self.rfile.read(length)
            if len(data) > LARGEST:
                self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
                return
        self.server.heard = data
        found = b"stream: Win.Test.EICAR_HDB-1 FOUND" if EICAR in data else b"stream: OK"
        self.wfile.write(found + b"\0" if self.server.answer is None else self.server.answer)


@pytest.fixture
def clamd(settings) -> Iterator[Clamd]:
    with Clamd(("127.0.0.1", 0), _Talk) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.CLAMD_ADDRESS = server.server_address
        yield server
        server.shutdown()


def text(data: bytes, name: str = "umowa.txt") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def test_a_clean_file_is_shown_whole_and_taken(clamd):
    data = b"Ala ma kota. " * 20_000
    file = text(data)
    check(file)
    assert clamd.heard == data
    assert file.read(3) == b"Ala"


@pytest.mark.parametrize(
    ("language", "words"),
    [("pl", "Plik „umowa.txt” zawiera wirusa"), ("en", "The file “umowa.txt” holds a virus")],
)
def test_an_infected_file_is_refused_by_name(clamd, language, words):
    with translation.override(language), pytest.raises(ValidationError) as refused:
        check(text(b"before " + EICAR))
    assert words in refused.value.messages[0]


@pytest.mark.parametrize("answer", [b"", b"stream: ", b"nonsense\0", b"x" * 5000])
def test_what_the_scanner_does_not_say_clean_of_is_not_taken(clamd, answer):
    clamd.answer = answer
    with pytest.raises(ValidationError, match=r"umowa\.txt"):
        check(text(b"Ala ma kota"))


def test_a_file_over_the_scanners_limit_is_not_taken(clamd, settings):
    with pytest.raises(ValidationError, match=r"umowa\.txt"):
        check(text(b"a" * (LARGEST + 1_000_000)))


@pytest.mark.parametrize("address", [("127.0.0.1", 9), ("/nowhere/clamd.ctl", None)])
def test_a_scanner_out_of_reach_lets_nothing_in(settings, address):
    settings.CLAMD_ADDRESS = address
    with pytest.raises(ValidationError, match=r"umowa\.txt"):
        check(text(b"Ala ma kota"))


@pytest.mark.django_db
def test_a_refused_file_stands_beside_its_field_and_the_text_stays(clamd, as_anna: Client):
    sent = composed("<p>Umowa w załączniku.</p>") | {"attachments": [text(EICAR)]}
    page = as_anna.post("/tickets/1234/", sent)
    assert page.status_code == 422
    said = page.content.decode()
    assert "zawiera wirusa" in said
    assert "Umowa w załączniku." in said
    assert not StoredFile.objects.exists()
    assert not Reply.objects.exclude(state="draft").exists()
    as_anna.post("/tickets/1234/", sent | {"attachments": [text(EICAR)]})
    entry = AuditEntry.objects.get(action=Action.FILE_INFECTED)
    assert (entry.actor.username, entry.subject_id) == ("anna", "replies:compose")
    assert entry.contents.get().data == "umowa.txt"
    assert "umowa" not in entry.record


def test_the_address_of_a_scanner_is_read(monkeypatch, tmp_path: Path):
    env = Environment(tmp_path / "none")
    for given, meant in {
        "": None,
        "127.0.0.1:3310": ("127.0.0.1", 3310),
        "[::1]:3310": ("::1", 3310),
        "/run/clamav/clamd.ctl": ("/run/clamav/clamd.ctl", None),
    }.items():
        monkeypatch.setenv("CLAMD_ADDRESS", given)
        assert env.socket_address("CLAMD_ADDRESS") == meant
    for wrong in ("clamd", "host:", ":3310", "host:0", "host:70000"):
        monkeypatch.setenv("CLAMD_ADDRESS", wrong)
        with pytest.raises(ImproperlyConfigured, match="CLAMD_ADDRESS"):
            env.socket_address("CLAMD_ADDRESS")
