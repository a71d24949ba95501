"""The evidence package: what would be in it, and the file itself."""

import logging
import tempfile
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from thulium_portal.accounts.http import StaffRequest, requires
from thulium_portal.accounts.roles import Permission
from thulium_portal.audit import time_stamps
from thulium_portal.audit.models import AuditEntry, TimeStamp
from thulium_portal.audit.signing import known_keys
from thulium_portal.evidence.forms import ScopeForm
from thulium_portal.evidence.scope import Scope
from thulium_portal.evidence.services import make_package

logger = logging.getLogger(__name__)

MOST_AT_ONCE = 100_000
"""Entries a page packs while the browser waits; longer spans are for the command line."""


@require_GET
@requires(Permission.REVIEW_AUDIT)
def index(request: StaffRequest) -> HttpResponseBase:
    """Ask what the package is to prove, tell what it would hold, and offer it."""
    _require_whole_record(request)
    form = ScopeForm(request.GET or None)
    valid = form.is_valid()
    found = form.scope.found() if valid else None
    context = {
        "form": form,
        "valid": valid,
        "found": found,
        "too_long": found is not None and found.last - found.first >= MOST_AT_ONCE,
        "download_url": _address(request, "evidence:download"),
        "keys": known_keys(),
        "stamped": TimeStamp.objects.first(),
        "stamps_waiting": time_stamps.waiting(),
        "authorities": time_stamps.trusted_certificates(),
    }
    return render(request, "evidence/index.html", context)


@require_GET
@requires(Permission.REVIEW_AUDIT)
def download(request: StaffRequest) -> HttpResponseBase:
    """Answer with the package; it is made and whole before the first byte leaves."""
    _require_whole_record(request)
    form = ScopeForm(request.GET)
    found = form.scope.found() if form.is_valid() else None
    if found is None or found.last - found.first >= MOST_AT_ONCE:
        return _back(request)
    out = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    try:
        made = make_package(form.scope, found, out, actor=request.user)
    except OSError:
        out.close()
        logger.exception("an evidence package could not be made")
        messages.error(
            request,
            _("The package could not be made: the portal's disk is almost full or does not take "
              "it. Tell the administrator. Nothing was saved."),
        )  # fmt: skip
        return _back(request)
    if made.unstamped:
        messages.warning(
            request,
            _("The package bears no time stamp of its own: the authority did not answer. Download "
              "it again later, or pass it on as it is."),
        )  # fmt: skip
    out.seek(0)
    return FileResponse(out, as_attachment=True, filename=_name(form.scope, made.entry))


def _require_whole_record(request: StaffRequest) -> None:
    """Raise ``PermissionDenied`` for who is narrowed: a package holds replies of all queues."""
    if request.user.narrowed_to is not None:
        raise PermissionDenied


def _back(request: StaffRequest) -> HttpResponseRedirect:
    """Redirect to the page, which shows what is wrong with the address."""
    return redirect(_address(request, "evidence:index"))


def _address(request: StaffRequest, name: str) -> str:
    params = {field: request.GET.get(field, "") for field in ScopeForm.base_fields}
    query = urlencode({field: value for field, value in params.items() if value})
    return f"{reverse(name)}?{query}" if query else reverse(name)


def _name(scope: Scope, entry: AuditEntry) -> str:
    """Return a name that tells what is inside and which entry tells of the package."""
    parts = [f"ticket-{scope.ticket}" if scope.ticket is not None else ""]
    parts += [str(day) for day in (scope.since, scope.until) if day]
    return "-".join(["evidence", *filter(None, parts), str(entry.sequence)]) + ".zip"
