"""What is kept while a reply is written, its text and its files; and drafts side by side."""

import uuid as uuids
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import DatabaseError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from thulium_portal.accounts.http import StaffRequest, refuse_anothers, requires
from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import Permission
from thulium_portal.lib.times import clock
from thulium_portal.replies import draft_files, drafts
from thulium_portal.replies.composer.comparison import compare as compare_drafts
from thulium_portal.replies.composer.forms import ComposeForm, is_uuid
from thulium_portal.replies.drafts import Files, Saved
from thulium_portal.replies.models import Attachment, Reply, ReplyQuerySet
from thulium_portal.replies.views.support import to_draft
from thulium_portal.storage import services as storage
from thulium_portal.storage import validation
from thulium_portal.tickets import presence
from thulium_portal.tickets.snapshot import read_snapshot


@require_POST
@requires(Permission.READ_TICKETS)
def autosave(request: StaffRequest, ticket_id: int) -> JsonResponse:
    """Keep what is being typed; the answer is the quiet line under the editor."""
    if _is_anothers(request):
        return _signed_out()
    form = ComposeForm(request.POST, ticket_id=ticket_id, user=request.user, for_draft=True)
    if not form.is_valid():
        reasons = " ".join(str(words) for errors in form.errors.values() for words in errors)
        label = f"{_('This text could not be saved.')} {reasons}"
        return JsonResponse({"saved": False, "label": label}, status=422)
    try:
        saved = drafts.save(
            form.text(form.kept_files.values()),
            snapshot=form.snapshot_read(),
            key=form.cleaned_data["submission_key"],
            revision=form.cleaned_data["revision"] or 0,
            actor=request.user,
            send_at=form.cleaned_data["send_at"],
            files=Files(
                form.cleaned_data["keep_files"],
                [str(file.uuid) for file in form.shared_files],
            ),
        )
    except DatabaseError:
        return JsonResponse({"saved": False, "label": _not_saved()}, status=503)
    if saved.draft is not None and not request.POST.get("leaving"):
        presence.note(ticket_id, request.user, writing=True)
    return JsonResponse(_saved(saved))


def _is_anothers(request: StaffRequest) -> bool:
    """Tell whether the page is another person's, who signed out in this browser meanwhile."""
    return request.POST.get("person", "") not in {"", str(request.user.pk)}


def _signed_out() -> JsonResponse:
    return JsonResponse({"saved": False, "label": _("You were signed out.")}, status=401)


def _not_saved() -> str:
    return _("Not saved on the server; the text is kept on this computer.")


def _saved(saved: Saved) -> dict[str, Any]:
    """Return what the page takes in: where the text is now, and under which ids its files are."""
    told: dict[str, Any] = {
        "saved": True,
        "label": _("Empty, so no draft is kept"),
        "revision": 0,
        "submission_key": str(uuids.uuid4()),
        "draft": "",
        "moved_files": {str(old): str(new) for old, new in saved.moved.items()},
        "gone_files": list(map(str, saved.gone)),
    }
    if saved.draft is not None:
        label = (
            _("Saved as a second draft at %(time)s: another window changed the first")
            if saved.apart
            else _("Draft saved %(time)s")
        )
        told |= {
            "label": label % {"time": clock(saved.draft.updated_at)},
            "revision": saved.draft.draft_revision,
            "submission_key": str(saved.draft.submission_key),
            "draft": str(saved.draft.uuid),
        }
    return told


@require_POST
@requires(Permission.READ_TICKETS)
def add_file(request: StaffRequest, ticket_id: int) -> JsonResponse:
    """Take one file into the draft; the same ``key`` never adds it twice."""
    if _is_anothers(request):
        return _signed_out()
    file, key = request.FILES.get("file"), request.POST.get("key", "")
    form_key = request.POST.get("submission_key", "")
    if not isinstance(file, UploadedFile) or not is_uuid(key) or not is_uuid(form_key):
        return _refused_file(_("The file did not arrive whole. Attach it again."))
    known = draft_files.find(uuids.UUID(key), author=request.user)
    if known is not None:
        return JsonResponse(_added(known, known.reply))
    try:
        validation.check(file)
        attachment = _store(request, ticket_id, file)
    except ValidationError as error:
        return _refused_file(" ".join(error.messages))
    except (DatabaseError, OSError):
        label = _("The portal could not store this file.")
        return JsonResponse({"saved": False, "label": label}, status=503)
    return JsonResponse(_added(attachment, attachment.reply))


