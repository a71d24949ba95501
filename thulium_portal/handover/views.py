"""Handing over what a person has not finished, while they are there or after they left."""

import uuid as uuids

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from thulium_portal.accounts.http import StaffRequest, requires
from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import Permission
from thulium_portal.handover import inventory
from thulium_portal.handover.forms import DISCARD, HandOverForm
from thulium_portal.handover.inventory import Inventory
from thulium_portal.replies.decisions import departure
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import State
from thulium_portal.replies.transitions import StateConflict
from thulium_portal.tickets import reminders


@never_cache
@require_GET
@requires(Permission.HAND_OVER)
def index(request: StaffRequest) -> HttpResponse:
    """Who has anything unfinished, those who no longer send first."""
    return render(request, "handover/index.html", {"people": inventory.everybody(request.user)})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.HAND_OVER)
def show(request: StaffRequest, pk: int) -> HttpResponse:
    """All that a person has not finished; POST hands the chosen over, or discards it."""
    someone = get_object_or_404(User.objects.select_related("agent_profile"), pk=pk)
    found = Inventory(someone, request.user)
    form = HandOverForm(request.POST if request.method == "POST" else None, inventory=found)
    if form.is_bound and form.is_valid():
        _carry_out(request, form)
        return redirect("handover:show", pk=pk)
    context = {"someone": someone, "found": found, "form": form}
    return render(request, "handover/show.html", context, status=422 if form.is_bound else 200)


@never_cache
@require_GET
@requires(Permission.HAND_OVER)
def draft(request: StaffRequest, uuid: uuids.UUID) -> HttpResponse:
    """A draft of somebody else, to read before it is handed over; that is recorded."""
    rows = request.user.in_reach(Reply.objects.filter(state=State.DRAFT)).select_related("author")
    found = get_object_or_404(rows, uuid=uuid)
    if found.author_id != request.user.pk:
        departure.record_opening(found, actor=request.user)
    context = {"reply": found, "attachments": found.attachments.all()}
    return render(request, "handover/draft.html", context)


def _carry_out(request: StaffRequest, form: HandOverForm) -> None:
    """Do the chosen act with each of the chosen, and say what came of it."""
    done, late = 0, 0
    for reply in form.replies:
        try:
            _do(form, reply, request.user)
        except StateConflict:
            late += 1
        else:
            done += 1
    for reminder in form.reminders:
        if form.act == DISCARD:
            reminders.end(reminder, actor=request.user)
        else:
            reminders.hand_over(reminder, form.cleaned_data["to"], actor=request.user)
        done += 1
    if done:
        messages.success(request, _said(form, done))
    if late:
        words = ngettext(
            "%(n)s reply has moved on meanwhile and stays as it is.",
            "%(n)s replies have moved on meanwhile and stay as they are.",
            late,
        )
        messages.warning(request, words % {"n": late})


def _do(form: HandOverForm, reply: Reply, actor: User) -> None:
    if form.act == DISCARD:
        departure.discard(reply, form.cleaned_data["why"], actor=actor)
    else:
        departure.take_over(reply, to=form.cleaned_data["to"], actor=actor)


def _said(form: HandOverForm, number: int) -> str:
    if form.act == DISCARD:
        words = ngettext("%(n)s entry was discarded.", "%(n)s entries were discarded.", number)
        return words % {"n": number}
    words = ngettext(
        "%(n)s entry was handed over to %(name)s.",
        "%(n)s entries were handed over to %(name)s.",
        number,
    )
    return words % {"n": number, "name": form.cleaned_data["to"]}
