"""A recalled text's customers: who received it, and a correction for each, sent by a person."""

import uuid as uuids
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from thulium_portal.accounts.http import StaffRequest, requires
from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import Permission
from thulium_portal.canned.models import CannedUse, Recall
from thulium_portal.replies import drafts
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import WAS_SENT, State

MOST_SHOWN = 2000
_REACHED_NOBODY = (State.DRAFT, State.CANCELLED, State.SUPERSEDED, State.REJECTED)


@dataclass(frozen=True)
class Recipient:
    """A reply with the recalled text, and what puts it right so far."""

    reply: Reply
    correction: Reply | None

    @property
    def is_corrected(self) -> bool:
        """Whether the customer has the correction."""
        return self.correction is not None and self.correction.state in WAS_SENT


@require_GET
@requires(Permission.READ_TICKETS)
def show(request: StaffRequest, number: int) -> HttpResponse:
    """List who received the recalled text: everybody's for a supervisor, else one's own."""
    recall = get_object_or_404(Recall.objects.select_related("version__response"), pk=number)
    recipients = recipients_of(recall, request.user)
    context = {
        "recall": recall,
        "recipients": recipients,
        "corrected": sum(recipient.is_corrected for recipient in recipients),
        "can_send": request.user.may(Permission.SEND_REPLIES) and bool(request.user.agent_login),
    }
    return render(request, "replies/recall.html", context)


@require_POST
@requires(Permission.SEND_REPLIES)
def correct(request: StaffRequest, uuid: uuids.UUID) -> HttpResponse:
    """Begin the correction of one reply and lead to it; sending stays a person's act."""
    reply = get_object_or_404(Reply.objects.visible_to(request.user), uuid=uuid)
    used = CannedUse.objects.filter(reply_uuid=reply.uuid).values("version")
    recall = Recall.objects.filter(version__in=used).first()
    if recall is None or reply.state in _REACHED_NOBODY:
        raise PermissionDenied
    drafts.begin_correction(reply, recall.correction, actor=request.user)
    return redirect("replies:compose", ticket_id=reply.ticket_id)


def recipients_of(recall: Recall, person: User) -> list[Recipient]:
    """Return the replies with the recalled version that *person* may see, the newest first."""
    received = CannedUse.objects.filter(version=recall.version).values("reply_uuid")
    replies = list(_affected(person).filter(uuid__in=received)[:MOST_SHOWN])
    corrections = Reply.objects.filter(corrects__in=replies).exclude(
        state__in=(State.CANCELLED, State.SUPERSEDED)
    )
    by_reply = {made.corrects_id: made for made in corrections.order_by("id")}
    return [Recipient(reply, by_reply.get(reply.pk)) for reply in replies]


def waiting_for(person: User) -> QuerySet[Recall]:
    """Return the recalls of texts that *person* sent to customers who wait for a correction."""
    corrected = Reply.objects.filter(corrects__isnull=False, state__in=WAS_SENT)
    faulty = CannedUse.objects.filter(person=person, version__recall__isnull=False)
    waiting = (
        Reply.objects.filter(author=person, uuid__in=faulty.values("reply_uuid"))
        .exclude(state__in=_REACHED_NOBODY)
        .exclude(pk__in=corrected.values("corrects"))
    )
    versions = faulty.filter(reply_uuid__in=waiting.values("uuid")).values("version")
    return Recall.objects.filter(version__in=versions).select_related("version")


def _affected(person: User) -> QuerySet[Reply]:
    return (
        Reply.objects.visible_to(person)
        .exclude(state__in=_REACHED_NOBODY)
        .select_related("author")
        .order_by("-id")
    )
