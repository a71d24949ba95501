"""A Thulium with the made-up tickets: ``python -m tests.bench.town_thulium PORT OPEN MINUTE``.

Beside the API it has two addresses for the benchmark: ``POST /write/N`` lets the customer of ticket
N write, ``GET /seen`` tells what was asked for so far. It takes SECONDS over each answer.
"""

import base64
import json
import re
import sys
import threading
import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from itertools import count
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

from tests.bench import town
from tests.bench.thulium import Server

SECONDS = 0.02
_ZONE = ZoneInfo("Europe/Warsaw")
_TICKET = re.compile(r"/api/tickets/(\d+)(/agent_response)?$")


class Town:
    """The tickets, whatever is written on them, and everything that is asked for."""

    def __init__(self, open_count: int, minute: int) -> None:
        self._now = datetime.fromtimestamp(minute, UTC)
        self._lock = threading.Lock()
        self._numbers = count((town.FIRST + open_count) * 10 + 1)
        numbers = range(town.FIRST, town.FIRST + open_count)
        self._tickets = {number: self._begun(number) for number in numbers}
        self._more: dict[int, list[dict[str, Any]]] = {}
        self.seen: dict[str, list[Any]] = {"lists": [], "reads": [], "replies": [], "written": []}

    def _begun(self, number: int) -> dict[str, Any]:
        made = town.ticket(number, self._now)
        return {
            "ticket_id": number,
            "from": made.customer_email,
            "customer_id": made.customer_id,
            "source": "email",
            "subject": made.subject,
            "ticket_queue_id": made.queue_id,
            "ticket_queue_name": made.queue_name,
            "full_status_name": made.status,
            "user_login": made.agent_login,
            "created_at": _told(made.created_at),
            "updated_at": _told(made.at),
        }

    def page(self, query: dict[str, list[str]]) -> dict[str, Any]:
        """Return a page of the list, last changed first."""
        since = query.get("date_from", [""])[0]
        begin, size = (int(query.get(name, ["0"])[0]) for name in ("offset", "limit"))
        with self._lock:
            self.seen["lists"].append(time.time())
            rows = [row for row in self._tickets.values() if row["updated_at"] >= since]
            rows.sort(key=lambda row: str(row["updated_at"]), reverse=True)
            return {"count": len(rows), "result": [dict(row) for row in rows[begin : begin + size]]}

    def read(self, number: int, user: str) -> dict[str, Any] | None:
        """Return a ticket with its messages."""
        with self._lock:
            self.seen["reads"].append((time.time(), number, user))
            if number not in self._tickets:
                return None
            first = self._first_messages(number)
            return self._tickets[number] | {"messages": first + self._more.get(number, [])}

    def _first_messages(self, number: int) -> list[dict[str, Any]]:
        made = town.ticket(number, self._now)
        mail = _message(made.last_message_id - 1, "MAIL", "Gdzie jest moja paczka?", "", made.at)
        if made.waits:
            return [mail | {"message_id": made.last_message_id}]
        reply = ("REPLY", "<p>Jest w drodze.</p>", made.agent_login, made.at)
        return [mail, _message(made.last_message_id, *reply)]

    def write(self, number: int, *, reply: dict[str, Any] | None = None) -> int:
        """Let the customer write, or an agent reply; return the number of the message."""
        with self._lock:
            found, now = next(self._numbers), datetime.now(UTC)
            login = reply["user_login"] if reply else ""
            body = reply["body"] if reply else f"Czy ktoś to czyta? {found}"
            message = _message(found, "REPLY" if reply else "MAIL", body, login, now)
            self._more.setdefault(number, []).append(message)
            status = "Oczekuje na klienta" if reply else "Nowe"
            self._tickets[number] |= {"updated_at": _told(now), "full_status_name": status}
            self.seen["replies" if reply else "written"].append((time.time(), number, found))
            return found

    def change(self, number: int, fields: dict[str, Any]) -> None:
        """Give a ticket to somebody."""
        with self._lock:
            names = {"user_login"} & fields.keys()
            self._tickets[number] |= {name: fields[name] for name in names}
            self._tickets[number]["updated_at"] = _told(datetime.now(UTC))


class Handler(BaseHTTPRequestHandler):
    """The calls of the portal, and the benchmark's own two."""

    protocol_version = "HTTP/1.1"
    town: Town

    def do_GET(self) -> None:
        """Answer with a page, a ticket, a customer, an agent or what was asked for."""
        path, found = urlsplit(self.path), _TICKET.match(urlsplit(self.path).path)
        if path.path == "/seen":
            self._answer(self.town.seen)
            return
        time.sleep(SECONDS)
        last = path.path.rpartition("/")[2]
        if path.path == "/api/tickets":
            self._answer(self.town.page(parse_qs(path.query)))
        elif found:
            self._answer(self.town.read(int(found[1]), self._user()))
        elif path.path.startswith("/api/customers/"):
            self._answer({"customer_id": int(last), "name": "Anna", "surname": f"Klient {last}"})
        elif path.path.startswith("/api/agents/"):
            self._answer({"agent_id": 1, "login": last, "name": last, "active": True})
        else:
            self._answer([])

    def do_POST(self) -> None:
        """Take a reply, or let a customer write."""
        body = self.rfile.read(int(self.headers["Content-Length"] or 0))
        found = _TICKET.match(self.path)
        if found:
            time.sleep(SECONDS)
            self.town.write(int(found[1]), reply=json.loads(body))
            self._answer([])
        else:
            self._answer(self.town.write(int(self.path.rpartition("/")[2])))

    def do_PUT(self) -> None:
        """Change a ticket."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        time.sleep(SECONDS)
        self.town.change(int(self.path.rpartition("/")[2]), json.loads(body))
        self._answer([])

    def log_message(self, *args: object) -> None:
        """Stay quiet."""

    def _user(self) -> str:
        word = self.headers["Authorization"].removeprefix("Basic ")
        return base64.b64decode(word).decode().partition(":")[0]

    def _answer(self, told: object) -> None:
        data = json.dumps(told).encode()
        self.send_response(404 if told is None else 200)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def _message(number: int, kind: str, body: str, login: str, at: datetime) -> dict[str, Any]:
    return {
        "message_id": number,
        "user_login": login,
        "type": kind,
        "body": body,
        "comment": "",
        "system_comment": "",
        "created_at": _told(at),
        "attachments": [],
    }


def _told(at: datetime) -> str:
    return f"{at.astimezone(_ZONE):%Y-%m-%d %H:%M}"


if __name__ == "__main__":
    Handler.town = Town(int(sys.argv[2]), int(sys.argv[3]))
    Server(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
