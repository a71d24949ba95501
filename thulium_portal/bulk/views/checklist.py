"""The check list of a bulk reply, what is done with it, and what became of its replies."""

import uuid as uuids
from collections import Counter
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HTMX_STOP_POLLING

from thulium_portal.accounts.http import StaffRequest, requires
from thulium_portal.accounts.roles import Permission
from thulium_portal.bulk import checklist, labels, services
from thulium_portal.bulk.checklist import Row, Tab, tab_of
from thulium_portal.bulk.labels import Doubt
from thulium_portal.bulk.models import BulkReply
from thulium_portal.bulk.views.support import carry_out, own
from thulium_portal.lib.forms import parse_id
from thulium_portal.replies.states import State as ReplyState

State = BulkReply.State
ROWS_A_SECOND = 40
_MOVING = frozenset({ReplyState.PENDING, ReplyState.CLAIMED, ReplyState.SENDING, ReplyState.SENT})
"""States of a reply that change by themselves within moments."""


@never_cache
@require_GET
@requires(Permission.SEND_REPLIES)
def show(request: StaffRequest, uuid: uuids.UUID) -> HttpResponse:
    """The check list of a bulk reply, and what became of its replies."""
    bulk = own(request, uuid)
    if bulk.state == State.WRITING:
        return redirect("bulk:text", uuid=uuid)
    return render(request, "bulk/show.html", _listed(request, bulk))


@never_cache
@require_GET
@requires(Permission.SEND_REPLIES)
def live(request: StaffRequest, uuid: uuids.UUID) -> HttpResponse:
    """The part of the page that changes by itself."""
    context = _listed(request, own(request, uuid))
    status = 200 if context["poll"] else HTMX_STOP_POLLING
    return render(request, "bulk/_live.html", context, status=status)


def _listed(request: StaffRequest, bulk: BulkReply) -> dict[str, Any]:
    rows = checklist.rows(bulk)
    counts = Counter(map(tab_of, rows))
    show = request.GET.get("show", "")
    going = checklist.going(rows)
    waiting = [row for row in rows if row.reply and row.reply.state in services.CAN_UNDO]
    return {
        "bulk": bulk,
        "rows": [row for row in rows if show not in set(Tab) or tab_of(row) == show],
        "show": show,
        "tabs": [(tab, labels.TABS[tab], counts[tab]) for tab in Tab if counts[tab]],
        "count": len(rows),
        "going": len(going),
        "seen": checklist.digest(going),
        "stale": [row for row in rows if Doubt.NEWER_MESSAGE in row.doubts],
        "unread": [row for row in rows if row.item.problem in {"unreadable", "failed"}],
        "prepared": len(rows) - counts[Tab.WAITING],
        "is_open": bulk.state in {State.PREPARING, State.CHECKING},
        "queued": counts[Tab.QUEUED],
        "can_undo_states": services.CAN_UNDO,
        "can_undo": len(waiting),
        "undo_seconds": settings.UNDO_SECONDS,
        "notice": labels.notice(bulk.problem),
        "can_send": request.user.can_send,
        "poll": _poll(bulk, rows),
    }


def _poll(bulk: BulkReply, rows: Sequence[Row]) -> int:
    """Return after how many seconds the list is looked at again; 0 where nothing moves.

    A long list is drawn less often: it takes its time.
    """
    longer = len(rows) // ROWS_A_SECOND
    if bulk.state in {State.PREPARING, State.SENDING}:
        return 2 + longer
    moving = any(row.reply and row.reply.state in _MOVING for row in rows)
    return 3 + longer if moving else 0


@require_POST
@requires(Permission.SEND_REPLIES)
def open_ticket(request: StaffRequest, uuid: uuids.UUID) -> HttpResponse:
    """Show a ticket to which something new came."""
    bulk = own(request, uuid)
    number = parse_id(request.POST.get("item"))
    item = services.open_ticket(bulk, number, actor=request.user) if number is not None else None
    back = reverse("bulk:show", args=[bulk.uuid])
    if item is None or item.reply is None:
        return redirect(back)
    address = reverse("replies:compose", args=[item.ticket_id])
    return redirect(f"{address}?{urlencode({'draft': item.reply.uuid, 'back': back})}")


