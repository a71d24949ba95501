"""After a reply was sent: the status its ticket is to have, set by the worker.

Setting a status twice does no harm, so this is tried again where it fails; it never touches what is
known of the reply itself, and begins only once the reply was found on its ticket. Where the
customer has written since, the ticket is left as it is.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import pgettext

from thulium_portal import gateway
from thulium_portal.accounts.models import User
from thulium_portal.audit.actions import Action
from thulium_portal.replies.labels import why
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import State
from thulium_portal.replies.transitions import StateConflict, record_on
from thulium_portal.thulium import BY_CUSTOMER, ThuliumError, Ticket
from thulium_portal.tickets.index.hints import hint_quietly

MOST_TRIES = 6
_WROTE_AGAIN = "wrote_again"
_NEVER_LEAVES = (State.CANCELLED, State.SUPERSEDED, State.REJECTED)
FIRST_WAIT_SECONDS = 30
"""How long a try may take before another worker tries; it doubles each time."""


def take() -> Reply | None:
    """Take the next reply whose ticket waits for its status; one worker gets it."""
    now = timezone.now()
    due = Reply.objects.filter(state=State.CONFIRMED, status_due_at__lte=now)
    for reply in due.order_by("status_due_at")[:5]:
        mine = Reply.objects.filter(pk=reply.pk, status_due_at=reply.status_due_at)
        tries = reply.status_tries + 1
        if mine.update(status_due_at=_next(now, tries), status_tries=tries) == 1:
            reply.status_tries = tries
            return reply
    return None


def follow(reply: Reply) -> None:
    """Set the status; what fails for the last time is kept and shown."""
    client = gateway.thulium_client()
    try:
        if _has_newer_mail(reply, client.get_ticket(reply.ticket_id)):
            _settle(reply, Action.TICKET_STATUS_FAILED, reason=_WROTE_AGAIN)
            return
        client.set_ticket_status(reply.ticket_id, reply.status_after)
    except ThuliumError as error:
        if reply.status_tries >= MOST_TRIES:
            _settle(reply, Action.TICKET_STATUS_FAILED, reason=str(error.reason))
    else:
        _settle(reply, Action.TICKET_STATUS_SET)
        hint_quietly(reply.ticket_id)


def words(reply: Reply) -> str:
    """Return what became of the status, in the reader's words; empty where none was wanted."""
    state = State(reply.state)
    if not reply.status_after:
        return ""
    if reply.status_reason:
        problem = pgettext("a status", "could not be set")
        return f"{problem}: {why(reply.status_reason)}"
    if state in _NEVER_LEAVES:
        return pgettext("a status", "left as it was: this reply was not sent")
    if reply.status_due_at:
        return pgettext("a status is set", "once the reply was sent")
    return pgettext("a status", "set")


def is_awaited(reply: Reply) -> bool:
    """Tell whether *reply* is on its ticket and the status is still to follow."""
    return reply.state == State.CONFIRMED and reply.status_due_at is not None


def may_try_again(reply: Reply) -> bool:
    """Tell whether setting the status failed, and no new question stands in the way."""
    return bool(reply.status_reason) and reply.status_reason != _WROTE_AGAIN


def try_again(reply: Reply, *, actor: User) -> None:
    """Have the worker set the status after all.

    Raises :class:`StateConflict` where it is under way.
    """
    with transaction.atomic(durable=True):
        rows = Reply.objects.filter(pk=reply.pk, state=State.CONFIRMED, status_due_at=None)
        rows = rows.exclude(status_reason__in=("", _WROTE_AGAIN))
        if rows.update(status_due_at=timezone.now(), status_tries=0, status_reason="") != 1:
            raise StateConflict
        record_on(
            reply,
            Action.TICKET_STATUS_AGAIN,
            actor=actor,
            facts={"status_after": reply.status_after},
            content={"status_after_name": reply.status_after_name},
        )


def _has_newer_mail(reply: Reply, ticket: Ticket) -> bool:
    """Tell whether the customer has written since: their question must not be closed unread.

    So may have whoever wrote a message of an unknown kind, or one that cannot be read.
    """
    ours = reply.matched_message_id or 0
    return any(
        message.kind in BY_CUSTOMER and message.id is not None and message.id > ours
        for message in ticket.messages
    )


def _next(now: datetime, tries: int) -> datetime:
    return now + timedelta(seconds=FIRST_WAIT_SECONDS * 2 ** (tries - 1))


def _settle(reply: Reply, action: Action, *, reason: str = "") -> None:
    with transaction.atomic(durable=True):
        rows = Reply.objects.filter(pk=reply.pk, status_due_at__isnull=False)
        if rows.update(status_due_at=None, status_reason=reason) != 1:
            return
        record_on(
            reply,
            action,
            actor=None,
            facts={"status_after": reply.status_after, "reason": reason},
            content={"status_after_name": reply.status_after_name},
        )
