"""Goal 4: finding a canned response among 100 and among 10,000; and the suggestions' hit rate."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from tests.bench.report import Figure
from tests.bench.rig import ROOT, Rig, Visitor, in_turns
from thulium_portal.demo.people import DEMO_PASSWORD

PICKER = "/tickets/1234/canned/"
FEW, MANY = 100, 10_000
WORDS = ("z", "zw", "zwr", "zwrot 4")
MARGIN_MS = 5.0
LEARNT_FROM = 500


def picker(rig: Rig, rounds: int) -> Iterator[Figure]:
    """Goal 4: the list under what was typed, against a small template and against few texts."""
    floor, anna = rig.on_the_floor(), rig.in_the_portal("anna", DEMO_PASSWORD)
    few = _times(rig, anna, floor, FEW, rounds)
    many = _times(rig, anna, floor, MANY, rounds)
    for word in WORDS:
        low, high = many[word]
        what = f"{MANY} canned responses, “{word}”, ms over a small template"
        yield Figure(what, high - low, low, high, goal=MARGIN_MS)
        yield Figure(f"the same / {FEW} canned responses", high / few[word][1], goal=2)


def suggestions() -> Iterator[Figure]:
    """The share of held-back messages for which the right text was among three, as misses."""
    with TemporaryDirectory(prefix="portal-bench-") as folder:
        rig = Rig(Path(folder))
        rig.prepare()
        rate = float(_ask(rig, "rate", LEARNT_FROM))
    yield Figure("suggested text among the first three, share", rate)


def _times(
    rig: Rig, anna: Visitor, floor: Visitor, count: int, rounds: int
) -> dict[str, tuple[float, float]]:
    """Return floor and portal in milliseconds for each word, with *count* texts in the library."""
    _ask(rig, "fill", count)
    found = {}
    for word in WORDS:
        form = {"q": word, "snapshot": ""}
        low, high = in_turns(
            lambda: floor.get("/small/"),
            lambda form=form: anna.post(PICKER, form, expect=200),  # type: ignore[misc]
            rounds=max(10, rounds // 4),
        )
        found[word] = median(low) * 1000, median(high) * 1000
    return found


def _ask(rig: Rig, job: str, count: int) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.history", job, str(count)],
        cwd=ROOT,
        env=rig.environment,
        check=True,
        text=True,
        stdout=subprocess.PIPE,
    )
    return str(json.loads(done.stdout))
