"""A Thulium that tells of one ticket whatever a test wants, and takes replies to it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

CASES = Path(__file__).resolve().parent.parent / "cases" / "api"


def case(name: str) -> bytes:
    """Return the answer of that name among the cases from the field."""
    return (CASES / f"{name}.json").read_bytes()


class Told:
    """What is told for reading ticket 1, and the replies that came; ``told`` may be exchanged."""

    def __init__(self, told: Any) -> None:
        self.told = told
        self.received: list[dict[str, Any]] = []
        self.url = ""

    @property
    def body(self) -> bytes:
        """The answer's bytes."""
        return self.told if isinstance(self.told, bytes) else json.dumps(self.told).encode()


@contextmanager
def telling(told: Any) -> Iterator[Told]:
    """Run a Thulium that answers a reading of a ticket with *told*, in JSON unless it is bytes."""
    state = Told(told)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            is_ticket = self.path.startswith("/api/tickets/")
            self._answer(200 if is_ticket else 404, state.body if is_ticket else b"{}")

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            state.received.append(json.loads(self.rfile.read(length)))
            self._answer(200, b"[]")

        def _answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: Any) -> None:
            """Keep quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        state.url = f"http://127.0.0.1:{server.server_port}"
        Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
        yield state
        server.shutdown()
