"""Nothing is missed while the list moves under the walk."""

from datetime import timedelta
from random import Random

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.ticket_list import TicketList
from tests.tickets.index.conftest import START
from thulium_portal.thulium import TicketHeading, TicketPage, UnexpectedAnswer
from thulium_portal.tickets.index.state import Problem, age
from thulium_portal.tickets.index.walk import PAGE, Walk
from thulium_portal.tickets.models import KnownTicket, TicketIndex
from thulium_portal.tickets.snapshot import local_time

pytestmark = pytest.mark.django_db
OLD = START - timedelta(days=200)


def headings(numbers, minute=0):
    """Rows of a list in which each ticket was changed a minute before the one above it."""
    blank = dict.fromkeys(("subject", "customer_email", "queue_name", "status_name"), "")
    blank |= dict.fromkeys(("agent_login", "source"), "") | {"customer_id": None, "queue_id": None}
    base = START.replace(tzinfo=None)
    return tuple(
        TicketHeading(
            id=number,
            created_at=None,
            updated_at=base - timedelta(minutes=1_000_000 - number),
            **blank,
        )
        for number in numbers
    )


def walked(rows: list[int], walk: Walk | None = None, between=lambda _rows: None) -> set[int]:
    """Walk through *rows*, which *between* changes before each page; return what was met."""
    walk, met = walk or Walk(START), set()
    for _page in range(200):
        page = headings(rows[walk.offset : walk.offset + PAGE])
        walk = walk.after(TicketPage(len(rows), page))
        met |= {heading.id for heading in page}
        if walk.is_finished:
            return met
        between(rows)
    raise AssertionError("the walk does not end")


@settings(max_examples=60)
@given(st.integers(0, 2**32))
def test_what_stays_in_the_list_is_met_whatever_vanishes_between_pages(seed):
    chance = Random(seed)
    rows = sorted(chance.sample(range(1, 5000), chance.randint(0, 900)), reverse=True)
    stay = set(chance.sample(rows, len(rows) // 2))

    def vanish(rows: list[int]) -> None:
        gone = [row for row in rows if row not in stay]
        for row in chance.sample(gone, min(len(gone), chance.randint(0, 60))):
            rows.remove(row)

    assert stay <= walked(rows, between=vanish)


def test_a_list_that_does_not_count_ends_with_a_page_that_is_not_full():
    walk = Walk(START).after(TicketPage(None, headings(range(300, 200, -1))))
    assert not walk.is_finished
    assert walk.after(TicketPage(None, headings(range(210, 150, -1)))).is_finished


def test_a_list_that_counts_more_than_it_shows_ends_all_the_same():
    rows = list(range(295, 0, -1))
    walk, pages = Walk(START), 0
    while not walk.is_finished:
        walk = walk.after(TicketPage(300, headings(rows[walk.offset : walk.offset + PAGE])))
        pages += 1
    assert pages <= 6


def test_a_list_that_does_not_heed_the_place_is_no_list():
    walk, page = Walk(START), TicketPage(250, headings(range(100, 0, -1)))
    for _time in range(4):
        walk = walk.after(page)
    with pytest.raises(UnexpectedAnswer):
        walk.after(page)


def test_a_list_in_no_order_ends_all_the_same():
    chance, walk, pages = Random(7), Walk(START), 0
    while not walk.is_finished:
        size = min(PAGE, max(0, 300 - walk.offset))
        walk = walk.after(TicketPage(300, headings(chance.sample(range(1, 10**6), size))))
        pages += 1
    assert pages < 40


def test_a_walk_is_stored_and_read_again():
    page = TicketPage(500, headings(range(300, 200, -1)))
    walk = Walk(START, since=OLD).after(page).put_off(START)
    assert Walk.read(walk.stored()) == walk


def as_told(told: TicketList) -> dict[int, tuple]:
    return {
        number: (
            ticket["subject"],
            ticket["full_status_name"],
            ticket["user_login"],
            number * 1000 + len(ticket["messages"]) - 1 if ticket["messages"] else None,
            local_time(timezone.make_naive(ticket["moment"]).replace(second=0, microsecond=0)),
        )
        for number, ticket in told.tickets.items()
    }


def as_known() -> dict[int, tuple]:
    return {
        row.pk: (
            row.subject,
            row.status_name,
            row.agent_login,
            row.last_message_id,
            row.changed_at,
        )
        for row in KnownTicket.objects.all()
    }


@pytest.mark.timeout(180)
@pytest.mark.parametrize("seed", range(2))
def test_whatever_happens_between_pages_in_the_end_the_index_is_the_truth(tickets, pass_time, seed):
    """Tickets are opened, answered, handed on, deleted; rows of one minute swap places."""
    chance = Random(seed)
    for number in range(1, 351):
        tickets.change(number, at=START - timedelta(minutes=chance.randint(0, 40)))

    def something_happens() -> None:
        for _time in range(chance.randint(0, 12)):
            number = chance.randint(1, 400)
            kind = chance.choice(["customer", "anna.nowak", "", "delete"])
            if kind != "delete":
                login = chance.choice(["", "anna.nowak", "piotr"])
                status = chance.choice(["Nowe", "W realizacji", "Zamknięte"])
                tickets.change(number, by=kind, user_login=login, full_status_name=status)
            elif number in tickets.tickets:
                del tickets.tickets[number]
        # Rows of one minute come in whatever order.
        order = list(tickets.tickets.items())
        chance.shuffle(order)
        tickets.tickets = dict(order)

    tickets.before_page = something_happens
    pass_time(240)
    tickets.before_page = lambda: None
    pass_time(300)
    # What was deleted, and what swapped past the pages, is found when all is listed anew.
    TicketIndex.objects.update(whole_at=timezone.now() - timedelta(days=4))
    pass_time(600)
    assert as_known() == as_told(tickets)


@pytest.mark.timeout(300)
def test_six_thousand_tickets_the_newest_first(tickets, pass_time, settings):
    settings.RETENTION_TICKETS_DAYS = 0
    for number in range(1, 6_001):
        is_open = number > 5_960
        at = START - timedelta(minutes=6_000 - number) - timedelta(days=0 if is_open else 200)
        name = "Nowe" if is_open else "Zamknięte"
        tickets.change(number, by="", at=at, full_status_name=name)
    tickets.is_still = True
    pass_time(15)
    assert KnownTicket.objects.filter(is_open=True).count() == 40
    pass_time(60)
    known = age()
    assert known.is_filling
    assert 200 < known.done < known.total == 6_000
    # As when a worker is started anew, on any machine.
    TicketIndex.objects.update(claimed_by="another:1", claimed_until=timezone.now())
    pass_time(6_000 / 90 * 10 * 1.6, every=10)
    assert not age().is_filling
    assert KnownTicket.objects.count() == 6_000
    assert tickets.asked("/api/tickets") - sum(tickets.readings().values()) < 130
    assert set(tickets.readings()) == set(range(5_961, 6_001))


def test_a_list_that_heeds_no_place_is_told_to_people(tickets, pass_time):
    for number in range(1, 150):
        tickets.change(number, by="", at=START - timedelta(days=5))
    tickets.page_from = lambda _offset: 0
    pass_time(120)
    assert age().problem is Problem.UNEXPECTED
