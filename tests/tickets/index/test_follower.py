"""Following Thulium's list: nothing is missed, each change is read once, politely."""

import threading
from datetime import timedelta
from itertools import pairwise

import pytest
from django.utils import timezone

from tests.tickets.index.conftest import START
from thulium_portal.tickets import presence
from thulium_portal.tickets.index.follower import Follower
from thulium_portal.tickets.index.hints import hint
from thulium_portal.tickets.index.state import Problem, age
from thulium_portal.tickets.models import KnownTicket, TicketIndex

pytestmark = pytest.mark.django_db


def test_what_the_list_tells_is_there_before_a_ticket_was_read(tickets):
    tickets.change(7, at=START - timedelta(hours=1), user_login="Anna.Nowak")
    Follower().step()
    row = KnownTicket.objects.get(pk=7)
    assert (row.subject, row.customer_email) == ("Sprawa 7", "klient7@example.org")
    assert (row.agent_login, row.status_name, row.source) == ("anna.nowak", "Nowe", "email")
    assert (row.is_open, row.read_at) == (True, None)
    assert row.waiting_since == row.changed_at


def test_following_ends_as_soon_as_what_it_is_for_has_come(tickets):
    for number in range(1, 6):
        tickets.change(number, at=START - timedelta(days=3))
    Follower().run(threading.Event(), lambda: age().listed_at is not None)
    assert KnownTicket.objects.count() == 5
    assert tickets.readings() == {}
    assert TicketIndex.objects.get().claimed_by == ""


def test_a_change_is_read_once_after_its_minute(tickets, pass_time):
    for number in range(1, 6):
        tickets.change(number, at=START - timedelta(days=3))
    pass_time(30)
    assert tickets.readings() == dict.fromkeys(range(1, 6), 1)
    tickets.calls.clear()
    tickets.change(3)
    pass_time(50)
    assert tickets.readings() == {}
    pass_time(300)
    assert tickets.readings() == {3: 1}
    assert KnownTicket.objects.get(pk=3).last_message_id == 3001


def test_a_second_change_in_the_same_minute_is_found(tickets, pass_time, clock):
    tickets.change(3, at=START - timedelta(days=3))
    pass_time(30)
    clock.move_to(START + timedelta(minutes=2), tick=False)
    tickets.change(3)
    pass_time(12)
    tickets.change(3, by="anna.nowak")
    pass_time(180)
    row = KnownTicket.objects.get(pk=3)
    assert (row.last_kind, row.waiting_since) == ("REPLY", None)


def test_a_watched_ticket_is_read_at_once_and_once_more(tickets, pass_time, anna):
    tickets.change(3, at=START - timedelta(days=3))
    pass_time(30)
    tickets.calls.clear()
    presence.note(3, anna)
    tickets.change(3)
    pass_time(12)
    assert tickets.readings() == {3: 1}
    assert KnownTicket.objects.get(pk=3).last_message_id == 3001
    pass_time(300)
    assert tickets.readings() == {3: 2}


def test_the_list_is_asked_for_at_most_every_ten_seconds(tickets, pass_time):
    tickets.change(1)
    pass_time(600)
    moments = [at for at, call in tickets.calls if call == "/api/tickets"]
    assert 55 <= len(moments) <= 60
    gaps = [later - earlier for earlier, later in pairwise(moments)]
    assert min(gaps) >= timedelta(seconds=10)


def test_a_budget_of_calls_a_minute(tickets, pass_time):
    for number in range(1, 400):
        tickets.change(number, at=START - timedelta(days=3), customer_id=number)
    pass_time(180)
    minutes = [int((at - START).total_seconds() // 60) for at, _call in tickets.calls]
    assert max(minutes.count(minute) for minute in set(minutes)) <= 120


def test_of_two_workers_one_follows(tickets, pass_time, clock):
    tickets.change(1, at=START - timedelta(days=3))
    first, second = Follower(), Follower()
    assert first.step() == 0
    assert second.step() > 1
    assert tickets.asked("/api/tickets") == 1
    clock.shift(100)
    assert second.step() == 0
    assert first.step() > 1


@pytest.mark.parametrize(
    ("status", "told", "problem"),
    [
        (500, {}, Problem.SERVER_ERROR),
        (403, {}, Problem.NO_RIGHT),
        (401, {}, Problem.CREDENTIALS),
        (200, {"count": 3, "rows": "none"}, Problem.UNEXPECTED),
        (200, b"<html>", Problem.UNEXPECTED),
        (429, {}, Problem.BUSY),
    ],
    ids=str,
)
def test_a_list_that_fails_is_left_alone_for_longer_and_longer(
    tickets, pass_time, clock, status, told, problem
):
    tickets.change(1, at=START - timedelta(days=3))
    tickets.list_answers = [(status, told)] * 4
    pass_time(60)
    assert age().problem is problem
    assert age().since == START
    assert 2 <= tickets.asked("/api/tickets") <= 4
    pass_time(400)
    assert age().problem is None
    assert KnownTicket.objects.filter(pk=1).exists()
    assert timezone.now() - age().listed_at < timedelta(seconds=15)


def test_while_the_list_fails_hinted_tickets_are_read(tickets, pass_time):
    tickets.change(1)
    tickets.list_answers = [(500, {})] * 20
    hint(1)
    pass_time(3)
    assert KnownTicket.objects.get(pk=1).last_message_id == 1000


def test_a_ticket_that_is_gone_vanishes(tickets, pass_time):
    for number in (1, 2):
        tickets.change(number, at=START - timedelta(days=3))
    pass_time(30)
    del tickets.tickets[2]
    TicketIndex.objects.update(whole_at=timezone.now() - timedelta(days=4))
    pass_time(120)
    assert set(KnownTicket.objects.values_list("pk", flat=True)) == {1}


def test_one_broken_ticket_keeps_none_else_waiting(tickets, pass_time):
    for number in range(1, 5):
        tickets.change(number, at=START - timedelta(days=3))
    tickets.ticket_answers[2] = (200, {"nothing": 1})
    tickets.ticket_answers[3] = (500, {})
    pass_time(600)
    readings = tickets.readings()
    assert (readings[1], readings[4]) == (1, 1)
    assert 3 <= readings[2] <= 5
    assert 3 <= readings[3] <= 5


def test_a_name_is_asked_for_once_for_each_customer(tickets, pass_time):
    for number in range(1, 7):
        tickets.change(number, at=START - timedelta(days=3), customer_id=52 + number % 2)
    pass_time(60)
    assert tickets.asked("/api/customers/") == 2
    tickets.change(8, customer_id=52)
    pass_time(120)
    assert tickets.asked("/api/customers/") == 2
    assert KnownTicket.objects.get(pk=8).customer_name == "Jan Numer52"
