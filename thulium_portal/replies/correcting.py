"""Corrections of replies with a recalled text: begun by a person, or found not to be needed."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet

from thulium_portal.accounts.models import User
from thulium_portal.audit.actions import Action
from thulium_portal.audit.services import record
from thulium_portal.canned.models import CannedUse, Recall
from thulium_portal.replies import drafts
from thulium_portal.replies.models import Reply
from thulium_portal.replies.moves import subject_of
from thulium_portal.replies.states import State

REACHED_NOBODY = (State.DRAFT, State.CANCELLED, State.SUPERSEDED, State.REJECTED)


def begin(reply: Reply, *, actor: User) -> Reply:
    """Return the draft of *actor* that puts *reply* right; ``PermissionDenied`` if nothing does."""
    return drafts.begin_correction(reply, _recall_of(reply).correction, actor=actor)


def waive(reply: Reply, *, actor: User) -> None:
    """Note that the customer of *reply* needs no correction, as when they were told by telephone.

    Raises ``PermissionDenied`` for a reply without a recalled text.
    """
    recalled = _recall_of(reply)
    with transaction.atomic():
        if Reply.objects.filter(pk=reply.pk, no_correction_by=None).update(no_correction_by=actor):
            record(
                Action.CORRECTION_WAIVED,
                actor=actor,
                subject=subject_of(reply),
                ticket_id=reply.ticket_id,
                facts={
                    "canned_id": recalled.version.response_id,
                    "canned_version": recalled.version.number,
                },
            )


def affected() -> QuerySet[Reply]:
    """Return the replies that reached a customer, or may have."""
    return Reply.objects.exclude(state__in=REACHED_NOBODY)


def _recall_of(reply: Reply) -> Recall:
    used = CannedUse.objects.filter(reply_uuid=reply.uuid).values("version")
    recalled = Recall.objects.filter(version__in=used).select_related("version").first()
    if recalled is None or reply.state in REACHED_NOBODY:
        raise PermissionDenied
    return recalled
