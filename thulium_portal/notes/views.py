"""A note for the team on a ticket: kept as it is typed, saved on its own button only."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from thulium_portal.accounts.http import StaffRequest, get_own_or_404, requires
from thulium_portal.accounts.roles import Permission
from thulium_portal.lib.times import clock
from thulium_portal.notes import services
from thulium_portal.notes.models import LONGEST_TEXT, Note

_LARGEST_TICKET = 10**18


@require_POST
@requires(Permission.SEND_REPLIES)
def save(request: StaffRequest, ticket_id: int) -> HttpResponse:
    """Hand the note to Thulium; the page then shows it in the conversation, or what is wrong."""
    key, text = _posted(request, ticket_id)
    if not text.strip():
        messages.error(request, _("Write the note first."))
    else:
        seen = request.POST.get("note_seen", "")
        note = services.save(text, seen=seen, key=key, ticket_id=ticket_id, actor=request.user)
        if over := services.excess(text):
            messages.error(request, _too_long(over))
        if note.key != key:
            messages.warning(request, _apart())
        elif not over:
            _tell(request, note)
    return redirect(f"{reverse('replies:compose', args=[ticket_id])}?act=note")


@require_POST
@requires(Permission.SEND_REPLIES)
def keep(request: StaffRequest, ticket_id: int) -> HttpResponse:
    """Keep what is being typed; the answer is the quiet line below it."""
    key, text = _posted(request, ticket_id)
    if request.POST.get("person", "") not in {"", str(request.user.pk)}:
        return JsonResponse({"label": _("You were signed out.")}, status=401)
    seen = request.POST.get("note_seen", "")
    note = services.keep(text, seen=seen, key=key, ticket_id=ticket_id, actor=request.user)
    label = _("Draft of the note saved %(time)s") % {"time": clock(note.updated_at)}
    over = services.excess(text)
    said = [label, _too_long(over) if over else "", _apart() if note.key != key else ""]
    label = ". ".join(filter(None, said))
    return JsonResponse({"label": label, "key": str(note.key), "seen": note.mark})


@require_POST
@requires(Permission.SEND_REPLIES)
def look(request: StaffRequest, ticket_id: int) -> HttpResponse:
    """Read the ticket for a note of which nobody knows whether it was saved."""
    key, _text = _posted(request, ticket_id)
    mine = Note.objects.filter(author=request.user)
    note = get_own_or_404(mine, request.user, owner="author", key=key, ticket_id=ticket_id)
    _tell(request, services.look(note, actor=request.user))
    return redirect(f"{reverse('replies:compose', args=[ticket_id])}?act=note")


def _posted(request: StaffRequest, ticket_id: int) -> tuple[uuid.UUID, str]:
    """Return the form's key and text; a form without its key gets a new one."""
    if not services.is_offered() or not 0 < ticket_id < _LARGEST_TICKET:
        raise Http404
    if not request.user.can_send:
        raise PermissionDenied
    try:
        key = uuid.UUID(request.POST.get("note_key", ""))
    except ValueError:
        key = uuid.uuid4()
    text = request.POST.get("note", "").replace("\r\n", "\n").replace("\0", "")
    return key, text.encode(errors="replace").decode()


def _too_long(over: int) -> str:
    return ngettext(
        "The note is %(over)d character too long: a ticket takes %(most)d at most. "
        "All of it is still here. Shorten it and save it again.",
        "The note is %(over)d characters too long: a ticket takes %(most)d at most. "
        "All of it is still here. Shorten it and save it again.",
        over,
    ) % {"over": over, "most": LONGEST_TEXT}


def _apart() -> str:
    return _(
        "This note was changed or saved in another window. Your words are kept as a note of "
        "their own and are not on the ticket yet. Open the note again to see all of them."
    )


def _tell(request: StaffRequest, note: Note) -> None:
    state = Note.State
    if note.state == state.SAVED:
        messages.success(request, _("The note is on the ticket. The customer does not see it."))
    elif note.state == state.REFUSED and note.reason == services.UNREAD:
        sentence = _("The ticket cannot be read right now, so the note was not saved. It is kept.")
        messages.error(request, sentence)
    elif note.state == state.REFUSED:
        messages.error(request, _("The note was not saved. Its text is kept; try again."))
    else:
        messages.warning(
            request,
            _(
                "It is not known yet whether the note was saved. Look again in ten minutes; "
                "nothing is repeated."
            ),
        )
