"""The command box asks here with every pause in typing; what it is told it shows as it is."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from thulium_portal.accounts.http import StaffRequest
from thulium_portal.command import results
from thulium_portal.lib.forms import parse_id


@never_cache
@require_GET
def search(request: StaffRequest) -> HttpResponse:
    """What ``q`` finds, as the options of a list.

    ``ticket`` is the one that the page shows; with ``insert`` canned responses go into its text.
    """
    found = results.find(
        request.user, request.GET.get("q", ""), ticket_id=parse_id(request.GET.get("ticket"))
    )
    context = {"found": found, "inserts": request.GET.get("insert") == "1"}
    return render(request, "command/_results.html", context)
