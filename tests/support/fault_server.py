"""A server of raw sockets that fails in every way a line may fail, and counts what it did.

A fault is a script: steps played in order on one connection, each a function of :class:`Call`.
The counts are the truth that the client's verdicts are held against. They are final, and every
connection is over, once the ``with`` block of the server has been left.

Nothing of the portal's is in here: with the practice Thulium it is one of the two stand-ins for
Thulium, which know nothing of one another. ``tests.faults.thulium`` keeps tickets on top of it.
"""

import contextlib
import json
import re
import select
import socket
import ssl
import struct
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

PATIENCE = 10.0
"""Seconds after which a server thread gives up; no test comes near it."""
KEPT_REQUESTS = 100
"""How many of the latest requests are kept: the trials of the fault laboratory make millions."""
_END_OF_HEAD = b"\r\n\r\n"
_LENGTH = re.compile(rb"^content-length: *(\d+)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True)
class Request:
    """One request as it came over the wire."""

    method: str
    path: str
    headers: list[tuple[str, str]]
    body: bytes

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Take a whole request apart."""
        head, _, body = raw.partition(_END_OF_HEAD)
        first, *lines = head.decode("latin-1").split("\r\n")
        method, path = first.split(" ")[:2]
        fields = (line.partition(":") for line in lines)
        return cls(method, path, [(name, value.strip()) for name, _, value in fields], body)

    def header(self, name: str) -> list[str]:
        """Return every value of the header *name*."""
        return [value for key, value in self.headers if key.lower() == name.lower()]


@dataclass
class Ledger:
    """What a server saw and did, over all its connections; bytes are those of the application."""

    accepted: int = 0
    bytes_received: int = 0
    heads: int = 0
    bodies: int = 0
    processed: int = 0
    bytes_sent: int = 0
    requests: deque[bytes] = field(default_factory=lambda: deque(maxlen=KEPT_REQUESTS))


class Call:
    """One accepted connection, as a script plays on it."""

    def __init__(
        self, sock: socket.socket, ledger: Ledger, lock: threading.Lock, over: threading.Event
    ) -> None:
        self.sock = sock
        self._ledger, self._lock, self._over = ledger, lock, over
        self._received = bytearray()

    def secure(self, context: ssl.SSLContext) -> None:
        """Shake hands as a TLS server."""
        self.sock = context.wrap_socket(self.sock, server_side=True)

    def peek(self) -> bytes:
        """Return the beginning of the request and leave it unread, as far as TLS lets one."""
        if isinstance(self.sock, ssl.SSLSocket):
            self.read_head()
            return bytes(self._received)
        return self.sock.recv(2048, socket.MSG_PEEK)

    def read_head(self) -> None:
        """Read up to the empty line."""
        while _END_OF_HEAD not in self._received:
            self._receive()
        self._count(heads=1)

    def read_body(self) -> bytes:
        """Read as many bytes as the head announced, and return them."""
        start = self._received.index(_END_OF_HEAD) + len(_END_OF_HEAD)
        announced = _LENGTH.search(self._received, 0, start)
        whole = start + (int(announced[1]) if announced else 0)
        while len(self._received) < whole:
            self._receive()
        self._count(bodies=1)
        with self._lock:
            self._ledger.requests.append(bytes(self._received))
        return bytes(self._received[start:])

    def process(self) -> None:
        """Act on the request: from here on the customer has the reply."""
        self._count(processed=1)

    def say(self, data: bytes) -> None:
        """Send *data* to the client."""
        self.sock.sendall(data)
        self._count(bytes_sent=len(data))

    def say_beneath_tls(self, data: bytes) -> None:
        """Send *data* past the encryption."""
        socket.socket.sendall(self.sock, data)

    def see_first_byte(self) -> None:
        """Wait for the first byte and leave it where it is."""
        self.sock.recv(1, socket.MSG_PEEK)

    def wait_for_client(self) -> None:
        """Keep silent, and count nothing of what still comes, until the client goes."""
        while socket.socket.recv(self.sock, 65536):
            pass

    def ignore_client(self) -> None:
        """Leave every byte unread until the test is over; no FIN gets past a full window."""
        self._over.wait(PATIENCE)

    def client_is_gone(self, within: float) -> bool:
        """Tell whether the client hung up, at the latest after *within* seconds."""
        return bool(select.select([self.sock], [], [], within)[0])

    def finish(self) -> None:
        """Close in an orderly way (FIN), reading away what would turn it into a reset."""
        socket.socket.shutdown(self.sock, socket.SHUT_WR)
        self.wait_for_client()

    def notify_and_finish(self) -> None:
        """Say ``close_notify``, as an orderly end of TLS does, and then close."""
        with contextlib.suppress(OSError):
            _tls(self.sock).unwrap()

    def reset(self) -> None:
        """Tear the connection down (RST)."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()

    def _receive(self) -> None:
        piece = self.sock.recv(65536)
        if not piece:
            raise ConnectionAbortedError
        self._received += piece
        self._count(bytes_received=len(piece))

    def _count(self, **more: int) -> None:
        with self._lock:
            for name, number in more.items():
                setattr(self._ledger, name, getattr(self._ledger, name) + number)


Step = Callable[[Call], object]
Script = Sequence[Step]


class FaultServer:
    """Plays the first script on the first connection and so on; the last one on all that follow.

    With *tls* every script begins after a handshake. A client's hanging up ends a script quietly;
    any other error in one is raised when the ``with`` block is left.
    """

    def __init__(
        self, *scripts: Script, tls: ssl.SSLContext | None = None, scheme: str = "", port: int = 0
    ) -> None:
        self.ledger = Ledger()
        self.scripts = list(scripts)
        self._tls = tls
        self._scheme = scheme or ("https" if tls else "http")
        self._lock, self._over = threading.Lock(), threading.Event()
        self._listener = socket.create_server(("127.0.0.1", port), backlog=512)
        # Small, so that a client's large body stands in the line and not in the kernel.
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16384)
        self.port: int = self._listener.getsockname()[1]
        self._last: object = None
        self._calls: set[threading.Thread] = set()
        self._errors: list[Exception] = []
        self._accepting = threading.Thread(target=self._accept, daemon=True)

    @property
    def url(self) -> str:
        """The address to point a client at."""
        return f"{self._scheme}://127.0.0.1:{self.port}"

    @property
    def requests(self) -> list[Request]:
        """The latest requests that came whole, in their order."""
        return [Request.parse(raw) for raw in list(self.ledger.requests)]

    def __enter__(self) -> Self:
        self._accepting.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._over.set()
        with socket.socket() as last:  # whoever came before it is still served
            last.bind(("127.0.0.1", 0))
            self._last = last.getsockname()
            last.connect(("127.0.0.1", self.port))
            self._accepting.join(PATIENCE)
        self._listener.close()
        for call in list(self._calls):
            call.join(2 * PATIENCE)
        if self._errors and error is None:
            raise self._errors[0]

    def _accept(self) -> None:
        while True:
            sock, address = self._listener.accept()
            if address == self._last:
                sock.close()
                return
            with self._lock:
                script = self.scripts[min(self.ledger.accepted, len(self.scripts) - 1)]
                self.ledger.accepted += 1
            call = threading.Thread(target=self._play, args=(script, sock), daemon=True)
            self._calls.add(call)
            call.start()

    def _play(self, script: Script, sock: socket.socket) -> None:
        sock.settimeout(PATIENCE)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        call = Call(sock, self.ledger, self._lock, self._over)
        try:
            if self._tls:
                call.secure(self._tls)
            for step in script:
                step(call)
        except OSError:
            pass  # the client went, or refused the handshake
        except Exception as error:  # noqa: BLE001 - told to the test, which runs in another thread
            self._errors.append(error)
        finally:
            call.sock.close()
            self._calls.discard(threading.current_thread())


