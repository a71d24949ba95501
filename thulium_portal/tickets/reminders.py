"""Reminders: a person sees a ticket again unless its customer answers before a day.

One for each person and ticket, seen by that person and by who hands their work over; private
organisation, so nothing of it goes into the record. It ends when the ticket is read with a newer
message of the customer, closed or merged, and by its person's word.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import partial

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import Permission
from thulium_portal.thulium import BY_CUSTOMER, Ticket, TicketMessage
from thulium_portal.tickets.models import KnownTicket, Reminder
from thulium_portal.tickets.snapshot import local_time

PRESETS = (1, 3, 7, 14)
"""Days that are offered to choose from."""
FARTHEST = 60
"""Days ahead that a person can be reminded."""


def today(person: User) -> date:
    """Return the day it is where *person* is."""
    return timezone.localdate(timezone=person.zone)


def of(person: User) -> QuerySet[Reminder]:
    """Return the reminders of *person*, the soonest first."""
    return Reminder.objects.filter(person=person).order_by("due_on", "created_at")


def due(person: User, ticket_ids: Iterable[int] | None = None) -> QuerySet[Reminder]:
    """Return the reminders of *person* whose day has come; of some tickets alone where given."""
    rows = of(person).filter(due_on__lte=today(person))
    return rows if ticket_ids is None else rows.filter(ticket_id__in=list(ticket_ids))


def remind(person: User, ticket_id: int, due_on: date | None, *, newest: int | None) -> None:
    """Let *person* see the ticket again on a day, None ends it; one that stands moves to that day.

    *newest* is the number of the newest message the person has seen.
    """
    if not person.may(Permission.SEND_REPLIES):
        raise PermissionDenied
    mine = of(person).filter(ticket_id=ticket_id)
    if due_on is None:
        mine.delete()
    elif not mine.update(due_on=due_on):
        begin(person, ticket_id, due_on, newest=newest)


def hand_over(reminder: Reminder, colleague: User, *, actor: User) -> None:
    """Let *colleague* be reminded instead; one that they have of the ticket stays as it is."""
    if not (actor.may(Permission.HAND_OVER) and colleague.may(Permission.SEND_REPLIES)):
        raise PermissionDenied
    with transaction.atomic():
        if not of(colleague).filter(ticket_id=reminder.ticket_id).exists():
            begin(colleague, reminder.ticket_id, reminder.due_on, newest=reminder.last_message_id)
        Reminder.objects.filter(pk=reminder.pk).delete()


def end(reminder: Reminder, *, actor: User) -> None:
    """End a reminder of somebody else's."""
    if not actor.may(Permission.HAND_OVER):
        raise PermissionDenied
    Reminder.objects.filter(pk=reminder.pk).delete()


def in_days(person: User, days: int | None) -> date | None:
    """Return the day that is *days* from today where *person* is."""
    return None if days is None else today(person) + timedelta(days=days)


def begin(person: User, ticket_id: int, due_on: date, *, newest: int | None) -> None:
    """Wait from now on for the customer's answer: a message after the one numbered *newest*."""
    Reminder.objects.bulk_create(
        [Reminder(ticket_id=ticket_id, person=person, due_on=due_on, last_message_id=newest)],
        update_conflicts=True,
        unique_fields=["ticket_id", "person"],
        update_fields=["due_on", "last_message_id", "created_at"],
    )
    # What the index knows already may be an answer, which only a reading of the ticket can tell.
    known = KnownTicket.objects.filter(pk=ticket_id, last_message_id__gt=newest or 0)
    known.filter(read_due_at=None).update(read_due_at=timezone.now())


def end_answered(ticket: Ticket) -> None:
    """End everybody's reminders of *ticket*, just read whole, that have nothing to wait for."""
    rows = Reminder.objects.filter(ticket_id=ticket.id)
    is_over = partial(_is_over, ticket)
    if over := [row.pk for row in rows if is_over(row)]:
        rows.filter(pk__in=over).delete()


def _is_over(ticket: Ticket, reminder: Reminder) -> bool:
    if ticket.is_closed or ticket.is_merged:
        return True
    of_customer = (message for message in ticket.messages if message.kind in BY_CUSTOMER)
    return any(_is_after(message, reminder) for message in of_customer)


def _is_after(message: TicketMessage, reminder: Reminder) -> bool:
    """Tell whether *message* came after *reminder* was set; by its time where numbers are amiss."""
    if message.id is not None and reminder.last_message_id is not None:
        return message.id > reminder.last_message_id
    written = local_time(message.created_at)
    return written is not None and written > reminder.created_at
