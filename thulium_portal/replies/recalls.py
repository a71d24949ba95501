"""A recalled text's customers: who received it, and a correction for each, sent by a person."""

import uuid as uuids
from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from thulium_portal.accounts.http import StaffRequest, requires
from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import Permission
from thulium_portal.canned.models import CannedUse, Recall
from thulium_portal.lib.paging import key_from, page_by_key
from thulium_portal.replies import correcting
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import WAS_SENT, State

PAGE = 200


@dataclass(frozen=True)
class Recipient:
    """A reply with the recalled text, and what puts it right so far."""

    reply: Reply
    correction: Reply | None


@require_GET
@requires(Permission.READ_TICKETS)
def show(request: StaffRequest, number: int) -> HttpResponse:
    """List who received the recalled text: everybody's for a supervisor, else one's own."""
    recall = get_object_or_404(Recall.objects.select_related("version__response"), pk=number)
    received = received_by(recall, request.user)
    before, after = key_from(request.GET.get("before")), key_from(request.GET.get("after"))
    page = page_by_key(received, "id", size=PAGE, before=before, after=after)
    address = reverse("replies:recall", args=[recall.pk])
    total = received.count()
    context = {
        "recall": recall,
        "recipients": _recipients(page.rows),
        "total": total,
        "settled": total - _unsettled(received).count(),
        "newer_url": f"{address}?after={page.newer}" if page.newer else "",
        "older_url": f"{address}?before={page.older}" if page.older else "",
        "can_send": request.user.may(Permission.SEND_REPLIES) and bool(request.user.agent_login),
        "may_waive": request.user.may(Permission.SEND_REPLIES),
    }
    return render(request, "replies/recall.html", context)


@require_POST
@requires(Permission.SEND_REPLIES)
def correct(request: StaffRequest, uuid: uuids.UUID) -> HttpResponse:
    """Begin the correction of one reply and lead to it; sending stays a person's act."""
    reply = get_object_or_404(Reply.objects.visible_to(request.user), uuid=uuid)
    correcting.begin(reply, actor=request.user)
    return redirect("replies:compose", ticket_id=reply.ticket_id)


@require_POST
@requires(Permission.SEND_REPLIES)
def no_correction(request: StaffRequest, uuid: uuids.UUID) -> HttpResponse:
    """Note that one customer needs no correction, and go back to the list."""
    reply = get_object_or_404(Reply.objects.visible_to(request.user), uuid=uuid)
    correcting.waive(reply, actor=request.user)
    number = key_from(request.POST.get("recall"))
    known = Recall.objects.filter(pk=number).exists() if number else False
    return redirect("replies:recall", number=number) if known else redirect("replies:desk")


def received_by(recall: Recall, person: User) -> QuerySet[Reply]:
    """Return the replies with the recalled version that *person* may see, the newest first."""
    uses = CannedUse.objects.filter(version=recall.version).values("reply_uuid")
    visible = correcting.affected() & Reply.objects.visible_to(person)
    rows = visible.filter(uuid__in=uses).select_related("author", "no_correction_by")
    return rows.order_by("-id")


def waiting_for(person: User) -> QuerySet[Recall]:
    """Return the recalls of texts that *person* sent to customers who wait for a correction."""
    faulty = CannedUse.objects.filter(person=person, version__recall__isnull=False)
    sent = correcting.affected().filter(author=person, uuid__in=faulty.values("reply_uuid"))
    versions = faulty.filter(reply_uuid__in=_unsettled(sent).values("uuid")).values("version")
    return Recall.objects.filter(version__in=versions).select_related("version")


def _unsettled(replies: QuerySet[Reply]) -> QuerySet[Reply]:
    """Return those whose customers still wait for a correction."""
    corrected = Reply.objects.filter(corrects__isnull=False, state__in=WAS_SENT)
    return replies.filter(no_correction_by=None).exclude(pk__in=corrected.values("corrects"))


def _recipients(replies: list[Reply]) -> list[Recipient]:
    corrections = Reply.objects.filter(corrects__in=replies).exclude(
        state__in=(State.CANCELLED, State.SUPERSEDED)
    )
    by_reply = {made.corrects_id: made for made in corrections.order_by("id")}
    return [Recipient(reply, by_reply.get(reply.pk)) for reply in replies]
