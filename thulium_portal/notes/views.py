"""A note for the team on a ticket: kept as it is typed, saved on its own button only."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
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
    elif len(text) > LONGEST_TEXT:
        services.keep(text[:LONGEST_TEXT], key=key, ticket_id=ticket_id, actor=request.user)
        messages.error(request, _("The note is too long; its beginning is kept. Shorten it."))
    else:
        note = services.save(text, key=key, ticket_id=ticket_id, actor=request.user)
        _tell(request, note)
    return redirect(f"{reverse('replies:compose', args=[ticket_id])}?act=note")


@require_POST
@requires(Permission.SEND_REPLIES)
def keep(request: StaffRequest, ticket_id: int) -> HttpResponse:
    """Keep what is being typed; the answer is the quiet line below it."""
    key, text = _posted(request, ticket_id)
    if request.POST.get("person", "") not in {"", str(request.user.pk)}:
        return JsonResponse({"label": _("You were signed out.")}, status=401)
    note = services.keep(text[:LONGEST_TEXT], key=key, ticket_id=ticket_id, actor=request.user)
    label = _("Note kept %(time)s, not on the ticket yet") % {"time": clock(note.updated_at)}
    return JsonResponse({"label": label, "key": str(note.key)})


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


def _tell(request: StaffRequest, note: Note) -> None:
    state = Note.State
    if note.state == state.SAVED:
        messages.success(request, _("The note is on the ticket. The customer does not see it."))
    elif note.state == state.REFUSED and note.reason == services.UNREAD:
        sentence = _("The ticket cannot be read right now, so the note was not saved. It is kept.")
        messages.error(request, sentence)
    elif note.state == state.REFUSED:
        messages.error(request, _("The note was not saved. Its text is kept; try again."))
    elif note.state == state.DRAFT:
        messages.warning(
            request, _("This note was saved before. What differs is kept as a new note.")
        )
    else:
        messages.warning(
            request,
            _(
                "It is not known yet whether the note was saved. Look again in ten minutes; "
                "nothing is repeated."
            ),
        )
