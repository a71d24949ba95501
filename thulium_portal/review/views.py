"""The review: the list with its filters, one entry, the export, the check."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.http import (
    HttpResponseBase,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from thulium_portal.accounts.http import StaffRequest, requires
from thulium_portal.accounts.roles import Permission
from thulium_portal.audit import verification_runs
from thulium_portal.audit.models import AuditEntry, AuditHead, ReviewRow
from thulium_portal.lib.pagination import Page, page_bounds, page_by_key
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import State
from thulium_portal.review import scope, services
from thulium_portal.review.exports import tables
from thulium_portal.review.exports.tables import EVENTS, REPLIES, Format, Table
from thulium_portal.review.forms import FilterForm, SavedViewForm
from thulium_portal.review.presenters import entry_views, fault_sentences, standing, story_of
from thulium_portal.review.querystring import list_with, posted, query_of
from thulium_portal.review.snippets import snippets

PAGE = 50
MOST_XLSX_LINES = 20_000
"""Lines of an Excel file that is made while the person waits; a longer one is a job of its own."""
MOST_CHECKED_AT_ONCE = 200_000


@require_GET
@requires(Permission.REVIEW_AUDIT)
def index(request: StaffRequest) -> HttpResponseBase:
    """Show what was answered, or all events, as the address filters it."""
    form = FilterForm(request.GET, reader=request.user)
    valid = form.is_valid()
    table = _table(request)
    if valid and form.filters:
        services.record_search(table.name, form.filters, actor=request.user)
    page = _page(request, form, table) if valid else Page([], None, None)
    context = {
        "form": form,
        "valid": valid,
        "events": table is EVENTS,
        "page": page,
        "snippets": {} if table is EVENTS else snippets(page.rows, form.filters.get("q") or ""),
        "discarded": () if table is EVENTS else services.discarded_drafts(page.rows),
        "planned": {} if table is EVENTS else _planned(page.rows),
        "faults": fault_sentences(table.faults(page.rows)),
        "entry_views": entry_views(page.rows) if table is EVENTS else [],
        **page.neighbour_urls(partial(_address, request)),
        "replies_url": _address(request, view=""),
        "events_url": _address(request, view="events"),
        "exports": _exports(request),
        "saved_views": _saved_views(request),
        "filters": query_of(request.GET),
        "scope_query": _scope_query(form) if valid else "",
        "standing": standing(),
    }
    return render(request, "review/index.html", context)


def _planned(rows: Iterable[ReviewRow]) -> dict[str, datetime | None]:
    """Return for when the replies of *rows* that wait for their time are planned, by their ids."""
    waiting = [row.subject_id for row in rows if row.state == State.PENDING]
    if not waiting:
        return {}
    found = Reply.objects.filter(uuid__in=waiting, state=State.PENDING, scheduled=True, attempts=0)
    return {str(uuid): at for uuid, at in found.values_list("uuid", "not_before")}


@require_GET
@requires(Permission.REVIEW_AUDIT)
def show(request: StaffRequest, sequence: int) -> HttpResponseBase:
    """Show one entry with its story and its proof; the viewing is recorded."""
    entries = scope.entries(request.user).select_related("actor").prefetch_related("contents")
    entry = get_object_or_404(entries, pk=sequence)
    services.record_viewing(entry, actor=request.user)
    return render(
        request, "review/show.html", {"entry": entry, "story": story_of(entry, request.user)}
    )


@require_GET
@requires(Permission.REVIEW_AUDIT)
def export(request: StaffRequest) -> HttpResponseBase:
    """Stream what the list shows as a file; it is recorded before the first byte leaves."""
    form, table = FilterForm(request.GET, reader=request.user), _table(request)
    if not form.is_valid():
        return redirect(_address(request))
    if request.GET.get("format") not in Format.values:
        messages.error(request, _("Choose CSV, Excel or JSON Lines for the export."))
        return redirect(_address(request))
    kind, rows = Format(request.GET["format"]), _rows(form, table)
    if kind is Format.XLSX and rows[MOST_XLSX_LINES : MOST_XLSX_LINES + 1]:
        return render(
            request,
            "review/export_start.html",
            {"filters": query_of(request.GET), "list_url": _address(request)},
        )
    entry = services.record_export(kind, table.name, form.filters, actor=request.user)
    return _stream(kind, table, rows, entry, still=lambda: _may_go_on(request))


@require_POST
@requires(Permission.CHECK_AUDIT)
def check(request: StaffRequest) -> HttpResponseRedirect:
    """Check the whole record now and say what came of it."""
    head = AuditHead.objects.first()
    if head and head.sequence > MOST_CHECKED_AT_ONCE:
        messages.info(
            request,
            _("The record is too long to be checked from a page; an administrator can run "
              "verify_audit on the server."),
        )  # fmt: skip
        return redirect("review:index")
    report = verification_runs.check_record(actor=request.user)
    if report.broken:
        messages.error(
            request, _("The record is not intact. %(reason)s") % {"reason": report.broken}
        )
    else:
        messages.success(request, _("The whole record was checked and is intact."))
    return redirect("review:index")


@require_POST
@requires(Permission.REVIEW_AUDIT)
def save_view(request: StaffRequest) -> HttpResponseRedirect:
    """Keep the filters of the list by a name."""
    params = posted(request)
    form = SavedViewForm(request.POST)
    query = query_of(params)
    if not form.is_valid():
        messages.error(request, " ".join(map(str, form.errors["name"])))
    elif not FilterForm(params, reader=request.user).is_valid():
        messages.error(request, _("Correct the filters first; then the view can be saved."))
    else:
        _keep(request, form, query)
    return redirect(list_with(query))


def _keep(request: StaffRequest, form: SavedViewForm, query: str) -> None:
    name, is_shared = form.cleaned_data["name"], form.cleaned_data["is_shared"]
    try:
        services.save_view(name, query, is_shared=is_shared, actor=request.user)
    except services.TooManyShared:
        words = _(
            "You share very many views already. Remove one first, or keep this one to yourself."
        )
        messages.error(request, words)
    except ValueError:
        messages.error(request, _("You keep very many views already. Remove one first."))
    else:
        messages.success(request, _("The view “%(name)s” is kept.") % {"name": name})


@require_POST
@requires(Permission.REVIEW_AUDIT)
def forget_view(request: StaffRequest, pk: int) -> HttpResponseRedirect:
    """Remove one of one's own saved views."""
    services.forget_view(pk, actor=request.user)
    return redirect("review:index")


