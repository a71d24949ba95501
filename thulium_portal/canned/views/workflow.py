"""Views of the approval workflow, and of what ends the use of a canned response."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from thulium_portal.accounts.http import StaffRequest, requires
from thulium_portal.accounts.roles import Permission
from thulium_portal.canned import recalls, services, workflow
from thulium_portal.canned.forms import RecallForm, ReviewForm
from thulium_portal.canned.models import CannedResponse, CannedResponseVersion
from thulium_portal.canned.views.support import (
    SENT_FOR_APPROVAL,
    changed_meanwhile,
    get_response_or_404,
    seen_version,
    to_mend,
)
from thulium_portal.canned.workflow import InUse, StateConflict
from thulium_portal.lib.html.sanitize import plain_to_html


def _move(
    verb: Callable[..., CannedResponse],
    permission: Permission,
    done: str | Promise,
    read: Callable[[QueryDict], dict[str, Any]] = lambda _data: {},
) -> Callable[..., HttpResponseBase]:
    """Return the view of a button that makes the move *verb* and then says *done*.

    *read* takes the move's own arguments out of the form; where nothing came of the move, a
    ``note`` among them is given back.
    """

    @require_POST
    @requires(permission)
    def view(request: StaffRequest, pk: int) -> HttpResponse:
        arguments = read(request.POST)
        note = arguments.get("note", "")
        try:
            verb(get_response_or_404(request, pk), actor=request.user, **arguments)
        except ValidationError as error:
            messages.error(request, _with_note(to_mend(error), note))
        except StateConflict:
            late = _("The text was changed in the meantime, so nothing was done. Look at it.")
            messages.warning(request, _with_note(str(late), note))
        else:
            messages.success(request, str(done))
        return redirect("canned:show", pk)

    return view


def _with_note(sentence: str, note: str) -> str:
    if not note.strip():
        return sentence
    return format_html("{} {} <q>{}</q>", sentence, _("You wrote:"), note)


submit = _move(workflow.submit, Permission.WRITE_CANNED, SENT_FOR_APPROVAL)
withdraw = _move(
    workflow.withdraw, Permission.WRITE_CANNED, _("Taken back. It is a draft of yours again.")
)
approve = _move(
    workflow.approve,
    Permission.MANAGE_CANNED,
    _("Approved. It is offered in replies from now on."),
    lambda data: {"seen_version": seen_version(data)},
)
send_back = _move(
    workflow.send_back,
    Permission.MANAGE_CANNED,
    _("Returned. The author sees your note with the draft."),
    lambda data: {"note": data.get("note", "")},
)
publish = _move(
    workflow.publish, Permission.WRITE_CANNED, _("Published. It is offered in replies from now on.")
)
rework = _move(
    workflow.rework,
    Permission.MANAGE_CANNED,
    _("It is a draft again and no longer offered in replies."),
)
archive = _move(
    workflow.archive, Permission.WRITE_CANNED, _("Archived. It is no longer offered in replies.")
)
bring_back = _move(
    workflow.bring_back, Permission.WRITE_CANNED, _("Back in use. It is offered in replies again.")
)


@require_POST
@requires(Permission.WRITE_CANNED)
def delete(request: StaffRequest, pk: int) -> HttpResponse:
    """Delete a draft that was never used."""
    response = get_response_or_404(request, pk)
    try:
        workflow.delete_draft(response, actor=request.user)
    except InUse:
        messages.warning(request, _("It is in use somewhere, so it stays. You can archive it."))
        return redirect("canned:show", pk)
    done = _("The draft “%(title)s” was deleted.") % {"title": response.title}
    messages.success(request, done)
    return redirect("canned:index")


@require_POST
@requires(Permission.WRITE_CANNED)
def reviewed(request: StaffRequest, pk: int) -> HttpResponse:
    """Note that a canned response was read again and is still right."""
    form = ReviewForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(map(str, form.errors["review_by"])))
        return redirect("canned:show", pk)
    try:
        services.mark_reviewed(
            get_response_or_404(request, pk),
            form.cleaned_data["review_by"],
            seen_version=seen_version(request.POST),
            actor=request.user,
        )
    except services.ChangedMeanwhile as conflict:
        messages.warning(request, changed_meanwhile(conflict))
    except ValidationError as error:
        messages.error(request, to_mend(error))
    else:
        messages.success(request, _("Noted: reviewed and still accurate."))
    return redirect("canned:show", pk)


@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE_CANNED)
def recall(request: StaffRequest, pk: int, version_number: int) -> HttpResponse:
    """Ask what is wrong with a version, then take it out of use and list who received it."""
    response = get_response_or_404(request, pk)
    version = get_object_or_404(response.versions, number=version_number)
    form = RecallForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = recalls.recall(
                version,
                reason=form.cleaned_data["reason"],
                correction=plain_to_html(form.cleaned_data["correction"]),
                actor=request.user,
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _recalled(version))
            return redirect(made)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "version": version}
    return render(request, "canned/recall.html", context, status=status)


def _recalled(version: CannedResponseVersion) -> str:
    if version.pk == version.response.current_id:
        return str(_("Recalled. Nobody is offered this text any more."))
    return str(_("Recalled. The newer version stays in use."))
