"""Reading the tickets that are due, those first that somebody waits for."""

import logging
from collections.abc import Collection

from django.db import DatabaseError, transaction
from django.db.models import F
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
from thulium_portal.tickets.index.intake import Rank, delay, take_in
from thulium_portal.tickets.models import KnownTicket

logger = logging.getLogger(__name__)

OF_THE_LINE = (Unreachable, WrongCredentials)
"""Errors that say nothing of the one ticket, or not for certain."""


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
    except (NotFound, OtherTicket) as error:
        _take_out(row.pk, error)
        return
    except ThuliumError as error:
        _put_off(row)
        if isinstance(error, OF_THE_LINE):
            raise
        return
    queues.remember(ticket.queue_id, ticket.queue_name)
    take_in(ticket, began=began)


def note_failed(ticket_id: int, error: ThuliumError) -> None:
    """Take a ticket out of the lists whose reading for another purpose showed that it is gone."""
    try:
        if KnownTicket.objects.filter(pk=ticket_id).exists():
            _take_out(ticket_id, error)
    except DatabaseError:
        logger.warning("ticket %s was not taken out of the index", ticket_id, exc_info=True)


def _take_out(ticket_id: int, error: ThuliumError) -> None:
    """Drop a ticket that is not there, and close one that was merged into another."""
    if isinstance(error, NotFound):
        erasure.forget([ticket_id])
    elif isinstance(error, OtherTicket):
        merged = {"is_open": False, "read_at": timezone.now(), "waiting_since": None, "failures": 0}
        merged |= {"read_due_at": None, "change_seen_at": None, "read_rank": Rank.CLOSED}
        with transaction.atomic():
            KnownTicket.objects.filter(pk=ticket_id).update(**merged)
            erasure.drop_notes([ticket_id])


def _put_off(row: KnownTicket) -> None:
    KnownTicket.objects.filter(pk=row.pk).update(
        failures=F("failures") + 1,
        read_due_at=timezone.now() + delay(row.failures),
        read_rank=Rank.OTHER if row.read_rank == Rank.HINTED else row.read_rank,
    )
