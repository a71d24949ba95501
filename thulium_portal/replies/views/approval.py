"""Replies that wait for a colleague: the list of them, one beside its ticket, and the decision."""

import uuid as uuids
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from thulium_portal.accounts.http import StaffRequest, get_own_or_404, requires
from thulium_portal.accounts.roles import Permission
from thulium_portal.lib.html.plain_text import html_to_text
from thulium_portal.lib.times import clock
from thulium_portal.replies import drafts, labels
from thulium_portal.replies.audit_facts import plain, rule_sentences
from thulium_portal.replies.composer import comparison, conversation
from thulium_portal.replies.composer.approval_forms import ApproveForm, SendBackForm
from thulium_portal.replies.decisions import approval
from thulium_portal.replies.decisions.approval import Changed, Shown
from thulium_portal.replies.models import Reply
from thulium_portal.replies.readiness import words as readiness
from thulium_portal.replies.readiness.complaints import NotReady
from thulium_portal.replies.states import UNSETTLED, State
from thulium_portal.replies.transitions import StateConflict
from thulium_portal.replies.views.support import to_draft
from thulium_portal.tickets import reading
from thulium_portal.tickets.changes import Seen
from thulium_portal.tickets.conversation import news
from thulium_portal.tickets.snapshot import Snapshot

PAGE = 50


