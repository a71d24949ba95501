"""The pages of a bulk reply: choose tickets, write the text, check the list, follow the replies."""

import uuid as uuids
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import DatabaseError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HTMX_STOP_POLLING

from thulium_portal.accounts.http import StaffRequest, requires
from thulium_portal.accounts.roles import Permission
from thulium_portal.bulk import checklist, labels, picker, services
from thulium_portal.bulk.checklist import Row, Tab, tab_of
from thulium_portal.bulk.forms import AnswersForm, TextForm, TicketsForm
from thulium_portal.bulk.labels import Doubt
from thulium_portal.bulk.models import BulkReply
from thulium_portal.canned.models import CannedResponse
from thulium_portal.canned.placeholders.preview import choices
from thulium_portal.canned.search import picker as finding
from thulium_portal.lib.forms import parse_id
from thulium_portal.lib.html import losses
from thulium_portal.replies.composer import picker as picking
from thulium_portal.replies.composer.page_data import page_data
from thulium_portal.replies.models import BodyType
from thulium_portal.replies.readiness import rules
from thulium_portal.replies.states import State as ReplyState
from thulium_portal.replies.transitions import StateConflict
from thulium_portal.storage import services as storage
from thulium_portal.storage.services import NamedFile

State = BulkReply.State
MOST_LISTED = 20
_MOVING = frozenset({ReplyState.PENDING, ReplyState.CLAIMED, ReplyState.SENDING, ReplyState.SENT})
"""States of a reply that change by themselves within moments."""


def _own(request: StaffRequest, uuid: uuids.UUID) -> BulkReply:
    rows = BulkReply.objects.filter(author=request.user)
    return get_object_or_404(rows.select_related("canned_response", "canned_version"), uuid=uuid)


# Which tickets


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SEND_REPLIES)
def index(request: StaffRequest) -> HttpResponse:
    """Choose tickets, or go on with a bulk reply; POST begins one to the tickets it names."""
    form = TicketsForm(_chosen(request) if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        bulk = services.create(form.cleaned_data["tickets"], actor=request.user)
        return redirect("bulk:show", uuid=bulk.uuid)
    context = {
        "form": form,
        "unfinished": services.unfinished(request.user)[:MOST_LISTED],
        "ended": services.ended(request.user)[:MOST_LISTED],
        "can_send": services.may_send(request.user),
    }
    return render(request, "bulk/index.html", context, status=422 if form.is_bound else 200)


def _chosen(request: StaffRequest) -> dict[str, str]:
    """Return what was pasted, or the rows that were ticked on the desk (field ``ticket``)."""
    ticked = request.POST.getlist("ticket")
    return {"tickets": "\n".join([*ticked, request.POST.get("tickets", "")])}


# The text


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SEND_REPLIES)
def write(request: StaffRequest, uuid: uuids.UUID) -> HttpResponse:
    """The text for all tickets; POST keeps it and goes on to its questions, or to the list."""
    bulk = _own(request, uuid)
    if bulk.state != State.WRITING:
        return redirect("bulk:show", uuid=uuid)
    if request.method != "POST":
        return _text_page(request, bulk, TextForm(initial=_written(bulk), bulk=bulk))
    form = TextForm(request.POST, request.FILES, bulk=bulk)
    if not form.is_valid():
        return _text_page(request, bulk, form, status=422)
    try:
        _save(bulk, form, request)
    except (DatabaseError, OSError):
        form.add_error(None, _("The portal could not store this text. Save it again."))
        return _text_page(request, bulk, form, status=503)
    except StateConflict:
        return redirect("bulk:show", uuid=uuid)
    if form.lost:
        messages.info(request, losses.sentence(form.lost))
    return redirect("bulk:questions", uuid=uuid)


def _save(bulk: BulkReply, form: TextForm, request: StaffRequest) -> None:
    stored: list[NamedFile] = []
    try:
        stored += map(storage.store, form.cleaned_data["attachments"])
        services.save_text(
            bulk,
            form.text([*stored, *form.shared_files, *form.kept_files.values()]),
            canned_files=[file.uuid for file in form.shared_files],
            files=stored,
            keep_files=form.cleaned_data["keep_files"],
            actor=request.user,
        )
    except (DatabaseError, OSError, StateConflict):
        storage.discard_quietly(stored)
        raise


