"""Pages of the proposals: the list, one beside the canned response, the decision."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from thulium_portal.accounts.http import StaffRequest, get_own_or_404, requires
from thulium_portal.accounts.roles import Permission
from thulium_portal.canned import permissions, services, version_diff
from thulium_portal.canned.forms import HTML, DecisionForm
from thulium_portal.canned.models import CannedResponseVersion, Proposal
from thulium_portal.canned.placeholders import preview
from thulium_portal.canned.proposals import new_versions
from thulium_portal.canned.proposals import services as proposals
from thulium_portal.canned.views.support import build_on

MOST_SHOWN = 100


@require_GET
@requires(Permission.USE_CANNED)
def index(request: StaffRequest) -> HttpResponse:
    """List the proposals one may see, the undecided ones first."""
    context = {
        "proposals": proposals.visible_to(request.user)[:MOST_SHOWN],
        "decides": request.user.may(Permission.MANAGE_CANNED),
    }
    return render(request, "canned/proposals.html", context)


@require_GET
@requires(Permission.USE_CANNED)
def show(request: StaffRequest, pk: int) -> HttpResponse:
    """Show one proposal beside the canned response as it stands."""
    proposal = _get(request, pk)
    newest = proposal.response.current
    start = {
        "body": proposal.body,
        "body_type": HTML,
        "seen_version": newest.number if newest else 0,
    }
    return _page(request, proposal, DecisionForm(initial=start))


@require_POST
@requires(Permission.MANAGE_CANNED)
def decide(request: StaffRequest, pk: int) -> HttpResponse:
    """Accept the proposal, as it is or as edited here, or decline it."""
    proposal = _get(request, pk)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _page(request, proposal, form, status=422)
    try:
        if request.POST.get("decision") == "accept":
            _accept(form, proposal, request)
            messages.success(request, _("Accepted. The text has a new version."))
            return redirect("canned:show", proposal.response_id)
        proposals.decline(proposal, answer=form.cleaned_data["answer"], actor=request.user)
    except ValidationError as error:
        return _page(request, proposal, _with(form, error), status=422)
    except services.ChangedMeanwhile as conflict:
        messages.warning(request, _("The text was changed meanwhile; compare it once more."))
        build_on(conflict.newest, form)
        return _page(request, _get(request, pk), form, status=HTTPStatus.CONFLICT)
    except proposals.AlreadyDecided:
        messages.info(request, _("Somebody else has decided on it in the meantime."))
        return redirect("canned:proposal", proposal.pk)
    messages.success(request, _("Declined. The author will see your reason."))
    return redirect("canned:proposals")


@require_POST
@requires(Permission.WRITE_CANNED)
def withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a new version back that waits for approval."""
    proposal = _get(request, pk)
    try:
        new_versions.withdraw(proposal, actor=request.user)
    except proposals.AlreadyDecided:
        messages.info(request, _("Somebody else has decided on it in the meantime."))
        return redirect("canned:proposal", proposal.pk)
    messages.success(request, _("Taken back. The text stays as it is."))
    return redirect("canned:show", proposal.response_id)


def _accept(form: DecisionForm, proposal: Proposal, request: StaffRequest) -> None:
    proposals.accept(
        proposal,
        body=form.html(),
        seen_version=form.cleaned_data["seen_version"] or 0,
        actor=request.user,
    )


def _with(form: DecisionForm, error: ValidationError) -> DecisionForm:
    """Put the errors of a service at the fields they are about."""
    errors = error.message_dict if hasattr(error, "error_dict") else {"answer": error.messages}
    for name, sentences in errors.items():
        for sentence in sentences:
            form.add_error(name if name in form.fields else "body", sentence)
    return form


def _get(request: StaffRequest, pk: int) -> Proposal:
    return get_own_or_404(proposals.visible_to(request.user), request.user, owner="author", pk=pk)


def _page(
    request: StaffRequest, proposal: Proposal, form: DecisionForm, *, status: int = 200
) -> HttpResponse:
    now = proposal.response.current or proposal.based_on
    is_whole = proposal.is_new_version
    if is_whole:
        form.fields["answer"].label = _("What should the author change?")
    wanted = CannedResponseVersion(
        title=proposal.title if is_whole else now.title,
        body=proposal.body,
        details=now.details | proposal.details,
    )
    files = proposal.files.all() if is_whole else None
    context: dict[str, Any] = {
        "proposal": proposal,
        "now": now,
        "form": form,
        "current": preview.with_chips(now.body),
        "proposed": preview.with_chips(proposal.body),
        "comparison": version_diff.compare(now, wanted, files=files),
        "choices": preview.choices(),
        "is_mine": proposal.author_id == request.user.pk,
        "goes_on": permissions.may_suggest(request.user, proposal.response),
        "decides": request.user.may(Permission.MANAGE_CANNED)
        and proposal.state == Proposal.State.OPEN,
    }
    return render(request, "canned/proposal.html", context, status=status)
