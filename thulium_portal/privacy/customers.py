"""Finding a customer: by address, by name where no address is known, or by a single ticket."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain

from django.db.models import Count, Q, QuerySet, TextChoices

from thulium_portal.lib.folding import fold
from thulium_portal.lib.forms import parse_id
from thulium_portal.lib.full_text import Place
from thulium_portal.privacy.models import LegalHold
from thulium_portal.replies import changes
from thulium_portal.replies.models import Reply
from thulium_portal.tickets.index import lists
from thulium_portal.tickets.models import KnownTicket

MOST_TICKETS = 5_000
"""Among so many tickets the customers are sought whom a few letters may mean."""


class IdentifierKind(TextChoices):
    """The identifiers a customer is searched by."""

    ADDRESS = "address"
    NAME = "name"
    TICKET = "ticket"


@dataclass(frozen=True)
class Customer:
    """Somebody the portal may hold data of; *words* say who, and are typed again to erase them."""

    kind: IdentifierKind
    words: str
    name: str = ""
    replies: int = 0

    @property
    def ticket_id(self) -> int | None:
        """The number of the ticket, where a single ticket is meant."""
        return int(self.words) if self.kind is IdentifierKind.TICKET else None

    def is_written_in(self, text: str) -> bool:
        """Tell whether the whole words stand in *text*, not only within somebody else's address."""
        return self._whole_words.search(fold(text)) is not None

    @cached_property
    def _whole_words(self) -> re.Pattern[str]:
        words = re.escape(fold(self.words))
        return re.compile(rf"(?<![\w.+-]){words}(?![\w-]|\.\w)")


def ticket_of(words: str) -> int | None:
    """Return the ticket's number that *words* are, None where they are something else."""
    return parse_id(words.strip().removeprefix("#").lstrip())


def same(one: str, other: str) -> bool:
    """Tell whether two spellings are the same but for capitals and blanks; accents do count."""
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()


def alike(words: str) -> list[Customer]:
    """Return the customers that *words* fit, by name; a whole address or ticket number is exact.

    Where no ticket and no reply of theirs is known, whom the words themselves name: the record may
    know.
    """
    ticket = ticket_of(words)
    if ticket is not None:
        return [Customer(IdentifierKind.TICKET, str(ticket))]
    wanted = fold(words).split()
    found = _merged(
        customer
        for customer in chain(_known(), _with_tickets(words))
        if all(word in fold(f"{customer.name} {customer.words}") for word in wanted)
    )
    exact = [one for one in found if one.kind is IdentifierKind.ADDRESS and same(one.words, words)]
    if exact or not found:
        return exact or [
            Customer(IdentifierKind.ADDRESS if "@" in words else IdentifierKind.NAME, words.strip())
        ]
    return sorted(found, key=lambda one: fold(one.name or one.words))


def on_hold(hold: LegalHold) -> list[Customer]:
    """Return the customers that *hold* protects: its words are an address or a name."""
    if hold.ticket_id is not None:
        return [Customer(IdentifierKind.TICKET, str(hold.ticket_id))]
    return [Customer(kind, hold.customer) for kind in (IdentifierKind.ADDRESS, IdentifierKind.NAME)]


def replies_to(customer: Customer) -> QuerySet[Reply]:
    """Return the replies and drafts for *customer*, those on their tickets without a name too.

    A draft written while Thulium was away does not know whom it is for.
    """
    if customer.ticket_id is not None:
        return Reply.objects.filter(ticket_id=customer.ticket_id)
    if customer.kind is IdentifierKind.ADDRESS:
        own = Q(customer_email__in=_spellings("customer_email", customer.words))
        own |= Q(pk__in=_once_written_to(customer.words))
        nameless = Q(customer_email="")
    else:
        names = _spellings("customer_name", customer.words)
        own = Q(customer_email="", customer_name__in=names)
        nameless = Q(customer_email="", customer_name="")
    tickets = Reply.objects.filter(own).order_by().values("ticket_id")
    return Reply.objects.filter(own | (nameless & Q(ticket_id__in=tickets)))


def tickets_of(customer: Customer) -> list[KnownTicket]:
    """Return what is known of the tickets of *customer*, those without a name too."""
    rows = KnownTicket.objects.filter(erased_at=None)
    if customer.ticket_id is not None:
        return list(rows.filter(pk=customer.ticket_id))
    is_by_address = customer.kind is IdentifierKind.ADDRESS
    field = "customer_email" if is_by_address else "customer_name"
    likely = rows.filter(_in_index(customer.words))
    own = {
        row.pk: row
        for row in (likely if is_by_address else likely.filter(customer_email=""))
        if same(getattr(row, field), customer.words)
    }
    ids = {row.customer_id for row in own.values()} - {None}
    nameless = Q(pk__in=replies_to(customer).order_by().values("ticket_id"), customer_name="")
    if is_by_address:
        nameless |= Q(customer_id__in=ids)
    return [*own.values(), *rows.filter(nameless, customer_email="").exclude(pk__in=own)]


def _in_index(words: str) -> Q:
    """Return the tickets that hold all *words* in what they are called: number, name, address."""
    return lists.holding(words, Place.HEAD) or Q(pk__in=[])


def _once_written_to(words: str) -> list[int]:
    """Return the replies that were written to this address before their tickets got another."""
    rows = Reply.objects.exclude(changes={}).only("changes")
    return [
        reply.pk
        for reply in rows.iterator()
        if any(same(address, words) for address in changes.former_addresses(reply))
    ]


def _known() -> Iterator[Customer]:
    rows = Reply.objects.order_by().exclude(customer_email="", customer_name="")
    counted = rows.values_list("customer_email", "customer_name").annotate(Count("pk"))
    for email, name, replies in counted.iterator():
        kind = IdentifierKind.ADDRESS if email else IdentifierKind.NAME
        yield Customer(kind, email or name, name, replies)


def _with_tickets(words: str) -> Iterator[Customer]:
    rows = KnownTicket.objects.filter(_in_index(words)).order_by()
    for email, name in rows.values_list("customer_email", "customer_name").distinct()[
        :MOST_TICKETS
    ]:
        yield Customer(
            IdentifierKind.ADDRESS if email else IdentifierKind.NAME, email or name, name
        )


def _merged(customers: Iterator[Customer]) -> list[Customer]:
    """Return each customer once, whatever the spellings of their address and name."""
    found: dict[tuple[IdentifierKind, str], Customer] = {}
    for one in customers:
        key = (one.kind, " ".join(one.words.split()).casefold())
        other = found.get(key)
        found[key] = one if other is None else _together(other, one)
    return list(found.values())


def _together(one: Customer, other: Customer) -> Customer:
    return replace(one, name=one.name or other.name, replies=one.replies + other.replies)


def _spellings(field: str, words: str) -> list[str]:
    """Return how *words* are spelled in a column; no database folds every letter's capitals."""
    values = Reply.objects.order_by().values_list(field, flat=True).distinct()
    return [value for value in values.iterator() if value and same(value, words)]
