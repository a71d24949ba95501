"""The web server: who is slow or silent holds up nobody; what a stranger sends is not kept."""

import json
import re
import socket
import statistics
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, suppress
from pathlib import Path

import pytest

from tests.bench.rig import CSRF, ROOT
from tests.support.web import Web, prepare, serving

pytestmark = [pytest.mark.faults, pytest.mark.timeout(240)]
MB = 1024 * 1024
FALSE_COOKIE = "Cookie: portal_session=abcdefghijklmnopqrstuvwxyz012345\r\n"
PART = '--x\r\nContent-Disposition: form-data; name="{field}"; filename="a.pdf"\r\n\r\n'
MULTIPART = {"Content-Type": "multipart/form-data; boundary=x"}
KINDS = {
    "idle": ("", ""),
    "headers": ("GET /accounts/login/ HTTP/1.1\r\nHost: localhost\r\n", "X-More: 1\r\n"),
    "body": (
        "POST /accounts/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000\r\n\r\n",
        "x",
    ),
    "chunks": (
        "POST /accounts/login/ HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n",
        "1\r\nx\r\n",
    ),
    "large": (
        "POST /tickets/1234/files/ HTTP/1.1\r\nHost: localhost\r\n"
        f"{FALSE_COOKIE}Content-Length: {20 * MB}\r\n\r\n",
        "x" * 1000,
    ),
    "kept": ("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", ""),
}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory) -> Path:
    return prepare(tmp_path_factory.mktemp("prepared"))


@pytest.fixture(scope="module")
def web(prepared, tmp_path_factory) -> Iterator[Web]:
    with serving(prepared, tmp_path_factory.mktemp("web"), processes=2) as web:
        warm_up(web)
        yield web


def warm_up(web: Web) -> None:
    """Ask for pages until each process has loaded the portal, which takes memory once."""
    for _ in range(500):
        page_seconds(web)
        if min(web.memory_of_each()[1:]) > 40 * MB:
            return
    raise AssertionError("not every process answers")


def asked(web: Web, request: str) -> bytes:
    """Return all that comes back until the server closes the line."""
    with web.connect() as line:
        with suppress(OSError):
            line.sendall(request.encode("latin-1"))
        return rest(line)


def rest(line: socket.socket) -> bytes:
    answer = b""
    with suppress(OSError):
        while data := line.recv(65536):
            answer += data
    return answer


