"""The portal's own worker as a job of the laboratory, and turns of it for exact scenes."""

import os
import random
from ctypes import Array, c_longlong

from tests.faults import points
from tests.faults.portal import person
from thulium_portal.operations.worker import Worker
from thulium_portal.replies import services
from thulium_portal.replies.delivery import outbox
from thulium_portal.replies.models import Reply

AT_ONCE = 4


def work(slots: "Array[c_longlong]", slot: int) -> None:
    """Run the portal's worker; whoever forked this process kills it, once it has begun."""
    slots[slot] = os.getpid()
    Worker(at_once=AT_ONCE).run()


def work_towards(slots: "Array[c_longlong]", slot: int, seed: int) -> None:
    """Run the portal's worker until it meets a point that *seed* draws, and die there."""
    dice = random.Random(seed)
    inside = [name for name in points.POINTS if name != "after_submit_commit"]
    points.install(dice.choice(inside), passes=dice.randrange(4))
    work(slots, slot)


def turn() -> int:
    """Do what is due now."""
    return Worker(at_once=1).run_once()


def run() -> None:
    """Run the portal's worker until somebody kills it."""
    Worker(at_once=AT_ONCE).run()


def die_at(point: str) -> None:
    """Do what is due, and die at *point*."""
    points.install(point)
    turn()


def freeze_at(point: str) -> None:
    """Do what is due, and freeze at *point* until SIGCONT comes."""
    points.install(point, points.stop_this_process)
    turn()


def undo_while_claimed(number: int) -> str:
    """Claim a reply, let its author press Undo, and go on with the delivery."""
    claim = outbox.claim_next(worker="laboratory")
    assert claim is not None
    assert claim.reply.pk == number
    draft = services.undo(Reply.objects.get(pk=number), actor=person())
    outbox.deliver(claim)
    return "noted" if draft is None else "undone"