@never_cache
@require_GET
@requires(Permission.APPROVE_REPLIES)
def waiting(request: StaffRequest) -> HttpResponse:
    """What this person may approve, what has waited longest first."""
    rows = approval.waiting_for(request.user)
    first = list(rows.select_related("author")[: PAGE + 1])
    context = {
        "rows": [{"reply": reply, "reasons": approval.reasons(reply)} for reply in first[:PAGE]],
        "more": len(first) > PAGE,
        "own": Reply.objects.filter(author=request.user, state=State.UNAPPROVED).count(),
    }
    return render(request, "replies/approvals.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.APPROVE_REPLIES)
def approve(request: StaffRequest, uuid: uuids.UUID) -> HttpResponse:
    """One waiting reply beside its ticket as it is now; POST approves it, maybe with another text.

    ``?change`` opens the text.
    """
    reply = _named(request, uuid)
    if (elsewhere := _not_to_decide(request, reply)) is not None:
        return elsewhere
    if request.method != "POST":
        initial = {"body": reply.body} if "change" in request.GET else {}
        return _page(request, reply, ApproveForm(initial=initial, reply=reply))
    form = ApproveForm(request.POST, reply=reply)
    if not form.is_valid():
        return _page(request, reply, form, status=422)
    shown = approval.read_shown(form.cleaned_data["shown"], ticket_id=reply.ticket_id)
    changed = Changed(form.cleaned_data["body"], form.passed) if form.is_changing else None
    try:
        approval.approve(reply, actor=request.user, shown=shown, changed=changed)
    except NotReady as refused:
        form.complain(refused.complaints)
        return _page(request, reply, form, status=422)
    except StateConflict:
        return _too_late(request, uuid)
    messages.success(request, _approved(reply))
    return redirect("replies:approvals")


@require_POST
@requires(Permission.APPROVE_REPLIES)
def send_back(request: StaffRequest, uuid: uuids.UUID) -> HttpResponse:
    """Give a waiting reply back to its author with a note."""
    reply = _named(request, uuid)
    if (elsewhere := _not_to_decide(request, reply)) is not None:
        return elsewhere
    form = SendBackForm(request.POST)
    if not form.is_valid():
        approving = ApproveForm(reply=reply)
        return _page(request, reply, approving, status=422, back_form=form)
    try:
        approval.send_back(reply, form.cleaned_data["note"], actor=request.user)
    except StateConflict:
        return _too_late(request, uuid)
    words = _("Sent back to %(author)s, with your note.") % {"author": reply.author}
    messages.success(request, words)
    return redirect("replies:approvals")


@require_POST
@requires(Permission.READ_TICKETS)
def dismiss_note(request: StaffRequest, uuid: uuids.UUID) -> HttpResponse:
    """Hide the note of who sent a draft back."""
    draft = get_own_or_404(
        Reply.objects.drafts_of(request.user), request.user, owner="author", uuid=uuid
    )
    drafts.dismiss_note(draft, actor=request.user)
    return to_draft(draft)


def _named(request: StaffRequest, uuid: uuids.UUID) -> Reply:
    people = ("author", "approved_by", "sent_back_by", "canned_response", "canned_version")
    submitted = Reply.objects.visible_to(request.user).exclude(state=State.DRAFT)
    submitted = submitted.select_related(*people)
    return get_own_or_404(submitted, request.user, owner="author", uuid=uuid)


def _not_to_decide(request: StaffRequest, reply: Reply) -> HttpResponse | None:
    """Lead to the reply's page where there is nothing to decide, and say why; None where there is.

    A person who may see only their own replies finds no other's.
    """
    if reply.author_id == request.user.pk:
        messages.info(request, _("You wrote this reply, so a colleague has to approve it."))
        return redirect("replies:show", uuid=reply.uuid)
    return None if reply.state == State.UNAPPROVED else _too_late(request, reply.uuid)


def _too_late(request: StaffRequest, uuid: uuids.UUID) -> HttpResponseRedirect:
    """Say who was faster, and lead to what became of the reply."""
    reply = _named(request, uuid)
    if reply.approved_by is not None:
        words = _("%(name)s has approved this reply already, %(time)s.")
        said = words % {"name": reply.approved_by, "time": clock(reply.approved_at)}
    elif reply.sent_back_by is not None:
        words = _("%(name)s has sent this reply back to its author already, %(time)s.")
        said = words % {"name": reply.sent_back_by, "time": clock(reply.settled_at)}
    else:
        said = _("This reply no longer waits for approval: its author took it back.")
    messages.warning(request, said)
    return redirect("replies:show", uuid=uuid)


def _approved(reply: Reply) -> SafeString:
    at = labels.exact_clock(reply.not_before)
    words = _("Approved. The reply will be sent at %(time)s under the agent login of %(author)s.")
    if reply.scheduled:
        words = _("Approved. %(planned)s, under the agent login of %(author)s.")
    said = words % {"time": at, "planned": labels.status(reply).title, "author": reply.author}
    address = reverse("replies:show", args=[reply.uuid])
    return format_html('{} <a href="{}">{}</a>', said, address, _("Look at the reply"))


def _page(
    request: StaffRequest, reply: Reply, form: ApproveForm, *, status: int = 200, **extra: Any
) -> HttpResponse:
    view = conversation.load(reply.ticket_id, request.user)
    problem = view if isinstance(view, reading.TicketProblem) else None
    shown = _shown(reply, view)
    others = Reply.objects.filter(ticket_id=reply.ticket_id, state__in=UNSETTLED)
    context = {
        "reply": reply,
        "form": form,
        "back_form": SendBackForm(),
        "ticket": None if problem else view,
        "problem": problem,
        "ticket_id": reply.ticket_id,
        "shown": shown.sign(),
        "news": labels.told(shown.told),
        "reasons": approval.reasons(reply),
        "wrong": _wrong(reply, shown, form),
        "attachments": reply.attachments.select_related("file"),
        "let_pass": readiness.told(reply.confirmed, rule_sentences(reply)),
        "difference": _difference(reply),
        "others": others.exclude(pk=reply.pk).select_related("author").order_by("pk")[:5],
        **extra,
    }
    return render(request, "replies/approval.html", context, status=status)


def _wrong(reply: Reply, shown: Shown, form: ApproveForm) -> list[str]:
    """Return why *reply* cannot be sent as it is, but for what its form asks about by itself."""
    found = approval.what_is_wrong(reply, shown=shown)
    return [one.message for one in found if not (one.code == "recalled" and form.recalls)]


def _shown(reply: Reply, view: Any) -> Shown:
    """Return what the page shows of the ticket; a ticket that cannot be read adds nothing."""
    if isinstance(view, reading.TicketProblem):
        return Shown(Snapshot(reply.ticket_id))
    return Shown(view.snapshot, news(view, Seen.read(reply.seen)))


def _difference(reply: Reply) -> Any:
    """Return how the text differs from what its canned response gave, or None without one."""
    if not reply.canned_text:
        return None
    before, after = html_to_text(reply.canned_text), plain(reply.body, reply.body_type)
    return {"words": comparison.marked(before, after), "is_same": before == after}
