"""Pages on which a canned response is written, changed and put back to an earlier version."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from thulium_portal.accounts.http import StaffRequest, requires
from thulium_portal.accounts.pace.limits import TooFast
from thulium_portal.accounts.roles import Permission
from thulium_portal.canned import (
    attachments,
    library,
    permissions,
    services,
    validation,
    version_diff,
    workflow,
)
from thulium_portal.canned.forms import PLAIN, ResponseForm, start_of, variant_start
from thulium_portal.canned.models import CannedResponse, CannedResponseVersion
from thulium_portal.canned.placeholders.parser import check
from thulium_portal.canned.placeholders.preview import (
    asks_signature,
    choices,
    fallbacks,
    with_chips,
    with_samples,
)
from thulium_portal.canned.proposals import new_versions
from thulium_portal.canned.proposals import services as proposals
from thulium_portal.canned.search import near_duplicates
from thulium_portal.canned.views.support import (
    SENT_FOR_APPROVAL,
    build_on,
    changed_meanwhile,
    get_response_or_404,
    seen_version,
    to_mend,
)
from thulium_portal.lib.forms import parse_id
from thulium_portal.lib.html import losses
from thulium_portal.lib.html.sanitize import clean, clean_reply_html, plain_to_html


@require_http_methods(["GET", "POST"])
@requires(Permission.WRITE_CANNED)
def new(request: StaffRequest) -> HttpResponse:
    form = _form(request)
    if request.method != "POST" or not _is_to_save(request) or not form.is_valid():
        return _form_page(request, form)
    alike = _alike(request, form)
    if alike is not None:
        return _form_page(request, form, status=HTTPStatus.CONFLICT, alike=alike)
    as_draft = request.POST.get("then") == "draft"
    try:
        response = services.create_response(
            form.text(), as_draft=as_draft, variant_of=_twin(request), actor=request.user
        )
    except TooFast as refused:
        form.add_error(None, refused.sentence)
        return _form_page(request, form)
    return _saved(request, response, _created(response))


@require_http_methods(["GET", "POST"])
@requires(Permission.WRITE_CANNED)
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Change a canned response; where someone else was quicker, both versions are shown.

    Who owns a live text and may not publish sends the new version for approval instead.
    """
    response = get_response_or_404(request, pk)
    suggests = permissions.may_suggest(request.user, response)
    if not suggests and not permissions.may_edit(request.user, response):
        raise PermissionDenied
    form = _form(request, response)
    if request.method != "POST" or not _is_to_save(request) or not form.is_valid():
        return _form_page(request, form, response=response)
    alike = _alike(request, form, response)
    if alike is not None:
        return _form_page(request, form, response=response, status=HTTPStatus.CONFLICT, alike=alike)
    write = _suggest if suggests else _revise
    try:
        return write(request, form, response)
    except services.ChangedMeanwhile as conflict:
        return _conflict_page(request, form, response, conflict.newest)
    except TooFast as refused:
        form.add_error(None, refused.sentence)
        return _form_page(request, form, response=response)


@require_POST
@requires(Permission.WRITE_CANNED)
def restore(request: StaffRequest, pk: int, version_number: int) -> HttpResponse:
    """Make an earlier version's text the newest version."""
    response = get_response_or_404(request, pk)
    try:
        services.restore_version(
            response, version_number, seen_version=seen_version(request.POST), actor=request.user
        )
    except CannedResponseVersion.DoesNotExist as error:
        raise Http404 from error
    except services.ChangedMeanwhile as conflict:
        messages.warning(request, changed_meanwhile(conflict))
    except ValidationError as error:
        messages.error(request, to_mend(error))
    else:
        done = _("The text of version %(number)d is back.") % {"number": version_number}
        messages.success(request, done)
    return redirect("canned:show", pk)


def _revise(request: StaffRequest, form: ResponseForm, response: CannedResponse) -> HttpResponse:
    stored = services.revise(response, form.text(), **_of_form(form), actor=request.user)
    return _saved(request, stored, _revised(response, stored))


def _suggest(request: StaffRequest, form: ResponseForm, response: CannedResponse) -> HttpResponse:
    made = new_versions.suggest(response, form.text(), **_of_form(form), actor=request.user)
    if made is None:
        messages.info(request, _("Nothing was changed, so nothing was sent for approval."))
    else:
        messages.success(
            request,
            _("Sent for approval. Until a supervisor decides, the text stays in use as it is."),
        )
    return redirect("canned:show", response.pk)


def _of_form(form: ResponseForm) -> dict[str, Any]:
    """Return what the author says of the new version, and which one they started from."""
    cleaned = form.cleaned_data
    return {"seen_version": cleaned["seen_version"] or 0, "note": cleaned["note"]}


