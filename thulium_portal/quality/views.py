"""The quality review: what to look at, the verdict, the author's answer."""

import uuid as uuids
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from thulium_portal.accounts.http import StaffRequest, requires
from thulium_portal.accounts.roles import Permission
from thulium_portal.audit.models import ReviewRow
from thulium_portal.lib.forms import parse_id
from thulium_portal.lib.pagination import page_bounds, page_by_key
from thulium_portal.quality import services
from thulium_portal.quality.forms import AnswerForm, AssessmentForm
from thulium_portal.quality.models import Assessment
from thulium_portal.quality.risks import queue
from thulium_portal.replies.models import Reply
from thulium_portal.tickets import reading

SHOWN = 50


@require_GET
@requires(Permission.REVIEW_AUDIT)
def index(request: StaffRequest) -> HttpResponse:
    """List what should be looked at, the riskiest first."""
    waiting = queue(request.user)
    last = max(1, -(-len(waiting) // SHOWN))
    number = min(parse_id(request.GET.get("page", "")) or 1, last)
    address = reverse("quality:index")
    context = {
        "waiting": waiting[(number - 1) * SHOWN : number * SHOWN],
        "more": max(0, len(waiting) - number * SHOWN),
        "before_url": f"{address}?page={number - 1}" if number > 1 else "",
        "after_url": f"{address}?page={number + 1}" if number < last else "",
    }
    return render(request, "quality/index.html", context)


@require_GET
@requires(Permission.REVIEW_AUDIT)
def given(request: StaffRequest) -> HttpResponse:
    """List the verdicts given, the newest first, with what their authors said."""
    seen = Reply.objects.visible_to(request.user)
    rows = Assessment.objects.filter(reply__in=seen).select_related("reply__author", "assessor")
    page = page_by_key(rows, "id", size=SHOWN, **page_bounds(request.GET))
    address = reverse("quality:given")
    urls = page.neighbour_urls(lambda **bound: f"{address}?{urlencode(bound)}")
    context = {"page": page, **urls}
    return render(request, "quality/given.html", context)


@never_cache
@require_GET
@requires(Permission.REVIEW_AUDIT)
@requires(Permission.READ_TICKETS)
def question(request: StaffRequest, uuid: uuids.UUID) -> HttpResponse:
    """Show what the customer had written last when a reply was sent, as the ticket holds it now."""
    reply = get_object_or_404(Reply.objects.visible_to(request.user), uuid=uuid)
    found = reading.load(reply.ticket_id, request.user)
    conversation = () if isinstance(found, reading.TicketProblem) else found.messages
    until = reply.submitted_at
    asked = [
        one for one in conversation if one.is_by_customer and one.at and until and one.at <= until
    ]
    context = {"reply": reply, "message": asked[-1] if asked else None}
    return render(request, "quality/_question.html", context)


@require_POST
@requires(Permission.ASSESS_REPLIES)
def assess(request: StaffRequest, uuid: uuids.UUID) -> HttpResponse:
    """Store the verdict and go on to the next reply that waits."""
    reply = get_object_or_404(Reply, uuid=uuid)
    form = AssessmentForm(request.POST)
    if not form.is_valid():
        return _form_again(request, reply, form)
    try:
        services.assess(reply, **form.cleaned_data, actor=request.user)
    except ValidationError as error:
        form.add_error("note", error)
        return _form_again(request, reply, form)
    except services.AlreadyAssessed:
        messages.info(request, _("Somebody else has reviewed this reply meanwhile."))
        return redirect("quality:index")
    return _next(request)


@require_POST
@requires(Permission.SEND_REPLIES)
def acknowledge(request: StaffRequest, uuid: uuids.UUID) -> HttpResponse:
    """Store that the author has read the verdict, with an answer if there is one."""
    assessment = get_object_or_404(Assessment.objects.select_related("reply"), reply__uuid=uuid)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        if assessment.reply.author_id != request.user.pk:
            raise PermissionDenied
        context = {"form": form, "assessment": assessment}
        return render(request, "quality/answer.html", context, status=422)
    services.acknowledge(assessment, answer=form.cleaned_data["answer"], actor=request.user)
    messages.success(request, _("Noted. Thank you for reading it."))
    return redirect("desk:index")


def _form_again(request: StaffRequest, reply: Reply, form: AssessmentForm) -> HttpResponse:
    if not services.may_assess(reply, request.user):
        raise PermissionDenied
    row = ReviewRow.objects.filter(subject_id=str(reply.uuid)).first()
    context = {"form": form, "reply": reply, "row": row}
    return render(request, "quality/assess.html", context, status=422)


def _next(request: StaffRequest) -> HttpResponse:
    waiting = queue(request.user)
    if not waiting:
        messages.success(request, _("Saved. Nothing else waits for a review."))
        return redirect("quality:index")
    messages.success(request, _("Saved. This is the next one."))
    return redirect("review:show", waiting[0].row.opened_sequence)
