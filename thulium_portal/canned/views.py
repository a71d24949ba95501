"""Pages of the canned responses: the library for everyone, the author's desk for managers."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from thulium_portal.accounts.http import StaffRequest, requires
from thulium_portal.accounts.roles import Permission
from thulium_portal.canned import library, placeholders, services, showing
from thulium_portal.canned.forms import PLAIN, ResponseForm
from thulium_portal.canned.models import CannedResponse, CannedResponseVersion
from thulium_portal.lib.html import clean_reply_html, plain_to_html

CONFLICT = 409


@require_GET
@requires(Permission.USE_CANNED)
def index(request: StaffRequest) -> HttpResponse:
    """The library: filters, the list, and the chosen text beside it."""
    wish = library.Wish.of(request.GET)
    found = library.browse(request.user, wish)
    page = {
        "wish": wish,
        "library": found,
        "rows": [
            (row, showing.excerpt(row.current.body) if row.current else "") for row in found.rows
        ],
        **_shown(found.chosen, request),
    }
    return render(request, "canned/index.html", page)


@require_GET
@requires(Permission.USE_CANNED)
def show(request: StaffRequest, pk: int) -> HttpResponse:
    """One canned response with its history; ``?compare=3`` shows what changed since version 3."""
    response = _get(request, pk)
    page = _shown(response, request)
    page["comparison"] = _comparison(page["versions"], request.GET.get("compare", ""))
    return render(request, "canned/show.html", page)


@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE_CANNED)
def new(request: StaffRequest) -> HttpResponse:
    """Write a canned response."""
    form = ResponseForm(request.POST or None)
    if request.method == "POST" and _is_to_save(request) and form.is_valid():
        response = services.create_response(form.text(), actor=request.user)
        messages.success(request, _("Saved. Everyone can use it from now on."))
        return redirect("canned:show", response.pk)
    return _form_page(request, form)


@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE_CANNED)
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Change a canned response; where someone else was quicker, both texts are shown."""
    response = _get(request, pk)
    form = ResponseForm(request.POST or None, response=response)
    if request.method != "POST" or not _is_to_save(request) or not form.is_valid():
        return _form_page(request, form, response=response)
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
    if stored.current_id == response.current_id:
        messages.info(request, _("Nothing was changed, so there is no new version."))
    else:
        number = stored.current.number if stored.current else 0
        messages.success(request, _("Saved as version %(number)d.") % {"number": number})
    return redirect("canned:show", response.pk)


@require_POST
@requires(Permission.MANAGE_CANNED)
def preview(request: StaffRequest) -> HttpResponse:
    """The text being written, with a made-up customer's values in it."""
    return render(request, "canned/_sample.html", _sample(request))


@require_POST
@requires(Permission.MANAGE_CANNED)
def archive(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a canned response out of use."""
    services.archive(_get(request, pk), actor=request.user)
    messages.success(request, _("Archived. It is no longer offered in replies."))
    return redirect("canned:show", pk)


@require_POST
@requires(Permission.MANAGE_CANNED)
def bring_back(request: StaffRequest, pk: int) -> HttpResponse:
    """Put an archived canned response into use again."""
    services.bring_back(_get(request, pk), actor=request.user)
    messages.success(request, _("Back in use. It is offered in replies again."))
    return redirect("canned:show", pk)


@require_POST
@requires(Permission.MANAGE_CANNED)
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
        messages.warning(
            request,
            _(
                "%(name)s saved version %(number)d in the meantime, so nothing was brought back. "
                "Look at it first."
            )
            % {"name": conflict.newest.author, "number": conflict.newest.number},
        )
    else:
        messages.success(request, _("The text of version %(number)d is back.") % {"number": number})
    return redirect("canned:show", pk)


def _get(request: StaffRequest, pk: int) -> CannedResponse:
    visible = services.visible_to(request.user).select_related("current", "owner")
    return get_object_or_404(visible, pk=pk)


def _is_to_save(request: StaffRequest) -> bool:
    """Tell saving from the preview button, which pages without scripts have."""
    return "preview" not in request.POST


def _shown(response: CannedResponse | None, request: StaffRequest) -> dict[str, Any]:
    may_manage = request.user.may(Permission.MANAGE_CANNED)
    if response is None or response.current is None:
        return {"response": None, "versions": [], "may_manage": may_manage}
    body = response.current.body
    return {
        "response": response,
        "chips": showing.with_chips(body),
        "fallbacks": showing.fallbacks(body),
        "versions": library.history(response),
        "may_manage": may_manage,
    }


def _comparison(versions: list[CannedResponseVersion], wanted: str) -> showing.Comparison | None:
    """Compare the version numbered *wanted* with the newest, or the newest with the one before."""
    chosen = next((version for version in versions if str(version.number) == wanted), None)
    if chosen is None or len(versions) < 2:
        return None
    newest = versions[0]
    return showing.compare(versions[1] if chosen == newest else chosen, newest)


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
    data = request.POST.copy()
    data["seen_version"] = str(newest.number)
    form.data = data
    mine = CannedResponseVersion(title=form.text().title, body=form.text().body)
    return _form_page(
        request,
        form,
        response=response,
        status=CONFLICT,
        newest=newest,
        theirs=showing.with_chips(newest.body),
        comparison=showing.compare(newest, mine),
        next_number=newest.number + 1,
    )


def _sample(request: StaffRequest, body: str = "", body_type: str = "") -> dict[str, Any]:
    body = request.POST.get("body", body)
    body_type = request.POST.get("body_type", body_type)
    html = clean_reply_html(plain_to_html(body) if body_type.upper() == PLAIN else body)
    return {
        "sample": showing.with_samples(html, request.user),
        "sample_fallbacks": showing.fallbacks(html),
        "sample_faults": placeholders.check(html),
    }
