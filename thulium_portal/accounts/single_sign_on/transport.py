"""How the provider is asked: for so many seconds in all, and for so many bytes.

requests' own time-out begins anew with each byte, and its answers are read whole. So one that
trickles or never ends would hold a thread and fill the memory of all.
"""

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests
from requests.adapters import HTTPAdapter

LARGEST_ANSWER = 1024 * 1024
"""Bytes, unpacked; what the largest providers say of themselves is some ten thousand."""


class AnswerRefused(requests.RequestException):
    """The provider's answer is not one that may be read on."""


class AnswerTooLarge(AnswerRefused):
    """It is larger than :data:`LARGEST_ANSWER`."""


class AnswerTooSlow(AnswerRefused):
    """It did not end in time."""


class AnswerElsewhere(AnswerRefused):
    """It points to another address, to which nothing of ours is sent."""


class BoundedSession(requests.Session):
    """A requests session each of whose calls takes *seconds* at most, and follows nowhere.

    Proxies and certificate authorities of the environment count as they do for requests.
    """

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self._seconds = seconds
        self._line = _Line()
        for scheme in ("http://", "https://"):
            self.mount(scheme, _TappedAdapter(self._line))

    def send(self, request: requests.PreparedRequest, **given: Any) -> requests.Response:
        """Return the answer, read whole. Raises ``RequestException``."""
        given |= {"stream": True, "timeout": self._seconds}
        with self._line.cut_after(self._seconds), super().send(request, **given) as answer:
            if 300 <= answer.status_code < 400:
                raise AnswerElsewhere(response=answer)
            # A text is UTF-8, as JSON is; requests would take its time to guess from a foreign one.
            answer.encoding = "utf-8"
            answer._content = _read(answer)
        return answer

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Find no target: following none, requests would still read what points there, whole."""


def _read(answer: requests.Response) -> bytes:
    body = bytearray()
    for piece in answer.iter_content(16 * 1024):
        body += piece
        if len(body) > LARGEST_ANSWER:
            raise AnswerTooLarge(response=answer)
    return bytes(body)


class _Line:
    """The socket of the call under way, which another thread may cut."""

    def __init__(self) -> None:
        self._sock: socket.socket | None = None
        self._is_over = False

    def connected(self, sock: socket.socket) -> None:
        self._sock = sock
        if self._is_over:
            raise AnswerTooSlow

    @contextmanager
    def cut_after(self, seconds: float) -> Iterator[None]:
        """Cut the call in the block after so long. Raises :class:`AnswerTooSlow`."""
        self._is_over = False
        timer = threading.Timer(seconds, self._cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        except Exception as error:
            if self._is_over:
                raise AnswerTooSlow from error
            raise
        finally:
            timer.cancel()
        # An answer without a length that was cut looks like one that has ended.
        if self._is_over:
            raise AnswerTooSlow

    def _cut(self) -> None:
        self._is_over = True
        if self._sock is not None:
            with contextlib.suppress(OSError, ValueError):
                socket.socket.shutdown(self._sock, socket.SHUT_RDWR)


class _TappedAdapter(HTTPAdapter):
    """requests' adapter whose connections tell the line of their socket."""

    def __init__(self, line: _Line) -> None:
        self._line = line
        super().__init__(max_retries=0)

    def get_connection_with_tls_context(self, *args: Any, **given: Any) -> Any:
        """Return the pool for an address, also one behind a proxy."""
        pool: Any = super().get_connection_with_tls_context(*args, **given)
        line, untapped = self._line, pool.ConnectionCls

        class Tapped(untapped):  # type: ignore[misc, valid-type] # the pool says which it is
            def connect(self) -> None:
                super().connect()
                line.connected(self.sock)

        pool.ConnectionCls = Tapped
        return pool
