"""Read-back: the ticket is read again until it shows what became of a reply.

It turns SENT into CONFIRMED with Thulium's message number, and settles UNKNOWN without a second
call: found means CONFIRMED, not found after the settle time means NOT_FOUND. Only a person may send
again from there.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from thulium_portal import gateway
from thulium_portal.audit.actions import Action
from thulium_portal.replies.delivery import circuit_breaker
from thulium_portal.replies.delivery.matching import Match, match
from thulium_portal.replies.models import BodyType, Reply, TicketRead
from thulium_portal.replies.states import State
from thulium_portal.replies.transitions import StateConflict, move, record_on
from thulium_portal.thulium import MessageKind, NotFound, ThuliumError, Ticket, TicketMessage
from thulium_portal.tickets.index import intake

SCHEDULE = tuple(timedelta(seconds=seconds) for seconds in (3, 10, 30, 60, 120, 240, 420, 600, 900))
"""When the ticket is read, counted from the end of the call; then every 15 minutes for a day."""
EVERY = timedelta(minutes=15)
SWEEP = timedelta(hours=24)
SETTLE_TIME = timedelta(minutes=10)
LEAST_VALID_READS = 4
IN_HAND = timedelta(seconds=90)
_MAY_BE_OURS = frozenset({MessageKind.REPLY, MessageKind.OTHER, MessageKind.UNREADABLE})
WATCHED = (State.SENT, State.UNKNOWN, State.NOT_FOUND)


@dataclass(frozen=True)
class Finding:
    """What one valid reading of the ticket shows about a reply."""

    strong: tuple[int, ...] = ()
    weak: tuple[int, ...] = ()
    unnumbered: bool = False
    """A message without a number came after the call, of which nothing can be said."""

    @property
    def is_trace(self) -> bool:
        """Tell whether something on the ticket may be the reply, though it is not proven."""
        return bool(self.weak) or self.unnumbered


def due_checks() -> QuerySet[Reply]:
    """Return the replies whose ticket is to be read now."""
    now = timezone.now()
    return Reply.objects.filter(state__in=WATCHED, next_check_at__lte=now).order_by("next_check_at")


def claim_check() -> Reply | None:
    """Take the next due reading; one worker gets it, and another if that one dies."""
    for reply in due_checks()[:5]:
        mine = Reply.objects.filter(
            pk=reply.pk, state__in=WATCHED, next_check_at=reply.next_check_at
        )
        if mine.update(next_check_at=timezone.now() + IN_HAND) == 1:
            return reply
    return None


def check(reply: Reply) -> None:
    """Read the ticket of *reply* once and act on what it shows."""
    began = timezone.now()
    try:
        ticket = gateway.thulium_client().get_ticket(reply.ticket_id)
    except NotFound:
        _note(reply, valid=False, reason="ticket_not_found")
        return
    except ThuliumError as error:
        circuit_breaker.record_error(error, ticket_id=reply.ticket_id)
        _note(reply, valid=False, reason=error.reason)
        return
    circuit_breaker.record_success()
    _act_on(reply, ticket, began)
    # Last, so that what the lists know never delays what is known of the reply.
    intake.note(ticket, began=began)


def _act_on(reply: Reply, ticket: Ticket, began: datetime) -> None:
    if not is_valid_read(reply, ticket):
        _note(reply, valid=False, reason="incomplete", ticket=ticket)
        return
    finding = find(reply, ticket)
    if finding.strong:
        _confirm(reply, ticket, finding)
    else:
        _note(reply, valid=True, ticket=ticket, finding=finding)
        _conclude_missing(reply, finding, began)


def is_valid_read(reply: Reply, ticket: Ticket) -> bool:
    """Tell whether *ticket* is the whole, present ticket: everything seen before is still on it."""
    return ticket.id == reply.ticket_id and set(ticket.message_ids) >= set(reply.seen_ids)


def find(reply: Reply, ticket: Ticket) -> Finding:
    """Look for *reply* among the messages that were not there before the call.

    One that cannot be read, or is of a kind nobody knows, may be it: a weak trace, no more.
    """
    is_html = reply.body_type == BodyType.HTML
    others = Reply.objects.filter(ticket_id=reply.ticket_id).exclude(pk=reply.pk)
    taken = set(others.values_list("matched_message_id", flat=True))
    files = reply.attachments.count()
    strong: list[int] = []
    weak: list[int] = []
    for number, message in candidates(reply, ticket, taken):
        readable = message.kind is not MessageKind.UNREADABLE
        verdict = match(reply.body, message.body, is_html=is_html) if readable else Match.WEAK
        is_whole = message.kind is MessageKind.REPLY and len(message.attachments) in {files, 0}
        if verdict is Match.STRONG and is_whole:
            strong.append(number)
        elif verdict is not Match.NONE:
            weak.append(number)
    return Finding(_once(strong), _once(weak), ticket.unnumbered > reply.unnumbered)


def _once(numbers: list[int]) -> tuple[int, ...]:
    """Return *numbers*, each once: two messages under one number are no second delivery."""
    return tuple(dict.fromkeys(numbers))


def candidates(
    reply: Reply, ticket: Ticket, taken: set[int | None]
) -> list[tuple[int, TicketMessage]]:
    """Return the new messages under this agent login that no other reply of ours has claimed."""
    known = {*reply.seen_ids, *taken}
    return [
        (message.id, message)
        for message in ticket.messages
        if message.kind in _MAY_BE_OURS
        and message.id is not None
        and message.id not in known
        and _is_by(reply.agent_login, message)
    ]


def _is_by(login: str, message: TicketMessage) -> bool:
    unknown = message.kind is MessageKind.UNREADABLE and not message.agent_login
    return unknown or message.agent_login.casefold() == login.casefold()


def _confirm(reply: Reply, ticket: Ticket, finding: Finding) -> None:
    first = finding.strong[0]
    source = State(reply.state)
    try:
        with transaction.atomic(durable=True):
            _store_read(reply, valid=True, ticket=ticket, finding=finding)
            move(
                reply,
                source,
                State.CONFIRMED,
                action=Action.REPLY_CONFIRMED,
                actor=None,
                values={"matched_message_id": first, "next_check_at": None, "reason": ""},
                facts={"message_id": first, "before": str(source)},
            )
            resent = Reply.objects.filter(resend_of=reply).exists()
            if len(finding.strong) > 1 or resent:
                _report_duplicate(reply, finding)
    except (StateConflict, IntegrityError):
        return


def _report_duplicate(reply: Reply, finding: Finding) -> None:
    record_on(
        reply,
        Action.REPLY_DUPLICATE,
        actor=None,
        state=State.CONFIRMED,
        facts={"message_ids": list(finding.strong)},
    )


def _conclude_missing(reply: Reply, finding: Finding, began: datetime) -> None:
    """Call an unknown reply missing after enough readings; a weak trace forbids it.

    The settle time must be over as the reading *began*: what is processed while a slow reading is
    on its way may not be in it.
    """
    settled = began >= _wire_end(reply) + SETTLE_TIME
    enough = reply.valid_checks + 1 >= LEAST_VALID_READS
    if reply.state != State.UNKNOWN or finding.is_trace or not settled or not enough:
        return
    try:
        with transaction.atomic(durable=True):
            move(
                reply,
                State.UNKNOWN,
                State.NOT_FOUND,
                action=Action.REPLY_NOT_FOUND,
                actor=None,
                facts={"valid_reads": reply.valid_checks + 1},
            )
    except StateConflict:
        return


def _note(
    reply: Reply,
    *,
    valid: bool,
    reason: str = "",
    ticket: Ticket | None = None,
    finding: Finding | None = None,
) -> None:
    with transaction.atomic():
        _store_read(reply, valid=valid, reason=reason, ticket=ticket, finding=finding)
        Reply.objects.filter(pk=reply.pk, state__in=WATCHED).update(
            checks=reply.checks + 1,
            valid_checks=reply.valid_checks + int(valid),
            next_check_at=next_check(reply),
        )


def _store_read(
    reply: Reply,
    *,
    valid: bool,
    ticket: Ticket | None,
    reason: str = "",
    finding: Finding | None = None,
) -> None:
    TicketRead.objects.create(
        reply=reply,
        at=timezone.now(),
        valid=valid,
        reason=reason,
        message_ids=list(ticket.message_ids) if ticket else [],
        candidates=[*finding.strong, *finding.weak] if finding else [],
    )


def next_check(reply: Reply) -> datetime | None:
    """Return when the ticket is read next; None ends the watch.

    UNKNOWN is watched for as long as it takes; SENT and NOT_FOUND for a day.
    """
    now, end = timezone.now(), _wire_end(reply)
    for step in SCHEDULE:
        if end + step > now:
            return end + step
    if reply.state != State.UNKNOWN and now > end + SWEEP:
        return None
    return now + EVERY


def _wire_end(reply: Reply) -> datetime:
    return reply.wire_end or reply.wire_at or reply.updated_at
