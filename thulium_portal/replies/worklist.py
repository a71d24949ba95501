"""What a person has to answer, one ticket after the other."""

from django.db.models import Exists, OuterRef, QuerySet

from thulium_portal.accounts.models import User
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import OPEN
from thulium_portal.tickets.index import lists
from thulium_portal.tickets.models import KnownTicket


def to_answer(person: User) -> QuerySet[KnownTicket]:
    """Return the tickets of *person* whose customers wait, those first that wait longest.

    One for which somebody's reply is planned, on its way or stopped needs no other.
    """
    on_its_way = Reply.objects.filter(ticket_id=OuterRef("pk"), state__in=OPEN)
    mine = lists.tickets(lists.List.MINE, person.agent_login)
    return mine.exclude(Exists(on_its_way))


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
