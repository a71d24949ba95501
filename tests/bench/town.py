"""Made-up tickets, told by their numbers alone, the same to whoever makes them.

Half of the first hundred are one agent's and half are nobody's, so that the first page of each list
is as full among a hundred as among twenty thousand; the rest are spread over two hundred people, a
tenth of them nobody's. Closed tickets lie below; the lower the number, the older.
"""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

FIRST = 1_000_000
"""Number of the first open ticket."""
PAGE = 50
PEOPLE = 200
MINE = "anna.nowak"
"""Agent login of who is asked."""
QUEUES = ((1, "Sklep"), (2, "Reklamacje"), (3, "Faktury"), (4, "Hurt"))
NAMES = ("Anna Kowalska", "Jan Nowak", "Łucja Żak", "Piotr Wiśniewski", "Ewa Zielińska")
SUBJECTS = ("Gdzie jest paczka", "Zwrot towaru", "Faktura do zamówienia", "Reklamacja", "Hasło")


@dataclass(frozen=True)
class Ticket:
    """One made-up ticket; *at* is when somebody wrote last."""

    id: int
    subject: str
    customer_id: int
    customer_name: str
    customer_email: str
    queue_id: int
    queue_name: str
    agent_login: str
    is_open: bool
    waits: bool
    at: datetime

    @property
    def status(self) -> str:
        if not self.is_open:
            return "Zamknięte"
        return "Nowe" if self.waits else "Oczekuje na klienta"

    @property
    def created_at(self) -> datetime:
        return self.at - timedelta(days=1)

    @property
    def last_message_id(self) -> int:
        return self.id * 10


def ticket(number: int, now: datetime) -> Ticket:
    """Return ticket *number* as it stands *now*, which is a whole minute."""
    dice = random.Random(number)
    place, is_open = number - FIRST, number >= FIRST
    ago = dice.randint(1, 20_000) if is_open else -place
    customer = number % 5_000
    queue_id, queue_name = dice.choice(QUEUES)
    return Ticket(
        id=number,
        subject=f"{dice.choice(SUBJECTS)} {number}",
        customer_id=customer + 1,
        customer_name=f"{dice.choice(NAMES)} {customer}",
        customer_email=f"klient{customer}@example.org",
        queue_id=queue_id,
        queue_name=queue_name,
        agent_login=_agent(place) if is_open else f"person{number % PEOPLE}",
        is_open=is_open,
        waits=is_open and (place < 2 * PAGE or place // PEOPLE % 2 == 0),
        at=now - timedelta(minutes=ago),
    )


def _agent(place: int) -> str:
    if place < 2 * PAGE:
        return MINE if place < PAGE else ""
    return f"person{place % PEOPLE}" if place // PEOPLE % 10 else ""
