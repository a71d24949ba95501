"""Writing a reply: the conversation beside the composer, drafts, the picker, sending."""

import json
import uuid as uuids
from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import DatabaseError
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from thulium_portal.accounts.http import StaffRequest, requires
from thulium_portal.accounts.models import User
from thulium_portal.accounts.pace.limits import TooFast
from thulium_portal.accounts.roles import Permission
from thulium_portal.canned.placeholders.forms import FillInForm
from thulium_portal.canned.search import picker as finding
from thulium_portal.lib.html import losses
from thulium_portal.replies import draft_files, drafts, labels, planned_times, services
from thulium_portal.replies.composer import (
    around,
    conversation,
    files,
    reminders,
    statuses,
)
from thulium_portal.replies.composer import picker as picking
from thulium_portal.replies.composer.agent import inactive_agent
from thulium_portal.replies.composer.customer import known_customer
from thulium_portal.replies.composer.forms import ComposeForm, is_uuid
from thulium_portal.replies.composer.page_data import page_data_of
from thulium_portal.replies.decisions import approval
from thulium_portal.replies.models import BodyType, Reply
from thulium_portal.replies.readiness.complaints import NotReady
from thulium_portal.replies.submission import Outcome, Submission, Submitted
from thulium_portal.replies.views.support import (
    LONGEST_TICKET_NUMBER,
    no_ticket_number,
    of_colleagues,
    offer_undo,
    way_back,
)
from thulium_portal.signatures.services import placeholder_values
from thulium_portal.storage import services as storage
from thulium_portal.storage.services import Attachable, NamedFile
from thulium_portal.tickets import presence, reading
from thulium_portal.tickets.conversation import TicketView
from thulium_portal.tickets.models import KnownTicket
from thulium_portal.tickets.snapshot import Snapshot, read_snapshot

MOST_DRAFTS = 10


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.READ_TICKETS)
def compose(request: StaffRequest, ticket_id: int) -> HttpResponse:
    """The conversation beside the composer; POST sends."""
    if not 0 < ticket_id < LONGEST_TICKET_NUMBER:
        return no_ticket_number(request, str(ticket_id))
    if request.method == "POST":
        return _send(request, ticket_id)
    mine = drafts.on_ticket(request.user, ticket_id)[:MOST_DRAFTS]
    try:
        draft = _opened(request, ticket_id, mine)
    except Reply.DoesNotExist:
        messages.info(request, _("That draft is no longer there: it was sent or discarded."))
        return redirect("replies:compose", ticket_id=ticket_id)
    view, on_its_way = conversation.load_with_waiting(ticket_id, request.user)
    form = _fresh_form(request, ticket_id, view, draft)
    known: dict[str, Any] = {"drafts": mine, "on_its_way": on_its_way}
    return _page(request, ticket_id, view, form, draft, **known)


def _opened(request: StaffRequest, ticket_id: int, mine: Iterable[Reply]) -> Reply | None:
    """Return the draft the address names, else the first of *mine*.

    Raises ``Reply.DoesNotExist``.
    """
    named = request.GET.get("draft", "")
    if not named:
        return next(iter(mine), None)
    if not is_uuid(named):
        raise Reply.DoesNotExist
    return drafts.on_ticket(request.user, ticket_id).get(uuid=named)


def _discarded(request: StaffRequest, ticket_id: int) -> Reply | None:
    """Return the draft that was thrown away just now and can still be brought back."""
    named = request.GET.get("discarded", "")
    if not is_uuid(named):
        return None
    rows = Reply.objects.discarded().filter(author=request.user, ticket_id=ticket_id)
    return rows.filter(uuid=named).first()


