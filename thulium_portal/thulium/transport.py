"""One connection for one call, watched closely enough to say whether any byte of it left.

urllib3 connects inside its first ``send``; the tap on both connection classes tells connecting
(DNS, TCP, TLS) from sending, calls the gate between the two, and the fence before every send.
"""

import contextlib
import heapq
import os
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import IO, Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool


class DeadlineOver(Exception):
    """The whole call took longer than it may."""


class Halted(Exception):
    """The gate or the fence said no; its own error is the cause.

    Passed on as it came, a ``BrokenPipeError`` from there would be taken for the line's: urllib3
    ignores that one, and reads an answer to what was never asked.
    """


class Wire:
    """What one call did to its socket.

    ``started``: a byte of the request may have left. ``stopped``: gate or fence closed before that.
    ``cut``: the request did not leave whole. ``aborted``: the deadline passed.
    """

    def __init__(
        self, gate: Callable[[], None] | None = None, fence: Callable[[], None] | None = None
    ) -> None:
        self._gate, self._fence = gate, fence
        self.started = False
        self.aborted = False
        self.stopped = False
        self.cut = False
        self._sock: socket.socket | None = None

    def connected(self, sock: socket.socket) -> None:
        """Refuse to go on where the deadline passed meanwhile (no time-out bounds a slow DNS).

        The socket is kept, so that the deadline can cut it: the connection forgets its own as soon
        as an answer says ``Connection: close``, with the body still to come.
        """
        self._sock = sock
        if self.aborted:
            raise DeadlineOver

    @contextmanager
    def sending(self) -> Iterator[None]:
        """Pass gate and fence, or raise before the byte; the fence comes after the gate."""
        self._ask_leave()
        if self.aborted:
            raise DeadlineOver
        self.started = True
        try:
            yield
        except OSError:
            self.cut = True  # urllib3 ignores some of these for the sake of an early answer
            raise

    def _ask_leave(self) -> None:
        try:
            if not self.started and self._gate is not None:
                self._gate()
            if self._fence is not None:
                self._fence()
        except Exception as error:
            self.stopped = not self.started
            raise Halted from error

    def abort(self) -> None:
        """Cut the connection from another thread; works for plain and TLS sockets."""
        self.aborted = True
        sock = self._sock
        if sock is not None:
            with contextlib.suppress(OSError, ValueError):
                socket.socket.shutdown(sock, socket.SHUT_RDWR)

    @contextmanager
    def deadline(self, seconds: float) -> Iterator[None]:
        """Abort the call after *seconds*, whatever trickles in; hang up at its end."""
        entry = _watchdog.watch(seconds, self.abort)
        try:
            yield
        finally:
            entry.cancelled = True
            self._hang_up()

    def _hang_up(self) -> None:
        """Close the socket; urllib3 leaves that to the garbage collector, so to chance."""
        sock, self._sock = self._sock, None
        if sock is not None:
            sock.close()


@dataclass(order=True)
class _Watched:
    at: float
    number: int
    abort: Callable[[], None] = field(compare=False)
    cancelled: bool = field(default=False, compare=False)


class _Watchdog:
    """Cuts the calls whose time is over, from one thread for all of them.

    A thread for each call would cost as much as the call.
    """

    def __init__(self) -> None:
        self._wake = threading.Condition()
        self._watched: list[_Watched] = []
        self._numbers = count()
        self._process = 0

    def watch(self, seconds: float, abort: Callable[[], None]) -> _Watched:
        """Call *abort* in *seconds* unless the returned entry is cancelled before."""
        entry = _Watched(time.monotonic() + seconds, next(self._numbers), abort)
        with self._wake:
            self._keep_running()
            first = not self._watched or entry < self._watched[0]
            heapq.heappush(self._watched, entry)
            if first:
                self._wake.notify()
        return entry

    def _keep_running(self) -> None:
        """Start the thread, also anew in a forked process, where threads do not follow."""
        if self._process != os.getpid():
            self._process = os.getpid()
            self._watched.clear()
            threading.Thread(target=self._run, name="watchdog", daemon=True).start()

    def _run(self) -> None:
        while True:
            with self._wake:
                while self._watched and self._watched[0].cancelled:
                    heapq.heappop(self._watched)
                now = time.monotonic()
                if not self._watched or self._watched[0].at > now:
                    self._wake.wait(self._watched[0].at - now if self._watched else None)
                    continue
                entry = heapq.heappop(self._watched)
            if not entry.cancelled:
                entry.abort()


_watchdog = _Watchdog()


class OneShotSession(requests.Session):
    """A requests session for one call: nothing of the environment, one watched connection.

    It finds no redirections. Even told to follow none, requests would read the body of one whole,
    whatever its size, and fail over a senseless target.
    """

    def __init__(self, wire: Wire, tls: ssl.SSLContext) -> None:
        super().__init__()
        self.trust_env = False
        for scheme in ("http://", "https://"):
            self.mount(scheme, OneShotAdapter(wire, tls))

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Find no target, wherever *resp* points."""


class OneShotAdapter(HTTPAdapter):
    """A requests adapter for one call: no retries, a tapped connection, a ready TLS context.

    Retries must be 0: a TLS error after the processing is retried whatever the method otherwise.
    The context is shared because loading the roots costs many times the rest of a call.
    """

    def __init__(self, wire: Wire, tls: ssl.SSLContext) -> None:
        self._wire, self._tls = wire, tls
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make pools whose connections report to the wire."""
        super().init_poolmanager(*args, ssl_context=self._tls, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _pools(self._wire)

    def build_connection_pool_key_attributes(
        self, request: Any, verify: Any, cert: Any = None
    ) -> tuple[Any, Any]:
        """Keep requests from loading certificates into the shared context again."""
        host, _pool = super().build_connection_pool_key_attributes(request, True, None)
        return host, {"ssl_context": self._tls}

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:
        """Leave verification to the shared context, which always verifies."""


def _pools(wire: Wire) -> dict[str, type[HTTPConnectionPool]]:
    class Tapped(HTTPConnection):
        _is_connecting = False

        def connect(self) -> None:
            self._is_connecting = True
            try:
                super().connect()
            finally:
                self._is_connecting = False
            wire.connected(self.sock)

        def send(self, data: Any) -> None:
            if self.sock is None:
                self.connect()
            with contextlib.nullcontext() if self._is_connecting else wire.sending():
                super().send(data)

    class TappedTls(Tapped, HTTPSConnection):
        pass

    class Pool(HTTPConnectionPool):
        ConnectionCls = Tapped

    class TlsPool(HTTPSConnectionPool):
        ConnectionCls = TappedTls

    return {"http": Pool, "https": TlsPool}


class FileTrouble(Exception):
    """A file could not be read; no ``OSError``, which would be taken for the line's."""


class Sized:
    """A stream of known length, so that requests sends it piece by piece and not chunked."""

    def __init__(self, stream: IO[bytes], size: int) -> None:
        self._stream, self._size, self._left = stream, size, size

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[bytes]:
        while piece := self.read(64 * 1024):
            yield piece

    def read(self, size: int) -> bytes:
        """Return the next bytes, never beyond the length that was announced."""
        if not self._left:
            return b""
        try:
            piece = self._stream.read(min(size, self._left))
        except OSError as error:
            raise FileTrouble(str(error)) from None
        if not piece:
            raise FileTrouble(f"the file ends {self._left} bytes too early")
        self._left -= len(piece)
        return piece
