"""The portal, the floors and the practice Thulium as real processes, and a visitor who times them.

Both are served by gunicorn with one process and four threads, the portal by the kind of worker that
its Procfile names, the floors by gunicorn's own; the floors are Django as ``startproject`` sets it
up, over an SQLite as durable as ours.
"""

import http.client
import os
import re
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable
from contextlib import ExitStack
from http.cookies import SimpleCookie
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parents[2]
CSRF = "floorandportaltakethesametoken01"
FIELD = re.compile(r'<input type="hidden" name="(\w+)"(?: value="([^"]*)")?')
WORKER = "thulium_portal.site.web_worker.WebWorker"
UP_WITHIN_SECONDS = 30


class Rig:
    """Everything the goals are measured on; a context manager that starts and ends it."""

    def __init__(self, folder: Path, *, database_url: str = "") -> None:
        self._folder = folder
        self._stack = ExitStack()
        thulium, self._portal_port, self._floor_port = (free_port() for _ in range(3))
        self.environment = {
            **os.environ,
            "ALLOWED_HOSTS": "localhost",
            "DATA_DIR": str(folder / "data"),
            "DATABASE_URL": database_url,
            "FLOOR_DATABASE": str(folder / "floor.sqlite3"),
            "HTTPS": "",
            "LANGUAGE_CODE": "",
            "PRACTICE_PORT": str(thulium),
            "SECRET_KEY": "bench-only-" + "x" * 50,
            "THULIUM_URL": "",
            "UNDO_SECONDS": "600",
        }
        self._thulium = ["manage.py", "practice_thulium", "--port", str(thulium)]

    def __enter__(self) -> Self:
        with self._stack:
            self.prepare()
            self.run(
                "-m",
                "django",
                "migrate",
                "--run-syncdb",
                "--settings",
                "tests.bench.floor.settings",
            )
            self._start(*self._thulium)
            self._serve("tests.bench.unhurried", self._portal_port, WORKER)
            self._serve("tests.bench.floor.wsgi", self._floor_port, "gthread")
            self._stack = self._stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()
        if error is not None:
            sys.stderr.write((self._folder / "log").read_text()[-5000:])

    def prepare(self) -> None:
        """Put everything in place, people and canned responses too, but nobody's past."""
        (self._folder / "data").mkdir(exist_ok=True)
        self.run("manage.py", "migrate", "--verbosity", "0")
        self.run("manage.py", "load_demo", "--no-past")
        self.run("manage.py", "prepare")

    def on_the_floor(self) -> "Visitor":
        """Return somebody who is signed in where the floors are."""
        visitor = Visitor(self._floor_port)
        visitor.get("/sign-in/")
        return visitor

    def in_the_portal(self, username: str, password: str) -> "Visitor":
        """Return somebody who has signed in to the portal."""
        visitor = Visitor(self._portal_port)
        visitor.get("/accounts/login/")
        visitor.post("/accounts/login/", {"login": username, "password": password}, expect=302)
        return visitor

    def _serve(self, application: str, port: int, worker: str) -> None:
        self._start(
            *("-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}"),
            *("--worker-class", worker, "--workers", "1", "--threads", "4", "--keep-alive", "60"),
            *("--no-control-socket", "--log-level", "warning"),
        )
        wait_until_up(port)

    def _start(self, *arguments: str) -> None:
        with (self._folder / "log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, *arguments], cwd=ROOT, env=self.environment, stdout=log, stderr=log
            )
        self._stack.callback(process.wait)
        self._stack.callback(process.terminate)

    def run(self, *arguments: str) -> None:
        """Run Python with *arguments* to its end, as the portal is set up."""
        subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.environment,
            check=True,
            stdout=subprocess.DEVNULL,
        )


class Visitor:
    """A browser's side of HTTP without the browser: one kept connection, cookies, a form token."""

    def __init__(self, port: int, *, session: str = "") -> None:
        self._line = http.client.HTTPConnection("localhost", port, timeout=30)
        self._cookies = {"portal_csrf": CSRF, "csrftoken": CSRF}
        if session:
            self._cookies["portal_session"] = session

    def close(self) -> None:
        """Leave."""
        self._line.close()

    def get(self, path: str, *, expect: int = 200) -> str:
        """Return a page."""
        return self.ask("GET", path, b"", {}, expect)

    def post(self, path: str, fields: dict[str, str], *, expect: int) -> str:
        """Send a form as a browser sends one without files."""
        content = urlencode(fields | {"csrfmiddlewaretoken": CSRF}).encode()
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.ask("POST", path, content, kind, expect)

    def post_multipart(self, path: str, fields: dict[str, str], *, expect: int) -> str:
        """Send a form as a browser sends one that may hold files."""
        edge = uuid.uuid4().hex
        parts = [
            f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in (fields | {"csrfmiddlewaretoken": CSRF}).items()
        ]
        content = "".join([*parts, f"--{edge}--\r\n"]).encode()
        kind = {"Content-Type": f"multipart/form-data; boundary={edge}"}
        return self.ask("POST", path, content, kind, expect)

    def ask(
        self, method: str, path: str, content: bytes, headers: dict[str, str], expect: int
    ) -> str:
        """Return the text of an answer, which must have the status *expect*."""
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        self._line.request(method, path, content, headers | {"Cookie": cookies})
        answer = self._line.getresponse()
        text = answer.read().decode()
        if answer.status != expect:
            raise RuntimeError(f"{method} {path} answered {answer.status}:\n{text[:2000]}")
        for line in answer.headers.get_all("Set-Cookie", []):
            for name, morsel in SimpleCookie(line).items():
                if "csrf" not in name:
                    self._cookies[name] = morsel.value
        return text


def hidden_fields(page: str) -> dict[str, str]:
    """Return the hidden fields of the forms of a page."""
    return {name: value for name, value in FIELD.findall(page) if name != "csrfmiddlewaretoken"}


def in_turns(
    floor: Callable[[], object], portal: Callable[[], object], *, rounds: int
) -> tuple[list[float], list[float]]:
    """Run both *rounds* times, in turns, after a warm-up; return the seconds of each run."""
    for _ in range(max(5, rounds // 20)):
        floor()
        portal()
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for job, seconds in zip((floor, portal), times, strict=True):
            start = time.perf_counter()
            job()
            seconds.append(time.perf_counter() - start)
    return times


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_up(port: int) -> None:
    """Return once somebody listens on *port*."""
    pause, end = threading.Event(), time.monotonic() + UP_WITHIN_SECONDS
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            pause.wait(0.05)
        else:
            return
    raise RuntimeError(f"Nothing listens on port {port}.")
