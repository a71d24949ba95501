"""``make bench``: measure the goals, or those named by number: ``python -m tests.bench 1 3``."""

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench import pages
from tests.bench.report import HEADINGS, Figure
from tests.bench.rig import Rig

GOALS = {1: pages.send_accepted, 3: pages.composer_page}


def main() -> None:
    """Print one line per figure."""
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("goals", nargs="*", type=int, metavar="GOAL", help="by number; all if none")
    parser.add_argument("--rounds", type=int, default=300, help="how often each page is asked for")
    options = parser.parse_args()
    if unknown := set(options.goals) - set(GOALS):
        parser.error(f"no such goal: {unknown}; there are {[*GOALS]}")
    with TemporaryDirectory(prefix="portal-bench-") as folder, Rig(Path(folder)) as rig:
        print(f"{options.rounds} rounds, floor and portal in turns; medians in milliseconds")
        print(HEADINGS, flush=True)
        figures: list[Figure] = []
        for number in options.goals or GOALS:
            for figure in GOALS[number](rig, options.rounds):
                figures.append(figure)
                print(figure.line(number), flush=True)
    missed = sum(figure.is_met is False for figure in figures)
    print(f"{missed} goals missed" if missed else "every goal met")


if __name__ == "__main__":
    sys.exit(main())
