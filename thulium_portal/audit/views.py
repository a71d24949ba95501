"""The review: the list with its filters, one entry, the export, the check."""

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponseBase, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from thulium_portal.audit import exporting, services
from thulium_portal.audit.exporting import EVENTS, REPLIES, Format, Table
from thulium_portal.audit.forms import FilterForm
from thulium_portal.audit.http import ReviewRequest, reviewers_only
from thulium_portal.audit.models import AuditEntry, AuditHead
from thulium_portal.audit.story import entries_told, standing, story_of
from thulium_portal.lib.paging import Page, key_from, page_by_key

PAGE = 50
MOST_XLSX_LINES = 20_000
MOST_CHECKED_AT_ONCE = 200_000


@require_GET
@reviewers_only
def index(request: ReviewRequest) -> HttpResponseBase:
    """Show what was answered, or all events, as the address filters it."""
    form = FilterForm(request.GET)
    valid = form.is_valid()
    table = _table(request)
    page = _page(request, form, table) if valid else Page([], None, None)
    if valid and form.asked:
        services.note_search(table.name, form.asked, actor=request.user)
    context = {
        "form": form,
        "valid": valid,
        "events": table is EVENTS,
        "page": page,
        "told": entries_told(page.rows) if table is EVENTS else [],
        "newer_url": _address(request, after=page.newer) if page.newer else "",
        "older_url": _address(request, before=page.older) if page.older else "",
        "replies_url": _address(request, view=""),
        "events_url": _address(request, view="events"),
        "exports": _exports(request),
        "standing": standing(),
    }
    return render(request, "audit/index.html", context)


@require_GET
@reviewers_only
def show(request: ReviewRequest, sequence: int) -> HttpResponseBase:
    """Show one entry with its story and its proof; the viewing is recorded."""
    entries = AuditEntry.objects.select_related("actor").prefetch_related("contents")
    entry = get_object_or_404(entries, pk=sequence)
    services.note_viewing(entry, actor=request.user)
    return render(request, "audit/show.html", {"entry": entry, "story": story_of(entry)})


@require_GET
@reviewers_only
def export(request: ReviewRequest) -> HttpResponseBase:
    """Stream what the list shows as a file; it is recorded before the first byte leaves."""
    form, table = FilterForm(request.GET), _table(request)
    if not form.is_valid():
        return redirect(_address(request))
    if request.GET.get("format") not in Format.values:
        messages.error(request, _("Choose CSV, Excel or JSON Lines for the export."))
        return redirect(_address(request))
    kind, rows = Format(request.GET["format"]), _rows(form, table)
    if kind is Format.XLSX and rows[MOST_XLSX_LINES : MOST_XLSX_LINES + 1]:
        messages.error(
            request,
            _("That is too much for one Excel file. Narrow the dates, or export it as CSV."),
        )
        return redirect(_address(request))
    entry = services.note_export(kind, table.name, form.asked, actor=request.user)
    return _stream(kind, table, rows, entry)


@require_POST
@reviewers_only
def check(request: ReviewRequest) -> HttpResponseRedirect:
    """Check the whole record now and say what came of it."""
    head = AuditHead.objects.first()
    if head and head.sequence > MOST_CHECKED_AT_ONCE:
        messages.info(
            request,
            _("The record is too long to be checked from a page; an administrator can run "
              "verify_audit on the server."),
        )  # fmt: skip
        return redirect("audit:index")
    report = services.check_record(actor=request.user)
    if report.broken:
        messages.error(
            request, _("The record does not hold. %(reason)s") % {"reason": report.broken}
        )
    else:
        messages.success(request, _("The whole record was checked and it holds."))
    return redirect("audit:index")


def _table(request: ReviewRequest) -> Table:
    return EVENTS if request.GET.get("view") == "events" else REPLIES


def _rows(form: FilterForm, table: Table) -> QuerySet[Any]:
    return form.events() if table is EVENTS else form.replies()


def _page(request: ReviewRequest, form: FilterForm, table: Table) -> Page:
    return page_by_key(
        _rows(form, table),
        table.key,
        size=PAGE,
        before=key_from(request.GET.get("before")),
        after=key_from(request.GET.get("after")),
    )


def _address(request: ReviewRequest, **changes: object) -> str:
    return _with_filters(request, "audit:index", **changes)


def _with_filters(request: ReviewRequest, name: str, **changes: object) -> str:
    """Return the address of a page with the filters of this one; paging starts anew."""
    kept = {key: request.GET.get(key, "") for key in ("view", *FilterForm.base_fields)}
    query = urlencode({key: value for key, value in (kept | changes).items() if value})
    return f"{reverse(name)}?{query}" if query else reverse(name)


def _exports(request: ReviewRequest) -> list[tuple[str, str]]:
    return [
        (str(kind.label), _with_filters(request, "audit:export", format=kind.value))
        for kind in Format
    ]


def _stream(
    kind: Format, table: Table, rows: QuerySet[Any], entry: AuditEntry
) -> StreamingHttpResponse:
    """Answer with the file; its name tells the day and the entry that ends what it can hold."""
    zone = timezone.get_current_timezone()
    lines = exporting.lines_of(table, rows, last=entry.sequence)
    content: Iterable[bytes]
    if kind is Format.CSV:
        content = exporting.csv(table, lines, zone)
    elif kind is Format.XLSX:
        content = exporting.xlsx_stream(table, lines, zone)
    else:
        content = exporting.jsonl(lines)
    name = f"audit-{table.name}-{timezone.localdate()}-{entry.sequence}.{kind}"
    return StreamingHttpResponse(
        _in_language(translation.get_language(), content),
        content_type=exporting.CONTENT_TYPES[kind],
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Audit-Head": f"{entry.sequence} {entry.hash}",
        },
    )


def _in_language(language: str | None, content: Iterable[bytes]) -> Iterator[bytes]:
    """Keep the reader's language while the file streams, after the middleware has let go of it."""
    with translation.override(language):
        yield from content
