"""Pages that take canned responses in from a file and give them out as one."""

import tempfile
import uuid as uuids
from http import HTTPStatus
from pathlib import Path

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from thulium_portal.accounts.http import StaffRequest, requires
from thulium_portal.accounts.roles import Permission
from thulium_portal.canned.forms import FileForm
from thulium_portal.canned.transfer import exporter, importer, uploads
from thulium_portal.canned.transfer.exporter import Export, TooLongForExcel
from thulium_portal.canned.transfer.headings import COLUMNS, REQUIRED, SheetToChoose
from thulium_portal.canned.transfer.importer import BrokenOff, LibraryChanged, Wish
from thulium_portal.canned.transfer.plans import Plan
from thulium_portal.canned.transfer.tables import FileRefused

MOST_SHOWN = 300
_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
}


@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE_CANNED)
def upload(request: StaffRequest) -> HttpResponse:
    """Take a file and lead to the plan of its import; the library stays as it is."""
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = uploads.keep(form.cleaned_data["file"], actor=request.user)
        try:
            importer.require_table(file.path, actor=request.user)
        except FileRefused as refused:
            uploads.drop(file)
            form.add_error("file", str(refused))
        except SheetToChoose:
            return redirect("canned:import_plan", file.uuid)
        else:
            return redirect("canned:import_plan", file.uuid)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "columns": COLUMNS, "required": REQUIRED}
    return render(request, "canned/import.html", context, status=status)


@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE_CANNED)
def plan(request: StaffRequest, uuid: uuids.UUID) -> HttpResponse:
    """Show row by row what the file comes to; POST stores exactly that, or nothing."""
    file = uploads.find(uuid, actor=request.user)
    if file is None:
        messages.info(request, _("That file is no longer here. Choose it again."))
        return redirect("canned:import")
    if request.method == "POST" and "drop" in request.POST:
        uploads.drop(file)
        return redirect("canned:index")
    try:
        if request.method == "POST":
            return _store(request, file)
        wish = _wish(request)
        shown = importer.plan_of(file.path, wish=wish, actor=request.user)
    except SheetToChoose as several:
        context = {"file": file, "sheets": several.names}
        return render(request, "canned/import_sheet.html", context)
    except FileRefused as refused:
        uploads.drop(file)
        messages.error(request, str(refused))
        return redirect("canned:import")
    return _plan_page(request, file, shown, wish)


def _store(request: StaffRequest, file: uploads.PendingUpload) -> HttpResponse:
    """Store the plan that the person saw, or show what it is now."""
    wish, shown = _wish(request), request.POST.get("shown", "")
    try:
        done = importer.apply(file.path, shown=shown, name=file.name, wish=wish, actor=request.user)
    except LibraryChanged as changed:
        return _plan_page(
            request, file, changed.plan, wish, status=HTTPStatus.CONFLICT, stored=changed.stored
        )
    except BrokenOff as broken:
        messages.error(request, _broken_off(broken.stored))
        return redirect("canned:import_plan", file.uuid)
    except OSError:
        messages.error(
            request, _("The files could not be stored; nothing was imported. Try again later.")
        )
        return redirect("canned:import_plan", file.uuid)
    uploads.drop(file)
    messages.success(request, _stored(done))
    return redirect("canned:index")


@require_GET
@requires(Permission.MANAGE_CANNED)
def export(request: StaffRequest) -> HttpResponseBase:
    """Give out what the person sees; recorded before the first byte leaves."""
    kind = request.GET.get("format", "csv")
    if kind not in exporter.KINDS:
        raise Http404
    name = f"canned-{timezone.localdate()}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    content = Export(request.user)
    if kind == "csv":
        exporter.record_export(kind, actor=request.user)
        return StreamingHttpResponse(content.csv(), content_type=_TYPES[kind], headers=headers)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        try:
            content.write_zip(path) if kind == "zip" else content.write_xlsx(path)
        except TooLongForExcel as error:
            words = _("“%(title)s” is too long for an Excel cell. Export the texts as CSV.")
            messages.error(request, words % {"title": error})
            return redirect("canned:index")
        exporter.record_export(kind, actor=request.user)
        # The file stays readable while it is open, also once its folder is gone.
        return FileResponse(path.open("rb"), content_type=_TYPES[kind], headers=headers)


def _wish(request: StaffRequest) -> Wish:
    asked = request.POST if request.method == "POST" else request.GET
    return Wish(
        sheet=asked.get("sheet", ""),
        clean=bool(asked.get("clean")),
        leave_out_refused=bool(asked.get("leave_out")),
        meant=bool(asked.get("confirm")),
        files=bool(asked.get("files")),
    )


def _plan_page(
    request: StaffRequest,
    file: uploads.PendingUpload,
    shown: Plan,
    wish: Wish,
    *,
    status: int = 200,
    stored: int = 0,
) -> HttpResponse:
    context = {
        "file": file,
        "plan": shown,
        "wish": wish,
        "rows": shown.worst_first[:MOST_SHOWN],
        "more": max(0, len(shown.rows) - MOST_SHOWN),
        "changed": status == HTTPStatus.CONFLICT,
        "stored": stored,
    }
    return render(request, "canned/import_plan.html", context, status=status)


def _broken_off(stored: int) -> str:
    if not stored:
        return _("The database did not take it, so nothing was stored. Try again.")
    words = ngettext(
        "The database failed on the way. %(count)d canned response was stored before; the rest is "
        "below.",
        "The database failed on the way. %(count)d canned responses were stored before; the rest "
        "is below.",
        stored,
    )
    return words % {"count": stored}


def _stored(done: Plan) -> str:
    return ngettext(
        "%(count)d canned response was stored from the file.",
        "%(count)d canned responses were stored from the file.",
        done.writes,
    ) % {"count": done.writes}
