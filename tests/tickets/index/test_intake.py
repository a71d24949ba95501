"""What is read for other purposes is taken in as well, and hurts nothing where it fails."""

import threading
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.tickets.index.conftest import START
from thulium_portal import gateway
from thulium_portal.operations.worker import Worker
from thulium_portal.replies.delivery import circuit_breaker
from thulium_portal.replies.models import Reply
from thulium_portal.thulium import Habits
from thulium_portal.thulium.parsers import ticket as parsed
from thulium_portal.tickets.index import erasure, follower, headings, hints, intake
from thulium_portal.tickets.index.intake import SETTLES, take_in
from thulium_portal.tickets.index.lists import List, holding, tickets
from thulium_portal.tickets.index.rebuild import begin_anew
from thulium_portal.tickets.models import KnownTicket, TicketIndex

pytestmark = pytest.mark.django_db


def read(number=7, *, updated="2026-11-24 10:00", **told):
    mail = {"message_id": 1, "type": "MAIL", "body": "Halo", "created_at": "2026-11-24 09:00"}
    data = {"ticket_id": number, "updated_at": updated, "messages": [mail], "from": "a@example.org"}
    return parsed({**data, **told}, number, Habits())


def test_a_page_of_a_ticket_takes_it_in(as_anna, thulium):
    as_anna.get("/tickets/1234/")
    row = KnownTicket.objects.get(pk=1234)
    assert row.customer_name == "Maria Wiśniewska"
    assert row.read_at is not None
    assert row.customer_read_at is not None


def test_what_did_not_change_is_not_written(clock):
    ticket = read(updated="2026-11-20 10:00")
    take_in(ticket)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        take_in(ticket)
    assert len(queries) == 1


def test_a_change_that_may_not_be_over_is_read_once_more(clock):
    take_in(read())
    row = KnownTicket.objects.get(pk=7)
    assert row.read_due_at == START + SETTLES
    clock.shift(70)
    # A reading that took so long that it began before is no proof.
    take_in(read(), began=START + timedelta(seconds=30))
    assert KnownTicket.objects.get(pk=7).read_due_at == START + SETTLES
    take_in(read())
    assert KnownTicket.objects.get(pk=7).read_due_at is None


def test_an_answered_ticket_leaves_the_list_as_it_is_confirmed(
    submit, work, thulium, no_undo_time, time_machine, anna
):
    thulium.change_ticket(1234, login="anna.nowak")
    take_in(gateway.thulium_client().get_ticket(1234))
    assert tickets(List.MINE, anna).filter(pk=1234).exists()
    reply = submit().reply
    work()
    time_machine.move_to(timezone.now() + timedelta(seconds=5))
    work()
    reply.refresh_from_db()
    assert reply.state == "confirmed"
    assert not tickets(List.MINE, anna).filter(pk=1234).exists()
    assert tickets(List.WAITING, anna).filter(pk=1234).exists()


def test_an_index_that_fails_touches_no_delivery(
    submit, work, thulium, no_undo_time, monkeypatch, time_machine
):
    def fail(*_args: object, **_given: object) -> None:
        raise DatabaseError("the disk is full")

    monkeypatch.setattr(intake, "take_in", fail)
    monkeypatch.setattr(hints, "hint", fail)
    reply = submit().reply
    work()
    time_machine.move_to(timezone.now() + timedelta(seconds=5))
    work()
    reply.refresh_from_db()
    assert reply.state == "confirmed"
    assert len(thulium.received()) == 1
    hints.hint_quietly(1234)


@pytest.mark.django_db(transaction=True)
def test_a_slow_list_delays_no_reply(submit, thulium, no_undo_time, monkeypatch):
    """The worker delivers while the follower waits for Thulium in a thread of its own."""
    asked, go_on = threading.Event(), threading.Event()

    def wait(*_args: object) -> None:
        asked.set()
        go_on.wait(30)

    monkeypatch.setattr(follower.Follower, "step", lambda _self: wait() or 1.0)
    worker = Worker(at_once=1)
    reply = submit().reply
    try:
        worker._run_periodic_tasks()
        assert asked.wait(10)
        claims = 0
        while worker._start_next():
            claims += 1
        assert claims >= 1
        for future in list(worker._claims):
            future.result(timeout=20)
    finally:
        go_on.set()
        worker.stop()
        worker._pool.shutdown()
    assert Reply.objects.get(pk=reply.pk).state in {"sent", "confirmed"}


def test_hostile_values_are_stored_cleanly(tickets_of_list):
    tickets_of_list(
        {
            "ticket_id": 7,
            "subject": "\0\ud800" + "x" * 10_000_000,
            "from": "x" * 100_000 + "@example.org",
            "user_login": "a\0" * 5000,
            "full_status_name": ["Nowe"],
            "customer_id": 2**70,
            "source": {"a": 1},
            "ticket_queue_name": "\u202e" + "q" * 5000,
            "created_at": "0000-00-00 00:00",
            "updated_at": "9999-12-31 23:59",
        }
    )
    row = KnownTicket.objects.get(pk=7)
    assert (len(row.subject), row.customer_id, row.changed_at) == (500, None, None)
    assert "\0" not in f"{row.subject}{row.agent_login}{row.queue_name}"
    assert KnownTicket.objects.filter(holding("7")).exists()


