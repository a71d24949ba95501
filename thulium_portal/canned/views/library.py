"""Pages of the canned responses: the library and the author's desk."""

import uuid as uuids
from datetime import timedelta
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from thulium_portal import storage
from thulium_portal.accounts import http
from thulium_portal.accounts.http import StaffRequest, requires
from thulium_portal.accounts.roles import Permission
from thulium_portal.canned import (
    attachments,
    library,
    permissions,
    services,
    usage,
    validation,
    variants,
    version_diff,
    workflow,
)
from thulium_portal.canned.forms import PLAIN, ResponseForm, variant_start
from thulium_portal.canned.models import CannedResponse, CannedResponseVersion
from thulium_portal.canned.placeholders import parser
from thulium_portal.canned.placeholders import preview as showing
from thulium_portal.canned.proposals import services as proposing
from thulium_portal.canned.search import near_duplicates, picker
from thulium_portal.canned.views import workflow as workflow_views
from thulium_portal.lib.html.sanitize import clean_reply_html, plain_to_html

CONFLICT = 409
NEXT_REVIEW = timedelta(days=182)
"""What is suggested when a text was read again: half a year."""


@require_GET
@requires(Permission.USE_CANNED)
def index(request: StaffRequest) -> HttpResponse:
    """The library: filters, the list, and the chosen text beside it."""
    wish = library.LibraryFilter.of(request.GET)
    found = library.browse(request.user, wish)
    page = {
        "wish": wish,
        "library": found,
        "rows": [
            (row, showing.excerpt(row.current.body) if row.current else "") for row in found.rows
        ],
        "open_proposals": proposing.to_decide(request.user),
        "may_move": request.user.may(Permission.MANAGE_CANNED),
        **_shown(found.chosen, request),
    }
    return render(request, "canned/index.html", page)


@require_GET
@requires(Permission.USE_CANNED)
def show(request: StaffRequest, pk: int) -> HttpResponse:
    """One canned response with its history; ``?compare=3&with=5`` compares two versions."""
    response = _get(request, pk)
    page = _shown(response, request)
    page["comparison"] = _comparison(
        page["versions"], request.GET.get("compare", ""), request.GET.get("with", "")
    )
    return render(request, "canned/show.html", page)


@require_http_methods(["GET", "POST"])
@requires(Permission.WRITE_CANNED)
def new(request: StaffRequest) -> HttpResponse:
    """Write a canned response."""
    form = _form(request)
    if request.method != "POST" or not _is_to_save(request) or not form.is_valid():
        return _form_page(request, form)
    alike = _alike(request, form)
    if alike is not None:
        return _form_page(request, form, status=CONFLICT, alike=alike)
    as_draft = request.POST.get("then") == "draft"
    response = services.create_response(
        form.text(), as_draft=as_draft, variant_of=_twin(request), actor=request.user
    )
    return _saved(request, response, _told_of_new(response))


@require_http_methods(["GET", "POST"])
@requires(Permission.WRITE_CANNED)
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Change a canned response; where someone else was quicker, both texts are shown."""
    response = _get(request, pk)
    if not permissions.may_edit(request.user, response):
        raise PermissionDenied
    form = _form(request, response)
    if request.method != "POST" or not _is_to_save(request) or not form.is_valid():
        return _form_page(request, form, response=response)
    alike = _alike(request, form, response)
    if alike is not None:
        return _form_page(request, form, response=response, status=CONFLICT, alike=alike)
    try:
        stored = services.revise(
            response,
            form.text(),
            seen_version=form.cleaned_data["seen_version"] or 0,
            note=form.cleaned_data["note"],
            actor=request.user,
        )
    except services.ChangedMeanwhile as conflict:
        return _conflict_page(request, form, response, conflict.newest)
    return _saved(request, stored, _told_of_change(response, stored))


@require_POST
@requires(Permission.WRITE_CANNED)
def preview(request: StaffRequest) -> HttpResponse:
    """The text being written, with a made-up customer's values in it."""
    return render(request, "canned/_sample.html", _sample(request))


