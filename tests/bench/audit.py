"""Goals 5, 6 and 8: the review, its exports and the check of the record, however long it is."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from tests.bench.report import Figure
from tests.bench.rig import ROOT, Rig, in_turns
from tests.faults.databases import KINDS
from thulium_portal.demo.people import DEMO_PASSWORD

FEW = 10_000
ROUNDS = 40
PAGES = {
    "first page": "/audit/",
    "99 % deep": "/audit/?before={deep}",
    "of one person": "/audit/?person=piotr",
    "of one outcome": "/audit/?state=confirmed",
    "rare word": "/audit/?q=hipopotam",
    "word of 1 %": "/audit/?q=gwarancja",
    "word of 20 %": "/audit/?q=reklamacja",
    "word of 20 % with a person": "/audit/?q=reklamacja&person=piotr",
    "word of 20 %, 99 % deep": "/audit/?q=reklamacja&before={deep}",
    "all events": "/audit/?view=events",
}
GROWTH_MIB = 32


def on(database: str, entries: int) -> Iterator[Figure]:
    """Goals 5, 6 and 8 on one database, with *entries* in the record."""
    with (
        TemporaryDirectory(prefix="portal-bench-") as folder,
        closing(KINDS[database](Path(folder))) as kept,
        Rig(Path(folder), database_url=kept.url) as rig,
    ):
        _ask(rig, "fill", str(FEW))
        few = _times(rig, FEW)
        _ask(rig, "fill", str(entries))
        many = _times(rig, entries)
        for name, (low, high) in many.items():
            yield Figure(f"{database}: {name}, / small template", high / low, low, high, goal=3)
            # The floor tells how fast the machine was meanwhile; it does not know the record.
            grown = (high / low) / (few[name][1] / few[name][0])
            yield Figure(f"the same / {FEW} entries", grown, goal=2)
        for job, goal in (("export", 1.5), ("xlsx", 1.5), ("verify", 2)):
            told = json.loads(_ask(rig, job))
            low, high = told["floor"], told["portal"]
            what = f"{database}: {job}, {entries} entries, s"
            yield Figure(what, high / low, low, high, goal=goal)
            if job == "export":
                yield Figure("the same: growth, MiB", told["grown"], goal=GROWTH_MIB)


def _times(rig: Rig, entries: int) -> dict[str, tuple[float, float]]:
    """Return floor and portal in milliseconds for each page."""
    floor, ewa = rig.on_the_floor(), rig.in_the_portal("ewa", DEMO_PASSWORD)
    found = {}
    for name, path in PAGES.items():
        address = path.format(deep=entries // 100)
        low, high = in_turns(
            lambda: floor.get("/small/"),
            lambda address=address: ewa.get(address),  # type: ignore[misc]
            rounds=ROUNDS,
        )
        found[name] = median(low) * 1000, median(high) * 1000
    return found


def _ask(rig: Rig, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.record", *arguments],
        cwd=ROOT,
        env=rig.environment,
        check=True,
        text=True,
        stdout=subprocess.PIPE,
    )
    return done.stdout
