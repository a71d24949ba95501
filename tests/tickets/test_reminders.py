"""Reminders: each person's own, ended by the customer's answer or the end of the ticket."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from thulium_portal.thulium import MessageKind, Ticket, TicketMessage
from thulium_portal.tickets import reminders
from thulium_portal.tickets.index.intake import take_in
from thulium_portal.tickets.models import KnownTicket, Reminder

pytestmark = pytest.mark.django_db

MAIL, REPLY, NOTE = MessageKind.MAIL, MessageKind.REPLY, MessageKind.COMMENT
LONG_AGO = datetime.fromisoformat("2020-01-01T12:00")  # as Thulium tells times
SOME_DAY = datetime.fromisoformat("2099-01-01T12:00")


def message(
    number: int | None, kind: MessageKind = MAIL, at: datetime | None = LONG_AGO
) -> TicketMessage:
    return TicketMessage(number, kind, "<p>tekst</p>", "", "", "", at)


def ticket(*messages: TicketMessage, **given: object) -> Ticket:
    bare = Ticket(1234, "Paczka", "m@x.pl", 5, 1, "Sklep", "Nowe", "anna", *[None] * 3)
    return replace(bare, messages=messages, **given)


@pytest.fixture
def waiting(anna) -> Reminder:
    """A reminder of a person who has seen message 2."""
    reminders.begin(anna, 1234, reminders.today(anna) + timedelta(days=3), newest=2)
    return Reminder.objects.get()


SEEN = (message(1), message(2, REPLY))


@pytest.mark.parametrize(
    ("read", "is_over"),
    [
        (ticket(*SEEN), False),
        (ticket(*SEEN, message(3)), True),
        (ticket(*SEEN, message(3, REPLY)), False),
        (ticket(*SEEN, message(3, NOTE)), False),
        (ticket(*SEEN, message(3), message(4, REPLY)), True),
        (ticket(*SEEN, message(3, MessageKind.OTHER)), True),
        (ticket(*SEEN, message(None, MessageKind.UNREADABLE)), False),
        (ticket(*SEEN, message(None, MessageKind.UNREADABLE, SOME_DAY)), True),
        (ticket(*SEEN, message(None, MessageKind.UNREADABLE, None)), False),
        (ticket(*SEEN, is_closed=True), True),
        (ticket(*SEEN, is_merged=True), True),
        (replace(ticket(*SEEN, message(3)), id=1235), False),
    ],
    ids=[
        *("nothing new", "answered", "answered by a colleague", "a note"),
        *("answered and replied to since", "of a kind not known"),
        *("without a number, old", "without a number, new", "without a number or time"),
        *("closed", "merged", "another ticket"),
    ],
)
def test_a_reminder_ends_where_the_ticket_is_read_with_nothing_left_to_wait_for(
    waiting, read, is_over
):
    take_in(read)
    assert Reminder.objects.exists() is not is_over


def test_one_set_without_knowing_the_ticket_ends_by_the_time_of_the_answer(anna):
    reminders.begin(anna, 1234, date(2026, 12, 1), newest=None)
    take_in(ticket(message(1), message(2)))
    assert Reminder.objects.exists()
    take_in(ticket(message(1), message(2), message(3, at=SOME_DAY)))
    assert not Reminder.objects.exists()


def test_what_the_index_may_know_better_is_read_again(anna):
    take_in(ticket(message(1), message(2)))
    reminders.begin(anna, 1234, date(2026, 12, 1), newest=2)
    assert KnownTicket.objects.get().read_due_at is None
    reminders.begin(anna, 1234, date(2026, 12, 1), newest=1)
    assert KnownTicket.objects.get().read_due_at is not None


def test_moving_a_reminder_forgets_nothing_of_what_is_waited_for(anna, waiting):
    day = reminders.today(anna) + timedelta(days=7)
    reminders.remind(anna, 1234, day, newest=9)
    moved = Reminder.objects.get()
    assert (moved.due_on, moved.last_message_id) == (day, 2)
    assert moved.created_at == waiting.created_at


def test_a_new_sending_begins_anew(anna, waiting):
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        reminders.begin(anna, 1234, date(2026, 12, 9), newest=8)
    begun = Reminder.objects.get()
    assert (begun.due_on, begun.last_message_id) == (date(2026, 12, 9), 8)
    assert begun.created_at > waiting.created_at + timedelta(days=1)


def test_nobody_is_shown_or_ends_the_reminder_of_another(anna, ewa, waiting):
    Reminder.objects.update(due_on=reminders.today(anna))
    reminders.remind(ewa, 1234, None, newest=None)
    assert list(reminders.due(anna)) == [waiting]
    assert not reminders.of(ewa).exists()
    assert not reminders.due(ewa, [1234]).exists()


def test_who_may_not_send_is_not_reminded(anna):
    anna.is_active = False
    with pytest.raises(PermissionDenied):
        reminders.remind(anna, 1234, date(2026, 12, 1), newest=None)


def test_due_is_what_is_due_where_the_person_is(anna):
    reminders.begin(anna, 1234, date(2026, 12, 2), newest=2)
    late_in_london = datetime(2026, 12, 1, 23, 30, tzinfo=UTC)
    with time_machine.travel(late_in_london):
        anna.time_zone = "Europe/London"
        assert not reminders.due(anna).exists()
        anna.time_zone = "Europe/Warsaw"
        assert [row.ticket_id for row in reminders.due(anna)] == [1234]


def test_the_badges_of_a_list_cost_one_query(anna, django_assert_num_queries):
    for number in range(1, 9):
        reminders.begin(anna, number, reminders.today(anna), newest=None)
    with django_assert_num_queries(1):
        assert {row.ticket_id for row in reminders.due(anna, range(1, 5))} == {1, 2, 3, 4}