def _table(request: StaffRequest) -> Table:
    return EVENTS if request.GET.get("view") == "events" else REPLIES


def _rows(form: FilterForm, table: Table) -> QuerySet[Any]:
    return form.events() if table is EVENTS else form.replies()


def _page(request: StaffRequest, form: FilterForm, table: Table) -> Page:
    bounds = page_bounds(request.GET)
    if table is REPLIES:
        return form.page(size=PAGE, **bounds)
    return page_by_key(form.events(), table.key, size=PAGE, **bounds)


def _address(request: StaffRequest, **changes: object) -> str:
    return _with_filters(request, "review:index", **changes)


def _with_filters(request: StaffRequest, name: str, **changes: object) -> str:
    """Return the address of a page with the filters of this one; paging starts anew."""
    return list_with(query_of(request.GET, **changes), name)


def _saved_views(request: StaffRequest) -> list[dict[str, Any]]:
    """Return the views offered to the reviewer with their addresses; what is open is marked."""
    now = query_of(request.GET)
    return [
        {
            "view": view,
            "url": list_with(view.query),
            "is_open": view.query == now,
            "is_mine": view.person_id == request.user.pk,
        }
        for view in services.views_of(request.user)
    ]


def _scope_query(form: FilterForm) -> str:
    """Return what an evidence package would be asked for: the ticket and the days of the list."""
    names = ("ticket", "since", "until")
    return urlencode({name: form.filters[name] for name in names if name in form.filters})


def _exports(request: StaffRequest) -> list[tuple[str, str]]:
    return [
        (str(kind.label), _with_filters(request, "review:export", format=kind.value))
        for kind in Format
    ]


def _stream(
    kind: Format,
    table: Table,
    rows: QuerySet[Any],
    entry: AuditEntry,
    *,
    still: Callable[[], bool],
) -> StreamingHttpResponse:
    """Answer with the file; its name tells the day and the entry that ends what it can hold."""
    zone = timezone.get_current_timezone()
    left_out: list[int] = []
    found = tables.lines_of(table, rows, last=entry.sequence, left_out=left_out)
    lines = tables.ExportRows(found, still, left_out)
    content: Iterable[bytes]
    if kind is Format.CSV:
        content = tables.csv(table, lines, zone)
    elif kind is Format.XLSX:
        content = tables.xlsx_stream(table, lines, zone)
    else:
        content = tables.jsonl(lines)
    name = f"audit-{table.name}-{timezone.localdate()}-{entry.sequence}.{kind}"
    return StreamingHttpResponse(
        _in_language(translation.get_language(), content),
        content_type=tables.CONTENT_TYPES[kind],
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Audit-Head": f"{entry.sequence} {entry.hash}",
        },
    )


def _may_go_on(request: StaffRequest) -> bool:
    """Tell whether the person of an export is still signed in, and still may review."""
    person = get_user_model().objects.filter(pk=request.user.pk, is_active=True).first()
    signed_in = request.session.exists(request.session.session_key or "")
    return signed_in and person is not None and person.may(Permission.REVIEW_AUDIT)


def _in_language(language: str | None, content: Iterable[bytes]) -> Iterator[bytes]:
    """Keep the reader's language while the file streams, after the middleware has let go of it."""
    with translation.override(language):
        yield from content
