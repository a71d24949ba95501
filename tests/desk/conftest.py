"""Tickets of the index as the desk finds them, and what its page shows."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from thulium_portal.tickets.index.intake import put_words
from thulium_portal.tickets.models import KnownTicket

NOON = datetime(2026, 11, 27, 11, tzinfo=UTC)


@pytest.fixture
def noon() -> Iterator[None]:
    """Let it be noon in Warsaw, and stay so."""
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def known(db: None) -> Callable[..., KnownTicket]:
    """Return a function that puts a ticket into the index: Anna's, and waiting for *hours*."""

    def known(ticket_id: int, hours: float | None = 1, **given: Any) -> KnownTicket:
        now = timezone.now()
        waits = {"waiting_since": None if hours is None else now - timedelta(hours=hours)}
        usual = {"agent_login": "anna.nowak", "read_at": now, "changed_at": now}
        with transaction.atomic():
            ticket = KnownTicket.objects.create(ticket_id=ticket_id, **usual | waits | given)
            put_words([ticket])
        return ticket

    return known