@require_POST
@requires(Permission.SEND_REPLIES)
def leave_out(request: StaffRequest, uuid: uuids.UUID) -> HttpResponse:
    """Leave a ticket out of the list, or put it back in."""
    bulk = own(request, uuid)
    item = parse_id(request.POST.get("item", ""))
    out = request.POST.get("out") == "1"
    if item is not None:
        services.leave_out(bulk, item, out=out, actor=request.user)
    show = request.POST.get("show", "")
    shown = f"?show={show}" if show in set(Tab) else ""
    address = reverse("bulk:show", args=[bulk.uuid])
    return redirect(f"{address}{shown}#item-{item or ''}")


@require_POST
@requires(Permission.SEND_REPLIES)
def write_again(request: StaffRequest, uuid: uuids.UUID) -> HttpResponse:
    """Go back to the text."""
    bulk = own(request, uuid)
    return carry_out(request, bulk, lambda: services.write_again(bulk, actor=request.user))


@require_POST
@requires(Permission.SEND_REPLIES)
def read_again(request: StaffRequest, uuid: uuids.UUID) -> HttpResponse:
    """Read those tickets again that changed, or could not be read."""
    bulk = own(request, uuid)
    wanted = [parse_id(number) for number in request.POST.getlist("item")]
    items = [number for number in wanted[: services.MOST_TICKETS] if number is not None]
    return carry_out(request, bulk, lambda: services.read_again(bulk, items, actor=request.user))


@require_POST
@requires(Permission.SEND_REPLIES)
def go_on(request: StaffRequest, uuid: uuids.UUID) -> HttpResponse:
    """Go on without the tickets that could not be read yet."""
    bulk = own(request, uuid)
    return carry_out(request, bulk, lambda: services.go_on_without(bulk, actor=request.user))


@require_POST
@requires(Permission.SEND_REPLIES)
def send(request: StaffRequest, uuid: uuids.UUID) -> HttpResponse:
    """Send what the person saw on the list; a second press finds it on its way."""
    bulk = own(request, uuid)
    if bulk.state in {State.SENDING, State.DONE}:
        return redirect("bulk:show", uuid=uuid)
    seen = request.POST.get("seen", "")
    try:
        return carry_out(request, bulk, lambda: services.start(bulk, seen=seen, actor=request.user))
    except services.Changed:
        messages.warning(
            request,
            _("The list changed since you saw it, so nothing was sent. Look at it once more."),
        )
    return redirect("bulk:show", uuid=uuid)


@require_POST
@requires(Permission.SEND_REPLIES)
def undo(request: StaffRequest, uuid: uuids.UUID) -> HttpResponse:
    """Take back the reply to one ticket; without one stop, and take back what has not left."""
    bulk = own(request, uuid)
    item = parse_id(request.POST.get("item"))
    if item is not None:
        undone = int(services.undo_one(bulk, item, actor=request.user))
    else:
        undone = services.stop_and_undo(bulk, actor=request.user)
    if not undone and bulk.state == State.DONE:
        messages.warning(request, _("Too late for that: it has moved on. This is how it stands."))
    elif undone:
        sentence = ngettext(
            "%(count)d reply was undone; it is on the list again.",
            "%(count)d replies were undone; they are on the list again.",
            undone,
        )
        messages.success(request, sentence % {"count": undone})
    return redirect("bulk:show", uuid=uuid)


@require_POST
@requires(Permission.SEND_REPLIES)
def discard(request: StaffRequest, uuid: uuids.UUID) -> HttpResponse:
    """Give the bulk reply up."""
    bulk = own(request, uuid)
    carry_out(request, bulk, lambda: services.discard(bulk, actor=request.user))
    return redirect("bulk:index")
