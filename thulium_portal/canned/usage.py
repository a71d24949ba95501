"""How often a text is used, and how much of it people change before they send."""

from dataclasses import dataclass
from datetime import datetime
from statistics import median

from thulium_portal.accounts.models import User
from thulium_portal.canned.models import CannedResponse

MOST_USES = 500
"""Newest uses the median is taken over: what people did long ago says little of today's text."""


@dataclass(frozen=True)
class Usage:
    """How often, when and by whom last, and the median share of words changed, in per cent."""

    times: int
    last_at: datetime | None
    last_by: User | None
    changed_percent: int | None


def of(response: CannedResponse) -> Usage:
    """Return how *response* was used in replies that were submitted."""
    uses = response.uses.order_by("-used_at", "-id")
    last = uses.select_related("person").first()
    counted = uses.filter(changed_percent__isnull=False)
    shares = list(counted.values_list("changed_percent", flat=True)[:MOST_USES])
    return Usage(
        times=response.used_count,
        last_at=last.used_at if last else response.last_used_at,
        last_by=last.person if last else None,
        changed_percent=round(median(share for share in shares if share is not None))
        if shares
        else None,
    )
