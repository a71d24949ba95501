"""The lists of the desk: which tickets, in which order; what stands beside them is the pages'."""

from datetime import datetime
from enum import StrEnum

from django.db.models import Count, F, Min, Q, QuerySet

from thulium_portal.accounts.models import User
from thulium_portal.lib.folding import fold
from thulium_portal.lib.full_text import Place, Word, words_of
from thulium_portal.tickets.index.intake import WORDS
from thulium_portal.tickets.models import KnownTicket

MOST_WORDS = 8
MOST_COUNTED = 999
"""What is more is not counted to the end: a count must cost the same on every portal."""
NO_QUEUE = 0
"""Stands for the queue of tickets and replies that have none."""


class List(StrEnum):
    """A list of the desk (address: ``?list=``)."""

    MINE = "mine"
    UNASSIGNED = "unassigned"
    WAITING = "waiting"
    ALL = "all"


def tickets(which: List, person: User) -> QuerySet[KnownTicket]:
    """Return the open tickets of a list that *person* sees, those first that wait longest.

    MINE are those of their agent login whose customer wrote last, WAITING the others of theirs.
    """
    rows = person.in_reach(KnownTicket.objects.filter(is_open=True))
    if which is List.ALL:
        # Said as plainly as in the index: PostgreSQL would sort all of them for "nulls last".
        return rows.order_by("-changed_at", "-pk")
    if which is List.UNASSIGNED:
        return rows.filter(agent_login="").order_by(F("waiting_since").asc(nulls_last=True), "pk")
    if not person.agent_login:
        return rows.none()
    rows = rows.filter(agent_login=person.agent_login.casefold())
    if which is List.WAITING:
        return rows.filter(waiting_since=None).order_by(F("answered_at").asc(nulls_last=True), "pk")
    return waiting(rows)


def in_queue(rows: QuerySet[KnownTicket], queue: int | None) -> QuerySet[KnownTicket]:
    """Return those of *rows* in a queue, all of them where it is None."""
    if queue is None:
        return rows
    return rows.filter(queue_id__isnull=True) if queue == NO_QUEUE else rows.filter(queue_id=queue)


def waiting(rows: QuerySet[KnownTicket]) -> QuerySet[KnownTicket]:
    """Return those of *rows* whose customers wait, those first that wait longest."""
    return rows.filter(waiting_since__isnull=False).order_by("waiting_since", "pk")


def count(rows: QuerySet[KnownTicket]) -> int:
    """Return how many *rows* are, or one more than is counted."""
    return rows.order_by()[: MOST_COUNTED + 1].count()


def amount(number: int) -> str:
    """Return what a count says, in figures."""
    return f"{MOST_COUNTED}+" if number > MOST_COUNTED else str(number)


def waiting_in_queues(rows: QuerySet[KnownTicket]) -> list[tuple[int, int, datetime]]:
    """Return of each queue how many customers of *rows* wait in it, and since when."""
    each = (
        waiting(rows)
        .order_by()
        .values("queue_id")
        .annotate(number=Count("*"), since=Min("waiting_since"))
    )
    told = each.values_list("queue_id", "number", "since")
    return [(queue or NO_QUEUE, number, since) for queue, number, since in told]


def holding(query: str, place: Place = Place.ANYWHERE) -> Q | None:
    """Return the condition that every word of *query* begins a word of a ticket.

    Looked for are number, customer, address and (not at the head) subject; None where *query* has
    no words.
    """
    words = _words(query, place)
    return Q(pk__in=WORDS.holding(words)) if words else None


def newest_holding(
    query: str, person: User, *, limit: int, place: Place = Place.ANYWHERE
) -> list[int]:
    """Return the numbers of up to *limit* tickets with every word of *query*, the newest first.

    They are among those that *person* sees.
    """
    words = _words(query, place)
    if not words:
        return []
    if person.narrowed_to is None:
        return WORDS.newest(words, limit=limit)
    found = person.in_reach(KnownTicket.objects.filter(pk__in=WORDS.holding(words)))
    return list(found.order_by("-pk").values_list("pk", flat=True)[:limit])


def _words(query: str, place: Place = Place.ANYWHERE) -> list[Word]:
    return [Word(word, place) for word in words_of(fold(query))[:MOST_WORDS]]