def _form(request: StaffRequest, response: CannedResponse | None = None) -> ResponseForm:
    """Return the form with what was posted; files that came are stored, so that none is lost."""
    if request.method != "POST":
        initial = _start(request, response)
        start = {} if initial is None else {"initial": initial}
        return ResponseForm(None, user=request.user, response=response, **start)
    data = request.POST.copy()
    files, errors = attachments.store(request.FILES.getlist("files"), actor=request.user)
    for file in files:
        data.appendlist("kept_files", str(file.pk))
    form = ResponseForm(data, user=request.user, response=response)
    for error in errors:
        form.is_valid()
        form.add_error("kept_files", error)
    return form


def _start(request: StaffRequest, response: CannedResponse | None) -> dict[str, Any] | None:
    """Return what the form begins with, where it is not the text as it stands.

    A variant begins with its twin's words, a new version with what was sent for approval before.
    """
    if response is None:
        twin = _twin(request)
        return variant_start(twin) if twin else None
    last = new_versions.last_of(response, request.user)
    if last is None or not permissions.may_suggest(request.user, response):
        return None
    started = start_of(response, proposals.text_of(last))
    return started | {"note": last.note, "seen_version": last.based_on.number}


def _twin(request: StaffRequest) -> CannedResponse | None:
    """Return the canned response of which the new one says the same in another language."""
    pk = parse_id(request.POST.get("variant_of") or request.GET.get("variant_of"))
    return permissions.visible_to(request.user).filter(pk=pk).first() if pk is not None else None


def _is_to_save(request: StaffRequest) -> bool:
    """Tell saving from the preview button, which pages without scripts have."""
    return "preview" not in request.POST


def _alike(
    request: StaffRequest, form: ResponseForm, response: CannedResponse | None = None
) -> near_duplicates.Likeness | None:
    """Return a canned response nearly like this one, unless its author saves despite it."""
    looked = near_duplicates.nearest(request.user, form.text(), response)
    if not looked.complete:
        messages.info(
            request, _("Not compared with all other texts: there are too many to look through.")
        )
    found, seen = looked.found, request.POST.get("despite", "")
    return None if found is None or seen == str(found.response.pk) else found


def _saved(request: StaffRequest, response: CannedResponse, done: str) -> HttpResponse:
    """Lead to what was saved, sent for approval on the way where its author wants that."""
    if request.POST.get("then") == "submit" and response.state == CannedResponse.State.DRAFT:
        workflow.submit(response, actor=request.user)
        done = str(SENT_FOR_APPROVAL)
    messages.success(request, done)
    is_plain = request.POST.get("body_type") == PLAIN
    lost = frozenset() if is_plain else clean(request.POST.get("body", "")).lost
    if lost:
        messages.info(request, losses.sentence(lost))
    return redirect("canned:show", response.pk)


def _created(response: CannedResponse) -> str:
    if response.state == CannedResponse.State.DRAFT:
        return _("Saved as a draft.")
    if response.scope == CannedResponse.Scope.PERSONAL:
        return _("Saved. You can use it from now on.")
    if response.scope == CannedResponse.Scope.TEAM:
        return _("Saved. It is offered on tickets of the chosen queues from now on.")
    return _("Saved. Everyone can use it from now on.")


def _revised(before: CannedResponse, stored: CannedResponse) -> str:
    if stored.current is None or stored.current_id == before.current_id:
        return _("Nothing was changed, so there is no new version.")
    return _("Saved as version %(number)d.") % {"number": stored.current.number}


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
        "suggests": response is not None and permissions.may_suggest(request.user, response),
        "choices": choices(),
        **sample(
            request,
            *(str(form[name].value() or "") for name in ("body", "body_type", "language")),
        ),
        **more,
    }
    return render(request, "canned/edit.html", page, status=status)


def _conflict_page(
    request: StaffRequest,
    form: ResponseForm,
    response: CannedResponse,
    newest: CannedResponseVersion,
) -> HttpResponse:
    """Show both versions; saving again from there builds on the newest."""
    build_on(newest, form)
    text = form.text()
    mine = CannedResponseVersion(
        title=text.title, body=text.body, details=validation.details(text, response)
    )
    return _form_page(
        request,
        form,
        response=response,
        status=HTTPStatus.CONFLICT,
        newest=newest,
        theirs=with_chips(newest.body),
        comparison=version_diff.compare(newest, mine),
        next_number=newest.number + 1,
    )


def sample(
    request: StaffRequest,
    body: str = "",
    body_type: str = "",
    language: str = "",
    *,
    signature_in: Callable[[str], str] | None = None,
) -> dict[str, Any]:
    """Return the text being written as a made-up customer would get it, and what is to be mended.

    *signature_in* tells the signature below a text of a language, where that is known here.
    """
    language = request.POST.get("language", language)
    if language not in dict(settings.LANGUAGES):
        language = request.user.language
    body = request.POST.get("body", body)
    body_type = request.POST.get("body_type", body_type)
    html = clean_reply_html(plain_to_html(body) if body_type.upper() == PLAIN else body)
    is_signed = signature_in is not None and asks_signature(html)
    signature = signature_in(language) if signature_in and is_signed else None
    return {
        "sample": with_samples(html, request.user, language, signature),
        "sample_fallbacks": fallbacks(html),
        "sample_faults": check(html),
        "asks_signature": asks_signature(html),
    }
