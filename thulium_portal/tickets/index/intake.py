"""Taking what was read of a ticket into the index."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any

from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from thulium_portal.lib.folding import fold
from thulium_portal.lib.full_text import WordIndex
from thulium_portal.lib.html.mail import own_text
from thulium_portal.lib.language_detection import language_of
from thulium_portal.thulium import BY_CUSTOMER, MessageKind, Ticket, TicketMessage
from thulium_portal.tickets import reminders
from thulium_portal.tickets.index import claim
from thulium_portal.tickets.models import KnownTicket
from thulium_portal.tickets.snapshot import local_time

logger = logging.getLogger(__name__)

WORDS = WordIndex("ticket_words")
SETTLES = timedelta(seconds=61)
"""Thulium tells times to the minute. A reading that begins so long after a change was seen shows
all that happened in the change's minute, whatever the clocks."""
LONG_AGO = timedelta(hours=26)
"""A change as old as this is from a minute that is over, in whatever time zone it is told."""
NOBODY = {"subject": "", "customer_id": None, "customer_name": "", "customer_email": ""}
"""What a row says of its customer once that was erased."""
FIRST_DELAY, LONGEST_DELAY = timedelta(minutes=1), timedelta(hours=6)
_WHO_WROTE = frozenset({*BY_CUSTOMER, MessageKind.REPLY})


class Rank(IntEnum):
    """Which tickets are read first, of those to be read."""

    HINTED = 0
    OURS = 1
    UNASSIGNED = 2
    OTHER = 3
    CLOSED = 4


@dataclass(frozen=True)
class _Standing:
    """Who wrote last on a ticket, and what waits since."""

    last: TicketMessage | None = None
    waiting_since: datetime | None = None
    answered_at: datetime | None = None
    files: int = 0


def take_in(
    ticket: Ticket, *, customer_name: str = "", began: datetime | None = None
) -> KnownTicket:
    """Store what the lists need of *ticket*, just read whole; return its row.

    *began* is when the reading began: one that began before the last that was stored changes
    nothing, however late it arrives. An empty *customer_name* leaves the one that is known, as
    long as the customer is the same. A ticket that was erased stays without its customer until
    something changes on it at Thulium.
    """
    began = began or timezone.now()
    while True:
        known = KnownTicket.objects.filter(pk=ticket.id).first()
        row = known or KnownTicket(pk=ticket.id)
        if row.read_at and row.read_at > began:
            return row
        values = _news(row, ticket, customer_name, began)
        changed = {name for name, value in values.items() if getattr(row, name) != value}
        if row.read_at and not changed:
            return row
        # Others read at the same time: whoever finds the row changed meanwhile looks again.
        if _store(row, {name: values[name] for name in changed} | {"read_at": began}, ticket):
            return row


def _news(row: KnownTicket, ticket: Ticket, customer_name: str, began: datetime) -> dict[str, Any]:
    """Return the columns of *row* as *ticket* tells them."""
    values = _values(ticket)
    if row.customer_id != ticket.customer_id:
        values |= {"customer_name": "", "customer_read_at": None}
    if customer_name and customer_name != row.customer_name:
        values |= {"customer_name": customer_name, "customer_read_at": timezone.now()}
    if row.erased_at and _is_as_it_was(row, values):
        values |= NOBODY
    else:
        values["erased_at"] = None
    return values | {"failures": 0} | _next_reading(row, values["changed_at"], began)


def _store(row: KnownTicket, news: dict[str, Any], ticket: Ticket) -> bool:
    """Write *news* into *row*; tell whether the row was still as it had been looked up."""
    looked_up = {name: getattr(row, name) for name in ("read_at", "change_seen_at", "read_rank")}
    is_new, words = row._state.adding, words_of(row)
    for name, value in news.items():
        setattr(row, name, value)
    try:
        with transaction.atomic():
            if is_new:
                row.save(force_insert=True)
            elif not KnownTicket.objects.filter(pk=row.pk, **looked_up).update(**news):
                return False
            if is_new or words != words_of(row):
                put_words([row])
            reminders.end_answered(ticket)
    except IntegrityError:
        if not is_new:
            raise
        return False
    return True


def note(ticket: Ticket, *, began: datetime | None = None) -> KnownTicket | None:
    """Take in what was read for another purpose, which fails over nothing that happens here.

    Returned is the row; None where it could not be stored.
    """
    try:
        return take_in(ticket, began=began)
    except DatabaseError:
        logger.warning("ticket %s was not taken into the index", ticket.id, exc_info=True)
        return None


def note_name(row: KnownTicket, name: str) -> None:
    """Store who the customer of a ticket is that was just noted; this too fails over nothing."""
    if row.erased_at or (row.customer_name == name and row.customer_read_at):
        return
    rows = KnownTicket.objects.filter(pk=row.pk, customer_id=row.customer_id, erased_at=None)
    try:
        with transaction.atomic():
            if rows.update(customer_name=name, customer_read_at=timezone.now()):
                put_words(rows)
    except DatabaseError:
        logger.warning("the name on ticket %s was not stored", row.pk, exc_info=True)


def _next_reading(
    row: KnownTicket, changed_at: datetime | None, began: datetime
) -> dict[str, datetime | int | None]:
    """Return when *row* is read again: once more, where its last change may not be over yet.

    What shows less than the list has told leaves the ticket due, later and later.
    """
    now, seen_at = timezone.now(), row.change_seen_at
    if changed_at and row.listed_change and changed_at < row.listed_change:
        if row.read_due_at and row.read_due_at > began:
            return {"read_due_at": row.read_due_at, "failures": row.failures}
        return {"read_due_at": now + delay(row.failures), "failures": row.failures + 1}
    if changed_at != row.changed_at:
        seen_at = now if is_fresh(changed_at) else None
    settled = seen_at and seen_at + SETTLES
    rank = Rank.OURS if row.read_rank == Rank.HINTED else row.read_rank
    if settled is None or settled <= began:
        return {"change_seen_at": None, "read_due_at": None, "read_rank": rank}
    return {"change_seen_at": seen_at, "read_due_at": settled, "read_rank": rank}


def delay(failures: int) -> timedelta:
    """Return how long to wait before what failed so often is tried again."""
    return claim.growing(failures, FIRST_DELAY, LONGEST_DELAY)


def is_fresh(changed_at: datetime | None) -> bool:
    """Tell whether the minute of this change may be under way still."""
    return changed_at is not None and changed_at > timezone.now() - LONG_AGO


def put_words(rows: Iterable[KnownTicket]) -> None:
    """Index *rows* by number, customer, address and subject; in the transaction that saves them."""
    WORDS.put((row.pk, *words_of(row)) for row in rows)


def to_the_minute(moment: datetime | None) -> datetime | None:
    """Return Thulium's time with its zone; lists and tickets tell it with different precision."""
    return local_time(moment and moment.replace(second=0, microsecond=0))


def _is_as_it_was(row: KnownTicket, values: dict[str, Any]) -> bool:
    if values["changed_at"] != row.changed_at:
        return False
    return row.read_at is None or values["last_message_id"] == row.last_message_id


def words_of(row: KnownTicket) -> tuple[str, str]:
    """Return the words by which a ticket is found."""
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
        "changed_at": to_the_minute(ticket.updated_at),
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
