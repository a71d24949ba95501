"""What became of a delivery, written down in one transaction under the claim."""

import logging
import random
import re
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus

from django.db import DatabaseError, connection, transaction
from django.db.models import Q
from django.utils import timezone

from thulium_portal.audit.actions import Action
from thulium_portal.audit.services import Fact
from thulium_portal.replies.delivery import circuit_breaker
from thulium_portal.replies.delivery.claims import Claim, Stopped
from thulium_portal.replies.drafts import reopen_as_draft
from thulium_portal.replies.models import DeliveryAttempt, Reply
from thulium_portal.replies.states import State
from thulium_portal.replies.transitions import StateConflict, move
from thulium_portal.thulium import Reason, SendResult, ThuliumError, Verdict

logger = logging.getLogger(__name__)

BACK_OFF_SECONDS = 5.0
BACK_OFF_MOST_SECONDS = 300.0
MOST_ATTEMPTS = 20
GIVE_UP_AFTER = timedelta(hours=24)
FIRST_CHECK = timedelta(seconds=3)
CONFIRM_AFTER = timedelta(seconds=1)
SETTLE_PATIENCE_SECONDS = 60.0
_FILE_WORDS = re.compile(r"attachment|załącznik|token|plik", re.IGNORECASE)


def stop(claim: Claim, stopped: Stopped) -> None:
    """End a delivery that must not go on; the reply waits for a person."""
    result = SendResult(Verdict.NOT_SENT, detail=stopped.detail)
    _retry_while_database_is_down(
        lambda: _unless_undone(claim, result, lambda: _stop(claim, stopped, result))
    )


def give_back(claim: Claim, error: ThuliumError) -> None:
    """Put a reply back into the queue whose ticket or files could not be handled just now."""
    result = SendResult(Verdict.NOT_SENT, reason=error.reason, detail=error.detail, line_down=True)
    _retry_while_database_is_down(
        lambda: _unless_undone(claim, result, lambda: _return(claim, result))
    )


def settle(claim: Claim, result: SendResult) -> None:
    """Write the verdict of one call; keeps trying for a minute where the database is away."""
    _retry_while_database_is_down(lambda: _write_verdict(claim, result))
    _retry_while_database_is_down(
        lambda: circuit_breaker.record_result(result, ticket_id=claim.reply.ticket_id)
    )


def _write_verdict(claim: Claim, result: SendResult) -> None:
    match result.verdict:
        case Verdict.SENT:
            _mark_sent(claim, result)
        case Verdict.REJECTED:
            _mark_rejected(claim, result)
        case Verdict.UNKNOWN:
            _mark_unknown(claim, result)
        case Verdict.NOT_SENT:
            _mark_not_sent(claim, result)


def _mark_sent(claim: Claim, result: SendResult) -> None:
    now = timezone.now()
    values = {"wire_end": now, "reason": "", "reason_detail": "", "checks": 0, "valid_checks": 0}
    for source in (State.SENDING, State.UNKNOWN, State.NOT_FOUND):
        try:
            _conclude(
                claim,
                result,
                source=source,
                target=State.SENT,
                action=Action.REPLY_SENT,
                values=values | {"next_check_at": now + CONFIRM_AFTER},
            )
        except StateConflict:
            continue
        return
    logger.warning("reply %s: accepted by Thulium, but no longer ours to say so", claim.reply.pk)


def _mark_rejected(claim: Claim, result: SendResult) -> None:
    if _is_about_files(claim, result):
        again = replace(result, verdict=Verdict.NOT_SENT, reason=Reason.FILE_TOKEN)
        _return(claim, again, source=State.SENDING)
        return
    _conclude(
        claim,
        result,
        source=State.SENDING,
        target=State.REJECTED,
        action=Action.REPLY_REJECTED,
        values={"wire_end": timezone.now()},
    )


def _is_about_files(claim: Claim, result: SendResult) -> bool:
    """Tell whether a definite refusal is about a file's token: then it is uploaded again, once."""
    return (
        result.status == HTTPStatus.BAD_REQUEST
        and _FILE_WORDS.search(result.detail) is not None
        and claim.reply.attachments.exists()
        and not claim.reply.delivery_attempts.filter(reason=Reason.FILE_TOKEN).exists()
    )


def _mark_unknown(claim: Claim, result: SendResult) -> None:
    now = timezone.now()
    _conclude(
        claim,
        result,
        source=State.SENDING,
        target=State.UNKNOWN,
        action=Action.REPLY_UNKNOWN,
        values={"wire_end": now, "next_check_at": now + FIRST_CHECK},
    )


def _mark_not_sent(claim: Claim, result: SendResult) -> None:
    if result.status is not None:
        _return(claim, result, source=State.SENDING)
    elif result.reason is Reason.LOCAL_ERROR:
        stopped = Stopped(State.BLOCKED, result.reason, result.detail)
        _unless_undone(claim, result, lambda: _stop(claim, stopped, result))
    elif result.reason is not Reason.GATE_CLOSED:
        _unless_undone(claim, result, lambda: _return(claim, result))
    else:
        _cancel_if_asked(claim, result)


