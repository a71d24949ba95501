"""Time stamps of an authority on the record's checkpoints: which are due, whether all hold."""

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Max
from django.db.models.functions import TruncDate
from django.utils import timezone

from thulium_portal.audit import checkpoints
from thulium_portal.audit.actions import Action
from thulium_portal.audit.models import AuditEntry, Checkpoint, TimeStamp
from thulium_portal.lib.proof.certificates import Certificate, from_pem
from thulium_portal.lib.proof.der import Unreadable
from thulium_portal.lib.proof.timestamps import Stamp, checked


def trusted_certificates() -> list[Certificate]:
    """Return the certificates of ``TIMESTAMP_CA_FILE``; none where it is not set."""
    return _read(settings.TIMESTAMP_CA_FILE) if settings.TIMESTAMP_CA_FILE else []


@lru_cache(maxsize=8)
def _read(path: str) -> list[Certificate]:
    """Return the certificates in a file, read once as all settings are."""
    return from_pem(Path(path).read_text(encoding="ascii", errors="replace"))


def due(now: datetime) -> list[Checkpoint]:
    """Return the last checkpoint of each day that is over and has no time stamp, oldest first.

    Days before the newest time stamp need none: each checkpoint names the one before it. Where
    there is none at all, the newest checkpoint is due at once.
    """
    stamped = TimeStamp.objects.aggregate(newest=Max("checkpoint_id"))["newest"]
    if stamped is None:
        return list(Checkpoint.objects.all()[:1])
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    over = Checkpoint.objects.filter(at__lt=midnight, pk__gt=stamped).order_by()
    days = over.annotate(day=TruncDate("at")).values("day").annotate(last=Max("pk"))
    return list(Checkpoint.objects.filter(pk__in=[day["last"] for day in days]).order_by("pk"))


def waiting() -> int:
    """Return how many days wait for the authority of ``TIMESTAMP_URL``; none without one."""
    return len(due(timezone.now())) if settings.TIMESTAMP_URL else 0


def imprint_of(checkpoint: Checkpoint) -> str:
    """Return the SHA-256 that is time-stamped: of the statement with its signature."""
    return checkpoints.link(checkpoint.statement, checkpoint.signature)


def digest_of(token: bytes) -> str:
    """Return what the record holds of a time stamp."""
    return hashlib.sha256(token).hexdigest()


def moment(stamp: Stamp) -> datetime:
    """Return the time a stamp tells; of a fraction it takes what a moment can hold."""
    whole, _point, fraction = stamp.time[:-1].partition(".")
    return datetime.fromisoformat(f"{whole}.{fraction[:6]:0<6}+00:00")


def check(began: int) -> tuple[int, tuple[int, bool] | None]:
    """Check the time stamps of checkpoints since entry *began* against entries and authority.

    Returns how many hold and the first that does not: its checkpoint's entry, and whether it is
    gone. Without ``TIMESTAMP_CA_FILE`` what authorities say is not checked.
    """
    # Rows before entries: what comes in meanwhile has an entry, though its row was not read.
    rows = TimeStamp.objects.filter(checkpoint__sequence__gt=began).select_related("checkpoint")
    there = {row.imprint: row for row in rows.order_by("checkpoint_id")}
    told = _told(began)
    elsewhere = TimeStamp.objects.filter(imprint__in=told.keys() - there.keys())
    there |= {row.imprint: row for row in elsewhere.select_related("checkpoint")}
    gone = [facts["checkpoint"] for imprint, facts in told.items() if imprint not in there]
    if gone:
        return 0, (gone[0], True)
    anchors = trusted_certificates()
    for row in there.values():
        facts = told.get(row.imprint)
        if facts is None or not _holds(row, facts, anchors):
            return 0, (row.checkpoint.sequence, False)
    return len(there), None


def _told(began: int) -> dict[str, dict[str, Any]]:
    """Return the facts of the entries since *began* that tell of time stamps, by imprint."""
    entries = AuditEntry.objects.filter(action=Action.RECORD_STAMPED, sequence__gt=began)
    records: Iterable[str] = entries.order_by("sequence").values_list("record", flat=True)
    return {facts["imprint"]: facts for facts in (json.loads(each)["facts"] for each in records)}


def _holds(row: TimeStamp, facts: dict[str, Any], anchors: list[Certificate]) -> bool:
    token = bytes(row.token)
    if row.imprint != imprint_of(row.checkpoint) or facts["token"] != digest_of(token):
        return False
    if not anchors:
        return True
    try:
        stamp = checked(token, bytes.fromhex(row.imprint), anchors)
    except Unreadable:
        return False
    return (row.at, facts["at"]) == (moment(stamp), stamp.time)
