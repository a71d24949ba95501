"""Pages of the library: the list, one canned response, its files and its star."""

import uuid as uuids
from datetime import timedelta
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from thulium_portal.accounts import http
from thulium_portal.accounts.http import StaffRequest, get_own_or_404, requires
from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import Permission
from thulium_portal.canned import (
    attachments,
    library,
    permissions,
    services,
    usage,
    variants,
    version_diff,
    workflow,
)
from thulium_portal.canned.models import CannedResponse, CannedResponseVersion
from thulium_portal.canned.placeholders import preview
from thulium_portal.canned.proposals import new_versions
from thulium_portal.canned.proposals import services as proposals
from thulium_portal.canned.search import picker
from thulium_portal.canned.views.support import get_response_or_404

NEXT_REVIEW = timedelta(days=182)
"""What is suggested when a canned response was read again: half a year."""


@require_GET
@requires(Permission.USE_CANNED)
def index(request: StaffRequest) -> HttpResponse:
    """The library: filters, the list, and the chosen canned response beside it."""
    filters = library.LibraryFilter.of(request.GET)
    found = library.browse(request.user, filters)
    page = {
        "filters": filters,
        "library": found,
        "rows": [
            (row, preview.excerpt(row.current.body) if row.current else "") for row in found.rows
        ],
        "open_proposals": proposals.to_decide(request.user),
        "may_move": request.user.may(Permission.MANAGE_CANNED),
        **_shown(found.chosen, request),
    }
    return render(request, "canned/index.html", page)


@require_GET
@requires(Permission.USE_CANNED)
def show(request: StaffRequest, pk: int) -> HttpResponse:
    """One canned response with its history; ``?compare=3&with=5`` compares two versions."""
    response = get_response_or_404(request, pk)
    page = _shown(response, request)
    page["comparison"] = _comparison(
        page["versions"], request.GET.get("compare", ""), request.GET.get("with", "")
    )
    return render(request, "canned/show.html", page)


@require_POST
@requires(Permission.USE_CANNED)
def favourite(request: StaffRequest, pk: int) -> HttpResponse:
    """Add or remove the star; answers a script with the star, others with the page."""
    response = get_response_or_404(request, pk)
    is_on = request.POST.get("on") == "1"
    (services.star if is_on else services.unstar)(response, actor=request.user)
    if request.headers.get("HX-Request"):
        context = {"response": response, "is_favourite": is_on}
        return render(request, "canned/_star.html", context)
    return redirect("canned:show", pk)


@require_GET
@requires(Permission.USE_CANNED)
def download(request: StaffRequest, uuid: uuids.UUID) -> HttpResponseBase:
    """Give a file of a canned response to whoever may name the response."""
    file = get_own_or_404(
        attachments.visible_to(request.user), request.user, owner="author", uuid=uuid
    )
    return http.download(file.file.open, file.name)


def _shown(response: CannedResponse | None, request: StaffRequest) -> dict[str, Any]:
    may_write = request.user.may(Permission.WRITE_CANNED)
    if response is None or response.current is None:
        return {"response": None, "versions": [], "may_write": may_write}
    body, files = response.current.body, list(response.current.files.all())
    return {
        "response": response,
        "chips": preview.with_chips(body),
        "files": files,
        "missing": [file for file in files if not file.file.is_whole()],
        "fallbacks": preview.fallbacks(body),
        "versions": library.history(response),
        "usage": usage.usage_of(response),
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
        **_new_version(response, request.user),
    }


def _new_version(response: CannedResponse, user: User) -> dict[str, Any]:
    """Return what *user* may know of a new version: one that waits, or was returned to them."""
    waiting = new_versions.waiting(response)
    if not user.may(Permission.MANAGE_CANNED):
        waiting = waiting.filter(author=user)
    may_suggest = permissions.may_suggest(user, response)
    last = new_versions.last_of(response, user) if may_suggest else None
    return {
        "may_suggest": may_suggest,
        "new_version": waiting.first(),
        "returned_version": last if last and last.state == last.State.DECLINED else None,
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
