"""One connection for one call, watched closely enough to say whether any byte of it left.

urllib3 connects inside its first ``send``; the tap on both connection classes tells connecting
(DNS, TCP, TLS) from sending, calls the gate between the two, and the fence before every send.
"""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool


class DeadlineOver(Exception):
    """The whole call took longer than it may."""


class Wire:
    """What one call did to its socket."""

    def __init__(
        self, gate: Callable[[], None] | None = None, fence: Callable[[], None] | None = None
    ) -> None:
        self._gate, self._fence = gate, fence
        self.started = False
        self.aborted = False
        self.stopped = False
        self._connection: Any = None

    def connecting(self, connection: object) -> None:
        """Remember the connection, so that the deadline can cut it."""
        self._connection = connection

    def connected(self) -> None:
        """Refuse to go on where the deadline passed meanwhile (no time-out bounds a slow DNS)."""
        if self.aborted:
            raise DeadlineOver

    def about_to_send(self) -> None:
        """Pass gate and fence, or raise before the byte; the fence comes after the gate."""
        try:
            if not self.started and self._gate is not None:
                self._gate()
            if self._fence is not None:
                self._fence()
        except BaseException:
            self.stopped = not self.started
            raise
        if self.aborted:
            raise DeadlineOver
        self.started = True

    def abort(self) -> None:
        """Cut the connection from another thread; works for plain and TLS sockets."""
        self.aborted = True
        sock = getattr(self._connection, "sock", None)
        if sock is not None:
            with contextlib.suppress(OSError, ValueError):
                socket.socket.shutdown(sock, socket.SHUT_RDWR)

    @contextmanager
    def deadline(self, seconds: float) -> Iterator[None]:
        """Abort the call after *seconds*, whatever trickles in."""
        timer = threading.Timer(seconds, self.abort)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()


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
            wire.connecting(self)
            self._is_connecting = True
            try:
                super().connect()
            finally:
                self._is_connecting = False
            wire.connected()

        def send(self, data: Any) -> None:
            if self.sock is None:
                self.connect()
            if not self._is_connecting:
                wire.about_to_send()
            super().send(data)

    class TappedTls(Tapped, HTTPSConnection):
        pass

    class Pool(HTTPConnectionPool):
        ConnectionCls = Tapped

    class TlsPool(HTTPSConnectionPool):
        ConnectionCls = TappedTls

    return {"http": Pool, "https": TlsPool}
