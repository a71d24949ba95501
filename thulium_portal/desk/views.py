"""The desk: where a day begins, and how a ticket is opened by its number."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from thulium_portal.accounts.http import StaffRequest, requires
from thulium_portal.accounts.roles import Permission
from thulium_portal.lib.forms import parse_id, ticket_number
from thulium_portal.replies import corrections, worklist
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import State
from thulium_portal.replies.views.support import no_ticket_number


@require_GET
@requires(Permission.READ_TICKETS)
def index(request: StaffRequest) -> HttpResponse:
    """Where a day begins: open a ticket, go on with a draft, see what needs attention."""
    mine = Reply.objects.filter(author=request.user).exclude(state=State.CANCELLED)
    context = {
        "drafts": Reply.objects.drafts_of(request.user)[:10],
        "attention": mine.needing_attention()[:10],
        "recalls": corrections.waiting_for(request.user),
        "recent": mine.exclude(state=State.DRAFT).order_by("-submitted_at")[:10],
    }
    return render(request, "desk/index.html", context)


@never_cache
@require_GET
@requires(Permission.READ_TICKETS)
def next_ticket(request: StaffRequest) -> HttpResponse:
    """Lead to the ticket to answer now; to the desk where nobody waits for this person."""
    after = parse_id(request.GET.get("after"))
    number = worklist.next_ticket(request.user, after=after)
    if number is None:
        messages.info(request, _("Nobody is waiting for your reply now."))
        return redirect("desk:index")
    return redirect("replies:compose", ticket_id=number)


@require_GET
@requires(Permission.READ_TICKETS)
def open_ticket(request: StaffRequest) -> HttpResponse:
    """Open the ticket whose number or address was typed or pasted."""
    typed = request.GET.get("q", "")
    number = ticket_number(typed)
    if number is None:
        return no_ticket_number(request, typed)
    return redirect("replies:compose", ticket_id=number)
