"""Goal 13: one person posts whatever stopped the portal once, a hundred others go on.

Everything stays on this computer; each hostile input is posted once, one after the other.
"""

import json
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing

from tests.bench.outbox import Line, p95
from tests.bench.report import Figure
from tests.bench.rig import ROOT, Visitor

EVERY_SECONDS = 5.0
"""Each of the others opens a page so often."""
QUIET_SECONDS = 20.0
CASES = ROOT / "tests" / "cases" / "hostile"
PAGES = ("/", "/replies/", "/canned/", "/accounts/profile/")
BODIES = {
    "formatting left open": "<p>"
    + "".join(f"<b id={number}>" for number in range(1000))
    + "</p>"
    + "<p>x" * 8000,
    "lists in lists": "<ul><li>" * 20_000,
    "formatting never closed": "<font><i><b>" * 6_000,
    "declarations": "<![ x" * 2_000,
    "links": '<a href="https://example.org/">x</a>' * 20_000,
    "one long word": "a" * 100_000,
    "ampersands": "&" * 190_000,
    "dots": "." * 100_000,
    "placeholders": "{{ wpisz: " * 10_000,
}


def hostile(database: str, people: int) -> Iterator[Figure]:
    """Yield what the others wait for while nothing else happens, and while somebody is hostile."""
    with Line(database, web=True) as line, ExitStack() as doors:
        keys = json.loads(line.office("sign-in", people + 1))
        visitors = [doors.enter_context(closing(Visitor(line.port, session=key))) for key in keys]
        stranger = doors.enter_context(closing(Visitor(line.port)))
        enemy = visitors.pop()
        times: list[float] = []
        stop = threading.Event()
        with ThreadPoolExecutor(people) as pool:
            going = [
                pool.submit(_go_on, visitor, number * EVERY_SECONDS / people, stop, times)
                for number, visitor in enumerate(visitors)
            ]
            try:
                time.sleep(2 * EVERY_SECONDS)
                times.clear()
                time.sleep(QUIET_SECONDS)
                quiet = times[:]
                times.clear()
                took = _post_all(enemy, stranger, until=time.monotonic() + QUIET_SECONDS)
                meanwhile = times[:]
            finally:
                stop.set()
            out = sum(not each.result() for each in going)
    low, high = p95(quiet) * 1000, p95(meanwhile) * 1000
    yield Figure(f"{people} others: p95 / quiet ({database})", high / low, low, high, goal=2)
    yield Figure("of them signed out or refused", out, goal=0)
    slowest = max(took, key=lambda name: took[name])
    yield Figure(f"slowest answer, s: {slowest}"[:46], took[slowest], goal=3)


def _go_on(visitor: Visitor, later: float, stop: threading.Event, times: list[float]) -> bool:
    """Open a page every few seconds until *stop*; False where one was not given."""
    stop.wait(later)
    number = 0
    while not stop.is_set():
        began = time.perf_counter()
        try:
            visitor.get(PAGES[number % len(PAGES)])
        except RuntimeError:
            return False
        finally:
            visitor.close()  # the server does not wait so long for the next page
        times.append(time.perf_counter() - began)
        number += 1
        stop.wait(EVERY_SECONDS)
    return True


def _post_all(enemy: Visitor, stranger: Visitor, *, until: float) -> dict[str, float]:
    """Post everything once or more until then; return the longest wait for each kind."""
    took: dict[str, float] = {}
    jobs = dict(_jobs(enemy, stranger))
    while True:
        for name, job in jobs.items():
            began = time.perf_counter()
            try:
                job()
            except RuntimeError as answered:  # any answer will do but a fault
                if " answered 5" in str(answered):
                    raise
            except OSError:  # the door was shut while the text still came
                stranger.close()
            took[name] = max(took.get(name, 0.0), time.perf_counter() - began)
        if time.monotonic() > until:
            return took


def _jobs(enemy: Visitor, stranger: Visitor) -> Iterator[tuple[str, Callable[[], object]]]:
    for name, body in BODIES.items():
        for kind in ("HTML", "PLAIN"):
            for path in (
                "/tickets/1/",
                "/tickets/1/draft/",
                "/signatures/canned-sample/",
                "/canned/new/",
            ):
                fields = {"body": body, "body_type": kind, "title": "x", "language": "pl"}
                yield f"{name} {path}", lambda fields=fields, path=path: _post(enemy, path, fields)
        fields = {"body": body, "body_type": "HTML"}
        yield f"stranger: {name}", lambda fields=fields: _post(stranger, "/tickets/1/", fields)
    canned = (CASES / "repeated_lines_canned.html").read_text()
    yield (
        "repeated lines",
        lambda: _post(enemy, "/tickets/2/", {"body": canned, "body_type": "HTML"}),
    )


def _post(visitor: Visitor, path: str, fields: dict[str, str]) -> None:
    visitor.post_multipart(path, fields | {"submission_key": str(uuid.uuid4())}, expect=0)
