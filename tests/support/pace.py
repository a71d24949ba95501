"""How long a job takes beside a plain one in the same run: a busy machine slows both alike."""

from collections.abc import Callable
from time import thread_time

TRIES = 3


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


def _seconds(job: Callable[[], object]) -> float:
    began = thread_time()
    job()
    return thread_time() - began


def _count() -> int:
    total = 0
    for number in range(1_000_000):
        total += number & 7
    return total
