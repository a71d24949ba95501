"""Reading the tickets that are due, those first that somebody waits for."""

from collections.abc import Collection
from datetime import timedelta

from django.db.models import F, QuerySet
from django.utils import timezone

from thulium_portal.thulium import (
    NotFound,
    OtherTicket,
    ThuliumClient,
    ThuliumError,
    Unreachable,
    WrongCredentials,
)
from thulium_portal.tickets import queues
from thulium_portal.tickets.index import erasure
from thulium_portal.tickets.index.intake import Rank, take_in
from thulium_portal.tickets.models import KnownTicket

OF_THE_LINE = (Unreachable, WrongCredentials)
"""Errors that say nothing of the one ticket, or not for certain."""
_FIRST_DELAY = timedelta(minutes=1)
_LONGEST_DELAY = timedelta(hours=6)


def next_due(watched: Collection[int]) -> KnownTicket | None:
    """Return the ticket to read next, one that is *watched* before all others."""
    due = KnownTicket.objects.filter(read_due_at__lte=timezone.now())
    if watched and (row := due.filter(pk__in=watched).order_by("read_due_at").first()):
        return row
    return due.order_by("read_rank", "read_due_at").first()


def is_urgent(row: KnownTicket, watched: Collection[int]) -> bool:
    """Tell whether somebody waits for this very ticket."""
    return row.read_rank == Rank.HINTED or row.pk in watched


def read(row: KnownTicket, client: ThuliumClient) -> None:
    """Read a ticket and store what it shows; where it is gone, its row goes too.

    Raises the errors of the line. Any other is of this ticket, which is tried again later and
    later, and keeps none else waiting.
    """
    began = timezone.now()
    try:
        ticket = client.get_ticket(row.pk)
    except NotFound:
        erasure.forget([row.pk])
        return
    except OtherTicket:
        merged = {"is_open": False, "read_at": timezone.now(), "waiting_since": None, "failures": 0}
        _rows(row).update(**merged, read_due_at=None, change_seen_at=None, read_rank=Rank.CLOSED)
        erasure.drop_notes([row.pk])
        return
    except ThuliumError as error:
        _put_off(row)
        if isinstance(error, OF_THE_LINE):
            raise
        return
    queues.remember(ticket.queue_id, ticket.queue_name)
    take_in(ticket, began=began)


def _put_off(row: KnownTicket) -> None:
    delay = min(_FIRST_DELAY * 2 ** min(row.failures, 10), _LONGEST_DELAY)
    _rows(row).update(
        failures=F("failures") + 1,
        read_due_at=timezone.now() + delay,
        read_rank=Rank.OTHER if row.read_rank == Rank.HINTED else row.read_rank,
    )


def _rows(row: KnownTicket) -> QuerySet[KnownTicket]:
    return KnownTicket.objects.filter(pk=row.pk)
