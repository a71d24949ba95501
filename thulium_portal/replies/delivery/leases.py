"""Freeing what a vanished worker held: CLAIMED goes back to the queue, SENDING becomes UNKNOWN."""

from datetime import datetime

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from thulium_portal.audit.actions import Action
from thulium_portal.audit.services import Fact
from thulium_portal.replies.delivery.outcomes import FIRST_CHECK
from thulium_portal.replies.drafts import reopen_as_draft
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import State
from thulium_portal.replies.transitions import StateConflict, move

MOST_CRASHES = 3


def expire() -> int:
    """Free what a vanished worker held; returns how many replies were moved.

    CLAIMED goes back to the queue (or is stopped after the third crash); SENDING becomes UNKNOWN.
    """
    now, moved = timezone.now(), 0
    expired = Reply.objects.filter(
        state__in=[State.CLAIMED, State.SENDING], lease_until__lt=now
    ).order_by("id")
    for reply in expired[:100]:
        try:
            with transaction.atomic(durable=True):
                _expire(reply, now)
        except StateConflict:
            continue
        moved += 1
    return moved


def _expire(reply: Reply, now: datetime) -> None:
    still = Q(claim=reply.claim, lease_until__lt=now)
    facts: dict[str, Fact] = {"attempt": reply.attempts, "reason": "lease_over"}
    if reply.state == State.SENDING:
        _expire_sending(reply, now, still, facts)
    elif reply.cancel_requested:
        move(
            reply,
            State.CLAIMED,
            State.CANCELLED,
            action=Action.REPLY_CANCELLED,
            actor=reply.author,
            guard=still,
            facts=facts,
        )
        reopen_as_draft(reply)
    elif reply.crashes + 1 >= MOST_CRASHES:
        move(
            reply,
            State.CLAIMED,
            State.BLOCKED,
            action=Action.REPLY_BLOCKED,
            actor=None,
            guard=still,
            values={"crashes": F("crashes") + 1, "reason": "crashed"},
            facts=facts,
        )
    else:
        move(
            reply,
            State.CLAIMED,
            State.PENDING,
            action=Action.REPLY_RETURNED,
            actor=None,
            guard=still,
            values={
                "crashes": F("crashes") + 1,
                "claim": None,
                "lease_until": None,
                "not_before": now,
            },
            facts=facts,
        )


def _expire_sending(reply: Reply, now: datetime, still: Q, facts: dict[str, Fact]) -> None:
    move(
        reply,
        State.SENDING,
        State.UNKNOWN,
        action=Action.REPLY_UNKNOWN,
        actor=None,
        guard=still,
        values={"wire_end": now, "next_check_at": now + FIRST_CHECK, "reason": "lease_over"},
        facts=facts,
    )
