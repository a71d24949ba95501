"""What a person has to answer, one ticket after the other."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from thulium_portal.accounts.models import User
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import OPEN, WAS_SENT
from thulium_portal.tickets.index import lists
from thulium_portal.tickets.models import KnownTicket


def waiting_for(person: User) -> QuerySet[KnownTicket]:
    """Return the tickets of *person* whose customers wait, those to answer first.

    Within both, those first that wait longest.
    """
    mine = lists.tickets(lists.List.MINE, person.agent_login)
    return mine.order_by(_settling(), "waiting_since", "pk")


def to_answer(person: User) -> QuerySet[KnownTicket]:
    """Return the tickets *person* has to answer now, those first that wait longest."""
    return lists.tickets(lists.List.MINE, person.agent_login).exclude(_settling())


def _settling() -> Exists:
    """Return the condition that a ticket needs no other reply for now.

    Somebody's is planned, on its way or stopped, or it left after the ticket was last read.
    """
    left_since = Q(state__in=WAS_SENT, wire_end__gte=OuterRef("read_at"))
    replies = Reply.objects.filter(Q(state__in=OPEN) | left_since, ticket_id=OuterRef("pk"))
    return Exists(replies)


def next_ticket(person: User, *, after: int | None = None) -> int | None:
    """Return the number of the ticket to answer now; the one *after*, where that is among them.

    After the last comes the first again; None where nothing is left besides *after* itself.
    """
    numbers = list(to_answer(person).values_list("pk", flat=True))
    if after in numbers:
        place = numbers.index(after)
        numbers = numbers[place + 1 :] + numbers[:place]
    return next(iter(numbers), None)


def position(person: User, ticket_id: int) -> tuple[int, int] | None:
    """Return which of how many a ticket is in *person*'s work; None where it is not among it."""
    numbers = list(to_answer(person).values_list("pk", flat=True))
    return (numbers.index(ticket_id) + 1, len(numbers)) if ticket_id in numbers else None
