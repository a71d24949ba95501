"""Reminders on the desk: the reader's own, due by their day, honest about what is not known."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.desk.conftest import NOON
from thulium_portal.tickets import reminders
from thulium_portal.tickets.models import KnownTicket, Reminder, TicketIndex

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


@pytest.fixture
def followed(db):
    """The index holds what is at Thulium now."""
    TicketIndex.objects.create(listed_at=NOON, whole_at=NOON)


def known(number: int, **given: object) -> KnownTicket:
    columns = {"subject": "Gdzie paczka?", "customer_name": "Maria Wiśniewska", "read_at": NOON}
    return KnownTicket.objects.create(pk=number, **columns | given)


def set_for(person, number: int, days_ago: int = 3, due_in: int = 0) -> None:
    due_on = reminders.today(person) + timedelta(days=due_in)
    reminders.begin(person, number, due_on, newest=1)
    then = timezone.now() - timedelta(days=days_ago)
    Reminder.objects.filter(ticket_id=number, person=person).update(created_at=then)


def shown(client, address: str = "/") -> dict[int, str]:
    rows = client.get(address).context["reminders"].rows
    return {row.ticket_id: row.words for row in rows}


def test_a_due_one_says_since_when_the_customer_is_silent(as_anna, anna, followed):
    known(1)
    set_for(anna, 1)
    page = as_anna.get("/").content.decode()
    assert "Klient nie odpowiedział od 3 dni" in page
    assert "Maria Wiśniewska" in page
    assert 'data-reminder-of="1"' in page


def test_what_is_not_due_is_counted_and_listed_on_its_page(as_anna, anna, followed):
    known(1)
    known(2)
    set_for(anna, 1)
    set_for(anna, 2, due_in=4)
    assert list(shown(as_anna)) == [1]
    assert as_anna.get("/").context["reminders"].total == 2
    assert list(shown(as_anna, "/reminders/")) == [1, 2]
    assert "1 grudnia" in as_anna.get("/reminders/").content.decode()


def test_nobody_sees_those_of_another(as_anna, as_ewa, as_adam, anna, followed):
    known(1)
    set_for(anna, 1)
    for client in (as_ewa, as_adam):
        assert shown(client) == shown(client, "/reminders/") == {}
        assert "data-reminder-of" not in client.get("/").content.decode()
    assert list(shown(as_anna)) == [1]


@pytest.mark.parametrize(
    ("columns", "index"),
    [
        ({"read_due_at": NOON}, {"listed_at": NOON, "whole_at": NOON}),
        ({"read_at": None}, {"listed_at": NOON, "whole_at": NOON}),
        ({}, {"listed_at": NOON - timedelta(hours=2), "whole_at": NOON}),
        ({}, {"listed_at": NOON, "whole_at": NOON, "problem": "unreachable"}),
        (None, {"listed_at": NOON, "whole_at": NOON}),
        (None, None),
    ],
    ids=["read again soon", "never read", "old list", "Thulium down", "not known", "no index"],
)
def test_where_an_answer_may_have_come_unseen_it_says_so(as_anna, anna, columns, index):
    if columns is not None:
        known(1, **columns)
    if index is not None:
        TicketIndex.objects.create(**index)
    set_for(anna, 1)
    words = shown(as_anna)[1]
    assert words == "Minęły 3 dni; w tej chwili nie wiadomo, czy klient odpowiedział"


def test_a_ticket_the_index_does_not_know_is_named_as_in_ones_reply(as_anna, anna, submit):
    submit()
    set_for(anna, 1234)
    (row,) = as_anna.get("/").context["reminders"].rows
    assert row.subject == "Gdzie jest moja paczka?"


@pytest.mark.parametrize(("days", "left"), [("", 0), ("3", 1)], ids=["done", "again"])
def test_done_and_again_take_it_off_the_desk(as_anna, anna, followed, days, left):
    known(1)
    set_for(anna, 1)
    desk = "http://testserver/?list=mine"
    answer = as_anna.post("/tickets/1/reminder/", {"days": days}, headers={"referer": desk})
    assert answer.url == "/?list=mine"
    assert shown(as_anna) == {}
    assert Reminder.objects.count() == left


def test_the_row_of_a_list_wears_a_badge(as_anna, anna, followed):
    known(1, agent_login="anna.nowak", waiting_since=NOON)
    known(2, agent_login="anna.nowak", waiting_since=NOON)
    set_for(anna, 1)
    set_for(anna, 2, due_in=1)
    rows = as_anna.get("/").context["board"].rows
    badges = {row.ticket_id: [badge.words for badge in row.badges] for row in rows}
    assert badges[1] == ["Przypomnienie"]
    assert [words.split()[0] for words in badges[2]] == ["Przypomnienie"]
    assert badges[2] != badges[1]


def test_the_desk_shows_some_and_leads_to_all(as_anna, anna, followed):
    for number in range(1, 9):
        known(number)
        set_for(anna, number)
    page = as_anna.get("/")
    assert len(page.context["reminders"].rows) == 5
    assert "wszystkie: 8" in page.content.decode()
    assert len(shown(as_anna, "/reminders/")) == 8


def test_the_quiet_refresh_brings_them_along(as_anna, anna, followed):
    known(1)
    set_for(anna, 1)
    assert 'data-reminder-of="1"' in as_anna.get("/desk/").content.decode()


def test_none_is_said_on_their_page(as_anna):
    assert "Nie masz przypomnień" in as_anna.get("/reminders/").content.decode()
