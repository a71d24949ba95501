"""What the command box finds, by the searches that the desk and the picker have.

A handful of queries, whatever the number of tickets and texts; without words what this person
worked on last.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from django.urls import reverse
from django.utils.http import urlencode

from thulium_portal.accounts.models import User
from thulium_portal.accounts.pace import limits
from thulium_portal.accounts.roles import Permission
from thulium_portal.canned.models import CannedResponse
from thulium_portal.canned.permissions import offered_to, usable_by
from thulium_portal.canned.search import picker
from thulium_portal.command.pages import Page, pages_for
from thulium_portal.desk.selection import LONGEST_QUERY, named_ticket
from thulium_portal.lib.full_text import Place
from thulium_portal.replies.models import Reply
from thulium_portal.tickets.index import lists
from thulium_portal.tickets.models import KnownTicket

MOST_CANNED = 5
MOST_TICKETS = 6
MOST_CUSTOMERS = 3
MOST_PAGES = 5
_LOOKED_AT = 40
"""So many of the newest tickets that hold the words are looked at: own ones stand first."""


@dataclass(frozen=True)
class Customer:
    """A customer whose name or address was looked for; the desk shows their tickets."""

    name: str
    email: str

    @property
    def address(self) -> str:
        query = self.email or self.name
        return f"{reverse('desk:index')}?{urlencode({'q': query, 'list': lists.List.ALL})}"


@dataclass(frozen=True)
class Found:
    """All that one look into the box finds, by kind."""

    query: str = ""
    number: int | None = None
    """The ticket that is named by nothing but its number or address."""
    canned: Sequence[CannedResponse] = ()
    tickets: Sequence[KnownTicket] = ()
    customers: Sequence[Customer] = ()
    pages: Sequence[Page] = ()

    @property
    def everything_url(self) -> str:
        """The desk with all tickets that hold the words; empty where there are none."""
        if not self.tickets or not self.query or self.number:
            return ""
        return f"{reverse('desk:index')}?{urlencode({'q': self.query})}"


def find(person: User, query: str, *, ticket_id: int | None = None) -> Found:
    """Return what *person* finds with *query*, standing before ticket *ticket_id* or none.

    Raises ``TooFast`` for too many searches within a minute.
    """
    query = " ".join(query[:LONGEST_QUERY].split())
    reads = person.may(Permission.READ_TICKETS)
    if not query:
        return Found(tickets=_lately(person) if reads else ())
    limits.count(limits.SEARCHES, person)
    number = named_ticket(query)
    if number is not None and reads:
        known = person.in_reach(KnownTicket.objects.filter(pk=number))
        return Found(query, number, tickets=list(known))
    tickets, customers = _tickets(person, query) if reads else ([], [])
    pages = list(pages_for(person, query))[:MOST_PAGES]
    canned = _canned(person, query, ticket_id, or_near=not (tickets or customers or pages))
    return Found(query, None, canned, tickets, customers, pages)


def _lately(person: User) -> list[KnownTicket]:
    """Return the tickets that this person wrote to last, also those with a draft alone."""
    mine = Reply.objects.filter(author=person).order_by("-pk")
    numbers = list(dict.fromkeys(mine.values_list("ticket_id", flat=True)[:_LOOKED_AT]))
    known = person.in_reach(KnownTicket.objects.all()).in_bulk(numbers[:MOST_TICKETS])
    return [known[number] for number in numbers if number in known]


def _tickets(person: User, query: str) -> tuple[list[KnownTicket], list[Customer]]:
    find = partial(lists.newest_holding, query, person, limit=_LOOKED_AT)
    numbers = find()
    named = find(place=Place.HEAD) if numbers else []
    known = KnownTicket.objects.in_bulk({*numbers, *named})
    own = person.agent_login.casefold()
    tickets = sorted(
        (known[number] for number in numbers if number in known),
        key=lambda one: (not one.is_open, not own or one.agent_login != own, -one.pk),
    )
    customers = _customers(known[number] for number in named if number in known)
    return tickets[:MOST_TICKETS], customers


def _customers(tickets: Iterable[KnownTicket]) -> list[Customer]:
    """Return whose *tickets* they are, each once; who is not named or was erased is nobody."""
    found: dict[str, Customer] = {}
    for ticket in tickets:
        name, email = ticket.customer_name, ticket.customer_email
        if name or email:
            found.setdefault(email.casefold() or name, Customer(name, email))
    return list(found.values())[:MOST_CUSTOMERS]


def _canned(
    person: User, query: str, ticket_id: int | None, *, or_near: bool
) -> list[CannedResponse]:
    """Return texts for the page's ticket, as its picker does; near ones only *or_near*."""
    if not person.may(Permission.USE_CANNED):
        return []
    known = KnownTicket.objects.filter(pk=ticket_id or 0).first() if ticket_id else None
    queue = known.queue_id if known else None
    among = usable_by(person) if ticket_id is None else offered_to(person, queue_id=queue)
    offers = picker.search(
        person,
        query,
        among=among,
        queue_id=queue,
        language=known.language if known else "",
        limit=MOST_CANNED,
    )
    return [offer.response for offer in offers if or_near or offer.why != "close"]