def _fresh_form(
    request: StaffRequest,
    ticket_id: int,
    view: TicketView | reading.TicketProblem,
    draft: Reply | None,
) -> ComposeForm:
    snapshot = _seen(ticket_id, view)
    initial: dict[str, Any] = {
        "submission_key": draft.submission_key if draft else uuids.uuid4(),
        "revision": draft.draft_revision if draft else 0,
        "snapshot": snapshot.sign() if snapshot else "",
        "body_type": BodyType.PLAIN,
    }
    if draft is None:
        initial["status_after"] = statuses.usual(request.user)
        if snapshot and "begin" in request.GET:
            initial["body"] = around.begun(snapshot, request.user)
    else:
        same = ("status_after", "status_after_name", "remind_after", "body", "body_type")
        initial |= draft.columns(*same, "keep_reason", "inserted", "signature") | {
            "answers": json.dumps(draft.answers),
            "confirm": draft.confirmed,
            "send_at": _planned(draft),
            "canned_response": draft.canned_response_id,
            "canned_version": draft.canned_version_id,
        }
    return ComposeForm(initial=initial, ticket_id=ticket_id, user=request.user)


def _seen(ticket_id: int, view: TicketView | reading.TicketProblem) -> Snapshot | None:
    """Return what the page knows of the ticket; of a merged one that is the ticket it leads to."""
    if isinstance(view, TicketView):
        return view.snapshot
    return Snapshot(ticket_id, merged_into=view.other_ticket) if view.other_ticket else None


def _planned(draft: Reply) -> str:
    """Return the local time *draft* was to be sent at; "" where it has none or that is over."""
    when = draft.not_before if draft.scheduled else None
    if when is None or when <= timezone.now():
        return ""
    return timezone.localtime(when).strftime(planned_times.FORM_VALUE)


def _page(
    request: StaffRequest,
    ticket_id: int,
    view: TicketView | reading.TicketProblem,
    form: ComposeForm,
    draft: Reply | None,
    *,
    status: int = 200,
    **extra: Any,
) -> HttpResponse:
    user = request.user
    problem = view if isinstance(view, reading.TicketProblem) else None
    is_nowhere = problem is not None and problem.kind == "not_found"
    on_its_way = extra.get("on_its_way")
    if on_its_way is None:
        on_its_way = conversation.on_their_way(ticket_id)
    context = {
        "ticket_id": ticket_id,
        "ticket": None if problem else view,
        "problem": problem,
        "is_nowhere": is_nowhere,
        "has_composer": not is_nowhere or draft is not None or bool(form["body"].value()),
        "known": _known(ticket_id, problem),
        "form": form,
        "can_send": user.can_send,
        "inactive_agent": inactive_agent(user),
        "approval": approval.Offer(
            user, None if isinstance(view, reading.TicketProblem) else view.snapshot.queue_id
        ),
        "later": planned_times.context(timezone.now(), user.zone),
        "cannot_send_reason": _(
            "You can read and write, but not send yet: you have no agent login. "
            "Ask an administrator to add it to your account."
        ),
        "draft": draft,
        "text_language": _language(form, view),
        "drafts": drafts.on_ticket(user, ticket_id)[:MOST_DRAFTS],
        "discarded": _discarded(request, ticket_id),
        "kept_files": files.kept(form, draft),
        "canned_files": files.offered(form, draft, user),
        "note_box": around.note_box(ticket_id, user, request.GET.get("act") == "note"),
        "around": around.of_page(form, ticket_id, user),
        "on_its_way": on_its_way,
        "sending": of_colleagues(on_its_way, user),
        "people": None if is_nowhere else presence.meet(ticket_id, user),
        "customer": None if isinstance(view, reading.TicketProblem) else known_customer(view, user),
        "position": conversation.position(view, user, ticket_id),
        "back": way_back(request),
        "undo_seconds": settings.UNDO_SECONDS,
        "max_mb": settings.MAX_ATTACHMENT_MB,
        "most_mb": settings.MAX_REPLY_MB,
        "accept": ",".join(f".{ending}" for ending in sorted(settings.ATTACHMENT_TYPES)),
        "page_data": page_data_of(draft, mentioned=_mentioned(view)),
        "thulium_link": settings.THULIUM_TICKET_LINK.replace("{id}", str(ticket_id)),
        **reminders.page_context(user, ticket_id, _newest(view)),
        **extra,
    }
    if problem and status == 200:
        status = problem.status
    return render(request, "replies/compose.html", context, status=status)


