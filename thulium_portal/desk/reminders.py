"""The reader's reminders: tickets to see again, with what is known of their customers' answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import ngettext

from thulium_portal.accounts.models import User
from thulium_portal.replies.models import Reply
from thulium_portal.tickets import reminders
from thulium_portal.tickets.models import KnownTicket, Reminder

MOST = 200
"""Reminders that the page of all of them shows."""


@dataclass(frozen=True)
class Row:
    """A reminder as a page shows it; it has ``words`` once its day has come."""

    ticket_id: int
    who: str
    subject: str
    due_on: date
    words: str


@dataclass(frozen=True)
class Reminders:
    """The rows shown, and how many reminders the person has in all."""

    rows: tuple[Row, ...]
    total: int
    again: Sequence[int] = reminders.PRESETS[:-1]
    """In how many days to be reminded again."""


def due(person: User, *, is_current: bool, most: int) -> Reminders:
    """Return the reminders of *person* whose day has come, the longest due first.

    *is_current* tells that the index holds every answer that is at Thulium.
    """
    return _shown(reminders.due(person)[:most], person, is_current=is_current)


def every(person: User, *, is_current: bool) -> Reminders:
    """Return all reminders of *person*, the soonest first."""
    return _shown(reminders.of(person)[:MOST], person, is_current=is_current)


def _shown(found: QuerySet[Reminder], person: User, *, is_current: bool) -> Reminders:
    rows = list(found)
    numbers = [row.ticket_id for row in rows]
    known = person.in_reach(KnownTicket.objects.all()).in_bulk(numbers) if rows else {}
    replies = _replies(person, [number for number in numbers if number not in known])
    shown = []
    for row in rows:
        ticket, reply = known.get(row.ticket_id), replies.get(row.ticket_id)
        is_read = ticket is not None and ticket.read_at is not None and ticket.read_due_at is None
        words = _words(row, person, is_sure=is_current and is_read)
        subject = ticket.subject if ticket else reply.ticket_subject if reply else ""
        shown.append(Row(row.ticket_id, _customer(ticket or reply), subject, row.due_on, words))
    return Reminders(tuple(shown), reminders.of(person).count())


def _replies(person: User, numbers: Sequence[int]) -> dict[int, Reply]:
    """Return one's newest reply to each of these tickets, for what was known of them then."""
    if not numbers:
        return {}
    mine = Reply.objects.filter(author=person, ticket_id__in=numbers)
    return {reply.ticket_id: reply for reply in mine.defer("body", "canned_text").order_by("pk")}


def _customer(source: KnownTicket | Reply | None) -> str:
    return (source.customer_name or source.customer_email) if source else ""


def _words(reminder: Reminder, person: User, *, is_sure: bool) -> str:
    today = reminders.today(person)
    if reminder.due_on > today:
        return ""
    days = max(1, (today - timezone.localdate(reminder.created_at, person.zone)).days)
    if is_sure:
        words = ngettext(
            "The customer has not answered for %(days)s day",
            "The customer has not answered for %(days)s days",
            days,
        )
    else:
        words = ngettext(
            "%(days)s day has passed; whether the customer answered is not known now",
            "%(days)s days have passed; whether the customer answered is not known now",
            days,
        )
    return words % {"days": days}
