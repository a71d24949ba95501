"""Following a reply: its live state, and what can be done with it."""

import uuid as uuids
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HTMX_STOP_POLLING, HttpResponseClientRefresh

from thulium_portal.accounts.http import StaffRequest, download, get_own_or_404, requires
from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import Permission
from thulium_portal.audit.actions import Action
from thulium_portal.audit.models import AuditEntry
from thulium_portal.canned.proposals import services as proposals
from thulium_portal.lib.forms import parse_id
from thulium_portal.replies import canned_usage, changes, labels, planned_times, services
from thulium_portal.replies.audit_facts import plain, rule_sentences
from thulium_portal.replies.composer import comparison, conversation, reminders
from thulium_portal.replies.composer.forms import RescheduleForm
from thulium_portal.replies.decisions import approval, stopped
from thulium_portal.replies.delivery import outbox, ticket_status
from thulium_portal.replies.models import Attachment, Reply
from thulium_portal.replies.permissions import author_sends
from thulium_portal.replies.readiness import rules, words
from thulium_portal.replies.states import LOGIN_CHANGED, STOPPED, UNSETTLED, WAS_SENT, State
from thulium_portal.replies.transitions import StateConflict
from thulium_portal.replies.views.support import offer_undo, to_draft
from thulium_portal.tickets import reading
from thulium_portal.tickets.changes import Kind

MOST_NEW_SHOWN = 5
_TRY_AGAIN = frozenset({"retries_used_up", "crashed", LOGIN_CHANGED})
"""Reasons to stop a reply that have nothing to do with what it says, or to whom."""
SETTLED = frozenset(State) - {*UNSETTLED, State.SENT}


def _visible(request: StaffRequest, uuid: uuids.UUID) -> Reply:
    people = ("author__agent_profile", "erased_by", "approved_by", "sent_back_by")
    visible = Reply.objects.visible_to(request.user).select_related(*people, "canned_response")
    return get_own_or_404(visible, request.user, owner="author", uuid=uuid)


@never_cache
@require_GET
@requires(Permission.READ_REPLIES)
def show(request: StaffRequest, uuid: uuids.UUID) -> HttpResponse:
    """One reply with its live state."""
    reply = _visible(request, uuid)
    if reply.state == State.DRAFT:
        return to_draft(reply)
    context = _following(request, reply) | reminders.reply_context(request.user, reply)
    ticket = _ticket_now(reply, request.user)
    return render(request, "replies/show.html", context | ticket)


def _ticket_now(reply: Reply, reader: User) -> dict[str, Any]:
    """Read the ticket of a reply that stopped because of it, for what is the newest on it."""
    told = changes.named(reply) if reply.state == State.BLOCKED else []
    if not told or reply.reason == Kind.MERGED or not reader.may(Permission.READ_TICKETS):
        return {}
    view = conversation.load(reply.ticket_id, reader)
    if isinstance(view, reading.TicketProblem):
        return {"problem": view, "ticket_id": reply.ticket_id}
    fresh = {change.new for change in told if change.is_message}
    newest = [message for message in view.messages if str(message.id) in fresh]
    shown = tuple(newest or view.messages)[-MOST_NEW_SHOWN if newest else -1 :]
    return {"ticket": replace(view, messages=shown), "ticket_id": reply.ticket_id}


@never_cache
@require_GET
@requires(Permission.READ_REPLIES)
def status(request: StaffRequest, uuid: uuids.UUID) -> HttpResponse:
    """The part of a reply's page that changes while it is on its way."""
    reply = _visible(request, uuid)
    if changes.named(reply) and request.headers.get("X-Shown-State", reply.state) != reply.state:
        return HttpResponseClientRefresh()  # for the ticket as it is now, which is read but once
    context = _following(request, reply) | {"is_fragment": True}
    code = HTMX_STOP_POLLING if context["settled"] else 200
    return render(request, "replies/_status.html", context, status=code)


