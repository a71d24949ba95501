"""Taking the texts of settled replies out; that they were sent, when, and their digests stay.

Why and for whom is decided above (``privacy``); this module only does it, inside the caller's
transaction.
"""

from collections.abc import Collection

from django.db import connection
from django.db.models.functions import Coalesce
from django.utils import timezone

from thulium_portal.accounts.models import User
from thulium_portal.audit.actions import Action
from thulium_portal.canned import erasure as canned
from thulium_portal.replies.models import DeliveryAttempt, Reply
from thulium_portal.replies.states import State
from thulium_portal.replies.transitions import move


class Unsettled(Exception):
    """A reply among them is still on its way or looked for on its ticket; nothing was erased."""


def erase_texts(replies: Collection[int], *, actor: User | None) -> int:
    """Blank every text of *replies*, given by row, and return how many had any.

    Drafts among them are thrown away. Files are erased by ``files.erase``, the record's texts by
    ``audit.services.erase``. An *actor* of None is the portal itself, whose time for keeping texts
    is over. Raises :class:`Unsettled`.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("an erasure and its audit entry need one transaction")
    rows = Reply.objects.filter(pk__in=replies)
    locked = list(rows.select_for_update().values_list("pk", flat=True))
    if rows.unsettled().exists():
        raise Unsettled
    for draft in rows.filter(state=State.DRAFT):
        move(draft, State.DRAFT, State.CANCELLED, action=Action.DRAFT_DISCARDED, actor=actor)
    canned.erase(Reply.objects.filter(pk__in=locked).values_list("uuid", flat=True), actor=actor)
    DeliveryAttempt.objects.filter(reply__in=locked).update(reason_detail="")
    now = timezone.now()
    return rows.filter(erased_at=None).update(
        body="",
        ticket_subject="",
        customer_name="",
        customer_first_name="",
        customer_email="",
        canned_text="",
        answers={},
        keep_reason="",
        approval_note="",
        approval_sentences={},
        written_body="",
        confirmed=[],
        seen={},
        changes={},
        reason_detail="",
        erased_at=now,
        erased_by=actor,
        dismissed_at=Coalesce("dismissed_at", now),
    )
