"""What is known of a customer besides the ticket: their other tickets, and since when."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Min, QuerySet, Window

from thulium_portal.accounts.models import User
from thulium_portal.lib.full_text import Place
from thulium_portal.tickets.conversation import TicketView
from thulium_portal.tickets.index import lists
from thulium_portal.tickets.models import KnownTicket

MOST_SHOWN = 5


@dataclass(frozen=True)
class KnownCustomer:
    """The customer of a ticket as the index knows them."""

    others: tuple[KnownTicket, ...] = ()
    """Their other tickets, open ones first, then the newest; no more than ``MOST_SHOWN``."""
    count: int = 0
    """How many other tickets there are."""
    since: datetime | None = None
    """When their first ticket came, of those that are known."""


def known_customer(ticket: TicketView, reader: User) -> KnownCustomer:
    """Return what the index knows of the customer of *ticket*, as far as *reader* sees it."""
    rows = (
        reader.in_reach(_tickets_of(ticket))
        .exclude(pk=ticket.id)
        .annotate(count=Window(Count("pk")), first=Window(Min("created_at")))
        .order_by("-is_open", F("changed_at").desc(nulls_last=True), "-pk")
    )
    others = tuple(rows[:MOST_SHOWN])
    dates = [*(row.first for row in others[:1]), ticket.created_at]
    return KnownCustomer(
        others=others,
        count=others[0].count if others else 0,
        since=min(filter(None, dates), default=None),
    )


def _tickets_of(ticket: TicketView) -> QuerySet[KnownTicket]:
    """Return the tickets of the same customer, by their number or else by their address."""
    rows = KnownTicket.objects.all()
    if ticket.customer_id is not None:
        return rows.filter(customer_id=ticket.customer_id)
    holding = lists.holding(ticket.customer_email, Place.HEAD)
    if holding is None:
        return rows.none()
    return rows.filter(holding, customer_email__iexact=ticket.customer_email)
