"""What the pages of replies share: which ticket an address means, and the way to a draft."""

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET

from thulium_portal.accounts.http import StaffRequest, requires
from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import Permission
from thulium_portal.replies import labels
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import State

LONGEST_TICKET_NUMBER = 10**12
UNDO_UNTIL = "undo_until"
"""In the session: until when (Unix time) a reply of its person can be undone from any page."""


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


def offer_undo(request: HttpRequest, reply: Reply) -> None:
    """Let the pages that follow offer to undo *reply*, unless it is planned for later."""
    if reply.state == State.PENDING and reply.not_before and not reply.scheduled:
        request.session[UNDO_UNTIL] = reply.not_before.timestamp()


def way_back(request: HttpRequest) -> str:
    """Return the page of this portal whose list led here (``?back=``); "" for none, or another."""
    back = request.GET.get("back", "")
    is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return back if is_ours and back.startswith("/") else ""


@require_GET
def session(request: StaffRequest) -> HttpResponse:
    """Tell a page who is signed in; that nobody is any more, the middleware tells it by 401."""
    return HttpResponse(status=204, headers={"X-Person": str(request.user.pk)})


def of_colleagues(replies: Iterable[Reply], reader: User) -> list[dict[str, str]]:
    """Return whose *replies* but the reader's own are on their way, and how far they are."""
    return [
        {"name": str(reply.author), "words": labels.after_name(reply)}
        for reply in replies
        if reply.author_id != reader.pk
    ]
