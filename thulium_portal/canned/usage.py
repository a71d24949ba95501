"""Which replies a canned response went into, and what people changed of it before they sent.

A use is counted when its reply is submitted and taken back with it.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Any

from django.db.models import F, Max
from django.utils import timezone

from thulium_portal.accounts.models import User
from thulium_portal.canned.models import CannedResponse, CannedResponseVersion, CannedUse

MOST_USES = 500
"""Newest uses the median is taken over: what people did long ago says little of today's version."""

MOST_COMPARED = 100
"""Replies compared in one go with what they started from."""


def record(
    reply_uuid: uuid.UUID, version: CannedResponseVersion, at: datetime, **facts: Any
) -> None:
    """Count a use of *version*, once for each reply; in the transaction that submits the reply.

    *facts* are the other columns of ``CannedUse``: who used it where, and for what.
    """
    _row, is_new = CannedUse.objects.get_or_create(
        reply_uuid=reply_uuid,
        response_id=version.response_id,
        defaults={"version": version, "used_at": at, **facts},
    )
    if is_new:
        CannedResponse.objects.filter(pk=version.response_id).update(
            used_count=F("used_count") + 1, last_used_at=at
        )


def forget(reply_uuid: uuid.UUID) -> None:
    """Take back what was counted for a reply that was undone: it reached nobody."""
    for row in CannedUse.objects.filter(reply_uuid=reply_uuid):
        row.delete()
        last = CannedUse.objects.filter(response_id=row.response_id).aggregate(at=Max("used_at"))
        CannedResponse.objects.filter(pk=row.response_id).update(
            used_count=F("used_count") - 1, last_used_at=last["at"]
        )


def to_compare() -> list[CannedUse]:
    """Return the oldest uses of which nobody knows yet how much was changed."""
    return list(CannedUse.objects.filter(compared_at=None).order_by("id")[:MOST_COMPARED])


def keep_share(use: CannedUse, share: int | None) -> bool:
    """Keep how much was changed, None for not compared; False where it is known or taken back."""
    waiting = CannedUse.objects.filter(pk=use.pk, compared_at=None)
    return waiting.update(changed_percent=share, compared_at=timezone.now()) == 1


@dataclass(frozen=True)
class Usage:
    """How often, when and by whom last, and the median share of words changed, in per cent."""

    times: int
    last_at: datetime | None
    last_by: User | None
    changed_percent: int | None


def usage_of(response: CannedResponse) -> Usage:
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
