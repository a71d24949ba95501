"""The lists of the desk: which tickets, in which order, and how many."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.support.pages import missing, shown
from tests.support.replies import in_state
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import State
from thulium_portal.tickets import presence
from thulium_portal.tickets.models import KnownQueue, Reminder, TicketIndex

pytestmark = pytest.mark.django_db


def listed(client, **query) -> list[int]:
    """Return the numbers of the rows, from the page itself."""
    page = client.get("/", query).content.decode()
    return [int(number) for number in re.findall(r'data-ticket="(\d+)"', page)]


def amounts(client, **query) -> dict[str, str]:
    board = client.get("/", query).context["board"]
    return {tab.name: tab.amount for tab in board.tabs}


def test_mine_are_those_whose_customers_wait_the_longest_first(known, as_anna):
    known(31, 1)
    known(32, 3)
    known(33, None)
    known(34, 9, agent_login="ewa.kot")
    known(35, 9, agent_login="")
    known(36, 9, is_open=False)
    assert listed(as_anna) == listed(as_anna, list="mine") == [32, 31]


def test_a_reply_under_way_comes_after_those_to_answer(known, as_anna, submit):
    known(31, 1)
    known(32, 3)
    known(33, 2)
    submit(ticket_id=32)
    assert listed(as_anna) == [33, 31, 32]
    assert amounts(as_anna)["mine"] == "2"


@pytest.mark.parametrize("query", [{}, {"queue": "7"}, {"list": "all", "waits": "1"}])
def test_the_tab_counts_the_rows_before_those_with_a_reply_under_way(query, known, as_anna, submit):
    for number in (31, 32, 33, 34):
        known(number, number, queue_id=7)
    for number in (32, 34):
        submit(ticket_id=number)
    page = as_anna.get("/", query)
    assert not missing(page, "Odpowiedź w toku (2)")
    before, after = page.content.decode().split('class="ticket-break"')
    found = [re.findall(r'data-ticket="(\d+)"', part) for part in (before, after)]
    assert found == [["33", "31"], ["34", "32"]]
    assert amounts(as_anna, **query)["mine"] == "2"


def test_without_a_reply_under_way_nothing_stands_between_the_rows(known, as_anna, submit):
    known(31)
    known(32, agent_login="")
    submit(ticket_id=32)
    for query in ({}, {"list": "unassigned"}, {"list": "all"}, {"q": "32"}):
        assert not shown(as_anna.get("/", query, follow=True), "ticket-break")


def test_so_does_a_reply_that_left_after_the_ticket_was_read(known, as_anna, submit):
    earlier = timezone.now()
    known(31, 1)
    known(32, 3, read_at=earlier)
    in_state(submit(ticket_id=32).reply, State.SENT, wire_end=timezone.now())
    assert listed(as_anna) == [31, 32]
    known_again = known(33, 4)
    in_state(submit(ticket_id=33).reply, State.SENT, wire_end=earlier)
    assert listed(as_anna) == [known_again.pk, 31, 32]


def test_unassigned_are_everybodys(known, as_anna, as_nowy):
    known(31, 1, agent_login="")
    known(32, 3, agent_login="")
    known(33, None, agent_login="")
    known(34)
    assert listed(as_anna, list="unassigned") == [32, 31, 33]
    assert listed(as_nowy, list="unassigned") == [32, 31, 33]


def test_waiting_are_mine_that_were_answered(known, as_anna):
    known(31)
    known(32, None)
    known(33, None, agent_login="ewa.kot")
    assert listed(as_anna, list="waiting") == [32]


def test_all_are_the_open_ones_with_whose_they_are(known, as_anna, ewa):
    known(31)
    known(32, agent_login="ewa.kot")
    known(33, agent_login="jan.dawny")
    known(34, agent_login="")
    known(35, is_open=False)
    page = as_anna.get("/", {"list": "all"})
    assert [row.ticket_id for row in page.context["board"].rows] == [34, 33, 32, 31]
    owners = ["nieprzydzielone", "jan.dawny", "Ewa Kot", "Twoje"]
    assert [row.owner for row in page.context["board"].rows] == owners
    assert not missing(page, *owners)


def test_every_tab_tells_how_many_it_opens(known, as_anna):
    known(31)
    known(32)
    known(33, None)
    for number in (41, 42, 43):
        known(number, agent_login="")
    assert amounts(as_anna) == {"mine": "2", "unassigned": "3", "waiting": "1", "all": ""}
    for name in ("mine", "unassigned", "waiting"):
        assert len(listed(as_anna, list=name)) == int(amounts(as_anna)[name])


def test_without_an_agent_login_the_desk_opens_on_the_unassigned(known, as_nowy):
    known(31, agent_login="")
    known(32)
    assert listed(as_nowy) == [31]
    assert listed(as_nowy, list="mine") == []
    assert not missing(as_nowy.get("/", {"list": "mine"}), "Nie masz loginu agenta")


@pytest.mark.parametrize("name", ["", "cudze", "MINE", "\0"])
def test_a_list_there_is_none_of_is_ones_own(name, known, as_anna):
    known(31)
    assert listed(as_anna, list=name) == [31]


@pytest.fixture
def queues(known):
    """Two queues with open tickets and one without."""
    for queue_id, name in ((7, "Sklep"), (8, "Faktury"), (9, "Pusta")):
        KnownQueue.objects.create(queue_id=queue_id, name=name)
    known(31, queue_id=7, queue_name="Sklep")
    known(32, queue_id=8, queue_name="Faktury")
    known(33, queue_id=9, queue_name="Pusta", is_open=False)


def test_a_queue_narrows_the_list_and_its_counts(queues, as_anna):
    assert listed(as_anna, queue="8") == [32]
    assert amounts(as_anna, queue="8")["mine"] == "1"
    assert listed(as_anna, queue="9") == []
    assert listed(as_anna, queue="x") == [31, 32]


def test_only_queues_with_open_tickets_can_be_chosen(queues, as_anna):
    page = as_anna.get("/", {"list": "all"})
    assert [queue.name for queue in page.context["board"].queues] == ["Faktury", "Sklep"]
    assert not missing(page, "?list=all&amp;queue=7", "?list=all&amp;queue=8")


def test_filters_stay_while_others_change(queues, as_anna):
    page = as_anna.get("/", {"list": "all", "queue": "7"})
    assert not missing(page, "?list=unassigned&amp;queue=7", "?list=all&amp;queue=7&amp;choose=1")


def test_a_page_holds_fifty(known, as_anna):
    for number in range(100, 220):
        known(number, number)
    pages = [listed(as_anna, page=page) for page in ("1", "2", "3", "4")]
    assert [len(page) for page in pages] == [50, 50, 20, 0]
    assert [number for page in pages for number in page] == list(range(219, 99, -1))
    first, second = as_anna.get("/"), as_anna.get("/", {"page": "2"})
    assert not missing(first, "?list=mine&amp;page=2")
    assert not missing(second, "?list=mine&amp;page=3")


@pytest.mark.parametrize("page", ["0", "-1", "x", "9" * 18, "²"])
def test_a_page_edited_by_hand_still_answers(page, known, as_anna):
    known(31)
    assert as_anna.get("/", {"page": page}).status_code == 200


MOST_STATEMENTS = 27


@pytest.mark.parametrize("which", ["mine", "unassigned", "waiting", "all"])
def test_fifty_rows_cost_as_many_statements_as_five(which, known, as_anna, anna, ewa, submit):
    TicketIndex.objects.create(listed_at=timezone.now())
    login = {"unassigned": "", "all": "ewa.kot"}.get(which, "anna.nowak")
    hours = None if which == "waiting" else 1
    as_anna.get("/")
    asked = []
    for numbers in (range(101, 106), range(106, 151)):
        for number in numbers:
            known(number, hours, agent_login=login, files_waiting=1, language="en", queue_id=7)
            submit(ticket_id=number)
            presence.note(number, ewa, writing=True)
            Reminder.objects.create(ticket_id=number, person=anna, due_on=timezone.localdate())
        with CaptureQueriesContext(connection) as queries:
            assert len(listed(as_anna, list=which)) == numbers.stop - 101
        asked.append(len(queries))
    few, many = asked
    assert few == many <= MOST_STATEMENTS


def test_who_waits_is_said_in_a_sentence(known, as_anna):
    assert not missing(as_anna.get("/"), "Nikt teraz nie czeka na Twoją odpowiedź.")
    known(31, 5.2)
    assert not missing(as_anna.get("/"), "Na odpowiedź czeka 1 klient, już 5 h 12 min")
    known(32, 1)
    assert not missing(as_anna.get("/"), "Na odpowiedź czekają 2 klienci, najdłużej 5 h 12 min")
    for number in range(33, 38):
        known(number, 1)
    assert not missing(as_anna.get("/"), "Na odpowiedź czeka 7 klientów, najdłużej 5 h 12 min")


def test_the_way_to_the_next_is_there_while_somebody_waits(known, as_anna):
    assert not shown(as_anna.get("/"), 'href="/next/"')
    known(31)
    assert not missing(as_anna.get("/"), 'href="/next/" data-next')


def test_a_draft_leads_to_itself_from_the_side(known, as_anna, anna):
    draft = Reply.objects.create(ticket_id=31, author=anna, submission_key=Reply().uuid)
    assert not missing(as_anna.get("/"), f"/tickets/31/?draft={draft.uuid}")