def _following(request: StaffRequest, reply: Reply) -> dict[str, Any]:
    now = timezone.now()
    mine = reply.author_id == request.user.pk
    decides = mine or request.user.may(Permission.DECIDE_REPLIES)
    may_leave = decides and author_sends(reply)
    state = State(reply.state)
    left = (reply.not_before - now).total_seconds() if reply.not_before else 0
    waiting = state is State.PENDING and decides
    waits_for = outbox.waits_for(reply)
    return {
        "reply": reply,
        **_proposing(reply, request.user),
        **_approval(reply, request.user),
        "status_words": ticket_status.words(reply),
        "can_set_status": ticket_status.may_try_again(reply) and decides,
        "status": labels.status(reply),
        "timeline": timeline(reply, request.user),
        "is_anothers": not mine,
        "attachments": reply.attachments.all(),
        "let_pass": words.told(reply.confirmed, rule_sentences(reply))
        if reply.submitted_at
        else (),
        "settled": state in SETTLED and not ticket_status.is_awaited(reply),
        "now": now,
        "seconds_left": max(0, round(left)),
        "can_undo": (waiting or (state is State.CLAIMED and not reply.cancel_requested))
        and decides,
        "can_withdraw": state is State.UNAPPROVED and mine,
        "can_send_now": waiting and left > 0,
        "later": planned_times.context(now, request.user.zone),
        "can_reschedule": waiting and (reply.scheduled or left > 0),
        "can_send_anyway": state is State.BLOCKED
        and may_leave
        and bool(reply.author.agent_login)
        and _may_leave_as_it_is(reply),
        "stop": labels.stop(reply) if state is State.BLOCKED else None,
        "edit_first": state is State.REJECTED
        or (state is State.BLOCKED and reply.reason not in _TRY_AGAIN),
        "can_discard": state is State.BLOCKED and decides,
        "can_take_back": may_leave and _can_take_back(reply, request.user),
        "can_check_now": state in {State.UNKNOWN, State.NOT_FOUND} and decides,
        "can_send_again": state is State.NOT_FOUND and may_leave and bool(request.user.agent_login),
        "can_release": state is State.HELD
        and may_leave
        and request.user.may(Permission.MANAGE_SENDING),
        "can_let_pass": waiting and waits_for is not None and waits_for.state in STOPPED,
        "waits_for": waits_for,
        "reads": reply.ticket_reads.order_by("-id")[:10],
        "resent_as": Reply.objects.filter(resend_of=reply).first(),
    }


def _approval(reply: Reply, person: User) -> dict[str, Any]:
    """Return what the page of a reply that waits or waited for approval says of it."""
    if not reply.approval_reasons:
        return {}
    waits = reply.state == State.UNAPPROVED
    return {
        "approval_reasons": approval.reasons(reply),
        "approvers": _approvers(reply) if waits else "",
        "waits_for_approval": waits,
        "may_approve": waits and approval.may_decide(reply, person),
        "author_is_gone": waits and not reply.author.is_active,
        "approver_changed": _what_approver_changed(reply),
    }


def _approvers(reply: Reply) -> str:
    return approval.names_of(approval.approvers(besides=reply.author, queue_id=reply.queue_id))


def _what_approver_changed(reply: Reply) -> SafeString | None:
    if not reply.written_body:
        return None
    texts = (plain(body, reply.body_type) for body in (reply.written_body, reply.body))
    return comparison.marked(*texts)


def _may_leave_as_it_is(reply: Reply) -> bool:
    """Tell whether sending a stopped reply as it is could lead anywhere."""
    if reply.reason == Kind.MERGED:
        return False
    return reply.reason not in {"file_missing", "not_ready"} or not rules.complaints_of(reply)


