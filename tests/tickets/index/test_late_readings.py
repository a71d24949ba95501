"""What was read, listed or told in an odd order leaves no customer waiting unseen."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from tests.tickets.index.conftest import START
from thulium_portal import gateway
from thulium_portal.accounts.models import User
from thulium_portal.replies import worklist
from thulium_portal.tickets import presence, reading
from thulium_portal.tickets.index import erasure
from thulium_portal.tickets.index.hints import hint
from thulium_portal.tickets.index.intake import take_in
from thulium_portal.tickets.models import KnownTicket, Presence

pytestmark = pytest.mark.django_db

DAYS_AGO = START - timedelta(days=3)


def test_a_reading_older_than_the_list_leaves_the_ticket_due(tickets, pass_time):
    tickets.change(7, by="anna.nowak", at=DAYS_AGO, user_login="anna.nowak")
    pass_time(60)
    began = timezone.now()
    old = gateway.thulium_client().get_ticket(7)
    tickets.change(7)
    pass_time(12)
    take_in(old, began=began)
    assert KnownTicket.objects.get(pk=7).read_due_at is not None
    pass_time(600)
    row = KnownTicket.objects.get(pk=7)
    assert row.waiting_since is not None
    assert row.read_due_at is None


def test_a_ticket_that_never_shows_what_the_list_tells_is_read_ever_more_rarely(
    tickets, pass_time, monkeypatch
):
    tickets.change(7, at=DAYS_AGO)
    pass_time(60)
    stale = {name: told for name, told in tickets.tickets[7].items() if name != "moment"}
    tickets.ticket_answers[7] = 200, {**stale, "messages": list(stale["messages"])}
    tickets.change(7)
    monkeypatch.setattr(tickets, "_ticket", tickets.ticket_answers.get)
    tickets.calls.clear()
    pass_time(3600, every=5)
    assert 3 < tickets.readings()[7] < 9
    assert KnownTicket.objects.get(pk=7).read_due_at is not None


@pytest.mark.parametrize("minutes", [10, 30], ids=["earlier", "same-minute"])
def test_what_is_told_twice_in_the_autumn_night_is_found(tickets, pass_time, clock, minutes):
    clock.move_to(datetime(2026, 10, 25, 0, 20, tzinfo=UTC), tick=False)
    tickets.change(1, by="anna.nowak", at=timezone.now() - timedelta(days=3))
    tickets.change(2, at=timezone.now() - timedelta(days=3))
    pass_time(300, every=5)
    clock.move_to(datetime(2026, 10, 25, 0, 30, 10, tzinfo=UTC), tick=False)
    if minutes == 30:
        tickets.change(1, by="anna.nowak")
    pass_time(200, every=5)
    clock.move_to(datetime(2026, 10, 25, 0, 57, tzinfo=UTC), tick=False)
    tickets.change(2)
    pass_time(200, every=5)
    clock.move_to(datetime(2026, 10, 25, 1, minutes, 10, tzinfo=UTC), tick=False)
    tickets.change(1)
    tickets.calls.clear()
    pass_time(600, every=5)
    row = KnownTicket.objects.get(pk=1)
    assert row.last_kind == "MAIL"
    assert tickets.readings()[1] <= 3
    assert sum(path == "/api/tickets" for _at, path in tickets.calls) <= 61


def test_a_name_that_cannot_be_told_keeps_nobody_waiting(tickets, pass_time, monkeypatch):
    answer = tickets.answer

    def broken(method, target):
        told = answer(method, target)
        return (500, {}) if target.startswith("/api/customers/5") else told

    monkeypatch.setattr(tickets, "answer", broken)
    tickets.change(5, at=DAYS_AGO, customer_id=5)
    tickets.change(6, at=DAYS_AGO, customer_id=6)
    pass_time(300)
    assert KnownTicket.objects.get(pk=6).customer_name == "Jan Numer6"
    assert 1 < tickets.asked("/api/customers/5") < 6
    pass_time(60)
    tickets.change(100)
    hint(100)
    pass_time(6)
    assert tickets.readings()[100] == 1


def test_a_customer_erased_before_the_first_reading_stays_erased(tickets, pass_time, settings):
    settings.RETENTION_TICKETS_DAYS = 0
    closed = {"full_status_name": "Zamknięte", "closed_at": "2026-08-01 10:00"}
    tickets.change(7, at=START - timedelta(days=110), **closed)
    pass_time(60)
    assert KnownTicket.objects.get(pk=7).read_at is None
    erasure.erase([7])
    reading.load_snapshot(7, User())
    row = KnownTicket.objects.get(pk=7)
    assert row.read_at is not None
    assert (row.customer_email, row.subject) == ("", "")


def test_a_page_that_finds_a_ticket_gone_takes_it_out(tickets, pass_time, as_anna, anna):
    tickets.change(7, at=START - timedelta(hours=5), user_login=anna.agent_login)
    pass_time(120)
    assert worklist.next_ticket(anna) == 7
    del tickets.tickets[7]
    assert as_anna.get("/tickets/7/").status_code == 404
    assert worklist.next_ticket(anna) is None


def test_whatever_numbers_a_page_asks_for_a_person_is_on_few_tickets(clock, anna, ewa):
    KnownTicket.objects.create(pk=7)
    presence.note(7, ewa)
    for number in range(100, 150):
        presence.meet(number, anna)
        clock.shift(1)
    newest = set(range(150 - presence.MOST, 150))
    assert set(Presence.objects.filter(person=anna).values_list("ticket_id", flat=True)) == newest
    presence.note(7, ewa)
    assert presence.watched() <= {7}
    presence.note(7, anna)
    assert presence.watched() == {7}
