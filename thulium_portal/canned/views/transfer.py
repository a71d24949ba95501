"""Pages that take canned responses in from a file and give them out as one."""

import tempfile
import uuid as uuids
from http import HTTPStatus
from pathlib import Path

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from thulium_portal.accounts.http import StaffRequest, requires
from thulium_portal.accounts.roles import Permission
from thulium_portal.canned.forms import FileForm
from thulium_portal.canned.transfer import exporter, importer, uploads
from thulium_portal.canned.transfer.exporter import TooLongForExcel
from thulium_portal.canned.transfer.importer import FileRefused, LibraryChanged, Plan
from thulium_portal.canned.transfer.rows import COLUMNS, REQUIRED

MOST_SHOWN = 300
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE_CANNED)
def upload(request: StaffRequest) -> HttpResponse:
    """Take a file and lead to the plan of its import; the library stays as it is."""
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = uploads.keep(form.cleaned_data["file"], actor=request.user)
        try:
            importer.plan_of(file.path, actor=request.user)
        except FileRefused as refused:
            uploads.drop(file)
            form.add_error("file", str(refused))
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
        messages.info(request, _("That file is no longer here. Bring it again."))
        return redirect("canned:import")
    if request.method == "POST" and "drop" in request.POST:
        uploads.drop(file)
        return redirect("canned:index")
    if request.method != "POST":
        return _plan_page(request, file, importer.plan_of(file.path, actor=request.user))
    shown = request.POST.get("shown", "")
    try:
        done = importer.apply(file.path, shown=shown, name=file.name, actor=request.user)
    except LibraryChanged as changed:
        return _plan_page(request, file, changed.plan, status=HTTPStatus.CONFLICT)
    uploads.drop(file)
    messages.success(request, _stored(done))
    return redirect("canned:index")


@require_GET
@requires(Permission.MANAGE_CANNED)
def export(request: StaffRequest) -> HttpResponseBase:
    """Give out what the person sees; recorded before the first byte leaves."""
    kind = request.GET.get("format", "csv")
    if kind not in {"csv", "xlsx"}:
        raise Http404
    name = f"canned-{timezone.localdate()}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    responses = exporter.responses_for(request.user)
    if kind == "csv":
        exporter.record_export(kind, actor=request.user)
        content = exporter.csv_of(responses)
        return StreamingHttpResponse(content, content_type="text/csv", headers=headers)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        try:
            exporter.write_xlsx_of(responses, path)
        except TooLongForExcel as error:
            words = _("“%(title)s” is too long for an Excel cell. Export the texts as CSV.")
            messages.error(request, words % {"title": error})
            return redirect("canned:index")
        exporter.record_export(kind, actor=request.user)
        return HttpResponse(path.read_bytes(), content_type=XLSX, headers=headers)


def _plan_page(
    request: StaffRequest, file: uploads.PendingUpload, shown: Plan, *, status: int = 200
) -> HttpResponse:
    context = {
        "file": file,
        "plan": shown,
        "rows": shown.worst_first[:MOST_SHOWN],
        "more": max(0, len(shown.rows) - MOST_SHOWN),
        "changed": status == HTTPStatus.CONFLICT,
    }
    return render(request, "canned/import_plan.html", context, status=status)


def _stored(done: Plan) -> str:
    return ngettext(
        "%(count)d canned response was stored from the file.",
        "%(count)d canned responses were stored from the file.",
        done.writes,
    ) % {"count": done.writes}