def page_seconds(web: Web) -> float:
    began = time.perf_counter()
    answer = asked(
        web, "GET /accounts/login/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    )
    assert answer.startswith(b"HTTP/1.1 200")
    return time.perf_counter() - began


def crowd(web: Web, stack: ExitStack, **numbers: int) -> Callable[[], None]:
    """Open so many slow lines of each kind; return what lets a little more trickle in on each."""
    lines = []
    for kind, number in numbers.items():
        first, drip = (text.encode() for text in KINDS[kind])
        for _ in range(number):
            line = stack.enter_context(web.connect())
            line.sendall(first)
            lines.append((line, drip))

    def trickle() -> None:
        for line, drip in lines:
            with suppress(OSError):
                line.sendall(drip)

    return trickle


def test_who_is_slow_or_silent_holds_up_nobody(web):
    alone = [page_seconds(web) for _ in range(10)]
    with ExitStack() as stack:
        trickle = crowd(web, stack, idle=200, kept=50, headers=64, body=64, chunks=64, large=64)
        under = []
        for _ in range(10):
            trickle()
            under.append(page_seconds(web))
    # Blocked, a page would wait for seconds or for ever.
    assert statistics.median(under) < max(1, 20 * statistics.median(alone))


def test_with_more_lines_than_it_can_hold_those_that_say_nothing_make_room(prepared, tmp_path):
    with serving(prepared, tmp_path, open_files=300) as web, ExitStack() as stack:
        trickle = crowd(web, stack, idle=120, headers=40)
        for _ in range(5):
            trickle()
            page_seconds(web)
        assert "Too many open files" not in web.log.read_text()


FRAMES = {
    "a length": f"Content-Length: {300 * MB}\r\n",
    "a false session": f"{FALSE_COOKIE}Content-Length: {300 * MB}\r\n",
    "below the limit of people": f"{FALSE_COOKIE}Content-Length: {200 * MB}\r\n",
    "a promise to wait": f"{FALSE_COOKIE}Content-Length: {200 * MB}\r\nExpect: 100-continue\r\n",
    "no length": "",
    "chunks": "Transfer-Encoding: chunked\r\n",
    "a length that is too short": "Content-Length: 1000\r\n",
}
PLACES = {
    "a reply": ("/tickets/1234/", "attachments"),
    "an unknown field": ("/tickets/1234/", "unheard"),
    "no page": ("/nowhere/", "file"),
    "the sign-in": ("/accounts/login/", "file"),
}


def flood(web: Web, path: str, frame: str, field: str) -> tuple[int, int, bytes]:
    """Send a file of 300 MB; return the bytes that went, the most that was kept, the answer."""
    chunk = b"x" * 65536
    piece = b"10000\r\n" + chunk + b"\r\n" if "chunked" in frame else chunk
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\n{frame}"
    head += "Content-Type: multipart/form-data; boundary=x\r\n\r\n"
    part = PART.format(field=field).encode()
    sent, kept = 0, 0
    with web.connect() as line:
        with suppress(OSError):
            line.sendall(head.encode())
            line.sendall(b"%x\r\n%s\r\n" % (len(part), part) if "chunked" in frame else part)
            while sent < 300 * MB:
                line.sendall(piece)
                sent += len(chunk)
                if not sent % MB:
                    kept = max(kept, web.spooled())
        return sent, kept, rest(line)


@pytest.mark.parametrize(
    ("frame", "place"),
    [
        *((frame, "a reply") for frame in FRAMES),
        *(("a false session", place) for place in PLACES if place != "a reply"),
        *(("chunks", place) for place in PLACES if place != "a reply"),
    ],
)
def test_three_hundred_megabytes_of_a_stranger_end_at_the_door(web, frame, place):
    path, field = PLACES[place]
    memory = web.memory()
    sent, kept, answer = flood(web, path, FRAMES[frame], field)
    assert sent < 100 * MB
    assert kept < MB
    assert web.memory() - memory < 20 * MB
    assert b"HTTP/1.1 5" not in answer
    assert not re.search(rb"HTTP/1.1 [23](?!00 (OK|Continue)\r)", answer)


def test_a_stranger_with_files_reads_that_they_were_signed_out(web):
    body = PART.format(field="attachments") + "x" * 8 * MB
    head = f"POST /tickets/1234/ HTTP/1.1\r\nHost: localhost\r\n{FALSE_COOKIE}Connection: close\r\n"
    answer = asked(
        web, f"{head}Accept-Language: en\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    ).decode()
    assert answer.startswith("HTTP/1.1 413")
    assert 'href="/accounts/login/?next=/tickets/1234/"' in answer


def multipart(fields: dict[str, str], file: str) -> bytes:
    parts = [
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    head = PART.format(field="file").replace(".pdf", ".txt")
    return "".join([*parts, head, file, "\r\n--x--\r\n"]).encode()


def test_a_signed_in_persons_file_comes_through_whole(web):
    memory, size = web.memory(), 12 * MB
    keys = {name: str(uuid.uuid4()) for name in ("key", "submission_key")}
    content = multipart({"csrfmiddlewaretoken": CSRF} | keys, "y" * size)
    with closing(web.sign_in()) as anna:
        anna.ask("POST", "/tickets/1234/files/", content, MULTIPART, 200)
    files = [path for path in (web.data / "attachments").rglob("*") if path.is_file()]
    assert size in {path.stat().st_size for path in files}
    assert web.memory() - memory < 20 * MB


def test_a_signed_in_person_reads_that_a_request_is_too_large(web):
    with closing(web.sign_in()) as anna:
        told = anna.ask("POST", "/tickets/1234/", b"x" * 270 * MB, MULTIPART, 413)
    assert "266 MB" in told


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (
            "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n"
            "Content-Length: 6\r\n\r\nhello",
            400,
        ),
        ("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5, 5\r\n\r\nhello", 400),
        ("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: +5\r\n\r\nhello", 400),
        ("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\nhello", 400),
        (
            "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n"
            "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            400,
        ),
        ("POST / HTTP/1.0\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        (
            "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: x, chunked\r\n\r\n0\r\n\r\n",
            501,
        ),
        ("POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nz\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: localhost\r\nX-A: secret-word\rX-B: 1\r\n\r\n", 400),
        ("GET / HTTP/1.1\nHost: localhost\n\n", 400),
        ("get / HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
        (f"GET /{'a' * 40_000} HTTP/1.1\r\nHost: localhost\r\n\r\n", 431),
        (f"GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: {'a' * 40_000}\r\n\r\n", 431),
    ],
)
def test_what_a_proxy_might_read_differently_is_refused_and_the_line_closed(web, request_, status):
    after = "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    if request_.endswith("\n\n"):  # no end of a header at all by the letter of the protocol
        after += "\r\n\r\n"
    answer = asked(web, request_ + after)
    assert answer.startswith((f"HTTP/1.1 {status}".encode(), f"HTTP/1.0 {status}".encode()))
    assert answer.count(b"HTTP/1.") == 1
    assert b"alive" not in answer
    assert b"secret-word" not in answer
    assert b"waitress" not in answer.lower()
    assert b"gunicorn" not in answer.lower()


def test_requests_one_behind_the_other_are_answered_in_their_order(web):
    one = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
    last = "GET /nowhere/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    answer = asked(web, one * 3 + last)
    statuses = re.findall(rb"HTTP/1\.1 (\d+)", answer)
    assert statuses[:3] == [b"200"] * 3
    assert len(statuses) == 4


def test_the_log_of_accesses_holds_no_query_and_no_second_line(web):
    asked(
        web, "GET /healthz?q=secret-word HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    )
    asked(
        web,
        "GET /a%0A%1b[31mGET%20/forged HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
    )
    log = web.log.read_text()
    moment = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4}"
    assert re.search(rf"^{moment} GET /healthz 200 \d+ B \d+ ms$", log, re.MULTILINE)
    assert "secret-word" not in log
    assert "\x1b" not in log
    assert not re.search(r"^\S* ?GET /forged", log, re.MULTILINE)


@pytest.mark.parametrize("page", ["/accounts/invitation/", "/accounts/password/reset/key/"])
@pytest.mark.parametrize("host", ["localhost", "evil.example"])
def test_no_log_holds_a_key_that_lets_somebody_choose_a_password(web, page, host):
    before = len(web.log.read_text())
    for path in (
        f"{page}sekretny-klucz-9/",
        f"{page}sekretny-klucz-9",
        f"{page}sekretny-klucz-9?x",
    ):
        asked(web, f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")
    log = web.log.read_text()[before:]
    assert log.count(f"GET {page}") == 3
    assert "sekretny-klucz-9" not in log


def test_it_stops_soon_and_not_in_the_middle_of_an_answer(prepared, tmp_path):
    with serving(prepared, tmp_path) as web, ExitStack() as stack:
        crowd(web, stack, idle=20, headers=20, body=20)
        line = stack.enter_context(web.connect())
        editor = static("django_prose_editor/editor.js")
        line.sendall(f"GET {editor} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        begun = line.recv(4096)
        length = int(re.findall(rb"(?i)content-length: (\d+)", begun)[0])
        assert length > MB / 2
        web.server.terminate()
        _head, _end, body = (begun + rest(line)).partition(b"\r\n\r\n")
        assert len(body) == length
        assert web.server.wait(timeout=20) == 0


def static(name: str) -> str:
    """Return the address under which a static file is served."""
    names = json.loads((ROOT / "staticfiles" / "staticfiles.json").read_text())["paths"]
    return f"/static/{names[name]}"