def _proposing(reply: Reply, person: User) -> dict[str, bool]:
    """Tell whether *person* can propose what they changed, or it could not be compared."""
    edit = canned_usage.edit_of(reply, person) if reply.state in WAS_SENT else None
    if edit is None or not proposals.is_open_to(edit, person):
        return {"can_propose": False, "not_compared": False}
    return {
        "can_propose": proposals.may_propose(edit, person),
        "not_compared": edit.suggestion is None,
    }


def _can_take_back(reply: Reply, user: User) -> bool:
    if reply.state == State.REJECTED:
        return reply.dismissed_at is None and reply.erased_at is None
    if reply.state == State.HELD:
        return user.may(Permission.MANAGE_SENDING)
    return reply.state in STOPPED


def timeline(reply: Reply, reader: User) -> list[tuple[datetime, str]]:
    """Return the story of a reply, oldest first, in people's words."""
    story: list[tuple[datetime | None, str]] = [(reply.submitted_at, _pressed(reply, reader))]
    if reply.approved_by is not None:
        story.append((reply.approved_at, _("%(name)s approved it") % {"name": reply.approved_by}))
    for attempt in reply.delivery_attempts.all():
        if attempt.wire_at:
            story.append((attempt.wire_at, _("Sending began")))
        if attempt.ended_at:
            words = labels.verdict(attempt)
            story.append((attempt.ended_at, words))
    if reply.state == State.CONFIRMED:
        found = _("Found on the ticket as message %(number)s")
        story.append((reply.settled_at, found % {"number": reply.matched_message_id}))
    elif reply.state in {State.CANCELLED, State.SUPERSEDED}:
        words = str(State(reply.state).label)
        if reply.sent_back_by is not None:
            words = _("%(name)s sent it back") % {"name": reply.sent_back_by}
        story.append((reply.settled_at, words))
    return [(at, words) for at, words in story if at is not None]


def _pressed(reply: Reply, reader: User) -> str:
    """Return who pressed Send: of what was sent again that may be somebody else than its author."""
    pressed: User | None = reply.author
    if reply.resend_of_id is not None:
        rows = AuditEntry.objects.filter(subject_kind="reply", subject_id=str(reply.uuid))
        entry = rows.filter(action=Action.REPLY_SUBMITTED).select_related("actor").last()
        pressed = entry.actor if entry else None
    if pressed == reader:
        return _("You pressed Send")
    return _("%(name)s pressed Send") % {"name": pressed or "–"}


def _act(
    request: StaffRequest, uuid: uuids.UUID, act: Callable[[Reply], Reply | None]
) -> HttpResponseRedirect:
    """Carry out one wish and show where it led; a wish that came too late is said so, not hidden.

    A draft that comes of it is opened for writing.
    """
    reply = _visible(request, uuid)
    try:
        result = act(reply)
    except StateConflict:
        messages.warning(
            request, _("Too late for that: the reply has moved on. This is its state now.")
        )
        return redirect("replies:show", uuid=uuid)
    if result is not None and result.state == State.DRAFT:
        messages.success(request, _("Your text is back, exactly as you left it."))
        return redirect("replies:compose", ticket_id=result.ticket_id)
    offer_undo(request, result or reply)
    return redirect("replies:show", uuid=(result or reply).uuid)


def _action(
    act: Callable[..., Reply | None], permission: Permission = Permission.SEND_REPLIES
) -> Callable[..., HttpResponseBase]:
    """Return the view of a button: POST carries out *act* on the reply for whom it is visible."""

    @require_POST
    @requires(permission)
    def view(request: StaffRequest, uuid: uuids.UUID) -> HttpResponse:
        return _act(request, uuid, lambda reply: act(reply, actor=request.user))

    return view


undo = _action(services.undo)
send_now = _action(services.send_now)
discard = _action(stopped.discard)
take_back = _action(services.take_back)
check_now = _action(services.check_now)
let_pass = _action(services.let_pass)
set_status = _action(services.set_status)
release = _action(stopped.release, Permission.MANAGE_SENDING)


