"""The worker's part of bulk replies: one small step at a time, resumed after a crash."""

from datetime import timedelta

from django.utils import timezone, translation

from thulium_portal.bulk.dispatch import clear_next, submit_next
from thulium_portal.bulk.models import BulkReply
from thulium_portal.bulk.preparation import prepare_next
from thulium_portal.replies.delivery import circuit_breaker

READ_EVERY = timedelta(milliseconds=200)
"""Tickets are read one after the other, at most so fast."""
SUBMIT_EVERY = timedelta(seconds=2)
"""The pace of sending: what is wrong shows at the first replies, and the rest can be stopped."""
TRY_AGAIN = timedelta(seconds=10)
_LEASE = timedelta(minutes=2)
"""A worker that was not heard of for so long has died within its step."""
State = BulkReply.State


def take() -> BulkReply | None:
    """Claim a bulk reply whose next step is due; None where there is none, or sending is held.

    No ticket is read before the time for which Thulium asked to be left alone is over.
    """
    now = timezone.now()
    due = BulkReply.objects.filter(due_at__lte=now).order_by("due_at")
    bulk = due.select_related("author__agent_profile", "canned_response", "canned_version").first()
    if bulk is None:
        return None
    line = circuit_breaker.status()
    if line.held_since is not None:
        return None
    claimed = BulkReply.objects.filter(pk=bulk.pk, due_at=bulk.due_at)
    if bulk.state == State.PREPARING and line.pause_until and line.pause_until > now:
        claimed.update(due_at=line.pause_until)
        return None
    if not claimed.update(due_at=now + _LEASE):
        return None
    bulk.due_at = now + _LEASE
    return bulk


def take_step(bulk: BulkReply) -> None:
    """Do the next step of a claimed bulk reply, and tell when the one after is due."""
    pause: timedelta | None = TRY_AGAIN
    try:
        with translation.override(bulk.author.language), timezone.override(bulk.author.zone):
            pause = _step(bulk)
    finally:
        due_at = None if pause is None else timezone.now() + pause
        # Where its author decided otherwise meanwhile, that stands.
        BulkReply.objects.filter(pk=bulk.pk, due_at=bulk.due_at).update(due_at=due_at)


def _step(bulk: BulkReply) -> timedelta | None:
    """Return after how long the next step is due; None after the last."""
    if bulk.state == State.PREPARING:
        return READ_EVERY if prepare_next(bulk) else TRY_AGAIN
    if bulk.state == State.SENDING:
        return SUBMIT_EVERY if submit_next(bulk) else timedelta(0)
    if bulk.state in {State.DONE, State.DISCARDED}:
        return timedelta(0) if clear_next(bulk) else None
    return None
