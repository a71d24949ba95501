"""The portal's own worker as a job of the laboratory, and turns of it for exact scenes."""

import os
import random
from multiprocessing.sharedctypes import SynchronizedArray

from tests.faults import points
from thulium_portal.replies.worker import Worker

AT_ONCE = 4


def work(slots: "SynchronizedArray[int]", slot: int) -> None:
    """Run the portal's worker; whoever forked this process kills it, once it has begun."""
    slots[slot] = os.getpid()
    Worker(at_once=AT_ONCE).run()


def work_towards(slots: "SynchronizedArray[int]", slot: int, seed: int) -> None:
    """Run the portal's worker until it meets a point that *seed* draws, and die there."""
    dice = random.Random(seed)
    inside = [name for name in points.POINTS if name != "after_submit_commit"]
    points.install(dice.choice(inside), passes=dice.randrange(4))
    work(slots, slot)


def run() -> None:
    """Run the portal's worker, one delivery at a time."""
    Worker(at_once=1).run()


def freeze_at(point: str) -> None:
    """Run the portal's worker until *point*, and freeze there."""
    points.install(point, points.stop_this_process)
    run()


def die_at(point: str, *arguments: object) -> None:
    """Do one thing with a process that dies at *point*: deliver, or submit where that is meant."""
    points.install(point)
    Worker(at_once=1).run_once()


def turn() -> int:
    """Do what is due now."""
    return Worker(at_once=1).run_once()
