"""Taking tickets out of the index: customers who are erased, and what was closed long ago."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from thulium_portal.tickets.index.intake import NOBODY, WORDS
from thulium_portal.tickets.models import KnownTicket, Presence, Reminder


def erase(ticket_ids: Sequence[int]) -> int:
    """Take out whose these tickets are and what they are about; return how many they were.

    A row stays behind with its number and times, so that nobody waits unseen, and so that the next
    reading does not bring back what was erased while nothing has changed at Thulium.
    """
    rows = KnownTicket.objects.filter(pk__in=ticket_ids, erased_at=None)
    with transaction.atomic():
        WORDS.forget(ticket_ids)
        return rows.update(**NOBODY, language="", erased_at=timezone.now())


def drop_notes(ticket_ids: Sequence[int]) -> None:
    """Drop when people want to see these tickets again, and who had them before them."""
    with transaction.atomic():
        Reminder.objects.filter(ticket_id__in=ticket_ids).delete()
        Presence.objects.filter(ticket_id__in=ticket_ids).delete()


def closed_limit() -> datetime | None:
    """Return since when closed tickets are kept in the index; None where all of them are."""
    days = settings.RETENTION_TICKETS_DAYS
    return timezone.now() - timedelta(days=days) if days else None


def closed_before(limit: datetime) -> QuerySet[KnownTicket]:
    """Return the closed tickets on which nothing has happened since *limit*."""
    quiet = Q(changed_at__lt=limit) | Q(changed_at=None, read_at__lt=limit)
    return KnownTicket.objects.filter(quiet, is_open=False)


def forget(ticket_ids: Sequence[int]) -> None:
    """Drop these tickets with their words and what people noted on them."""
    with transaction.atomic():
        drop_notes(ticket_ids)
        WORDS.forget(ticket_ids)
        KnownTicket.objects.filter(pk__in=ticket_ids).delete()


def purge() -> None:
    """Overwrite the words of tickets that were taken out; outside of a transaction."""
    WORDS.purge()
