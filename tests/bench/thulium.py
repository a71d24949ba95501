"""A Thulium that only keeps time: ``python -m tests.bench.thulium PORT SECONDS [CERTIFICATE]``.

It takes SECONDS over each reply and writes one line of JSON for each to standard output: when it
had arrived (seconds since 1970) and for which ticket. Tickets come into being when asked for.
"""

import json
import re
import ssl
import sys
import threading
import time
from collections import defaultdict
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

_TICKET = re.compile(r"/api/tickets/(\d+)")


class Tickets:
    """What the tickets hold, and how long a reply takes."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._messages: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
        self._numbers = count(1000)
        self._lock = threading.Lock()

    def ticket(self, number: int) -> dict[str, Any]:
        """Return a ticket as the API tells it."""
        with self._lock:
            return {
                "ticket_id": number,
                "from": "klient@example.org",
                "customer_id": "",
                "subject": "Gdzie jest paczka?",
                "ticket_queue_id": 1,
                "ticket_queue_name": "Sklep",
                "full_status_name": "Nowe",
                "user_login": "",
                "created_at": _now(),
                "updated_at": _now(),
                "messages": list(self._messages[number]),
            }

    def take(self, number: int, reply: dict[str, Any]) -> None:
        """Keep a reply on its ticket."""
        with self._lock:
            self._messages[number].append(
                {
                    "message_id": next(self._numbers),
                    "user_login": reply["user_login"],
                    "type": "REPLY",
                    "body": reply["body"],
                    "comment": "",
                    "system_comment": "",
                    "created_at": _now(),
                    "attachments": [],
                }
            )


class Handler(BaseHTTPRequestHandler):
    """The two calls of a delivery."""

    protocol_version = "HTTP/1.1"
    tickets: Tickets

    def do_GET(self) -> None:
        """Answer with a ticket."""
        self._answer(self.tickets.ticket(self._number()))

    def do_POST(self) -> None:
        """Take a reply, slowly."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        sys.stdout.write(json.dumps({"at": time.time(), "ticket": self._number()}) + "\n")
        sys.stdout.flush()
        time.sleep(self.tickets.seconds)
        self.tickets.take(self._number(), json.loads(body))
        self._answer([])

    def log_message(self, *args: object) -> None:
        """Stay quiet."""

    def _number(self) -> int:
        found = _TICKET.match(self.path)
        return int(found[1]) if found else 0

    def _answer(self, told: object) -> None:
        data = json.dumps(told).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


class Server(ThreadingHTTPServer):
    """A server that two hundred may call at once."""

    request_queue_size = 512
    daemon_threads = True


def main(port: str, seconds: str, certificate: str = "") -> None:
    """Serve until killed."""
    Handler.tickets = Tickets(float(seconds))
    server = Server(("127.0.0.1", int(port)), Handler)
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    server.serve_forever()


def _now() -> str:
    return f"{datetime.now(ZoneInfo('Europe/Warsaw')):%Y-%m-%d %H:%M}"


if __name__ == "__main__":
    main(*sys.argv[1:])
