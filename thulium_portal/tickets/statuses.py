"""The ticket statuses of Thulium, from which an author chooses what follows a reply."""

from collections.abc import Mapping

from django.conf import settings
from django.core.cache import cache

from thulium_portal import gateway
from thulium_portal.thulium import ThuliumError

KEPT_SECONDS = 600
ASK_AGAIN_SECONDS = 30
"""After Thulium could not be asked: an author does not wait for it at every step."""
READ_TIMEOUT = 4.0


def choices(others: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return id and name of each status: Thulium's, and *others*."""
    return list({**others, **dict(_known())}.items())


def _known() -> list[tuple[str, str]]:
    """Return Thulium's statuses, none where it cannot be asked: the form works without them."""
    key = f"ticket-statuses:{settings.THULIUM_URL}"
    known: list[tuple[str, str]] | None = cache.get(key)
    if known is None:
        try:
            found = gateway.thulium_client(read_timeout=READ_TIMEOUT).get_ticket_statuses()
        except ThuliumError:
            cache.set(key, [], ASK_AGAIN_SECONDS)
            return []
        known = [(status.id, status.name) for status in found]
        cache.set(key, known, KEPT_SECONDS)
    return known
