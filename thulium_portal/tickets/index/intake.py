"""Taking what was read of a ticket into the index."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from thulium_portal.lib.folding import fold
from thulium_portal.lib.full_text import WordIndex
from thulium_portal.lib.html.mail import own_text
from thulium_portal.lib.language_detection import language_of
from thulium_portal.thulium import BY_CUSTOMER, MessageKind, Ticket, TicketMessage
from thulium_portal.tickets import reminders
from thulium_portal.tickets.models import KnownTicket
from thulium_portal.tickets.snapshot import local_time

WORDS = WordIndex("ticket_words")
NOBODY = {"subject": "", "customer_id": None, "customer_name": "", "customer_email": ""}
"""What a row says of its customer once that was erased."""
_WHO_WROTE = frozenset({*BY_CUSTOMER, MessageKind.REPLY})


@dataclass(frozen=True)
class _Standing:
    """Who wrote last on a ticket, and what waits since."""

    last: TicketMessage | None = None
    waiting_since: datetime | None = None
    answered_at: datetime | None = None
    files: int = 0


def take_in(ticket: Ticket, *, customer_name: str = "") -> KnownTicket:
    """Store what the lists need of *ticket*, just read whole; return its row.

    An empty *customer_name* leaves the one that is known, as long as the customer is the same. A
    ticket that was erased stays without its customer until something changes on it at Thulium.
    """
    known = KnownTicket.objects.filter(pk=ticket.id).first()
    row = known or KnownTicket(pk=ticket.id)
    values = _values(ticket)
    if customer_name or row.customer_id != ticket.customer_id:
        values["customer_name"] = customer_name
    if known and known.erased_at and _is_as_it_was(known, values):
        values |= NOBODY
    else:
        values["erased_at"] = None
    words = known and _words(known)
    for name, value in values.items():
        setattr(row, name, value)
    row.read_at, row.failures = timezone.now(), 0
    with transaction.atomic():
        row.save(force_insert=known is None)
        if words != _words(row):
            put_words([row])
        reminders.end_answered(ticket)
    return row


def put_words(rows: Iterable[KnownTicket]) -> None:
    """Index *rows* by number, customer, address and subject; in the transaction that saves them."""
    WORDS.put((row.pk, *_words(row)) for row in rows)


def _is_as_it_was(row: KnownTicket, values: dict[str, Any]) -> bool:
    return all(values[name] == getattr(row, name) for name in ("changed_at", "last_message_id"))


def _words(row: KnownTicket) -> tuple[str, str]:
    return fold(f"{row.pk} {row.customer_name} {row.customer_email}"), fold(row.subject)


def _values(ticket: Ticket) -> dict[str, Any]:
    standing = _standing(ticket.messages)
    last = standing.last
    waits = standing.waiting_since is not None
    return {
        "subject": ticket.subject,
        "customer_id": ticket.customer_id,
        "customer_email": ticket.customer_email,
        "queue_id": ticket.queue_id,
        "queue_name": ticket.queue_name[:200],
        "status_name": ticket.status_name,
        "agent_login": ticket.agent_login.casefold(),
        "is_open": not (ticket.is_closed or ticket.is_merged),
        "created_at": local_time(ticket.created_at),
        "changed_at": local_time(ticket.updated_at),
        "last_message_id": ticket.last_message_id,
        "last_written_id": last.id if last else None,
        "last_kind": last.kind.value if last else "",
        "last_by": last.agent_login.casefold() if last else "",
        "last_at": local_time(last.created_at) if last else None,
        "waiting_since": standing.waiting_since,
        "answered_at": standing.answered_at,
        "files_waiting": standing.files,
        "language": language_of(own_text(last.body)) if last and waits else "",
    }


def _standing(messages: Iterable[TicketMessage]) -> _Standing:
    """Return how a ticket stands by its *messages*, oldest first; notes of colleagues don't count.

    A message whose kind is not known may be the customer's, so somebody waits.
    """
    last, since, answered, files = None, None, None, 0
    for message in messages:
        if message.kind not in _WHO_WROTE:
            continue
        last = message
        if message.kind is MessageKind.REPLY:
            since, files, answered = None, 0, local_time(message.created_at) or answered
        else:
            since = since or local_time(message.created_at) or timezone.now()
            files += len(message.attachments)
    return _Standing(last, since, answered, files)
