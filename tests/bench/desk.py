"""Goals 14 and 15: the desk and the ticket page, however many tickets are open."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from tests.bench.pages import TICKET, queries
from tests.bench.report import Figure
from tests.bench.rig import ROOT, Rig, in_turns
from tests.faults.databases import KINDS
from thulium_portal.demo.people import DEMO_PASSWORD

FEW, MANY = 100, 20_000
CLOSED = 100_000
"""Beside the many; beside the few there are none."""
DESK = {
    "mine": "/?list=mine",
    "unassigned": "/?list=unassigned",
    "all": "/?list=all",
    "a customer": "/?list=all&q=klient77",
    "a word of every fifth": "/?list=all&q=paczka",
}
TICKET_PAGES = {"ticket": TICKET, "pulse": f"{TICKET}pulse/"}


def pages(database: str, rounds: int) -> Iterator[Figure]:
    """Goals 14 and 15 on one database."""
    with (
        TemporaryDirectory(prefix="portal-bench-") as folder,
        closing(KINDS[database](Path(folder))) as kept,
        Rig(Path(folder), database_url=kept.url) as rig,
    ):
        few = _times(rig, FEW, 0, rounds)
        many = _times(rig, MANY, CLOSED, rounds)
        for name, (low, high) in many.items():
            floor = "rows" if name in DESK else "form"
            yield Figure(f"{database}: {name} / {floor}", high / low, low, high, goal=3)
            # The floor tells how fast the machine was meanwhile.
            grown = (high / low) / (few[name][1] / few[name][0])
            yield Figure(f"the same / {FEW} open tickets", grown, goal=1.3)
        for name, path in (DESK | TICKET_PAGES).items():
            yield Figure(f"{database}: SQL statements, {name}", queries(rig, path))


def _times(rig: Rig, count: int, closed: int, rounds: int) -> dict[str, tuple[float, float]]:
    """Return floor and portal in milliseconds for each page, with *count* open tickets."""
    fill(rig.environment, count, closed)
    floor, anna = rig.on_the_floor(), rig.in_the_portal("anna", DEMO_PASSWORD)
    floor.get(f"/rows/fill/{count}/")
    found = {}
    for name, path in (DESK | TICKET_PAGES).items():
        beside = "/rows/" if name in DESK else "/form/"
        low, high = in_turns(
            lambda beside=beside: floor.get(beside),  # type: ignore[misc]
            lambda path=path: anna.get(path),  # type: ignore[misc]
            rounds=max(10, rounds // 4),
        )
        found[name] = median(low) * 1000, median(high) * 1000
    return found


def fill(environment: dict[str, str], *counts: int) -> None:
    """Put open and closed tickets into the index of a portal."""
    subprocess.run(
        [sys.executable, "-m", "tests.bench.tickets", *map(str, counts)],
        cwd=ROOT,
        env=environment,
        check=True,
    )
