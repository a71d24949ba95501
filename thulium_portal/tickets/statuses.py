"""The ticket statuses of Thulium, of which one may follow a reply: kept, so that no page waits."""

from collections.abc import Mapping

from django.conf import settings
from django.core.cache import cache

from thulium_portal import gateway
from thulium_portal.thulium import ThuliumError, TicketStatus
from thulium_portal.tickets.models import KnownTicket

ASKED_EVERY_SECONDS = 600
ASK_AGAIN_SECONDS = 30
"""After Thulium could not be asked: nobody waits for it at every step."""
READ_TIMEOUT = 4.0


def known() -> dict[str, str]:
    """Return id and name of each status as last told; Thulium is not asked.

    Those of merged tickets come last: nobody chooses them after a reply.
    """
    return {status.id: status.name for status in _told()}


def is_known_to_stay_open(status_id: str) -> bool:
    """Tell whether a ticket with this status is still open.

    Neither the name says otherwise nor any ticket that was read with it: an installation may give
    its closed status a name of its own.
    """
    status = next((status for status in _told() if status.id == status_id), None)
    if status is None or status.is_closed or status.is_merged:
        return False
    # All tickets are looked through, so the answer is kept for as long as the names are.
    return not cache.get_or_set(
        _key(f"ticket-status-ends:{status_id}"),
        KnownTicket.objects.filter(is_open=False, status_name=status.name).exists,
        ASKED_EVERY_SECONDS,
    )


def choices(others: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return id and name of each status: Thulium's, asked for where that is due, and *others*."""
    learn()
    return list({**others, **known()}.items())


def learn() -> None:
    """Ask Thulium for its statuses where that is due; where it fails, what was told before stays.

    The worker does this ahead of those who write.
    """
    asked = _key("ticket-statuses-asked")
    if not cache.add(asked, True, ASKED_EVERY_SECONDS):
        return
    try:
        found = gateway.thulium_client(read_timeout=READ_TIMEOUT).get_ticket_statuses()
    except ThuliumError:
        cache.set(asked, True, ASK_AGAIN_SECONDS)
    else:
        told = sorted(found, key=lambda status: status.is_merged)
        cache.set(_key("ticket-statuses"), told, None)


def _told() -> list[TicketStatus]:
    return cache.get(_key("ticket-statuses")) or []


def _key(name: str) -> str:
    return f"{name}:{settings.THULIUM_URL}"