def _mentioned(view: TicketView | reading.TicketProblem) -> str:
    return view.snapshot.mentioned if isinstance(view, TicketView) else ""


def _newest(view: TicketView | reading.TicketProblem) -> int | None:
    """Return the number of the newest message the page shows, or None."""
    return view.snapshot.last_message_id if isinstance(view, TicketView) else None


def _language(form: ComposeForm, view: TicketView | reading.TicketProblem) -> str:
    """Return the language the text is written in: its canned response's, else the customer's."""
    response = form.started_from[0]
    if response is not None:
        return response.language
    return view.snapshot.language if isinstance(view, TicketView) else ""


def _known(ticket_id: int, problem: reading.TicketProblem | None) -> KnownTicket | None:
    """Return what the index knows of a ticket that Thulium does not tell of now."""
    if problem is None or problem.kind in {"not_found", "merged"}:
        return None
    return KnownTicket.objects.filter(pk=ticket_id).first()


def _send(request: StaffRequest, ticket_id: int) -> HttpResponse:
    form = ComposeForm(request.POST, request.FILES, ticket_id=ticket_id, user=request.user)
    form.service_asks = bool(request.user.agent_login)
    if not form.is_valid():
        return _refused(request, ticket_id, form)
    if not request.user.agent_login:
        form.add_error(
            None, _("You have no agent login yet, so nothing was sent. Your text is kept.")
        )
        return _refused(request, ticket_id, form)
    given, stored = form.cleaned_data["attachments"], list[NamedFile]()
    key = form.cleaned_data["submission_key"]
    known = services.sent_before(key, form.text(), given, actor=request.user) if given else None
    if known is not None:  # whose files need not be taken in again
        return _to_its_page(request, known, form.lost)
    try:
        stored += (draft_files.store(file, actor=request.user) for file in given)
        submission = _submission(form, [*stored, *form.shared_files])
        done = _submit(form, submission, request.user)
    except NotReady as refused:
        storage.discard_quietly(stored)
        form.complain(refused.complaints, passed=refused.passed)
        return _refused(request, ticket_id, form)
    except (DatabaseError, OSError, TooFast) as error:
        storage.discard_quietly(stored)
        words, status = _why_not(error)
        form.add_error(None, words)
        return _refused(request, ticket_id, form, status=status)
    if done.outcome is not Outcome.NEW and done.draft is None:
        storage.discard_quietly(stored)
    if done.outcome is Outcome.KEPT_APART:
        messages.warning(
            request,
            _(
                "This reply was already on its way. What you sent the second time differs, "
                "so it is kept as a draft on the ticket."
            ),
        )
    return _to_its_page(request, done.reply, form.lost)


def _why_not(error: Exception) -> tuple[str, int]:
    """Return what to say of *error*, for which a reply is not on its way, and the status."""
    if isinstance(error, TooFast):
        return error.sentence, 429
    return _("The portal could not store your reply, so it is not on its way. Send it again."), 503


def _submit(form: ComposeForm, submission: Submission, actor: User) -> Submitted:
    if form.asks_colleague:
        return approval.ask(submission, actor=actor, note=form.cleaned_data["approval_note"])
    return services.submit(submission, actor=actor)


def _to_its_page(request: StaffRequest, reply: Reply, lost: frozenset[str]) -> HttpResponse:
    """Lead to the reply, or by choice to the next ticket, and tell what its text could not keep.

    The page's script is told the address instead of following it unseen.
    """
    if lost:
        messages.info(request, losses.sentence(lost))
    offer_undo(request, reply)
    address = reverse("replies:show", args=[reply.uuid])
    if request.POST.get("then") == "next":
        address = f"{reverse('desk:next')}?after={reply.ticket_id}"
        if (
            reply.scheduled or reply.lacks_approval or not settings.UNDO_SECONDS
        ):  # no bar tells of it on the next page
            words = _("Reply to ticket %(number)s") % {"number": reply.ticket_id}
            messages.success(request, f"{words}: {labels.status(reply).title}")
    if request.headers.get("HX-Request"):
        return HttpResponseClientRedirect(address)
    return redirect(address)