@require_POST
@requires(Permission.WRITE_CANNED)
def restore(request: StaffRequest, pk: int, number: int) -> HttpResponse:
    """Make an earlier version's text the newest version."""
    response = _get(request, pk)
    seen = request.POST.get("seen_version", "")
    try:
        services.restore_version(
            response,
            number,
            seen_version=int(seen) if seen.isascii() and seen.isdigit() else 0,
            actor=request.user,
        )
    except CannedResponseVersion.DoesNotExist as error:
        raise Http404 from error
    except services.ChangedMeanwhile as conflict:
        messages.warning(request, workflow_views.changed_meanwhile(conflict))
    except ValidationError as error:
        messages.error(request, workflow_views.to_mend(error))
    else:
        messages.success(request, _("The text of version %(number)d is back.") % {"number": number})
    return redirect("canned:show", pk)


@require_POST
@requires(Permission.USE_CANNED)
def favourite(request: StaffRequest, pk: int) -> HttpResponse:
    """Star a text or let it go; the star itself is the answer, the page it came from without it."""
    response = _get(request, pk)
    is_on = request.POST.get("on") == "1"
    (services.star if is_on else services.unstar)(response, actor=request.user)
    if request.headers.get("HX-Request"):
        context = {"response": response, "is_favourite": is_on}
        return render(request, "canned/_star.html", context)
    return redirect("canned:show", pk)


@require_GET
@requires(Permission.USE_CANNED)
def download(request: StaffRequest, uuid: uuids.UUID) -> HttpResponseBase:
    """Give a file of a text back, always as a download, to whoever may name the text."""
    file = get_object_or_404(attachments.visible_to(request.user), uuid=uuid)
    return http.download(lambda: (storage.directory() / file.path).open("rb"), file.name)


def _get(request: StaffRequest, pk: int) -> CannedResponse:
    visible = permissions.visible_to(request.user).select_related(
        "current__recall", "owner", "decided_by"
    )
    return get_object_or_404(visible, pk=pk)


def _form(request: StaffRequest, response: CannedResponse | None = None) -> ResponseForm:
    """Return the form with what was posted; files that came are stored, so that none is lost."""
    if request.method != "POST":
        twin = _twin(request) if response is None else None
        start = {"initial": variant_start(twin)} if twin else {}
        return ResponseForm(None, user=request.user, response=response, **start)
    data = request.POST.copy()
    brought, complaints = attachments.bring(request.FILES.getlist("files"), actor=request.user)
    for file in brought:
        data.appendlist("kept_files", str(file.pk))
    form = ResponseForm(data, user=request.user, response=response)
    for complaint in complaints:
        form.is_valid()
        form.add_error("kept_files", complaint)
    return form


def _twin(request: StaffRequest) -> CannedResponse | None:
    """Return the text of which the new one says the same in another language."""
    number = request.POST.get("variant_of") or request.GET.get("variant_of", "")
    if not (number.isascii() and number.isdigit() and len(number) < 16):
        return None
    return permissions.visible_to(request.user).filter(pk=int(number)).first()


def _is_to_save(request: StaffRequest) -> bool:
    """Tell saving from the preview button, which pages without scripts have."""
    return "preview" not in request.POST


def _alike(
    request: StaffRequest, form: ResponseForm, response: CannedResponse | None = None
) -> near_duplicates.Likeness | None:
    """Return the text nearly like this one, unless its author has seen it and saves anyway."""
    found = near_duplicates.nearest(request.user, form.text(), response)
    seen = request.POST.get("despite", "")
    return None if found is None or seen == str(found.response.pk) else found


def _saved(request: StaffRequest, response: CannedResponse, told: str) -> HttpResponse:
    """Lead to the saved text, sent for approval on the way where its author wants that."""
    if request.POST.get("then") == "submit" and response.state == CannedResponse.State.DRAFT:
        workflow.submit(response, actor=request.user)
        told = workflow_views.sent_for_approval()
    messages.success(request, told)
    return redirect("canned:show", response.pk)


