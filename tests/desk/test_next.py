"""``/next/``: the ticket to answer now."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

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


def test_where_nobody_waits_the_desk_says_so(as_ewa):
    assert led_to(as_ewa) == reverse("desk:index")
    assert "Nikt teraz nie czeka na Twoją odpowiedź." in as_ewa.get("/").content.decode()


def test_without_an_agent_login_it_leads_to_the_desk(as_nowy):
    assert led_to(as_nowy) == reverse("desk:index")
