"""The made-up tickets in the index: ``python -m tests.bench.tickets OPEN [CLOSED [MINUTE]]``.

MINUTE, in seconds since 1970, is the whole minute as of which they stand; this one if not given.
"""

import os
import sys
from datetime import UTC, datetime

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "thulium_portal.settings")
django.setup()

from django.db import transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from tests.bench import town  # noqa: E402
from thulium_portal.tickets.index.intake import WORDS, put_words  # noqa: E402
from thulium_portal.tickets.models import KnownTicket, TicketIndex  # noqa: E402

AT_ONCE = 1_000


def fill(open_count: int, closed_count: int = 0, minute: int = 0) -> None:
    """Let the index hold so many tickets and no others, and have been followed just now."""
    now = timezone.now()
    told = datetime.fromtimestamp(minute, UTC) if minute else now.replace(second=0, microsecond=0)
    WORDS.forget(list(KnownTicket.objects.values_list("pk", flat=True)))
    KnownTicket.objects.all().delete()
    wanted = range(town.FIRST - closed_count, town.FIRST + open_count)
    for begin in range(0, len(wanted), AT_ONCE):
        some = [_row(town.ticket(number, told), now) for number in wanted[begin : begin + AT_ONCE]]
        with transaction.atomic():
            KnownTicket.objects.bulk_create(some)
            put_words(some)
    fresh = {"listed_at": now, "whole_at": now, "newest": told}
    TicketIndex.objects.update_or_create(pk=1, defaults=fresh)


def _row(ticket: town.Ticket, read_at: datetime) -> KnownTicket:
    return KnownTicket(
        ticket_id=ticket.id,
        subject=ticket.subject,
        customer_id=ticket.customer_id,
        customer_name=ticket.customer_name,
        customer_email=ticket.customer_email,
        queue_id=ticket.queue_id,
        queue_name=ticket.queue_name,
        source="email",
        status_name=ticket.status,
        agent_login=ticket.agent_login,
        is_open=ticket.is_open,
        created_at=ticket.created_at,
        changed_at=ticket.at,
        last_message_id=ticket.last_message_id,
        last_written_id=ticket.last_message_id,
        last_kind="MAIL" if ticket.waits else "REPLY",
        last_by="" if ticket.waits else ticket.agent_login,
        last_at=ticket.at,
        waiting_since=ticket.at if ticket.waits else None,
        answered_at=None if ticket.waits else ticket.at,
        files_waiting=int(ticket.waits and ticket.id % 7 == 0),
        language="pl",
        read_at=read_at,
        listed_at=read_at,
        listed_change=ticket.at,
        customer_read_at=read_at,
    )


if __name__ == "__main__":
    fill(*map(int, sys.argv[1:]))
