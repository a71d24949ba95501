"""Made-up tickets in the index of the portal: ``python -m tests.bench.tickets OPEN [CLOSED]``.

Half of the first hundred open ones are one agent's and half are nobody's, so that the first page
of each list is as full among a hundred as among twenty thousand; the rest are spread over two
hundred people. Every other one waits for an answer. The lower a closed one's number, the older.
"""

import os
import random
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "thulium_portal.settings")
django.setup()

from django.db import transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from thulium_portal.tickets.index.intake import WORDS, put_words  # noqa: E402
from thulium_portal.tickets.models import KnownTicket, TicketIndex  # noqa: E402

FIRST = 1_000_000
"""Number of the first open ticket; the closed ones lie below."""
PAGE = 50
PEOPLE = 200
MINE = "anna.nowak"
"""Agent login of anna, who is asked."""
AT_ONCE = 1_000
QUEUES = ((1, "Sklep"), (2, "Reklamacje"), (3, "Faktury"), (4, "Hurt"))
NAMES = ("Anna Kowalska", "Jan Nowak", "Łucja Żak", "Piotr Wiśniewski", "Ewa Zielińska")
SUBJECTS = ("Gdzie jest paczka", "Zwrot towaru", "Faktura do zamówienia", "Reklamacja", "Hasło")


def fill(open_count: int, closed_count: int = 0) -> None:
    """Let the index hold so many tickets and no others, and have been followed just now."""
    now = timezone.now()
    WORDS.forget(list(KnownTicket.objects.values_list("pk", flat=True)))
    KnownTicket.objects.all().delete()
    wanted = [*range(FIRST - closed_count, FIRST), *range(FIRST, FIRST + open_count)]
    for begin in range(0, len(wanted), AT_ONCE):
        some = list(_tickets(wanted[begin : begin + AT_ONCE], now))
        with transaction.atomic():
            KnownTicket.objects.bulk_create(some)
            put_words(some)
    fresh = {"listed_at": now, "whole_at": now, "newest": now}
    TicketIndex.objects.update_or_create(pk=1, defaults=fresh)


def _tickets(numbers: list[int], now: datetime) -> Iterator[KnownTicket]:
    for number in numbers:
        dice = random.Random(number)
        place, is_open = number - FIRST, number >= FIRST
        at = now - timedelta(minutes=dice.randint(1, 20_000) if is_open else -place)
        customer = number % 5_000
        queue_id, queue_name = dice.choice(QUEUES)
        waits = is_open and (place < 2 * PAGE or number % 2 == 0)
        agent_login = _agent(place) if is_open else f"person{number % PEOPLE}"
        yield KnownTicket(
            ticket_id=number,
            subject=f"{dice.choice(SUBJECTS)} {number}",
            customer_id=customer + 1,
            customer_name=f"{dice.choice(NAMES)} {customer}",
            customer_email=f"klient{customer}@example.org",
            queue_id=queue_id,
            queue_name=queue_name,
            source="email",
            status_name="Nowe" if waits else "Oczekuje na klienta" if is_open else "Zamknięte",
            agent_login=agent_login,
            is_open=is_open,
            created_at=at - timedelta(days=1),
            changed_at=at,
            last_message_id=number * 10,
            last_kind="MAIL" if waits else "REPLY",
            last_by="" if waits else agent_login,
            last_at=at,
            waiting_since=at if waits else None,
            answered_at=None if waits else at,
            files_waiting=int(waits and number % 7 == 0),
            language="pl",
            read_at=now,
        )


def _agent(place: int) -> str:
    """Return whose the open ticket at this place is; every tenth is nobody's."""
    if place < 2 * PAGE:
        return MINE if place < PAGE else ""
    return f"person{place % PEOPLE}" if place % 10 else ""


if __name__ == "__main__":
    fill(*map(int, sys.argv[1:]))
