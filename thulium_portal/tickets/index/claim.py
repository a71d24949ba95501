"""Who may ask Thulium for the index, how often: one process at a time, so many calls a minute.

Everything is said in conditional updates of one row, so that it holds for workers on any number of
machines.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet

from thulium_portal.tickets.models import TicketIndex

LEASE = timedelta(seconds=90)
"""Longer than any one call; a process that died is followed by another after it."""
LIST_EVERY = timedelta(seconds=10)
CALLS_A_MINUTE = 120
FOR_LISTING = 8
"""Calls of a minute that are left for the list."""
MINUTE = timedelta(minutes=1)
FIRST_REST, LONGEST_REST = timedelta(seconds=10), timedelta(minutes=5)
LONGEST_WAIT = timedelta(minutes=15)
"""A time further ahead than any wait was written before the clock was set back."""


def growing(failures: int, first: timedelta, longest: timedelta) -> timedelta:
    """Return *first*, doubled with each of so many *failures* in turn, *longest* at most."""
    return min(first * int(2 ** min(failures, 10)), longest)


def rest(failures: int) -> timedelta:
    """Return how long calls rest after so many failed in turn before this one."""
    return growing(failures, FIRST_REST, LONGEST_REST)


def hold(name: str, now: datetime) -> TicketIndex | None:
    """Return the index where the process *name* may follow it now."""
    row = TicketIndex.objects.filter(pk=1).first()
    if row is None:
        row, _created = TicketIndex.objects.get_or_create(pk=1)
    until = row.claimed_until
    if row.claimed_by == name and until and now + LEASE / 2 < until <= now + LEASE:
        return row
    free = Q(claimed_by=name) | Q(claimed_until=None) | Q(claimed_until__lte=now)
    free |= Q(claimed_until__gt=now + LEASE)
    rows = TicketIndex.objects.filter(free, pk=1)
    if rows.update(claimed_by=name, claimed_until=now + LEASE) != 1:
        return None
    row.refresh_from_db()
    return row


def let_go(name: str) -> None:
    """Leave the index to the next process."""
    TicketIndex.objects.filter(pk=1, claimed_by=name).update(claimed_by="", claimed_until=None)


def take_list_call(name: str, now: datetime) -> bool:
    """Take the right to ask for a page of the list; nobody else gets it for ten seconds."""
    due = Q(next_call_at=None) | Q(next_call_at__lte=now) | Q(next_call_at__gt=now + LONGEST_WAIT)
    rows = _held_by(name, now).filter(due)
    return _take_call(rows, now, CALLS_A_MINUTE, next_call_at=now + LIST_EVERY)


def take_call(name: str, now: datetime) -> bool:
    """Take one call of the minute's, where there is one left."""
    return _take_call(_held_by(name, now), now, CALLS_A_MINUTE - FOR_LISTING)


def store(row: TicketIndex, **values: Any) -> bool:
    """Store *values* unless another process follows by now, or the index was begun anew."""
    mine = TicketIndex.objects.filter(pk=1, claimed_by=row.claimed_by, generation=row.generation)
    return mine.update(**values) == 1


def _held_by(name: str, now: datetime) -> QuerySet[TicketIndex]:
    return TicketIndex.objects.filter(pk=1, claimed_by=name, claimed_until__gt=now)


def _take_call(rows: QuerySet[TicketIndex], now: datetime, most: int, **values: Any) -> bool:
    values["claimed_until"] = now + LEASE
    over = Q(minute_began=None) | Q(minute_began__lte=now - MINUTE) | Q(minute_began__gt=now)
    if rows.filter(over).update(**values, minute_began=now, calls=1) == 1:
        return True
    return rows.filter(calls__lt=most).update(**values, calls=F("calls") + 1) == 1