def _store(request: StaffRequest, ticket_id: int, file: UploadedFile) -> Attachment:
    stored = draft_files.store(file, actor=request.user)
    attachment = None
    try:
        attachment = draft_files.add(
            stored,
            file_key=uuids.UUID(request.POST["key"]),
            snapshot=read_snapshot(request.POST.get("snapshot", ""), ticket_id=ticket_id),
            key=uuids.UUID(request.POST["submission_key"]),
            actor=request.user,
        )
    finally:
        if attachment is None or attachment.file_id != stored.file.pk:
            storage.discard_quietly([stored])
    return attachment


def _refused_file(label: str) -> JsonResponse:
    return JsonResponse({"saved": False, "label": label}, status=422)


def _added(file: Attachment, draft: Reply) -> dict[str, Any]:
    return {
        "saved": True,
        "file": str(file.uuid),
        "name": file.name,
        "size": file.size,
        "submission_key": str(draft.submission_key),
        "revision": draft.draft_revision,
        "draft": str(draft.uuid),
    }


@require_POST
@requires(Permission.READ_TICKETS)
def remove_file(request: StaffRequest, ticket_id: int, file: uuids.UUID) -> HttpResponse:
    """Take a file out of the draft; it is no fault where it is gone already."""
    refuse_anothers(Attachment, request.user, owner="reply__author", uuid=file)
    draft_files.remove(file, ticket_id=ticket_id, actor=request.user)
    return HttpResponse(status=204)


@never_cache
@require_GET
@requires(Permission.READ_TICKETS)
def compare(request: StaffRequest, ticket_id: int) -> HttpResponse:
    """The drafts of this person on one ticket, and the words in which two of them differ."""
    mine = list(drafts.on_ticket(request.user, ticket_id))
    if len(mine) < 2:
        return redirect("replies:compose", ticket_id=ticket_id)
    other = _named(request.GET.get("with", ""), mine[1:]) or mine[1]
    context = {
        "ticket_id": ticket_id,
        "comparison": compare_drafts(mine[0], other),
        "others": mine[1:],
        "subject": mine[0].ticket_subject,
    }
    return render(request, "replies/drafts.html", context)


def _named(uuid: str, among: list[Reply]) -> Reply | None:
    return next((draft for draft in among if str(draft.uuid) == uuid), None)


@require_POST
@requires(Permission.READ_TICKETS)
def discard(request: StaffRequest, ticket_id: int) -> HttpResponse:
    """Throw a draft of this ticket away: the one that is named, else the newest."""
    draft = _draft_of(request.user, ticket_id, request.POST.get("draft", ""))
    if draft is not None and drafts.discard(draft, actor=request.user):
        address = reverse("replies:compose", args=[ticket_id])
        return redirect(f"{address}?discarded={draft.uuid}")
    return redirect("replies:compose", ticket_id=ticket_id)


def _draft_of(person: User, ticket_id: int, uuid: str) -> Reply | None:
    mine = drafts.on_ticket(person, ticket_id)
    if not uuid:
        return mine.first()
    return _found(mine, person, uuid)


def _found(mine: ReplyQuerySet, person: User, uuid: str) -> Reply | None:
    """Return the reply that a form names; one that is gone is none, another's is refused."""
    if not is_uuid(uuid):
        return None
    found = mine.filter(uuid=uuid).first()
    if found is None:
        refuse_anothers(Reply, person, owner="author", uuid=uuid)
    return found


@require_POST
@requires(Permission.READ_TICKETS)
def bring_back(request: StaffRequest, ticket_id: int) -> HttpResponse:
    """Undo the discarding of a draft."""
    uuid = request.POST.get("draft", "")
    mine = Reply.objects.filter(author=request.user, ticket_id=ticket_id)
    reply = _found(mine, request.user, uuid)
    draft = drafts.bring_back(reply, actor=request.user) if reply else None
    if draft is None:
        messages.info(request, _("There is no draft to bring back; it may be back already."))
        return redirect("replies:compose", ticket_id=ticket_id)
    messages.success(request, _("Your text is back, exactly as you left it."))
    return to_draft(draft)
