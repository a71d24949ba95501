"""What happens on a ticket while its page is open: new messages, its status, who else is there."""

from datetime import datetime, timedelta
from typing import Any

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from thulium_portal.accounts.http import StaffRequest, requires
from thulium_portal.accounts.models import AgentProfile, User
from thulium_portal.accounts.roles import Permission
from thulium_portal.lib.forms import parse_id
from thulium_portal.lib.times import clock
from thulium_portal.replies.composer import conversation
from thulium_portal.replies.views.support import (
    LONGEST_TICKET_NUMBER,
    of_colleagues,
)
from thulium_portal.thulium import MessageKind
from thulium_portal.tickets import presence, reading
from thulium_portal.tickets.models import KnownTicket

_JUST_NOW = timedelta(minutes=2)
"""Thulium tells times to the minute."""
_TOLD = (
    *("status_name", "read_at", "last_message_id"),
    *("last_written_id", "last_kind", "last_by", "last_at"),
)


@never_cache
@require_http_methods(["GET", "POST"])
@requires(Permission.READ_TICKETS)
def pulse(request: StaffRequest, ticket_id: int) -> JsonResponse:
    """What the portal knows of a ticket now, without asking Thulium; and that somebody is there.

    A page asks by itself with GET, which is no use of the session. What its person does comes by
    POST: they write (``writing``) or go away (``leaving``). Nobody looks at a ``hidden`` page.
    ``seen`` is the newest message that the page shows.
    """
    if not 0 < ticket_id < LONGEST_TICKET_NUMBER:
        raise Http404
    if request.POST.get("leaving"):
        presence.leave(ticket_id, request.user)
        return JsonResponse({})
    asked = request.POST if request.method == "POST" else request.GET
    if asked.get("hidden"):
        people = presence.on_tickets([ticket_id], besides=request.user).get(ticket_id, [])
    else:
        writing = request.method == "POST" and asked.get("writing") == "1"
        people = presence.meet(ticket_id, request.user, writing=writing)
    known = KnownTicket.objects.only(*_TOLD).filter(pk=ticket_id).first()
    seen = parse_id(asked.get("seen", ""))
    replies = conversation.on_their_way(ticket_id)
    told: dict[str, Any] = {
        "newest_message": known.last_message_id if known else None,
        "status": known.status_name if known else "",
        "people": [
            {"name": one.name, "writing": one.writing, "words": one.words} for one in people
        ],
        "reply_open": bool(replies),
        "replies": of_colleagues(replies, request.user),
        "read_at": known.read_at if known else None,
        "news": _news(known, seen=seen, reader=request.user) if known else "",
    }
    return JsonResponse(told)


def _news(ticket: KnownTicket, *, seen: int | None, reader: User) -> str:
    """Return in words what came after the message *seen*; empty where nothing did."""
    if seen is None or (ticket.last_message_id or 0) <= seen:
        return ""
    if (ticket.last_written_id or 0) <= seen:
        return _("New entry on the ticket")
    if ticket.last_kind == MessageKind.REPLY:
        words = _reply_words(ticket.last_by, reader)
    elif ticket.last_kind == MessageKind.MAIL:
        words = _("New message from the customer")
    else:
        words = _("New message")
    return f"{words} · {_ago(ticket.last_at)}" if ticket.last_at else words


def _reply_words(login: str, reader: User) -> str:
    if login == reader.agent_login.casefold():
        return _("Your reply is on the ticket now")
    known = AgentProfile.objects.filter(login__iexact=login).select_related("user").first()
    return _("New reply: %(name)s") % {"name": str(known.user) if known else login or _("Thulium")}


def _ago(moment: datetime) -> str:
    return _("just now") if timezone.now() - moment < _JUST_NOW else clock(moment)


@never_cache
@require_GET
@requires(Permission.READ_TICKETS)
def shown(request: StaffRequest, ticket_id: int) -> HttpResponse:
    """The conversation as it is now, and the snapshot of it that the open form goes on with.

    Nothing where the ticket cannot be read: the page keeps what it shows.
    """
    if not 0 < ticket_id < LONGEST_TICKET_NUMBER:
        raise Http404
    view = conversation.load(ticket_id, request.user)
    if isinstance(view, reading.TicketProblem):
        return HttpResponse(status=204)
    context = {"ticket": view, "ticket_id": ticket_id, "live": True}
    return render(request, "replies/_shown.html", context)
