"""The desk: where a day begins, and how a ticket is opened by its number."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from thulium_portal.accounts.http import StaffRequest, requires
from thulium_portal.accounts.roles import Permission
from thulium_portal.lib.forms import ticket_number
from thulium_portal.replies import corrections
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import State

LONGEST_TICKET_NUMBER = 10**12


@require_GET
@requires(Permission.READ_TICKETS)
def desk(request: StaffRequest) -> HttpResponse:
    """Where a day begins: open a ticket, go on with a draft, see what needs attention."""
    mine = Reply.objects.filter(author=request.user).exclude(state=State.CANCELLED)
    context = {
        "drafts": Reply.objects.drafts_of(request.user)[:10],
        "attention": mine.needing_attention()[:10],
        "recalls": corrections.waiting_for(request.user),
        "recent": mine.exclude(state=State.DRAFT).order_by("-submitted_at")[:10],
    }
    return render(request, "replies/desk.html", context)


@require_GET
@requires(Permission.READ_TICKETS)
def open_ticket(request: StaffRequest) -> HttpResponse:
    """Open the ticket whose number or address was typed or pasted."""
    typed = request.GET.get("q", "")
    number = ticket_number(typed)
    if number is None:
        return no_ticket_number(request, typed)
    return redirect("replies:compose", ticket_id=number)


@require_GET
@requires(Permission.READ_TICKETS)
def not_a_number(request: StaffRequest, typed: str) -> HttpResponse:
    """Say kindly that a ticket's address needs its number."""
    return no_ticket_number(request, typed)


def no_ticket_number(request: HttpRequest, typed: str) -> HttpResponse:
    """Answer 404 with a page that says what a ticket's address looks like."""
    return render(request, "replies/no_number.html", {"typed": typed[:100]}, status=404)


def to_draft(draft: Reply) -> HttpResponseRedirect:
    """Lead to the page on which this very draft is written on."""
    address = reverse("replies:compose", args=[draft.ticket_id])
    return HttpResponseRedirect(f"{address}?draft={draft.uuid}")


@require_GET
def session(request: StaffRequest) -> HttpResponse:
    """Tell a page whether its person is still signed in (401 comes from the middleware)."""
    return HttpResponse(status=204)