def _told_of_new(response: CannedResponse) -> str:
    if response.state == CannedResponse.State.DRAFT:
        return _("Saved as a draft.")
    if response.scope == CannedResponse.Scope.PERSONAL:
        return _("Saved. You can use it from now on.")
    if response.scope == CannedResponse.Scope.TEAM:
        return _("Saved. It is offered on tickets of the chosen queues from now on.")
    return _("Saved. Everyone can use it from now on.")


def _told_of_change(before: CannedResponse, stored: CannedResponse) -> str:
    if stored.current is None or stored.current_id == before.current_id:
        return _("Nothing was changed, so there is no new version.")
    return _("Saved as version %(number)d.") % {"number": stored.current.number}


def _shown(response: CannedResponse | None, request: StaffRequest) -> dict[str, Any]:
    may_write = request.user.may(Permission.WRITE_CANNED)
    if response is None or response.current is None:
        return {"response": None, "versions": [], "may_write": may_write}
    body, files = response.current.body, list(response.current.files.all())
    return {
        "response": response,
        "chips": showing.with_chips(body),
        "files": files,
        "missing": [file for file in files if not attachments.is_there(file)],
        "fallbacks": showing.fallbacks(body),
        "versions": library.history(response),
        "usage": usage.of(response),
        "queues": list(response.queues.all()),
        "family": variants.family_of(response, user=request.user),
        "may_write": may_write,
        "may_move": request.user.may(Permission.MANAGE_CANNED),
        "is_favourite": response.pk in picker.favourites_of(request.user),
        "may_edit": permissions.may_edit(request.user, response),
        "may_review": permissions.may_review(request.user, response),
        "may_delete": workflow.may_delete(request.user, response),
        "next_review": timezone.localdate() + NEXT_REVIEW,
        "is_due": workflow.is_due(response, timezone.localdate()),
        "moves": permissions.moves_for(request.user, response),
    }


def _comparison(
    versions: list[CannedResponseVersion], wanted: str, other: str
) -> version_diff.Comparison | None:
    """Compare the versions numbered *wanted* and *other*, the earlier one first.

    Without *other* it is the newest, or for the newest itself the one before.
    """
    by_number = {str(version.number): version for version in versions}
    chosen = by_number.get(wanted)
    if chosen is None or len(versions) < 2:
        return None
    second = by_number.get(other) or versions[chosen == versions[0]]
    earlier, later = sorted((chosen, second), key=lambda version: version.number)
    return version_diff.compare(earlier, later)


def _form_page(
    request: StaffRequest,
    form: ResponseForm,
    *,
    response: CannedResponse | None = None,
    status: int = 200,
    **more: object,
) -> HttpResponse:
    if form.is_bound and form.errors and _is_to_save(request):
        status = 422
    page = {
        "form": form,
        "response": response,
        "categories": library.categories(request.user),
        "twin": _twin(request) if response is None else None,
        "proposes": not request.user.may(Permission.MANAGE_CANNED),
        "choices": showing.choices(),
        **_sample(request, str(form["body"].value() or ""), str(form["body_type"].value() or "")),
        **more,
    }
    return render(request, "canned/edit.html", page, status=status)


def _conflict_page(
    request: StaffRequest,
    form: ResponseForm,
    response: CannedResponse,
    newest: CannedResponseVersion,
) -> HttpResponse:
    """Show both texts; saving again from there builds on the newest version."""
    data = cast("QueryDict", form.data).copy()
    data["seen_version"] = str(newest.number)
    form.data = data
    text = form.text()
    mine = CannedResponseVersion(
        title=text.title, body=text.body, details=validation.details(text, response)
    )
    return _form_page(
        request,
        form,
        response=response,
        status=CONFLICT,
        newest=newest,
        theirs=showing.with_chips(newest.body),
        comparison=version_diff.compare(newest, mine),
        next_number=newest.number + 1,
    )


def _sample(request: StaffRequest, body: str = "", body_type: str = "") -> dict[str, Any]:
    body = request.POST.get("body", body)
    body_type = request.POST.get("body_type", body_type)
    html = clean_reply_html(plain_to_html(body) if body_type.upper() == PLAIN else body)
    return {
        "sample": showing.with_samples(html, request.user),
        "sample_fallbacks": showing.fallbacks(html),
        "sample_faults": parser.check(html),
    }
