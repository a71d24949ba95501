"""How long a job takes beside a plain one in the same run: a busy machine slows both alike."""

from collections.abc import Callable
from statistics import median
from time import thread_time

TRIES = 3
TURNS = 30


def lasts(job: Callable[[], object], *, enough: float) -> float:
    """Return how many times as long *job* takes as counting to a million does.

    Both are timed in turns, in the time of this thread alone. Tried again, thrice at most, until
    it is below *enough*; what a stall of the machine made longer is not the job's.
    """
    least = float("inf")
    for _try in range(TRIES):
        plain = min(_seconds(_count), _seconds(_count))
        least = min(least, _seconds(job) / plain)
        if least < enough:
            break
    return least


def alike(one: Callable[[], object], other: Callable[[], object], *, within: float) -> float:
    """Return how many times as long *other* takes as *one*, by the medians of many turns.

    Tried again, thrice at most, until the two lie within that share of each other.
    """
    ratio = float("inf")
    for _try in range(TRIES):
        pairs = [(_seconds(one), _seconds(other)) for _turn in range(TURNS)]
        ratio = median(pair[1] for pair in pairs) / median(pair[0] for pair in pairs)
        if abs(ratio - 1) <= within:
            break
    return ratio


def _seconds(job: Callable[[], object]) -> float:
    began = thread_time()
    job()
    return thread_time() - began


def _count() -> int:
    total = 0
    for number in range(1_000_000):
        total += number & 7
    return total
