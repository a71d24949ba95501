"""How long customers waited for their replies: from what nobody had answered to the call."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from thulium_portal.replies.models import ReplyQuerySet

_CHUNK = 5_000


def known(replies: ReplyQuerySet) -> ReplyQuerySet:
    """Return those of *replies* of which it is known how long their customers waited."""
    return replies.filter(waiting_since__isnull=False, wire_at__isnull=False)


def each(times: Iterable[Sequence[datetime | None]]) -> Iterator[timedelta]:
    """Yield the time between since when a customer waited and when their reply left, where known.

    A clock that went wrong makes no wait shorter than none.
    """
    for waiting_since, sent_at in times:
        if waiting_since and sent_at:
            yield max(sent_at - waiting_since, timedelta())


def of(replies: ReplyQuerySet, by: str) -> Iterator[tuple[Any, timedelta]]:
    """Yield the column *by* of each reply, and its response time, where that is known."""
    values = known(replies).order_by().values_list(by, "waiting_since", "wire_at")
    for key, waiting_since, sent_at in values.iterator(chunk_size=_CHUNK):
        for wait in each([(waiting_since, sent_at)]):
            yield key, wait


def median_of(waits: Iterable[timedelta]) -> timedelta | None:
    """Return the middle one of *waits*, None of none."""
    seconds = [wait.total_seconds() for wait in waits]
    return timedelta(seconds=median(seconds)) if seconds else None