def _submission(form: ComposeForm, given: Sequence[Attachable]) -> Submission:
    return Submission(
        key=form.cleaned_data["submission_key"],
        text=form.text([*given, *form.kept_files.values()]),
        snapshot=form.snapshot_read(),
        files=given,
        keep_files=form.cleaned_data["keep_files"],
        seen_files=form.cleaned_data["seen_files"],
        send_at=form.cleaned_data["send_at"],
    )


def _refused(
    request: StaffRequest, ticket_id: int, form: ComposeForm, *, status: int = 422
) -> HttpResponse:
    view = conversation.load(ticket_id, request.user)
    draft = _own_draft(form, request.user)
    # A browser does not give the files back into the field of a page that was refused.
    names = [file.name for file in request.FILES.getlist("attachments")]
    return _page(request, ticket_id, view, form, draft, status=status, choose_again=names)


def _own_draft(form: ComposeForm, person: User) -> Reply | None:
    """Return the draft whose text *form* holds, None where there is none yet."""
    key = form.cleaned_data.get("submission_key")
    return drafts.under(key, person).first() if key else None


@require_POST
@requires(Permission.USE_CANNED)
def picker(request: StaffRequest, ticket_id: int) -> HttpResponse:
    """Canned responses for what was typed, already filled for this ticket and this person."""
    query = request.POST.get("q", "")[:200]
    snapshot = read_snapshot(request.POST.get("snapshot", ""), ticket_id=ticket_id)
    results = picking.search(request.user, query, snapshot)
    if not any(result.fits for result in results):
        finding.record_empty_search(query)
    context = {
        "results": results,
        "query": query,
        "ticket_id": ticket_id,
        "language": snapshot.language,
    }
    return render(request, "replies/_picker.html", context)


@require_POST
@requires(Permission.USE_CANNED)
def insert(request: StaffRequest, ticket_id: int) -> HttpResponse:
    """The picker without scripts: search, or put the chosen text below what is already typed."""
    form = ComposeForm(request.POST, ticket_id=ticket_id, user=request.user, for_draft=True)
    form.is_valid()
    snapshot = form.snapshot_read()
    wanted, _colon, how = request.POST.get("insert", "").partition(":")
    chosen = picking.pick(request.user, wanted, snapshot)
    fields = picking.inserted(form, chosen, whole=how == "whole")
    query = request.POST.get("q", "")[:200]
    asks = chosen is None and "q" in request.POST
    results = picking.search(request.user, query, snapshot) if asks else None
    fresh = ComposeForm(initial=fields, ticket_id=ticket_id, user=request.user)
    view = conversation.load(ticket_id, request.user)
    left_out = {} if how or chosen is None else picking.left_out(form, chosen)
    draft = _own_draft(form, request.user)
    return _page(request, ticket_id, view, fresh, draft, results=results, query=query, **left_out)


@require_POST
@requires(Permission.USE_CANNED)
def fill_in(request: StaffRequest, ticket_id: int) -> HttpResponse:
    """The questions of a canned response; answered well, its text ready to be inserted."""
    snapshot = read_snapshot(request.POST.get("snapshot", ""), ticket_id=ticket_id)
    chosen = picking.pick(request.user, request.POST.get("insert", ""), snapshot)
    if chosen is None or chosen.response.current is None:
        raise Http404
    form = FillInForm(
        request.POST if "answered" in request.POST else None,
        body=chosen.response.current.body,
        values=placeholder_values(snapshot, request.user, chosen.response.language),
        language=chosen.response.language,
    )
    if form.is_valid():
        written = request.POST.get("body", ""), request.POST.get("body_type", "")
        return JsonResponse(picking.filled(chosen, form, *written))
    context = {"form": form, "response": chosen.response}
    context["fields"] = picking.with_offers(form, snapshot)
    status = 422 if form.is_bound else 200
    return render(request, "replies/_fill_in.html", context, status=status)
