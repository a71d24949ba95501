"""Which tickets a bulk reply is for, its text, and what the text asks."""

import uuid as uuids
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import DatabaseError
from django.http import Http404, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from thulium_portal.accounts.http import StaffRequest, requires
from thulium_portal.accounts.pace.limits import TooFast
from thulium_portal.accounts.roles import Permission
from thulium_portal.bulk import picker, services
from thulium_portal.bulk.forms import AnswersForm, TextForm, TicketsForm
from thulium_portal.bulk.models import BulkReply
from thulium_portal.bulk.views.support import carry_out, own
from thulium_portal.canned.placeholders.preview import choices
from thulium_portal.canned.search import picker as finding
from thulium_portal.lib.html import losses
from thulium_portal.replies import draft_files
from thulium_portal.replies.composer import picker as picking
from thulium_portal.replies.composer.page_data import page_data
from thulium_portal.replies.models import BodyType
from thulium_portal.replies.readiness import rules
from thulium_portal.replies.transitions import StateConflict
from thulium_portal.storage import services as storage
from thulium_portal.storage.services import NamedFile

State = BulkReply.State
MOST_LISTED = 20


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
        "can_send": request.user.can_send,
    }
    return render(request, "bulk/index.html", context, status=422 if form.is_bound else 200)


def _chosen(request: StaffRequest) -> dict[str, str]:
    """Return what was pasted, or the rows that were ticked on the desk (field ``ticket``)."""
    ticked = request.POST.getlist("ticket")
    return {"tickets": "\n".join([*ticked, request.POST.get("tickets", "")])}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SEND_REPLIES)
def write(request: StaffRequest, uuid: uuids.UUID) -> HttpResponse:
    """The text for all tickets; POST keeps it and goes on to what it asks, else to the list."""
    bulk = own(request, uuid)
    if bulk.state != State.WRITING:
        return redirect("bulk:show", uuid=uuid)
    if request.method != "POST":
        return _text_page(request, bulk, TextForm(initial=_written(bulk), bulk=bulk))
    return _keep_text(request, bulk)


def _keep_text(request: StaffRequest, bulk: BulkReply) -> HttpResponse:
    form = TextForm(request.POST, request.FILES, bulk=bulk)
    if not form.is_valid():
        return _text_page(request, bulk, form, status=422)
    try:
        _save(bulk, form, request)
    except (DatabaseError, OSError):
        form.add_error(None, _("The portal could not store this text. Save it again."))
        return _text_page(request, bulk, form, status=503)
    except TooFast as refused:
        form.add_error(None, refused.sentence)
        return _text_page(request, bulk, form, status=429)
    except StateConflict:
        return redirect("bulk:show", uuid=bulk.uuid)
    if form.lost:
        messages.info(request, losses.sentence(form.lost))
    if _asking(bulk, None).fields:
        return redirect("bulk:questions", uuid=bulk.uuid)
    return carry_out(request, bulk, lambda: services.prepare(bulk, {}, actor=request.user))


def _save(bulk: BulkReply, form: TextForm, request: StaffRequest) -> None:
    stored: list[NamedFile] = []
    try:
        given = form.cleaned_data["attachments"]
        stored += (draft_files.store(file, actor=request.user) for file in given)
        services.save_text(
            bulk,
            form.text([*stored, *form.shared_files, *form.kept_files.values()]),
            canned_files=[file.uuid for file in form.shared_files],
            files=stored,
            keep_files=form.cleaned_data["keep_files"],
            actor=request.user,
        )
    except (DatabaseError, OSError, StateConflict, TooFast):
        storage.discard_quietly(stored)
        raise


def _written(bulk: BulkReply) -> dict[str, Any]:
    """Return the fields of the text as it is stored."""
    same = ("body", "keep_reason", "inserted", "canned_files")
    return bulk.columns(*same, "status_after", "status_after_name") | {
        "body_type": BodyType.HTML if bulk.body else BodyType.PLAIN,
        "confirm": bulk.confirmed,
        "canned_response": bulk.canned_response_id,
        "canned_version": bulk.canned_version_id,
    }


def _text_page(
    request: StaffRequest, bulk: BulkReply, form: TextForm, *, status: int = 200, **extra: Any
) -> HttpResponse:
    used = rules.used_versions(form.text()) if form.is_bound and "body" in form.cleaned_data else ()
    context = {
        "bulk": bulk,
        "form": form,
        "count": bulk.items.count(),
        "choices": choices(),
        "kept_files": bulk.files.all(),
        "canned_files": _canned_files(form, bulk),
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
    bulk = own(request, uuid)
    query = request.POST.get("q", "")[:200]
    results = picker.search(request.user, query)
    if not any(result.fits for result in results):
        finding.record_empty_search(query)
    return render(request, "replies/_picker.html", _found(bulk, results, query))


def _found(bulk: BulkReply, results: Sequence[picking.Pick], query: str) -> dict[str, Any]:
    insert_url = reverse("bulk:insert", args=[bulk.uuid])
    return {"results": results, "query": query, "insert_url": insert_url}


@require_POST
@requires(Permission.USE_CANNED)
def insert(request: StaffRequest, uuid: uuids.UUID) -> HttpResponse:
    """The picker without scripts: search, or put the chosen text below what is already typed."""
    bulk = own(request, uuid)
    form = TextForm(request.POST, bulk=bulk, for_draft=True)
    form.is_valid()
    wanted, _colon, how = request.POST.get("insert", "").partition(":")
    chosen = picker.pick(request.user, wanted)
    query = request.POST.get("q", "")[:200]
    results = picker.search(request.user, query) if chosen is None else []
    fresh = TextForm(initial=picking.inserted(form, chosen, whole=how == "whole"), bulk=bulk)
    left_out = {} if how or chosen is None else picking.left_out(form, chosen)
    return _text_page(request, bulk, fresh, **_found(bulk, results, query), **left_out)


@require_POST
@requires(Permission.USE_CANNED)
def join(request: StaffRequest, uuid: uuids.UUID) -> HttpResponse:
    """Tell the page's script how a canned response joins the text for all tickets."""
    own(request, uuid)
    chosen = picker.pick(request.user, request.POST.get("insert", ""))
    if chosen is None:
        raise Http404
    written = request.POST.get("body", ""), request.POST.get("body_type", "")
    return JsonResponse(picking.told_to_script(chosen, chosen.html, *written))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SEND_REPLIES)
def questions(request: StaffRequest, uuid: uuids.UUID) -> HttpResponse:
    """What the text asks, answered once for all tickets."""
    bulk = own(request, uuid)
    if bulk.state != State.WRITING:
        return redirect("bulk:show", uuid=uuid)
    if not bulk.body:
        return redirect("bulk:text", uuid=uuid)
    form = _asking(bulk, request.POST if request.method == "POST" else None)
    if not form.is_valid():
        context = {"bulk": bulk, "form": form, "count": bulk.items.count()}
        status = 422 if form.is_bound else 200
        return render(request, "bulk/questions.html", context, status=status)
    answers = form.answers()["answers"]
    return carry_out(request, bulk, lambda: services.prepare(bulk, answers, actor=request.user))


def _asking(bulk: BulkReply, data: QueryDict | None) -> AnswersForm:
    """Return the questions of the text of *bulk*, in which nothing is asked of a ticket."""
    response = bulk.canned_response
    language = response.language if response else bulk.author.language
    return AnswersForm(data, body=bulk.body, language=language)