@pytest.fixture
def tickets_of_list(tickets, pass_time):
    def told(*rows):
        tickets.ticket_answers = {row["ticket_id"]: (500, {}) for row in rows}
        tickets.list_answers = [(200, {"count": len(rows), "result": rows})]
        pass_time(2)

    return told


def test_what_was_erased_stays_so_while_nothing_changes(tickets, pass_time):
    tickets.change(7, at=START - timedelta(days=3), customer_id=52)
    pass_time(60)
    assert KnownTicket.objects.get(pk=7).customer_name == "Jan Numer52"
    erasure.erase([7])
    begin_anew()
    pass_time(120)
    row = KnownTicket.objects.get(pk=7)
    assert (row.subject, row.customer_email, row.customer_name) == ("", "", "")
    tickets.change(7)
    pass_time(120)
    assert KnownTicket.objects.get(pk=7).subject == "Sprawa 7"


def test_what_was_closed_before_any_are_kept_does_not_come_back(tickets, pass_time):
    tickets.change(7, at=START - timedelta(days=300), full_status_name="Zamknięte")
    tickets.change(8, at=START - timedelta(days=300))
    pass_time(60)
    assert set(KnownTicket.objects.values_list("pk", flat=True)) == {8}
    assert TicketIndex.objects.get().whole == {}


def test_a_ticket_that_cannot_be_told_is_never_waited_for_unseen(tickets, pass_time, anna):
    tickets.change(7, user_login="anna.nowak")
    tickets.ticket_answers[7] = (500, {})
    pass_time(120)
    assert [row.pk for row in tickets_mine(anna)] == [7]


def tickets_mine(anna):
    return tickets(List.MINE, anna)


def test_a_merged_ticket_is_open_no_longer(tickets, pass_time):
    tickets.change(7, at=START - timedelta(days=3))
    pass_time(30)
    tickets.ticket_answers[7] = (200, {"ticket_id": 8, "messages": []})
    tickets.change(7)
    pass_time(100)
    row = KnownTicket.objects.get(pk=7)
    assert (row.is_open, row.waiting_since, row.read_due_at) == (False, None, None)


def test_the_index_is_begun_anew_while_a_worker_runs(tickets, pass_time, capsys, monkeypatch):
    for number in range(1, 150):
        tickets.change(number, by="", at=START - timedelta(days=3))
    pass_time(5)
    take_page = headings.take_page

    def begin_anew_before(*page, **given):
        call_command("rebuild_ticket_index")
        monkeypatch.setattr(headings, "take_page", take_page)
        return take_page(*page, **given)

    # A page that was asked for before, and comes after.
    monkeypatch.setattr(headings, "take_page", begin_anew_before)
    pass_time(12)
    assert "forgotten. No worker is running" in capsys.readouterr().out
    pass_time(120)
    assert KnownTicket.objects.count() == 149
    circuit_breaker.pulse()
    call_command("rebuild_ticket_index")
    assert "149 tickets forgotten. The worker lists them anew" in capsys.readouterr().out
    assert not KnownTicket.objects.exists()


def test_unseen_tickets_are_asked_for_some_at_a_time(clock, monkeypatch):
    monkeypatch.setattr(headings, "MOST_UNSEEN", 3)
    KnownTicket.objects.bulk_create(KnownTicket(pk=number) for number in range(1, 10))
    assert headings.read_unseen(timezone.now()) == 3


def test_a_reading_that_began_earlier_changes_nothing_however_late_it_comes(clock):
    began = timezone.now()
    older = read(subject="before")
    take_in(read(subject="after", updated="2026-11-24 10:05"), began=began + timedelta(seconds=2))
    row = take_in(older, began=began)
    assert row.subject == "after"
    assert KnownTicket.objects.get(pk=7).subject == "after"


def test_a_row_that_changed_under_a_reading_is_looked_at_again(clock, monkeypatch):
    take_in(read(subject="first"))
    began, judged = timezone.now() + timedelta(seconds=1), intake._news

    def meanwhile(row, ticket, *rest):
        monkeypatch.setattr(intake, "_news", judged)
        take_in(
            read(subject="newest", updated="2026-11-24 10:09"), began=began + timedelta(hours=1)
        )
        return judged(row, ticket, *rest)

    monkeypatch.setattr(intake, "_news", meanwhile)
    take_in(read(subject="second", updated="2026-11-24 10:05"), began=began)
    assert KnownTicket.objects.get(pk=7).subject == "newest"


def test_two_who_read_a_new_ticket_at_once_store_it_once(clock, monkeypatch):
    judged = intake._news

    def meanwhile(row, ticket, *rest):
        monkeypatch.setattr(intake, "_news", judged)
        take_in(ticket)
        return judged(row, ticket, *rest)

    monkeypatch.setattr(intake, "_news", meanwhile)
    take_in(read(subject="new"))
    assert KnownTicket.objects.get(pk=7).subject == "new"