@require_POST
@requires(Permission.SEND_REPLIES)
def send_anyway(request: StaffRequest, uuid: uuids.UUID) -> HttpResponse:
    """Send a stopped reply in spite of what its page named, and of nothing that came up since."""
    seen = parse_id(request.POST.get("stop", ""))

    def act(reply: Reply) -> None:
        # The page tells which stop it shows; a stale one passes nothing that came up since.
        stop = (seen or 0) if changes.named(reply) else seen
        stopped.send_anyway(reply, actor=request.user, stop=stop)

    return _act(request, uuid, act)


@require_POST
@requires(Permission.SEND_REPLIES)
def reschedule(request: StaffRequest, uuid: uuids.UUID) -> HttpResponse:
    """Change when a planned reply leaves."""
    form = RescheduleForm(request.POST, user=request.user)
    if not form.is_valid():
        reply = _visible(request, uuid)
        context = _following(request, reply) | reminders.reply_context(request.user, reply)
        context["reschedule_form"] = form
        return render(request, "replies/show.html", context, status=422)
    when = form.cleaned_data["send_at"]
    return _act(request, uuid, lambda reply: services.reschedule(reply, when, actor=request.user))


@never_cache
@require_http_methods(["GET", "POST"])
@requires(Permission.SEND_REPLIES)
def send_again(request: StaffRequest, uuid: uuids.UUID) -> HttpResponse:
    """Look at the ticket as it is now, then send a missing reply once more."""
    reply = _visible(request, uuid)
    view = conversation.load(reply.ticket_id, request.user)
    if isinstance(view, reading.TicketProblem) or reply.state not in {
        State.NOT_FOUND,
        State.SUPERSEDED,
    }:
        messages.warning(request, _("The ticket has to be read before sending again. Try later."))
        return redirect("replies:show", uuid=uuid)
    shown = [message.id for message in view.messages if message.id is not None]
    looked_at = {parse_id(number) for number in request.POST.get("shown", "").split(",")}
    is_news = reply.state == State.NOT_FOUND and not looked_at.issuperset(shown)
    has_looked = request.POST.get("checked") == "yes"
    if request.method == "POST" and has_looked and not is_news:
        key = _uuid(request.POST.get("submission_key", ""))
        return _act(
            request,
            uuid,
            lambda reply: services.send_again(reply, shown=shown, key=key, actor=request.user),
        )
    context = {
        "reply": reply,
        "is_anothers": reply.author_id != request.user.pk,
        "ticket": view,
        "submission_key": uuids.uuid4(),
        "shown": ",".join(map(str, shown)),
        "error": request.method == "POST",
        "has_news": has_looked and is_news,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "replies/send_again.html", context, status=status)


@require_POST
@requires(Permission.SEND_REPLIES)
def arrived(request: StaffRequest, uuid: uuids.UUID) -> HttpResponse:
    """The person found the reply on the ticket by its message number."""
    message_id = parse_id(request.POST.get("message", ""))
    if message_id is None:
        reply = _visible(request, uuid)
        messages.error(request, _("Type the number of the message, in digits alone."))
        return redirect("replies:show", uuid=reply.uuid)

    def act(reply: Reply) -> None:
        services.confirm_by_hand(reply, message_id, actor=request.user)

    return _act(request, uuid, act)


@require_GET
@requires(Permission.READ_REPLIES)
def attachment(request: StaffRequest, uuid: uuids.UUID) -> HttpResponseBase:
    """Give a file back, always as a download, to whoever may see its reply."""
    files = Attachment.objects.filter(reply__in=Reply.objects.visible_to(request.user))
    file = get_own_or_404(files, request.user, owner="reply__author", uuid=uuid)
    return download(file.file.open, file.name)


def _uuid(text: str) -> uuids.UUID:
    try:
        return uuids.UUID(text)
    except ValueError as error:
        raise PermissionDenied from error