# The steps of a script

HEAD, BODY, PROCESS = Call.read_head, Call.read_body, Call.process
FIN, RST, CLOSE_NOTIFY = Call.finish, Call.reset, Call.notify_and_finish
STALL, UNREAD, PEEK = Call.wait_for_client, Call.ignore_client, Call.see_first_byte


def say(data: bytes) -> Step:
    """Send *data*."""
    return lambda call: call.say(data)


def garble(data: bytes) -> Step:
    """Send *data* past the encryption, which breaks the record."""
    return lambda call: call.say_beneath_tls(data)


def drip(data: bytes, every: float = 0.02) -> Step:
    """Send *data* again and again, a byte each *every* seconds, until the client goes."""

    def step(call: Call) -> None:
        position = 0
        while not call.client_is_gone(every):
            call.say(data[position % len(data) :][:1])
            position += 1

    return step


def flood(size: int) -> Step:
    """Send *size* bytes of blanks as fast as they are taken."""

    def step(call: Call) -> None:
        for _ in range(size // 65536):
            call.say(b" " * 65536)

    return step


def http(
    status: int | str = 200,
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
    *,
    length: bool = True,
) -> bytes:
    """Return an answer as it goes over the wire; with its length unless that is unwanted."""
    told = {"Content-Type": "application/json", "Connection": "close", **(headers or {})}
    if length:
        told["Content-Length"] = str(len(body))
    head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    return f"HTTP/1.1 {status} Told\r\n{head}\r\n".encode() + body


def answering(told: object = (), status: int = 200, **headers: str) -> FaultServer:
    """Return a server that answers every request with *told*, in JSON unless it is bytes."""
    body = told if isinstance(told, bytes) else json.dumps(told).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return FaultServer((HEAD, BODY, say(http(status, body, named)), FIN))


def _tls(sock: socket.socket) -> ssl.SSLSocket:
    if not isinstance(sock, ssl.SSLSocket):
        raise TypeError("this step needs TLS")
    return sock
