"""Pages of a long export: started, watched, downloaded."""

from django.contrib import messages
from django.http import Http404, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HTMX_STOP_POLLING

from thulium_portal.accounts import http
from thulium_portal.accounts.http import StaffRequest, requires
from thulium_portal.accounts.roles import Permission
from thulium_portal.review.exports import jobs
from thulium_portal.review.exports.tables import CONTENT_TYPES, Format
from thulium_portal.review.forms import FilterForm
from thulium_portal.review.models import ExportJob
from thulium_portal.review.querystring import list_with, posted, query_of


@require_POST
@requires(Permission.REVIEW_AUDIT)
def start(request: StaffRequest) -> HttpResponseRedirect:
    """Begin an Excel file of what the list shows, and lead to its progress."""
    params = posted(request)
    query = query_of(params)
    if not FilterForm(params, reader=request.user).is_valid():
        return redirect(list_with(query))
    try:
        job = jobs.start(query, actor=request.user)
    except jobs.NoRoom:
        messages.error(
            request,
            _("The portal’s disk is nearly full, so no file was begun. Tell your administrator."),
        )
    except jobs.Busy:
        messages.error(request, _("Your export before this one is still being made."))
    else:
        return redirect("review:export_job", pk=job.pk)
    return redirect(list_with(query))


def _own(request: StaffRequest, pk: int) -> ExportJob:
    rows = ExportJob.objects.filter(person=request.user)
    return http.get_own_or_404(rows, request.user, owner="person", pk=pk)


@never_cache
@require_GET
@requires(Permission.REVIEW_AUDIT)
def show(request: StaffRequest, pk: int) -> HttpResponseBase:
    """How far one's own export is; asked again and again while it is being made."""
    job = _own(request, pk)
    context = {"job": job, "list_url": list_with(job.query), "state": job.state_now}
    if not request.headers.get("HX-Request"):
        return render(request, "review/export_job.html", context)
    status = 200 if job.is_under_way else HTMX_STOP_POLLING
    return render(request, "review/_export_job.html", context, status=status)


@require_GET
@requires(Permission.REVIEW_AUDIT)
def download(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Give the finished file to the person who asked for it."""
    job = _own(request, pk)
    if job.state != ExportJob.State.READY:
        raise Http404
    name = f"audit-{timezone.localdate(job.created_at)}-{job.sequence}.xlsx"
    return http.download(
        lambda: jobs.path_of(job).open("rb"), name, content_type=CONTENT_TYPES[Format.XLSX]
    )
