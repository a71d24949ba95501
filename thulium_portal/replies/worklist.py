"""What a person has to answer, one ticket after the other."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from thulium_portal.accounts.models import User
from thulium_portal.replies.models import Reply
from thulium_portal.replies.querysets import LEFT_BEHIND
from thulium_portal.replies.states import UNSETTLED, WAS_SENT
from thulium_portal.tickets.index import lists
from thulium_portal.tickets.models import KnownTicket


@dataclass(frozen=True)
class Waiting:
    """How many customers wait for a person, and who of them the longest."""

    number: int = 0
    """Counted as ``lists.count`` does."""
    first: int | None = None
    """The ticket of who waits longest; None where nobody does."""
    since: datetime | None = None


def in_turn(rows: QuerySet[KnownTicket]) -> QuerySet[KnownTicket]:
    """Return *rows* whose customers wait, those to answer first.

    Within both, those first that wait longest.
    """
    return rows.order_by(_settling(), "waiting_since", "pk")


def unanswered(rows: QuerySet[KnownTicket]) -> QuerySet[KnownTicket]:
    """Return those of *rows* to which no reply is under way."""
    return rows.exclude(_settling())


def under_way(rows: QuerySet[KnownTicket]) -> QuerySet[KnownTicket]:
    """Return those of *rows* to which a reply is under way."""
    return rows.filter(_settling())


def to_answer(person: User) -> QuerySet[KnownTicket]:
    """Return the tickets *person* has to answer now, those first that wait longest."""
    return unanswered(lists.tickets(lists.List.MINE, person))


def waiting(person: User) -> Waiting:
    """Return who waits for *person* now."""
    rows = to_answer(person)
    first = rows.values_list("pk", "waiting_since").first()
    return Waiting(lists.count(rows), *first) if first else Waiting()


def _settling() -> Exists:
    """Return the condition that a ticket needs no other reply for now.

    Somebody's is planned, waits for approval, is on its way or stopped, or it left after the ticket
    was last read. What people left behind who no longer send answers nobody.
    """
    unsettled = Q(state__in=UNSETTLED) & ~LEFT_BEHIND
    left_since = Q(state__in=WAS_SENT, wire_end__gte=OuterRef("read_at"))
    replies = Reply.objects.filter(unsettled | left_since, ticket_id=OuterRef("pk"))
    return Exists(replies)


def next_ticket(person: User, *, after: int | None = None) -> int | None:
    """Return the number of the ticket to answer now; the one following *after*.

    One that was answered is followed by what followed it while it waited. After the last comes
    the first again; None where nothing is left besides *after* itself.
    """
    rows = to_answer(person)
    if after is None:
        return rows.values_list("pk", flat=True).first()
    numbers = rows.exclude(pk=after).values_list("pk", flat=True)
    since, found = _waited_since(person, after), None
    if since is not None:
        following = Q(waiting_since__gt=since) | Q(waiting_since=since, pk__gt=after)
        # The bound alone is what an index can begin at.
        found = numbers.filter(following, waiting_since__gte=since).first()
    return numbers.first() if found is None else found


def _waited_since(person: User, ticket_id: int) -> datetime | None:
    """Return since when a ticket of *person* waits, or waited for the last reply they wrote."""
    login = person.agent_login.casefold()
    own = person.in_reach(KnownTicket.objects.filter(pk=ticket_id, agent_login=login))
    since = own.values_list("waiting_since", flat=True).first()
    if since is not None:
        return since
    written = Reply.objects.filter(ticket_id=ticket_id, author=person).order_by("-pk")
    return written.values_list("waiting_since", flat=True).first()


def position(person: User, ticket_id: int) -> tuple[str, str] | None:
    """Return which of how many a ticket is in *person*'s work; None where it is not among it."""
    mine = to_answer(person)
    since = mine.filter(pk=ticket_id).values_list("waiting_since", flat=True).first()
    if since is None:
        return None
    until_it = Q(waiting_since__lt=since) | Q(waiting_since=since, pk__lte=ticket_id)
    first = mine.only("pk", "waiting_since")[: lists.MOST_COUNTED + 1]
    told = first.aggregate(place=Count("pk", filter=until_it), number=Count("pk"))
    return lists.amount(told["place"]), lists.amount(told["number"])
