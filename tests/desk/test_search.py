"""Searching from the desk: numbers open, words find."""

import pytest

from tests.desk.test_lists import listed
from tests.support.pages import missing

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _some(known):
    known(31, customer_name="Maria Wiśniewska", subject="Gdzie jest moja paczka?")
    known(32, customer_email="jan@example.org", subject="ZK/2026/204", agent_login="ewa.kot")
    known(33, customer_name="Maria Żak", subject="Łóżko", is_open=False, agent_login="")


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("wisniewska", [31]),
        ("MARIA", [31, 33]),
        ("maria lozko", [33]),
        ("jan@example.org", [32]),
        ("zk/2026/204", [32]),
        ("paczk moj", [31]),
        ("nikt", []),
        ("!!", []),
        ("maria nikt", []),
    ],
)
def test_words_are_found_wherever_they_stand_open_tickets_first(query, numbers, as_anna):
    assert listed(as_anna, q=query) == listed(as_anna, q=query, list="mine") == numbers


def test_a_closed_ticket_is_marked(as_anna):
    assert not missing(as_anna.get("/", {"q": "lozko"}), "Zamknięte", "1 zgłoszenie zawiera")


def test_where_nothing_is_found_the_page_says_so(as_anna):
    page = as_anna.get("/", {"q": "<b>nikt"})
    assert not missing(page, "Żadne znane zgłoszenie nie zawiera „&lt;b&gt;nikt”.")


def test_a_queue_narrows_what_is_found(known, as_anna):
    known(34, subject="paczka", queue_id=7)
    assert listed(as_anna, q="paczka") == [34, 31]
    assert listed(as_anna, q="paczka", queue="7") == [34]


@pytest.mark.parametrize(
    "typed",
    [
        *("1234", " #1234 ", "# 1234"),
        "https://firma.thulium.com/panel/tickets/1234",
        "https://firma.thulium.com/panel/tickets/1234?tab=1",
    ],
)
def test_a_number_or_a_pasted_address_opens_the_ticket(typed, as_anna):
    answer = as_anna.get("/", {"q": typed})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/tickets/1234/")


@pytest.mark.parametrize("typed", ["faktura 12", "ZK/2026/204", "0", "9" * 13])
def test_a_number_among_words_is_looked_for(typed, as_anna):
    assert as_anna.get("/", {"q": typed}).status_code == 200


def test_the_newest_are_shown_where_very_many_are_found(known, as_anna, monkeypatch):
    monkeypatch.setattr("thulium_portal.desk.board.MOST_FOUND", 2)
    for number in (41, 42, 43):
        known(number, subject="wspólne")
    assert listed(as_anna, q="wspólne") == [43, 42]
