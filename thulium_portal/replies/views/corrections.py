"""A recalled text's customers: who received it, and a correction for each, sent by a person."""

import uuid as uuids
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from thulium_portal.accounts.http import StaffRequest, get_own_or_404, requires
from thulium_portal.accounts.roles import Permission
from thulium_portal.canned.models import Recall
from thulium_portal.lib.forms import parse_id
from thulium_portal.lib.pagination import page_bounds, page_by_key
from thulium_portal.replies.decisions import corrections
from thulium_portal.replies.models import Reply

PAGE = 200


@require_GET
@requires(Permission.READ_REPLIES)
def show(request: StaffRequest, number: int) -> HttpResponse:
    """List who received the recalled text: everybody's for a supervisor, else one's own."""
    recall = get_object_or_404(Recall.objects.select_related("version__response"), pk=number)
    received = corrections.received_by(recall, request.user)
    page = page_by_key(received, "id", size=PAGE, **page_bounds(request.GET))
    address = reverse("replies:recall", args=[recall.pk])
    total = received.count()
    context = {
        "recall": recall,
        "recipients": corrections.recipients(page.rows),
        "total": total,
        "settled": total - corrections.unsettled(received).count(),
        **page.neighbour_urls(lambda **bound: f"{address}?{urlencode(bound)}"),
        "can_send": request.user.can_send,
        "may_waive": request.user.may(Permission.SEND_REPLIES),
    }
    return render(request, "replies/recall.html", context)


def _visible(request: StaffRequest, uuid: uuids.UUID) -> Reply:
    visible = Reply.objects.visible_to(request.user)
    return get_own_or_404(visible, request.user, owner="author", uuid=uuid)


@require_POST
@requires(Permission.SEND_REPLIES)
def correct(request: StaffRequest, uuid: uuids.UUID) -> HttpResponse:
    """Begin the correction of one reply and lead to it; sending stays a person's act."""
    reply = _visible(request, uuid)
    corrections.begin(reply, actor=request.user)
    return redirect("replies:compose", ticket_id=reply.ticket_id)


@require_POST
@requires(Permission.SEND_REPLIES)
def no_correction(request: StaffRequest, uuid: uuids.UUID) -> HttpResponse:
    """Note that one customer needs no correction, and go back to the list."""
    reply = _visible(request, uuid)
    corrections.waive(reply, actor=request.user)
    recall = Recall.objects.filter(pk=parse_id(request.POST.get("recall")) or 0).first()
    return redirect("replies:recall", number=recall.pk) if recall else redirect("desk:index")