def _written(bulk: BulkReply) -> dict[str, Any]:
    """Return the fields of the text as it is stored."""
    return bulk.columns("body", "keep_reason", "inserted", "canned_files", "status_after") | {
        "body_type": BodyType.HTML if bulk.body else BodyType.PLAIN,
        "confirm": bulk.confirmed,
        "canned_response": bulk.canned_response_id,
        "canned_version": bulk.canned_version_id,
    }


def _text_page(
    request: StaffRequest, bulk: BulkReply, form: TextForm, *, status: int = 200, **extra: Any
) -> HttpResponse:
    named = parse_id(str(form["canned_response"].value() or ""))
    with_status = CannedResponse.objects.exclude(status_after="")
    used = rules.used_versions(form.text()) if form.is_bound and "body" in form.cleaned_data else ()
    context = {
        "bulk": bulk,
        "form": form,
        "count": bulk.items.count(),
        "choices": choices(),
        "kept_files": bulk.files.all(),
        "canned_files": _canned_files(form, bulk),
        "status_from": with_status.filter(pk=named).first() if named else None,
        "choose_again": [file.name for file in request.FILES.getlist("attachments")],
        "max_mb": settings.MAX_ATTACHMENT_MB,
        "most_mb": settings.MAX_REPLY_MB,
        "accept": ",".join(f".{ending}" for ending in sorted(settings.ATTACHMENT_TYPES)),
        "page_data": page_data(
            max_mb=settings.MAX_ATTACHMENT_MB, meant=rules.meant_by_authors(used) if used else ()
        ),
        **extra,
    }
    return render(request, "bulk/text.html", context, status=status)


def _canned_files(form: TextForm, bulk: BulkReply) -> Sequence[Any]:
    named = form["canned_files"].value() or []
    probe = TextForm({"canned_files": [str(name) for name in named]}, bulk=bulk)
    probe.is_valid()
    return probe.shared_files


@require_POST
@requires(Permission.USE_CANNED)
def canned(request: StaffRequest, uuid: uuids.UUID) -> HttpResponse:
    """Canned responses for what was typed, their placeholders left as they are."""
    bulk = _own(request, uuid)
    query = request.POST.get("q", "")[:200]
    results = picker.search(request.user, query)
    if not results:
        finding.record_empty_search(query)
    return render(request, "replies/_picker.html", _found(bulk, results, query))


def _found(bulk: BulkReply, results: Sequence[picking.Pick], query: str) -> dict[str, Any]:
    insert_url = reverse("bulk:insert", args=[bulk.uuid])
    return {"results": results, "query": query, "insert_url": insert_url}


@require_POST
@requires(Permission.USE_CANNED)
def insert(request: StaffRequest, uuid: uuids.UUID) -> HttpResponse:
    """The picker without scripts: search, or put the chosen text below what is already typed."""
    bulk = _own(request, uuid)
    form = TextForm(request.POST, bulk=bulk, for_draft=True)
    form.is_valid()
    chosen = picker.pick(request.user, request.POST.get("insert", ""))
    query = request.POST.get("q", "")[:200]
    results = picker.search(request.user, query) if chosen is None else []
    fresh = TextForm(initial=picking.inserted(form, chosen), bulk=bulk)
    return _text_page(request, bulk, fresh, **_found(bulk, results, query))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SEND_REPLIES)
def questions(request: StaffRequest, uuid: uuids.UUID) -> HttpResponse:
    """What the text asks, answered once for all tickets; without questions it goes on by itself."""
    bulk = _own(request, uuid)
    if bulk.state != State.WRITING:
        return redirect("bulk:show", uuid=uuid)
    if not bulk.body:
        return redirect("bulk:text", uuid=uuid)
    language = bulk.canned_response.language if bulk.canned_response else request.user.language
    data = request.POST if request.method == "POST" else None
    form = AnswersForm(data, body=bulk.body, language=language)
    if not form.fields:
        form = AnswersForm({}, body=bulk.body, language=language)
    if not form.is_valid():
        context = {"bulk": bulk, "form": form, "count": bulk.items.count()}
        status = 422 if form.is_bound else 200
        return render(request, "bulk/questions.html", context, status=status)
    return _act(
        request,
        bulk,
        lambda: services.prepare(bulk, form.answers()["answers"], actor=request.user),
    )


# The check list


