"""Goals 2 and 7: from due to Thulium, and two hundred people who press Send at once."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from statistics import median
from typing import Self

import psutil

from tests.bench.office import TEXT
from tests.bench.report import Figure
from tests.bench.rig import ROOT, WORKER, Visitor, free_port, wait_until_up
from tests.faults.databases import Database, PostgresDatabase, SqliteDatabase
from tests.support.certificates import Authority

SEND_GOAL_SECONDS = 1.0
LAST_GOAL_SECONDS = 15.0
API_SECONDS = 2.0
AT_ONCE = 32
PAUSE_SECONDS = 0.02
EVERY_SECONDS = 0.2
SETTLE_SECONDS = 2.0
"""Within this the last reply is read back from its ticket, too."""
PATIENCE_SECONDS = 120.0


class Line:
    """A portal with a worker, its database, and a Thulium that keeps time; a context manager.

    *thulium* is another one, its port and its command; *first* is run before anybody works.
    """

    def __init__(
        self,
        database: str,
        *,
        api_seconds: float = 0.0,
        tls: bool = False,
        web: bool = False,
        undo: int = 0,
        thulium: tuple[int, Sequence[str]] | None = None,
        first: Sequence[str] = (),
    ) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="portal-bench-"))
        self._stack = ExitStack()
        self._stack.callback(shutil.rmtree, self._folder, ignore_errors=True)
        self._kind: Callable[[Path], Database] = (
            PostgresDatabase if database == "postgresql" else SqliteDatabase
        )
        self._api_seconds, self._tls, self._web = api_seconds, tls, web
        self._undo, self._thulium, self._first = undo, thulium, first
        self._posts = self._folder / "posts"
        self.port = free_port()
        self.environment: dict[str, str] = {}

    def __enter__(self) -> Self:
        with self._stack:
            (self._folder / "data").mkdir()
            kept = self._stack.enter_context(closing(self._kind(self._folder / "data")))
            self.environment = self._settings(kept.url)
            self._run("manage.py", "prepare")
            if self._first:
                self._run(*self._first)
            if self._web:
                self.web = self._start(*self._web_command())
                wait_until_up(self.port)
            told = self._folder / "worker"
            self.environment["THULIUM_API_USER"] = "worker"
            self.worker = self._start("manage.py", "deliver", "--at-once", str(AT_ONCE), told=told)
            wait_until(lambda: told.stat().st_size > 0, "The worker does not start.")
            self._stack = self._stack.pop_all()
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if error is not None:
            sys.stderr.write((self._folder / "log").read_text()[-5000:])
        self._stack.close()

    def posts(self) -> list[tuple[int, float]]:
        """Return the ticket and the arrival of every reply that reached Thulium so far."""
        lines = self._posts.read_text().splitlines()
        return [(post["ticket"], post["at"]) for post in map(json.loads, lines)]

    def wait_for_posts(self, count: int) -> list[tuple[int, float]]:
        """Return them once there are *count*; raises ``TimeoutError`` where they do not come."""
        wait_until(lambda: len(self.posts()) >= count, f"Not all {count} replies came.")
        return self.posts()

    def office(self, *arguments: object) -> str:
        """Let the people of ``tests.bench.office`` do something and return what they print."""
        return self._run("-m", "tests.bench.office", *map(str, arguments))

    def _settings(self, database_url: str) -> dict[str, str]:
        port, certificate, ca_file = free_port(), "", ""
        if self._tls:
            authority = Authority(self._folder)
            certificate, ca_file = str(authority.issue("127.0.0.1")), str(authority.ca_file)
        thulium: Sequence[str] = (
            *("-m", "tests.bench.thulium", str(port)),
            *(str(self._api_seconds), certificate),
        )
        if self._thulium:
            port, thulium = self._thulium
        self._start(*thulium, told=self._posts)
        wait_until_up(port)
        return {
            "ALLOWED_HOSTS": "localhost",
            "AUDIT_SIGNING_KEY": "bench-R8sW2nLq5VzK7mXc4TbY9pHd3GfJ6aEu1QoZiMv",
            "DATA_DIR": str(self._folder / "data"),
            "DATABASE_URL": database_url,
            "DJANGO_SETTINGS_MODULE": "thulium_portal.settings",
            "HTTPS": "",
            "PYTHONUNBUFFERED": "1",
            "SECRET_KEY": "bench-x7Kp2vQm9ZtR4wLs8YbN3cHf6JdG5aTe1UoXiVn",
            "THULIUM_API_PASSWORD": "bench",
            "THULIUM_API_USER": "web",
            "THULIUM_CA_FILE": ca_file,
            "THULIUM_URL": f"{'https' if self._tls else 'http'}://127.0.0.1:{port}",
            "UNDO_SECONDS": str(self._undo),
        }

    def _web_command(self) -> Sequence[str]:
        """Return the command of the Procfile, without its access log."""
        return (
            *("-m", "gunicorn", "thulium_portal.wsgi", "--bind", f"127.0.0.1:{self.port}"),
            *("--worker-class", WORKER, "--workers", "2", "--threads", "8"),
            *("--no-control-socket", "--log-level", "warning"),
        )

    def _start(self, *arguments: str, told: Path | None = None) -> psutil.Process:
        log_file = self._folder / "log"
        with log_file.open("ab") as log, (told or log_file).open("ab") as out:
            process = subprocess.Popen(
                [sys.executable, *arguments],
                cwd=ROOT,
                env={**os.environ, **self.environment},
                stdout=out,
                stderr=log,
            )
        self._stack.callback(process.wait)
        self._stack.callback(process.terminate)
        return psutil.Process(process.pid)

    def _run(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env={**os.environ, **self.environment},
            check=True,
            text=True,
            stdout=subprocess.PIPE,
        )
        return done.stdout


def due_to_thulium(database: str, rounds: int) -> Iterator[Figure]:
    """Goal 2: replies that are due one by one, over TLS, and what the worker costs."""
    with Line(database, tls=True) as line:
        with _cpu(line.worker) as idle:
            time.sleep(rounds * EVERY_SECONDS)
        with _cpu(line.worker) as busy:
            due = json.loads(line.office("submit", rounds, 3, EVERY_SECONDS))
            arrived = dict(line.wait_for_posts(rounds))
            time.sleep(SETTLE_SECONDS)
    late = sorted(arrived[int(ticket)] - at for ticket, at in due.items())
    yield Figure(f"due → at the API, median s ({database}, TLS)", median(late), goal=0.3)
    yield Figure(f"due → at the API, p95 s ({database}, TLS)", p95(late))
    own = (busy.seconds - idle.share * busy.lasted) / rounds * 1000
    yield Figure("worker's own CPU per delivery, ms", own, goal=10)
    yield Figure("worker's CPU while nothing is due, %", idle.share * 100)


def all_at_once(database: str, people: int) -> Iterator[Figure]:
    """Goal 7: everybody presses Send while Thulium takes two seconds over each reply."""
    with Line(database, api_seconds=API_SECONDS, web=True) as line, ExitStack() as doors:
        keys = json.loads(line.office("sign-in", people + 1))
        visitors = [doors.enter_context(closing(Visitor(line.port, session=key))) for key in keys]
        reader = visitors.pop()
        alone = [_timed(lambda: reader.get("/")) for _ in range(100)]
        began, stop = time.time(), threading.Event()
        with ThreadPoolExecutor(people + 1) as pool:
            reading = pool.submit(_read_until, stop, reader)
            sends = list(pool.map(_send, visitors, range(1, people + 1)))
            try:
                posts = line.wait_for_posts(people)
            finally:
                stop.set()
            meanwhile = reading.result()
        time.sleep(API_SECONDS + 1)
        arrived = Counter(ticket for ticket, _at in line.posts())
    yield Figure(f"{people} at once: Send p95, s ({database})", p95(sends), goal=SEND_GOAL_SECONDS)
    low, high = p95(alone) * 1000, p95(meanwhile) * 1000
    yield Figure("other pages p95 / alone", high / low, low, high, goal=2)
    last = max(at for _ticket, at in posts) - began
    yield Figure("last reply at the API, s", last, goal=LAST_GOAL_SECONDS)
    wrong = sum(arrived[ticket] != 1 for ticket in range(1, people + 1))
    yield Figure("tickets with none or more than one reply", wrong, goal=0)


def p95(seconds: Sequence[float]) -> float:
    """Return the time that 95 of 100 keep below."""
    return sorted(seconds)[max(0, -(-len(seconds) * 95 // 100) - 1)]


def wait_until(
    is_so: Callable[[], bool], complaint: str, *, seconds: float = PATIENCE_SECONDS
) -> None:
    """Return once *is_so*; raises ``TimeoutError`` with *complaint* where that takes too long."""
    pause, end = threading.Event(), time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > end:
            raise TimeoutError(complaint)
        pause.wait(0.05)


class _Spent:
    """What a process spent between two looks, in seconds of CPU and of the clock."""

    seconds = lasted = 0.0

    @property
    def share(self) -> float:
        return self.seconds / self.lasted


@contextmanager
def _cpu(process: psutil.Process) -> Iterator[_Spent]:
    spent, before, began = _Spent(), process.cpu_times(), time.monotonic()
    yield spent
    after, spent.lasted = process.cpu_times(), time.monotonic() - began
    spent.seconds = after.user + after.system - before.user - before.system


def _timed(job: Callable[[], object]) -> float:
    start = time.perf_counter()
    job()
    return time.perf_counter() - start


def _send(visitor: Visitor, ticket: int) -> float:
    fields = {"submission_key": str(uuid.uuid4()), "body": TEXT, "body_type": "HTML"}
    return _timed(lambda: visitor.post_multipart(f"/tickets/{ticket}/", fields, expect=302))


def _read_until(stop: threading.Event, visitor: Visitor) -> list[float]:
    times = []
    while not stop.wait(PAUSE_SECONDS):
        times.append(_timed(lambda: visitor.get("/")))
    return times
