"""Serves the practice Thulium over HTTP/1.1: connections, authentication, planned faults."""

import base64
import hmac
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import Any, cast
from urllib.parse import urlsplit

from thulium_portal.practice import api, faults
from thulium_portal.practice.faults import Faults
from thulium_portal.practice.request import Request
from thulium_portal.practice.responses import Answer, Cut, Refusal
from thulium_portal.practice.store import Store

LOOPBACK_NAMES = {"localhost", "127.0.0.1", "::1"}
DRAIN_BYTES = 1024 * 1024
DRAIN_SECONDS = 2.0
MAINTENANCE_PAGE = (
    "<!doctype html><html lang='pl'><head><meta charset='utf-8'><title>Prace techniczne</title>"
    "</head><body><h1>Trwają prace techniczne</h1><p>Zapraszamy za kilka minut.</p></body></html>"
)


class Server(ThreadingHTTPServer):
    """Listens on loopback; knows its open connections, so that stopping ends them too."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], context: "Context") -> None:
        self.context = context
        self._open: set[socket.socket] = set()
        self._changed = threading.Condition()
        super().__init__(address, Exchange)

    def server_bind(self) -> None:
        """Bind without HTTPServer's look-up of the machine's name."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = "127.0.0.1", self.server_address[1]

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve a connection in a thread of its own."""
        with self._changed:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """End a connection and forget it."""
        super().shutdown_request(request)
        with self._changed:
            self._open.discard(request)
            self._changed.notify_all()

    def end_connections(self, *, within: float) -> None:
        """Cut every open connection and wait up to *within* seconds until its thread is through."""
        with self._changed:
            for connection in self._open:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
            self._changed.wait_for(lambda: not self._open, timeout=within)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Stay quiet about callers who went away; report everything else."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


@dataclass(frozen=True)
class Context:
    """What every exchange works with; *credentials* are what Basic authentication decodes to."""

    store: Store
    faults: Faults
    credentials: bytes
    page: Callable[[Request], Answer]
    slow_seconds: float
    retry_after: int
    stopping: threading.Event = field(default_factory=threading.Event)


class Exchange(BaseHTTPRequestHandler):
    """One connection and the requests on it."""

    protocol_version = "HTTP/1.1"
    server_version = "PracticeThulium"
    sys_version = ""
    timeout = 65
    wbufsize = -1

    def __getattr__(self, name: str) -> Any:
        # Any method reaches _serve: a known path must answer 405, not the base class's HTML.
        if name.startswith("do_"):
            return self._serve
        raise AttributeError(name)

    @property
    def _context(self) -> Context:
        return cast(Server, self.server).context

    def _serve(self) -> None:
        request = Request(self.command, self.path, self.headers, self.rfile)  # type: ignore[arg-type]
        try:
            self._send(request, self._answer(request))
        except Cut:
            self._cut()
        except Refusal as refusal:
            polish = request.prefers_polish(default=False)
            self._send(request, refusal.answer("pl" if polish else "en"))

    def _answer(self, request: Request) -> Answer:
        if not _names_loopback(request.headers.get("Host", "")):
            content = b"Unknown host.\n"
            return Answer(HTTPStatus.MISDIRECTED_REQUEST, content, "text/plain; charset=utf-8")
        if request.path.startswith("/api/"):
            return self._api(request)
        return self._context.page(request)

    def _api(self, request: Request) -> Answer:
        context = self._context
        if context.faults.down:
            raise Cut
        if not _may_enter(request.headers.get("Authorization", ""), context.credentials):
            raise _wrong_password()
        route, identifier = api.find_route(request.method, request.path)
        fault = context.faults.take(route.area)
        _fail_before(fault, context)
        if fault == faults.HTML:
            return Answer(HTTPStatus.OK, MAINTENANCE_PAGE.encode(), "text/html; charset=utf-8")
        answer = route.call(context.store, request, identifier)
        if fault == faults.SLOW:
            context.stopping.wait(context.slow_seconds)
        if fault == faults.BROKEN_AFTER:
            raise Cut
        return answer

    def _send(self, request: Request, answer: Answer) -> None:
        must_close = not self._drain(request)
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.content)))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if must_close:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.content)
        self.wfile.flush()
        if must_close:
            self._linger()

    def _drain(self, request: Request) -> bool:
        """Read a small body nobody wanted; return whether the connection can be used again."""
        if request.chunked or not request.has_length or request.left > DRAIN_BYTES:
            return False
        return len(self.rfile.read(request.left)) == request.left

    def _linger(self) -> None:
        """Let the caller finish talking, so that it reads the answer instead of a reset."""
        end = time.monotonic() + DRAIN_SECONDS
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_WR)
            self.connection.settimeout(DRAIN_SECONDS)
            while time.monotonic() < end and self.connection.recv(DRAIN_BYTES):
                pass

    def _cut(self) -> None:
        """Reset the connection: no answer, no farewell."""
        self.close_connection = True
        with suppress(OSError):
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Say nothing: requests carry customers' words even in practice."""


def _may_enter(header: str, credentials: bytes) -> bool:
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return False
    with suppress(ValueError):
        return hmac.compare_digest(base64.b64decode(encoded.strip(), validate=True), credentials)
    return False


def _wrong_password() -> Refusal:
    challenge = {"WWW-Authenticate": 'Basic realm="Thulium API", charset="UTF-8"'}
    return Refusal(HTTPStatus.UNAUTHORIZED, "unauthorized", challenge)


def _fail_before(fault: str, context: Context) -> None:
    """Raise what a fault does instead of the call, if it is of that sort."""
    if fault == faults.BROKEN_BEFORE:
        raise Cut
    if fault == faults.WRONG_PASSWORD:
        raise _wrong_password()
    if fault == faults.REFUSED:
        raise Refusal(HTTPStatus.BAD_REQUEST, "practice_refusal")
    if fault == faults.SERVER_ERROR:
        raise Refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "server_error")
    if fault == faults.BUSY:
        wait = {"Retry-After": str(context.retry_after)}
        raise Refusal(HTTPStatus.TOO_MANY_REQUESTS, "busy", wait)


def _names_loopback(host: str) -> bool:
    try:
        return urlsplit(f"//{host}").hostname in LOOPBACK_NAMES
    except ValueError:
        return False