@never_cache
@require_GET
@requires(Permission.SEND_REPLIES)
def show(request: StaffRequest, uuid: uuids.UUID) -> HttpResponse:
    """The check list of a bulk reply, and what became of its replies."""
    bulk = _own(request, uuid)
    if bulk.state == State.WRITING:
        return redirect("bulk:text", uuid=uuid)
    return render(request, "bulk/show.html", _listed(request, bulk))


@never_cache
@require_GET
@requires(Permission.SEND_REPLIES)
def live(request: StaffRequest, uuid: uuids.UUID) -> HttpResponse:
    """The part of the page that changes by itself."""
    context = _listed(request, _own(request, uuid))
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
        "unread": [row for row in rows if row.item.problem == "unreadable"],
        "prepared": len(rows) - counts[Tab.WAITING],
        "is_open": bulk.state in {State.PREPARING, State.CHECKING},
        "queued": counts[Tab.QUEUED],
        "can_undo_states": services.CAN_UNDO,
        "can_undo": len(waiting),
        "undo_seconds": settings.UNDO_SECONDS,
        "notice": labels.notice(bulk.problem),
        "can_send": services.may_send(request.user),
        "poll": _poll(bulk, rows),
    }


def _poll(bulk: BulkReply, rows: Sequence[Row]) -> int:
    """Return after how many seconds the list is looked at again; 0 where nothing moves."""
    if bulk.state in {State.PREPARING, State.SENDING}:
        return 2
    moving = any(row.reply and row.reply.state in _MOVING for row in rows)
    return 3 if moving else 0


@require_POST
@requires(Permission.SEND_REPLIES)
def leave_out(request: StaffRequest, uuid: uuids.UUID) -> HttpResponse:
    """Leave a ticket out of the list, or put it back in."""
    bulk = _own(request, uuid)
    item = parse_id(request.POST.get("item", ""))
    out = request.POST.get("out") == "1"
    if item is not None:
        services.leave_out(bulk, item, out=out, actor=request.user)
    show = request.POST.get("show", "")
    shown = f"?show={show}" if show in set(Tab) else ""
    address = reverse("bulk:show", args=[bulk.uuid])
    return redirect(f"{address}{shown}#item-{item or ''}")


def _act(request: StaffRequest, bulk: BulkReply, act: Callable[[], object]) -> HttpResponse:
    """Carry out one wish and show where it led; one that came too late is said so, not hidden."""
    try:
        act()
    except StateConflict:
        messages.warning(request, _("Too late for that: it has moved on. This is how it stands."))
    return redirect("bulk:show", uuid=bulk.uuid)


@require_POST
@requires(Permission.SEND_REPLIES)
def write_again(request: StaffRequest, uuid: uuids.UUID) -> HttpResponse:
    """Go back to the text."""
    bulk = _own(request, uuid)
    return _act(request, bulk, lambda: services.write_again(bulk, actor=request.user))


@require_POST
@requires(Permission.SEND_REPLIES)
def read_again(request: StaffRequest, uuid: uuids.UUID) -> HttpResponse:
    """Read those tickets again that changed, or could not be read."""
    bulk = _own(request, uuid)
    wanted = [parse_id(number) for number in request.POST.getlist("item")]
    items = [number for number in wanted[: services.MOST_TICKETS] if number is not None]
    return _act(request, bulk, lambda: services.read_again(bulk, items, actor=request.user))


@require_POST
@requires(Permission.SEND_REPLIES)
def go_on(request: StaffRequest, uuid: uuids.UUID) -> HttpResponse:
    """Go on without the tickets that could not be read yet."""
    bulk = _own(request, uuid)
    return _act(request, bulk, lambda: services.go_on_without(bulk, actor=request.user))


@require_POST
@requires(Permission.SEND_REPLIES)
def send(request: StaffRequest, uuid: uuids.UUID) -> HttpResponse:
    """Send what the person saw on the list; a second press finds it on its way."""
    bulk = _own(request, uuid)
    if bulk.state in {State.SENDING, State.DONE}:
        return redirect("bulk:show", uuid=uuid)
    seen = request.POST.get("seen", "")
    try:
        return _act(request, bulk, lambda: services.start(bulk, seen=seen, actor=request.user))
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
    bulk = _own(request, uuid)
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
    bulk = _own(request, uuid)
    _act(request, bulk, lambda: services.discard(bulk, actor=request.user))
    return redirect("bulk:index")
