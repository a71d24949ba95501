"""A Thulium with many tickets, told over HTTP: its list, each ticket, its customers."""

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

from django.utils import timezone

WARSAW = ZoneInfo("Europe/Warsaw")


def stamp(moment: datetime) -> str:
    """Return *moment* as Thulium tells it."""
    return f"{moment.astimezone(WARSAW):%Y-%m-%d %H:%M}"


@dataclass
class TicketList:
    """The tickets of one Thulium; ``calls`` are the paths that were asked for, in order.

    ``list_answers`` and ``ticket_answers`` hold what is answered instead: a status and a body.
    ``before_page`` is called before each page of the list is put together, ``page_from`` says where
    it begins. Where it ``is_still``, the list is put in order once.
    """

    tickets: dict[int, dict[str, Any]] = field(default_factory=dict)
    calls: list[tuple[datetime, str]] = field(default_factory=list)
    list_answers: list[tuple[int, Any]] = field(default_factory=list)
    ticket_answers: dict[int, tuple[int, Any]] = field(default_factory=dict)
    before_page: Callable[[], None] = lambda: None
    page_from: Callable[[int], int] = lambda offset: offset
    is_still: bool = False
    url: str = ""
    _order: list[dict[str, Any]] = field(default_factory=list)

    def change(self, number: int, *, by: str = "customer", at: datetime | None = None, **told: Any):
        """Let somebody write on a ticket, new or known: the customer, or an agent by login."""
        now = at or timezone.now()
        ticket = self.tickets.setdefault(number, self._new(number, now))
        if by:
            kind, login = ("MAIL", "") if by == "customer" else ("REPLY", by)
            ticket["messages"].append(
                {
                    "message_id": number * 1000 + len(ticket["messages"]),
                    "type": kind,
                    "user_login": login,
                    "body": "Dzień dobry",
                    "created_at": stamp(now),
                }
            )
        ticket.update(told)
        ticket["moment"], ticket["updated_at"] = now, stamp(now)

    def _new(self, number: int, now: datetime) -> dict[str, Any]:
        return {
            "ticket_id": number,
            "from": f"klient{number}@example.org",
            "customer_id": "",
            "source": "email",
            "subject": f"Sprawa {number}",
            "full_status_name": "Nowe",
            "ticket_queue_name": "pomoc@example.com",
            "ticket_queue_id": 3,
            "user_login": "",
            "created_at": stamp(now),
            "messages": [],
        }

    def asked(self, path: str) -> int:
        """Return how many calls asked for a path that begins so."""
        return sum(call.startswith(path) for _at, call in self.calls)

    def readings(self) -> Counter[int]:
        """Return how often each ticket was read."""
        reads = [call for _at, call in self.calls if call.startswith("/api/tickets/")]
        return Counter(int(call.rpartition("/")[2]) for call in reads)

    def answer(self, method: str, target: str) -> tuple[int, Any]:
        """Return status and JSON for a request."""
        parts = urlsplit(target)
        self.calls.append((timezone.now(), parts.path))
        area, _, number = parts.path.removeprefix("/api/").partition("/")
        if area == "tickets" and not number:
            if self.list_answers:
                return self.list_answers.pop(0)
            self.before_page()
            return 200, self._page({name: told[-1] for name, told in parse_qs(parts.query).items()})
        if area == "tickets":
            return self._ticket(int(number))
        if area == "customers":
            return 200, {"customer_id": number, "name": "Jan", "surname": f"Numer{number}"}
        return 404, {}

    def _ticket(self, number: int) -> tuple[int, Any]:
        found = self.tickets.get(number)
        if number in self.ticket_answers or found is None:
            return self.ticket_answers.get(number, (404, {}))
        return 200, {name: told for name, told in found.items() if name != "moment"}

    def _page(self, asked: dict[str, str]) -> dict[str, Any]:
        since = asked.get("date_from", "")
        rows = [ticket for ticket in self._in_order() if ticket["updated_at"] >= since]
        first = self.page_from(int(asked["offset"]))
        page = rows[first : first + min(int(asked["limit"]), 100)]
        hidden = {"moment", "messages", "ticket_queue_id"}
        told = [{name: row[name] for name in row.keys() - hidden} for row in page]
        return {"count": str(len(rows)), "result": told}

    def _in_order(self) -> list[dict[str, Any]]:
        if self.is_still and self._order:
            return self._order
        rows = self.tickets.values()
        self._order = sorted(rows, key=lambda one: one["updated_at"], reverse=True)
        return self._order


@contextmanager
def serving(told: TicketList) -> Iterator[TicketList]:
    """Answer for *told* on a port of this computer."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, found = told.answer("GET", self.path)
            body = found if isinstance(found, bytes) else json.dumps(found).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=[0.02], daemon=True)
    thread.start()
    told.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
