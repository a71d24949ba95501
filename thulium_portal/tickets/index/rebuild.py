"""Beginning the index anew: what is known of tickets is dropped, and the worker fills it again."""

from collections.abc import Callable

from django.db import transaction
from django.db.models import F

from thulium_portal.tickets.index.intake import WORDS
from thulium_portal.tickets.models import KnownTicket, TicketIndex

AT_ONCE = 500


def begin_anew(progress: Callable[[int], object] = lambda _count: None) -> int:
    """Drop the index and let all tickets be listed from the first; return how many were dropped.

    Safe while workers run: what one of them read before is not stored as how far it came. What was
    erased stays as it is, since the list would bring its customers back.
    """
    dropped = 0
    rows = KnownTicket.objects.filter(erased_at=None).order_by("pk")
    while some := list(rows.values_list("pk", flat=True)[:AT_ONCE]):
        with transaction.atomic():
            WORDS.forget(some)
            KnownTicket.objects.filter(pk__in=some).delete()
        dropped += len(some)
        progress(len(some))
    TicketIndex.objects.get_or_create(pk=1)
    TicketIndex.objects.filter(pk=1).update(
        generation=F("generation") + 1,
        newest=None,
        recent={},
        whole={},
        listed_at=None,
        whole_at=None,
        next_call_at=None,
        problem="",
        problem_since=None,
        failures=0,
    )
    return dropped
