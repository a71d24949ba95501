"""Claim and post: the whole answer to "can a reply be sent twice?".

A reply passes two durable states before the wire. CLAIMED: no byte can have left, so an expired
lease leads back to PENDING. SENDING: bytes may have left, so an expired lease leads to UNKNOWN, and
nothing ever leads from there to a second call by itself. The switch between them is the *gate*, one
committed conditional update that the client calls between connecting and its first byte. Cases and
reasons: ``docs/at-most-once.md``.
"""

import uuid
from datetime import timedelta

from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from thulium_portal import gateway
from thulium_portal.audit.actions import Action
from thulium_portal.replies.delivery import circuit_breaker, outcomes, preflight, restore_guard
from thulium_portal.replies.delivery.claims import Claim, Stopped
from thulium_portal.replies.delivery.clocks import Fence
from thulium_portal.replies.delivery.uploads import forget_tokens, upload_attachments
from thulium_portal.replies.models import DeliveryAttempt, Reply
from thulium_portal.replies.querysets import LEFT_BEHIND
from thulium_portal.replies.states import IN_FLIGHT, STOPPED, State
from thulium_portal.replies.transitions import StateConflict, move
from thulium_portal.thulium import SendResult, ThuliumClient, ThuliumError, Ticket

CLAIM_LEASE = timedelta(seconds=120)
SENDING_LEASE = timedelta(seconds=90)
LEAST_LEASE_AT_GATE = timedelta(seconds=60)


class GateClosed(Exception):
    """The reply may not leave: undone, held, or no longer this worker's."""


def due() -> QuerySet[Reply]:
    """Return the replies that may be claimed now, the longest due first.

    Replies to one ticket go out in their order: an earlier one that is on its way, doubtful or
    stopped makes the later wait, unless a person let it pass a stopped one. Those left behind by
    people who no longer send make none wait.
    """
    now = timezone.now()
    of_ticket = Reply.objects.filter(ticket_id=OuterRef("ticket_id"))
    earlier = of_ticket.filter(pk__lt=OuterRef("pk"))
    moving = earlier.filter(state=State.PENDING, not_before__lte=now)
    stopped = earlier.filter(state__in=STOPPED).exclude(LEFT_BEHIND)
    return (
        Reply.objects.filter(state=State.PENDING, not_before__lte=now)
        .filter(~Exists(of_ticket.filter(state__in=IN_FLIGHT)), ~Exists(moving))
        .filter(Q(pass_stopped=True) | ~Exists(stopped))
        .order_by("not_before", "id")
    )


def waits_for(reply: Reply) -> Reply | None:
    """Return the earlier reply of the same ticket that *reply* waits for, or None."""
    earlier = Q(state__in=IN_FLIGHT) | Q(state=State.PENDING, not_before__lte=timezone.now())
    if not reply.pass_stopped:
        earlier |= Q(state__in=STOPPED) & ~LEFT_BEHIND
    if reply.state != State.PENDING:
        return None
    return (
        Reply.objects.filter(earlier, ticket_id=reply.ticket_id, pk__lt=reply.pk)
        .order_by("id")
        .first()
    )


def claim_next(*, worker: str) -> Claim | None:
    """Take the next due reply for *worker*, or return None where there is nothing to do."""
    if not circuit_breaker.is_open_for_sending():
        return None
    try:
        with transaction.atomic(durable=True):
            return _claim_first(worker)
    except (StateConflict, IntegrityError):
        return None


def _claim_first(worker: str) -> Claim | None:
    rows = due()
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=True, of=("self",))
    reply = rows.first()
    if reply is None:
        return None
    now, token, number = timezone.now(), uuid.uuid4(), reply.attempts + 1
    attempt = DeliveryAttempt(
        reply=reply, number=number, claim=token, worker=worker, started_at=now
    )
    attempt.save(force_insert=True)
    move(
        reply,
        State.PENDING,
        State.CLAIMED,
        action=Action.REPLY_CLAIMED,
        actor=None,
        guard=Q(not_before__lte=now),
        values={"claim": token, "lease_until": now + CLAIM_LEASE, "attempts": number},
        facts={"attempt": number, "claim": str(token), "worker": worker},
    )
    return Claim(reply, token, attempt)


def extend_lease(claim: Claim) -> bool:
    """Prolong the hold on a claimed reply; False where it was lost. SENDING is never prolonged."""
    until = timezone.now() + CLAIM_LEASE
    rows = Reply.objects.filter(claim.held, pk=claim.reply.pk, state=State.CLAIMED)
    return rows.update(lease_until=until) == 1


def deliver(claim: Claim) -> None:
    """Carry one claimed reply to its verdict; never raises for what the wire or Thulium does."""
    client = gateway.thulium_client()
    try:
        ticket = preflight.check(claim.reply, client)
        tokens = upload_attachments(claim.reply, client)
        if tokens:  # which may have taken minutes
            ticket = preflight.read_ticket(claim.reply, client)
        preflight.require_still_wanted(claim.reply)
        if not extend_lease(claim):
            return
    except Stopped as stopped:
        outcomes.stop(claim, stopped)
        return
    except ThuliumError as error:
        circuit_breaker.record_error(error, ticket_id=claim.reply.ticket_id)
        outcomes.give_back(claim, error)
        return
    outcomes.settle(claim, _post(claim, client, ticket, tokens))


def _post(claim: Claim, client: ThuliumClient, ticket: Ticket, tokens: list[str]) -> SendResult:
    fence = Fence()
    reply = claim.reply
    return client.send_agent_response(
        reply.ticket_id,
        body=reply.body,
        body_type=reply.body_type,
        agent_login=reply.agent_login,
        attachments=tokens,
        gate=lambda: _gate(claim, ticket),
        fence=fence.check,
    )


def _gate(claim: Claim, ticket: Ticket) -> None:
    """Commit CLAIMED → SENDING; from here on the customer may have the reply.

    The author's row is locked, so that switching a person off comes before the gate, which stays
    shut, or after it.
    """
    now = timezone.now()
    seen_ids = list(ticket.message_ids)
    recipient = ticket.customer_email or claim.reply.customer_email
    if not restore_guard.database_is_current():
        raise GateClosed
    try:
        with transaction.atomic(durable=True):
            preflight.require_author(claim.reply, ticket, until_commit=True)
            DeliveryAttempt.objects.filter(pk=claim.attempt.pk).update(
                wire_at=now, seen_ids=seen_ids
            )
            move(
                claim.reply,
                State.CLAIMED,
                State.SENDING,
                action=Action.REPLY_SENDING,
                actor=None,
                guard=claim.held
                & Q(cancel_requested=False, lease_until__gt=now + LEAST_LEASE_AT_GATE),
                values={
                    "wire_at": now,
                    "wire_end": None,
                    "seen_ids": seen_ids,
                    "unnumbered": ticket.unnumbered,
                    "customer_email": recipient,
                    "lease_until": now + SENDING_LEASE,
                },
                facts={"attempt": claim.attempt.number, "claim": str(claim.token)},
                content={"recipient": recipient} if recipient else None,
            )
            forget_tokens(claim.reply)
            mark = restore_guard.head_mark()
    except Stopped as stopped:
        outcomes.stop(claim, stopped)
        raise GateClosed from stopped
    except StateConflict as error:
        raise GateClosed from error
    restore_guard.raise_watermark(mark)
