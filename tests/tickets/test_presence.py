"""Who is on a ticket: seen by colleagues, gone within a minute, kept for a day."""

from datetime import UTC, datetime, timedelta

import pytest

from thulium_portal.tickets import presence
from thulium_portal.tickets.models import KnownTicket, Presence

pytestmark = pytest.mark.django_db

START = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
TICKET = 1234


@pytest.fixture(autouse=True)
def _at_nine(time_machine):
    time_machine.move_to(START, tick=False)


@pytest.fixture
def later(time_machine):
    """Return a function that lets seconds pass."""

    def later(seconds: float) -> None:
        time_machine.shift(timedelta(seconds=seconds))

    return later


def told(person, ticket_id=TICKET):
    found = presence.on_tickets([ticket_id], besides=person).get(ticket_id, [])
    return [(one.name, one.writing) for one in found]


def test_two_people_each_see_the_other(anna, ewa):
    assert presence.meet(TICKET, anna) == []
    assert [one.name for one in presence.meet(TICKET, ewa)] == ["Anna Nowak"]
    assert told(anna) == [("Ewa Kot", False)]
    assert told(ewa) == [("Anna Nowak", False)]


def test_who_writes_stands_first_and_goes_back_to_looking(anna, ewa, adam, later):
    presence.note(TICKET, adam)
    presence.note(TICKET, ewa, writing=True)
    assert told(anna) == [("Ewa Kot", True), ("Adam Lis", False)]
    for _ in range(5):
        later(10)
        presence.note(TICKET, ewa)
    assert told(anna) == [("Ewa Kot", False)]


def test_who_begins_to_write_is_told_at_once(anna, ewa):
    presence.note(TICKET, ewa)
    presence.note(TICKET, ewa, writing=True)
    assert told(anna) == [("Ewa Kot", True)]


@pytest.mark.parametrize(("seconds", "is_there"), [(44, True), (46, False)])
def test_who_is_not_heard_of_is_gone_within_a_minute(seconds, is_there, anna, ewa, later):
    KnownTicket.objects.create(pk=TICKET)
    presence.note(TICKET, ewa)
    later(seconds)
    assert bool(told(anna)) is is_there
    assert presence.watched() == ({TICKET} if is_there else set())


def test_who_stays_is_never_gone_in_between(anna, ewa, later):
    for _ in range(20):
        presence.note(TICKET, ewa)
        later(8)
        assert told(anna) == [("Ewa Kot", False)]


def test_a_page_that_asks_every_eight_seconds_is_stored_every_sixteen(ewa, later):
    stored = set()
    for _ in range(21):
        presence.note(TICKET, ewa)
        stored.add(Presence.objects.get().seen_at)
        later(8)
    assert len(stored) == 11


def test_who_leaves_is_gone_at_once_from_this_ticket_alone(anna, ewa):
    presence.note(TICKET, ewa)
    presence.note(1235, ewa)
    presence.leave(TICKET, ewa)
    assert told(anna) == []
    assert told(anna, 1235) == [("Ewa Kot", False)]


def test_nobody_who_was_switched_off_is_shown(anna, ewa):
    presence.note(TICKET, ewa)
    ewa.is_active = False
    ewa.save()
    assert told(anna) == []


def test_what_is_older_than_a_day_is_removed(anna, ewa, later):
    presence.note(TICKET, ewa)
    later(3600)
    presence.note(TICKET, anna)
    later(24 * 3600 - 1800)
    assert presence.forget_old() == 1
    assert Presence.objects.get().person == anna


def test_a_whole_list_costs_one_query(anna, ewa, adam, django_assert_num_queries):
    for ticket_id in range(1, presence.MOST + 1):
        presence.note(ticket_id, ewa)
        presence.note(ticket_id, adam, writing=True)
    with django_assert_num_queries(1):
        found = presence.on_tickets(range(1, 51), besides=anna)
    assert len(found) == presence.MOST
    assert {len(people) for people in found.values()} == {2}


def test_meeting_again_reads_once_and_stores_nothing(anna, ewa, django_assert_num_queries):
    presence.meet(TICKET, anna)
    presence.meet(TICKET, ewa)
    with django_assert_num_queries(1):
        presence.meet(TICKET, anna)
