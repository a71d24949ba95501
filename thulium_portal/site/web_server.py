"""HTTP of the web processes: waitress, which hands a request to a thread only once it is whole.

Who is slow to ask, or says nothing at all, costs a socket and never a thread. What is added here is
what a server alone cannot know: whose large request may be kept on disk until it is whole.
"""

import logging
import time
from io import BytesIO
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.db import close_old_connections
from django.utils.module_loading import import_string
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.server import TcpWSGIServer
from waitress.task import WSGITask
from waitress.utilities import RequestEntityTooLarge

from thulium_portal.site.logs import MOMENT

access_log = logging.getLogger("gunicorn.access")
LIMITS = {
    "max_request_header_size": 32 * 1024,
    "inbuf_overflow": 16 * 1024,
    "recv_bytes": 64 * 1024,
    "channel_timeout": 60,
    "cleanup_interval": 10,
    "asyncore_use_poll": True,
    # Whose word is believed about a visitor's address is the portal's own setting.
    "clear_untrusted_proxy_headers": False,
    "ident": "",
}
"""In bytes and seconds; what of a body is above ``inbuf_overflow`` waits in a file without name."""
READ_AWAY = 32 * 1024 * 1024
"""So much of what is not kept is still received of a stranger: browsers read no answer before."""


class _Request(HTTPRequestParser):  # type: ignore[misc]
    """A request as it comes in; refuses what a proxy and the portal might read differently."""

    is_doubted = False
    """Whether it is larger than a stranger's may be, and nobody has looked whose it is."""

    def parse_header(self, header_plus: bytes) -> None:
        super().parse_header(header_plus)
        if self.chunked and "CONTENT_LENGTH" in self.headers:
            raise ParsingError("two lengths")
        if "TRANSFER_ENCODING" in self.headers:
            raise ParsingError("no chunks in HTTP/1.0")
        self.is_doubted = self.content_length > settings.MAX_STRANGERS_REQUEST_BYTES

    def received(self, data: bytes) -> int:
        """Take in *data*; what comes without a length may be as large as a stranger's."""
        consumed: int = super().received(data)
        if self.chunked and self.body_bytes_received > settings.MAX_STRANGERS_REQUEST_BYTES:
            self.error = RequestEntityTooLarge("")
            self.completed = True
        if self.error:
            self.error.body = ""  # repeats nothing of the request
        return consumed

    def forget_body(self, *, is_known: bool) -> None:
        """Throw away what came of the body and what comes; a stranger's large one ends here."""
        self.body_rcv.getbuf().close()
        self.body_rcv.buf = _Nothing()
        if self.content_length > READ_AWAY and not is_known:
            self.connection_close = self.completed = True


class _Nothing:
    """A body that keeps nothing."""

    def append(self, data: bytes) -> None: ...

    def getfile(self) -> BytesIO:
        return BytesIO()

    def close(self) -> None: ...

    def __len__(self) -> int:
        return 0


class _Task(WSGITask):  # type: ignore[misc]
    """One request being answered, and its line in the access log: no query, nothing of a body."""

    def service(self) -> None:
        try:
            super().service()
        finally:
            access_log.info(
                "%s %s %s %s %s B %d ms",
                time.strftime(MOMENT),
                self.request.command,
                quote(self.request.path.encode("latin-1")),
                self.status.partition(" ")[0],
                self.content_length if self.content_length is not None else "-",
                (time.time() - self.start_time) * 1000,
            )


class _Question:
    """Finds out, in a thread of its own, whether a large request is a signed-in person's."""

    def __init__(self, channel: "_Channel", request: _Request) -> None:
        self._channel, self._request = channel, request

    def service(self) -> None:
        # By name, since gunicorn loads this module before Django is set up.
        is_signed_in = import_string("thulium_portal.accounts.door.is_signed_in")
        is_known = is_signed_in(self._request.headers.get("COOKIE", ""))
        if not is_known or self._request.content_length > settings.MAX_REQUEST_BYTES:
            self._request.forget_body(is_known=is_known)
        close_old_connections()
        self._channel.go_on()

    def cancel(self) -> None:
        self._channel.cancel()


class _Channel(HTTPChannel):  # type: ignore[misc]
    """A connection; while it is asked whose request comes, nothing more of it is read."""

    parser_class = _Request
    task_class = _Task
    request: Any
    is_asking = False
    answered_at = 0.0

    @property
    def is_waiting(self) -> bool:
        """Tell whether its client has yet to say what it wants, and nothing is on its way."""
        return not (self.requests or self.total_outbufs_len or self.is_asking)

    @property
    def waits_since(self) -> float:
        """The time of its last answer, or of its beginning: what trickles in does not count."""
        return self.answered_at or float(self.creation_time)

    def readable(self) -> bool:
        return not self.is_asking and super().readable()

    def writable(self) -> bool:
        """Tell whether there is something to send, and the thread that writes is not at it itself.

        Else this loop would turn at full speed, at the cost of that very thread.
        """
        if not super().writable() or not self.outbuf_lock.acquire(blocking=False):
            return False
        self.outbuf_lock.release()
        return True

    def write_soon(self, data: bytes) -> int:
        """Take *data* of an answer; what the client was too slow for is left to the loop."""
        taken: int = super().write_soon(data)
        if self.total_outbufs_len:
            self.server.pull_trigger()
        return taken

    def received(self, data: bytes) -> bool:
        result: bool = super().received(data)
        request = self.request
        if request is not None and request.is_doubted:
            request.is_doubted, self.is_asking = False, True
            self.server.add_task(_Question(self, request))
        return result

    def go_on(self) -> None:
        """Read the rest of the request, or answer it as it is."""
        with self.requests_lock:
            if self.request.completed:
                self.requests.append(self.request)
                self.request = None
                self.server.add_task(self)
            self.is_asking = False
        self.server.pull_trigger()

    def service(self) -> None:
        super().service()
        self.answered_at = time.time()


class Server(TcpWSGIServer):  # type: ignore[misc]
    """All connections of one process; a new one finds room however many say nothing."""

    channel_class = _Channel

    def readable(self) -> bool:
        if len(self._map) >= self.adj.connection_limit - _SPARE:
            waiting = [one for one in self.active_channels.values() if one.is_waiting]
            for channel in sorted(waiting, key=_since)[:_SPARE]:
                channel.will_close = True
        return bool(super().readable())

    @property
    def is_busy(self) -> bool:
        """Tell whether somebody still waits for an answer or for the rest of one."""
        return not all(channel.is_waiting for channel in self.active_channels.values())


_SPARE = 10
"""Connections kept free for who comes next; those that wait the longest make room."""


def _since(channel: _Channel) -> float:
    return channel.waits_since


def settings_of(threads: int, connections: int) -> dict[str, Any]:
    """Return what waitress is told for a process with so many threads and connections."""
    return LIMITS | {
        "threads": threads,
        "connection_limit": connections,
        # Beyond this nothing is even counted.
        "max_request_body_size": 2 * settings.MAX_REQUEST_BYTES,
    }
