"""``/next/``: the ticket to answer now."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from thulium_portal.replies import worklist
from thulium_portal.replies.models import Reply
from thulium_portal.tickets.index import lists
from thulium_portal.tickets.models import KnownTicket

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _three_wait():
    now = timezone.now()
    for ticket_id, hours in ((31, 1), (32, 3), (33, 2)):
        KnownTicket.objects.create(
            ticket_id=ticket_id,
            agent_login="anna.nowak",
            waiting_since=now - timedelta(hours=hours),
        )


def led_to(client, **query):
    answer = client.get("/next/", query)
    assert answer.status_code == 302
    return answer.headers["Location"]


def test_leads_to_the_one_that_waits_longest(as_anna):
    assert led_to(as_anna) == "/tickets/32/?write"


def test_after_one_comes_the_following(as_anna):
    assert led_to(as_anna, after="32") == "/tickets/33/?write"


def test_after_the_last_comes_the_first(as_anna):
    assert led_to(as_anna, after="31") == "/tickets/32/?write"


@pytest.mark.parametrize("after", ["", "x", "99", "9" * 40])
def test_after_anything_else_begins_anew(after, as_anna):
    assert led_to(as_anna, after=after) == "/tickets/32/?write"


def test_a_ticket_with_a_reply_on_its_way_is_passed_over(as_anna, submit):
    submit(ticket_id=32)
    assert led_to(as_anna) == "/tickets/33/?write"


def test_after_one_that_was_answered_comes_what_followed_it(as_anna, submit):
    submit(ticket_id=33)
    assert led_to(as_anna, after="33") == "/tickets/31/?write"


def test_after_one_that_was_answered_and_read_again_comes_what_followed_it(as_anna, submit):
    row = KnownTicket.objects.get(pk=33)
    Reply.objects.filter(pk=submit(ticket_id=33).reply.pk).update(waiting_since=row.waiting_since)
    KnownTicket.objects.filter(pk=33).update(waiting_since=None)
    assert led_to(as_anna, after="33") == "/tickets/31/?write"


def test_after_the_last_that_was_answered_comes_the_first(as_anna, submit):
    submit(ticket_id=31)
    assert led_to(as_anna, after="31") == "/tickets/32/?write"


def test_after_a_colleagues_ticket_begins_anew(as_anna):
    KnownTicket.objects.filter(pk=33).update(agent_login="ewa.kot")
    assert led_to(as_anna, after="33") == "/tickets/32/?write"


def test_of_those_that_wait_as_long_each_has_its_turn(as_anna):
    KnownTicket.objects.update(waiting_since=timezone.now())
    assert led_to(as_anna) == "/tickets/31/?write"
    assert led_to(as_anna, after="31") == "/tickets/32/?write"
    assert led_to(as_anna, after="32") == "/tickets/33/?write"
    assert led_to(as_anna, after="33") == "/tickets/31/?write"


def test_the_only_one_is_not_followed_by_itself(as_anna):
    KnownTicket.objects.exclude(pk=31).delete()
    assert led_to(as_anna, after="31") == reverse("desk:index")


def test_a_place_counts_those_to_answer_before_it(anna, submit):
    KnownTicket.objects.create(ticket_id=30, agent_login="anna.nowak", is_open=False)
    assert [worklist.position(anna, number) for number in (32, 33, 31)] == [
        ("1", "3"),
        ("2", "3"),
        ("3", "3"),
    ]
    submit(ticket_id=32)
    told = [worklist.position(anna, number) for number in (33, 32, 30, 99)]
    assert told == [("1", "2"), None, None, None]


def test_a_place_is_not_counted_to_the_end(anna, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(lists, "MOST_COUNTED", 1)
    with django_assert_num_queries(2):
        assert worklist.position(anna, 32) == ("1", "1+")
    assert worklist.position(anna, 31) == ("1+", "1+")


def test_where_nobody_waits_the_desk_says_so(as_ewa):
    assert led_to(as_ewa) == reverse("desk:index")
    assert "Nikt teraz nie czeka na Twoją odpowiedź." in as_ewa.get("/").content.decode()


def test_without_an_agent_login_it_leads_to_the_desk(as_nowy):
    assert led_to(as_nowy) == reverse("desk:index")
