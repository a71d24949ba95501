"""Which replies a text went into: counted when a reply is submitted, taken back with it."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Max

from thulium_portal.accounts.models import User
from thulium_portal.canned.models import CannedResponse, CannedResponseVersion, CannedUse


@dataclass(frozen=True)
class Use:
    """A submitted reply and the version in it; ``changed_percent`` of the words were changed."""

    reply_uuid: uuid.UUID
    version: CannedResponseVersion
    person: User
    ticket_id: int
    queue_id: int | None
    changed_percent: int | None
    at: datetime
    question: str = ""
    """The stems of the customer's message it answered (``suggesting.stems_of``)."""


def note(use: Use) -> None:
    """Count *use*, once for each reply; in the transaction that submits the reply."""
    _row, is_new = CannedUse.objects.get_or_create(
        reply_uuid=use.reply_uuid,
        response_id=use.version.response_id,
        defaults={
            "version": use.version,
            "person": use.person,
            "ticket_id": use.ticket_id,
            "queue_id": use.queue_id,
            "changed_percent": use.changed_percent,
            "question": use.question,
            "used_at": use.at,
        },
    )
    if is_new:
        CannedResponse.objects.filter(pk=use.version.response_id).update(
            used_count=F("used_count") + 1, last_used_at=use.at
        )


def forget(reply_uuid: uuid.UUID) -> None:
    """Take back what was counted for a reply that was undone: it reached nobody."""
    for row in CannedUse.objects.filter(reply_uuid=reply_uuid):
        row.delete()
        last = CannedUse.objects.filter(response_id=row.response_id).aggregate(at=Max("used_at"))
        CannedResponse.objects.filter(pk=row.response_id).update(
            used_count=F("used_count") - 1, last_used_at=last["at"]
        )
