"""Asking for what a canned response needs before it goes into a reply."""

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from thulium_portal.accounts.http import StaffRequest, requires
from thulium_portal.accounts.roles import Permission
from thulium_portal.canned.fill_in import FillInForm
from thulium_portal.replies import picking, tickets


@require_POST
@requires(Permission.USE_CANNED)
def fill_in(request: StaffRequest, ticket_id: int) -> HttpResponse:
    """The questions of a canned response; answered well, its text ready to be inserted."""
    snapshot = tickets.read_snapshot(request.POST.get("snapshot", ""), ticket_id=ticket_id)
    chosen = picking.pick(request.user, request.POST.get("insert", ""), snapshot)
    if chosen is None or chosen.response.current is None:
        raise Http404
    form = FillInForm(
        request.POST if "answered" in request.POST else None,
        body=chosen.response.current.body,
        values=tickets.placeholder_values(snapshot, request.user),
        language=chosen.response.language,
    )
    if form.is_valid():
        return JsonResponse({"html": form.rendered().html, "version": chosen.version_id})
    context = {"form": form, "response": chosen.response}
    status = 422 if form.is_bound else 200
    return render(request, "replies/_fill_in.html", context, status=status)
