"""A ticket whose customer was erased: a reading brings them back only where something is new."""

from datetime import datetime

import pytest

from thulium_portal.thulium import MessageKind, Ticket, TicketMessage
from thulium_portal.tickets.index import erasure, lists
from thulium_portal.tickets.index.intake import take_in
from thulium_portal.tickets.models import KnownTicket

pytestmark = pytest.mark.django_db


def at(minute):
    return datetime(2026, 11, 20, 9, minute)  # noqa: DTZ001 - as Thulium gives it


def message(number):
    return TicketMessage(number, MessageKind.MAIL, "<p>Gdzie?</p>", "", "", "", at(number))


def ticket(*numbers, minute=0):
    return Ticket(
        7, "Kvark", "zuzanna@kvark.example", 77, 1, "Sklep", "Nowe", "anna.nowak",
        at(0), at(minute), None,
        tuple(message(number) for number in numbers),
    )  # fmt: skip


@pytest.fixture
def erased():
    take_in(ticket(1, 2), customer_name="Zuzanna Kvark")
    erasure.erase([7])
    return KnownTicket.objects.get()


def known():
    return KnownTicket.objects.values_list("subject", "customer_name", "customer_email").get()


def test_an_erased_ticket_keeps_number_and_times_alone(erased):
    assert known() == ("", "", "")
    assert erased.customer_id is None
    assert erased.waiting_since is not None
    assert not KnownTicket.objects.filter(lists.holding("kvark")).exists()


def test_reading_it_again_brings_nothing_back(erased):
    take_in(ticket(1, 2), customer_name="Zuzanna Kvark")
    assert known() == ("", "", "")
    assert not KnownTicket.objects.filter(lists.holding("kvark")).exists()
    assert KnownTicket.objects.get().erased_at == erased.erased_at


@pytest.mark.parametrize("changed", [ticket(1, 2, 3), ticket(1, 2, minute=5)], ids=["mail", "time"])
def test_what_happens_on_it_afterwards_is_read_anew(erased, changed):
    take_in(changed, customer_name="Zuzanna Kvark")
    assert known() == ("Kvark", "Zuzanna Kvark", "zuzanna@kvark.example")
    assert KnownTicket.objects.filter(lists.holding("kvark"), erased_at=None).exists()


def test_erasing_twice_counts_once(erased):
    assert erasure.erase([7]) == 0
