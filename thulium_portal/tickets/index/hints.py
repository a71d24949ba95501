"""Hints that something happened on a ticket: it is read now, whatever the list says of it."""

import logging
from datetime import timedelta

from django.db import DatabaseError
from django.db.models import F, Q
from django.utils import timezone

from thulium_portal.tickets.index.intake import Rank
from thulium_portal.tickets.models import KnownTicket

logger = logging.getLogger(__name__)

MOST = 500
"""So many may wait; what is hinted beyond is found in the list."""
_OFTEN = timedelta(seconds=10)
"""A ticket that was read less than this ago is read again only after it."""


def hint(ticket_id: int) -> bool:
    """Let ticket *ticket_id* be read at once; False where too many wait already.

    Of one that is not known yet a row without content is made, which no list shows before it was
    read.
    """
    now = timezone.now()
    waiting = KnownTicket.objects.filter(read_rank=Rank.HINTED, read_due_at__isnull=False)
    if waiting.count() >= MOST:
        return False
    fresh = {"read_rank": Rank.HINTED, "change_seen_at": now, "failures": 0}
    rows = KnownTicket.objects.filter(pk=ticket_id)
    just_read = Q(read_at__gt=now - _OFTEN, read_at__lte=now)
    if rows.exclude(just_read).update(**fresh, read_due_at=now):
        return True
    if rows.filter(just_read).update(**fresh, read_due_at=F("read_at") + _OFTEN):
        return True
    KnownTicket.objects.bulk_create(
        [KnownTicket(pk=ticket_id, is_open=False, read_due_at=now, **fresh)],
        ignore_conflicts=True,
    )
    return True


def hint_quietly(ticket_id: int) -> None:
    """Do the same for what must not fail over it."""
    try:
        hint(ticket_id)
    except DatabaseError:
        logger.warning("ticket %s is not read at once", ticket_id, exc_info=True)
