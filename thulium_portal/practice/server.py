"""The practice Thulium itself: start it, look at what customers received, choose what fails."""

import shutil
import tempfile
import threading
import weakref
from html import escape
from pathlib import Path
from typing import Any, Self

from thulium_portal.practice import shop
from thulium_portal.practice.faults import REPLIES, Faults
from thulium_portal.practice.http_server import Context, Server
from thulium_portal.practice.page import Page
from thulium_portal.practice.store import PANEL, Store

API_USER = "practice"
API_PASSWORD = "ćwiczenie-żółw"  # noqa: S105 - opens nothing but this stand-in


class PracticeThulium:
    """A Thulium on this computer only, with its own memory.

    *store* is the folder of that memory; without it a temporary one lives as long as the object.
    *port* 0 takes any free one and keeps it over restarts of the same object. *lived_in* adds to
    the tickets made by hand those of the story: open ones, and two months of answered ones.

        with PracticeThulium() as thulium:
            ThuliumClient(thulium.url, thulium.user, thulium.password, ...)
    """

    def __init__(
        self,
        store: Path | None = None,
        port: int = 0,
        *,
        user: str = API_USER,
        password: str = API_PASSWORD,
        lived_in: bool = False,
    ) -> None:
        self.user, self.password, self.port = user, password, port
        self.faults = Faults()
        self.slow_seconds = 8.0
        self.retry_after = 5
        self._lived_in = lived_in
        self._directory = store or _temporary_directory(self)
        self._store: Store | None = None
        self._server: Server | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """The address without ``/api``; its port is known once started."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> Self:
        """Listen; raises OSError if the port is taken."""
        store = Store(self._directory, lived_in=self._lived_in)
        context = Context(
            store,
            self.faults,
            f"{self.user}:{self.password}".encode(),
            Page(store, self.faults).answer,
            self.slow_seconds,
            self.retry_after,
        )
        try:
            self._server = Server(("127.0.0.1", self.port), context)
        except OSError:
            store.close()
            raise
        self._store, self.port = store, self._server.server_port
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=[0.05], name="practice-thulium", daemon=True
        )
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop listening, cut what is open, keep the memory. Stopping twice is no error."""
        if self._server is None or self._store is None or self._thread is None:
            return
        self._server.context.stopping.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._server.end_connections(within=5)
        self._store.close()
        self._server = self._store = self._thread = None

    def fail_next(self, kind: str, times: int = 1, *, on: str = REPLIES) -> None:
        """Let *kind* (see ``faults.KINDS``) happen to the next *times* calls of area *on*.

        ``down`` concerns every call and lasts until :meth:`recover`. Raises ValueError for an
        unknown kind or area.
        """
        self.faults.plan(kind, times=times, area=on)

    def recover(self) -> None:
        """Let everything work again."""
        self.faults.clear()

    def reset(self) -> None:
        """Begin again: the demo's tickets, nothing received, nothing failing."""
        self.faults.clear()
        self._memory.reset()

    def received(self, ticket_id: int | None = None) -> list[dict[str, Any]]:
        """Return the replies that came over the wire, of one ticket or all, in order of arrival.

        Keys: ``message_id, ticket_id, user_login, body, body_type, created_at, arrived_at,
        attachments`` (each with ``token, filename, size``).
        """
        return self._memory.received(ticket_id)

    def file_content(self, token: str) -> bytes:
        """Return the bytes of an uploaded file; raises FileNotFoundError."""
        return (self._memory.files / Path(token).name).read_bytes()

    def write_as_customer(self, ticket_id: int, text: str) -> int:
        """Let the customer of a ticket write plain *text* now; return its message number."""
        return self._memory.add_mail(ticket_id, f"<p>{escape(text)}</p>")

    def receive_mail(self, ticket_id: int, body: str) -> int:
        """Let a mail arrive whose *body* is text or HTML as given; return its message number."""
        return self._memory.add_mail(ticket_id, body)

    def reply_in_panel(self, ticket_id: int, login: str, body: str) -> int:
        """Let an agent answer in Thulium's own panel, past the portal; return the message number.

        Raises KeyError for an unknown ticket or login.
        """
        ticket = self._memory.ticket(ticket_id)
        if ticket is None:
            raise KeyError(ticket_id)
        login = shop.AGENTS[login]["login"]
        return self._memory.add_reply(ticket, origin=PANEL, login=login, body=body)

    def change_ticket(self, ticket_id: int, **columns: Any) -> None:
        """Change a ticket as people do in Thulium's panel.

        *columns* are those of the store: ``sender``, ``customer_id``, ``queue``, ``status`` (which
        closes and opens as there). Raises KeyError for an unknown ticket.
        """
        ticket = self._memory.ticket(ticket_id)
        if ticket is None:
            raise KeyError(ticket_id)
        if "status" in columns:
            self._memory.set_status(ticket, columns.pop("status"))
        self._memory.change(ticket_id, **columns)

    def merge(self, ticket_id: int, into: int) -> None:
        """Merge a ticket into another, which from then on answers under its number as well."""
        self._memory.merge(ticket_id, into)

    @property
    def _memory(self) -> Store:
        if self._store is None:
            raise RuntimeError("The practice Thulium is not started.")
        return self._store


def _temporary_directory(owner: PracticeThulium) -> Path:
    path = tempfile.mkdtemp(prefix="practice-thulium-")
    weakref.finalize(owner, shutil.rmtree, path, ignore_errors=True)
    return Path(path)