def _unless_undone(claim: Claim, result: SendResult, write: Callable[[], None]) -> None:
    """Write what became of a reply that did not leave, unless an undo was asked for meanwhile."""
    try:
        write()
    except StateConflict:
        _cancel_if_asked(claim, result)


def _cancel_if_asked(claim: Claim, result: SendResult) -> None:
    """Honour an undo that came meanwhile; any other closed gate is left to expire."""
    with transaction.atomic(durable=True):
        _end_attempt(claim, result.verdict, result)
        move(
            claim.reply,
            State.CLAIMED,
            State.CANCELLED,
            action=Action.REPLY_CANCELLED,
            actor=claim.reply.author,
            guard=claim.held & Q(cancel_requested=True),
        )
        reopen_as_draft(claim.reply)


def _return(claim: Claim, result: SendResult, *, source: State = State.CLAIMED) -> None:
    """Queue a reply again that certainly did not leave, or stop it after too many tries."""
    reply, now = claim.reply, timezone.now()
    if source is State.CLAIMED and _retries_exhausted(reply, result):
        _stop(claim, Stopped(State.BLOCKED, "retries_used_up", result.detail), result)
        return
    _conclude(
        claim,
        result,
        source=source,
        target=State.PENDING,
        action=Action.REPLY_RETURNED,
        values={
            "not_before": now + _back_off(reply.attempts, result),
            "claim": None,
            "lease_until": None,
        },
    )


def _retries_exhausted(reply: Reply, result: SendResult) -> bool:
    """Tell whether to stop trying: after a day, or 20 tries that the line was not to blame for."""
    first = reply.delivery_attempts.earliest("number").started_at
    if timezone.now() - first > GIVE_UP_AFTER:
        return True
    return reply.attempts >= MOST_ATTEMPTS and not result.line_down


def _back_off(attempts: int, result: SendResult) -> timedelta:
    if result.retry_after is not None:
        return timedelta(seconds=result.retry_after)
    ceiling = min(BACK_OFF_SECONDS * 3.0 ** min(attempts - 1, 8), BACK_OFF_MOST_SECONDS)
    return timedelta(seconds=random.uniform(0.5, ceiling))  # noqa: S311 - jitter, not a secret


def _stop(claim: Claim, stop: Stopped, result: SendResult) -> None:
    actions = {State.REJECTED: Action.REPLY_REJECTED, State.HELD: Action.REPLY_HELD}
    _conclude(
        claim,
        result,
        source=State.CLAIMED,
        target=stop.target,
        action=actions.get(stop.target, Action.REPLY_BLOCKED),
        values={
            "reason": stop.reason,
            "reason_detail": stop.detail[:300],
            "changes": {**claim.reply.changes, **stop.changes},
        },
        reason=stop.reason,
    )


def _conclude(
    claim: Claim,
    result: SendResult,
    *,
    source: State,
    target: State,
    action: Action,
    values: dict[str, object],
    reason: str = "",
) -> None:
    """Move the reply, end its attempt and write the entry, in one transaction under the claim."""
    reason = reason or result.reason
    facts: dict[str, Fact] = {
        "attempt": claim.attempt.number,
        "claim": str(claim.token),
        "verdict": str(result.verdict),
        "http_status": result.status,
        "reason": str(reason),
        "upstream_request_id": result.request_id,
    }
    with transaction.atomic(durable=True):
        _end_attempt(claim, result.verdict, result, reason=reason)
        move(
            claim.reply,
            source,
            target,
            action=action,
            actor=None,
            guard=claim.held & (Q(cancel_requested=False) | ~Q(state=State.CLAIMED)),
            values={"reason": str(reason), "reason_detail": result.detail[:300], **values},
            facts=facts,
            content={"reason_detail": result.detail[:300]} if result.detail else None,
        )


def _end_attempt(claim: Claim, verdict: Verdict, result: SendResult, *, reason: str = "") -> None:
    DeliveryAttempt.objects.filter(pk=claim.attempt.pk).update(
        ended_at=timezone.now(),
        verdict=verdict,
        http_status=result.status,
        reason=str(reason or result.reason),
        reason_detail=result.detail[:300],
    )


def _retry_while_database_is_down(write: Callable[[], None]) -> None:
    """Write an outcome; a lost claim is settled by others, a lost database is waited for."""
    limit = time.monotonic() + SETTLE_PATIENCE_SECONDS
    while True:
        try:
            write()
        except StateConflict:
            return
        except DatabaseError:
            if time.monotonic() > limit:
                logger.exception("an outcome could not be stored; the lease will run out")
                return
            connection.close()
            time.sleep(0.5)
            continue
        return
