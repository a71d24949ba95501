"""One message of a ticket, whole: what the conversation cuts."""

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from thulium_portal.accounts.http import StaffRequest, requires
from thulium_portal.accounts.roles import Permission
from thulium_portal.lib.forms import parse_id
from thulium_portal.replies.views.support import LONGEST_TICKET_NUMBER
from thulium_portal.tickets import reading


@never_cache
@require_safe
@requires(Permission.READ_TICKETS)
def show(request: StaffRequest, ticket_id: int, message_id: int) -> HttpResponse:
    """All of a message; a long text comes in parts."""
    if not 0 < ticket_id < LONGEST_TICKET_NUMBER:
        raise Http404
    part = parse_id(request.GET.get("part", "")) or 1
    found = reading.load_message(ticket_id, message_id, request.user, part=part)
    if found is None:
        raise Http404
    problem = found if isinstance(found, reading.TicketProblem) else None
    context = {
        "ticket_id": ticket_id,
        "message": None if problem else found,
        "problem": problem,
        "thulium_link": settings.THULIUM_TICKET_LINK.replace("{id}", str(ticket_id)),
    }
    status = problem.status if problem else 200
    return render(request, "replies/message.html", context, status=status)
