"""Writing a note and handing it to Thulium, once at most.

In the request and not by the worker: the person waits for this one short call and reads its
outcome, nothing is queued behind it, and a note in doubt asks for a look, never for a second call.
"""

import uuid
from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from thulium_portal import gateway
from thulium_portal.accounts.models import User
from thulium_portal.audit.actions import Action
from thulium_portal.audit.services import Subject, record
from thulium_portal.notes.models import LONGEST_TEXT, Note
from thulium_portal.thulium import MessageKind, SendResult, ThuliumError, Ticket, Verdict
from thulium_portal.tickets import reach

READ_SECONDS, TOTAL_SECONDS = 8.0, 12.0
DOUBTFUL_FOR = timedelta(minutes=10)
"""A note that does not show on its ticket by then was not saved, as it is with replies."""
UNREAD = "ticket_unread"
"""Why a note was not called for: its ticket could not be read, so no doubt could be settled."""
State = Note.State
_WRITABLE = (State.DRAFT, State.REFUSED)


def is_offered() -> bool:
    """Tell whether notes can be saved: the field Thulium reads them from is known."""
    return bool(gateway.comment_field())


def open_notes(ticket_id: int, author: User) -> list[Note]:
    """Return the notes this person has not finished on the ticket, the newest first."""
    rows = Note.objects.filter(ticket_id=ticket_id, author=author, erased_at=None)
    return list(rows.exclude(state=State.SAVED).exclude(state=State.DRAFT, text=""))


def excess(text: str) -> int:
    """Return by how many characters *text* is too long for a ticket; 0 where it is not."""
    return max(len(text) - LONGEST_TEXT, 0)


def keep(text: str, *, seen: str, key: uuid.UUID, ticket_id: int, actor: User) -> Note:
    """Keep the whole of what is typed, and nothing in the place of words its writer has not seen.

    *seen* is the :attr:`Note.mark` of the words that the form began with. Where the note under
    *key* has other words by now, or was called for already, *text* becomes a note of its own.
    Raises ``PermissionDenied`` for a person who cannot send.
    """
    _require_writer(actor, ticket_id)
    mine = Note.objects.filter(author=actor, ticket_id=ticket_id, erased_at=None)
    known = mine.filter(key=key).first()
    if known is not None and known.text == text:
        return known
    if known is not None and (not known.text or known.mark == seen):
        # Another request may have been here since: only the words just compared are replaced.
        same = mine.filter(pk=known.pk, text=known.text, state__in=_WRITABLE)
        if same.update(text=text, updated_at=timezone.now()):
            known.refresh_from_db()
            return known
    try:
        with transaction.atomic():
            return Note.objects.create(key=key, ticket_id=ticket_id, author=actor, text=text)
    except IntegrityError:  # the key was used
        twin = mine.filter(text=text, state__in=_WRITABLE).first()
        return twin or Note.objects.create(ticket_id=ticket_id, author=actor, text=text)


def save(text: str, *, seen: str, key: uuid.UUID, ticket_id: int, actor: User) -> Note:
    """Hand a note to Thulium; the same key never does it twice.

    The row says ``saving`` before the call, and the ticket is read before it: without that a doubt
    could not be settled later, so nothing is called for. One that was given up, and shows on the
    ticket by now, is saved without a call. A text with an :func:`excess` is kept whole and not
    called for, nor is one that :func:`keep` made a note of its own. Raises ``PermissionDenied``.
    """
    note = keep(text, seen=seen, key=key, ticket_id=ticket_id, actor=actor)
    if note.key != key or note.state not in _WRITABLE or excess(text) or not is_offered():
        return note
    before = _read(ticket_id)
    if before is None:
        own = Note.objects.filter(pk=note.pk, state__in=_WRITABLE)
        own.update(state=State.REFUSED, reason=UNREAD, settled_at=timezone.now())
        note.refresh_from_db()
        return note
    late = _found(note, before) if note.called_at else None
    values = {
        "state": State.SAVING,
        "agent_login": actor.agent_login,
        "called_at": timezone.now(),
        "settled_at": None,
        "reason": "",
        "last_seen_id": note.last_seen_id if late else before.last_message_id or 0,
    }
    if not Note.objects.filter(pk=note.pk, text=text, state__in=_WRITABLE).update(**values):
        return keep(text, seen=seen, key=key, ticket_id=ticket_id, actor=actor)
    note.refresh_from_db()
    if late:
        return _end(note, State.SAVED, actor, message_id=late)
    client = gateway.thulium_client(read_timeout=READ_SECONDS, total_timeout=TOTAL_SECONDS)
    result = client.add_comment(
        ticket_id, field=gateway.comment_field(), text=text, agent_login=actor.agent_login
    )
    return _settle(note, result, actor)


def look(note: Note, *, actor: User) -> Note:
    """Settle a doubt by reading the ticket: it is there, or ten minutes after the call it is not.

    Raises ``PermissionDenied`` for another person's note.
    """
    if note.author_id != actor.pk:
        raise PermissionDenied
    if not note.in_doubt:
        return note
    ticket = _read(note.ticket_id)
    found = _found(note, ticket) if ticket else None
    is_over = note.called_at is None or timezone.now() - note.called_at >= DOUBTFUL_FOR
    if found is not None:
        return _end(note, State.SAVED, actor, message_id=found)
    if ticket is not None and is_over:
        return _end(note, State.REFUSED, actor, reason="not_found")
    return note


def _settle(note: Note, result: SendResult, actor: User) -> Note:
    if result.verdict is Verdict.SENT:
        return _end(note, State.SAVED, actor)
    if result.verdict is not Verdict.UNKNOWN:
        return _end(note, State.REFUSED, actor, reason=str(result.reason))
    ticket = _read(note.ticket_id)
    found = _found(note, ticket) if ticket else None
    if found is not None:
        return _end(note, State.SAVED, actor, message_id=found)
    return _end(note, State.UNKNOWN, actor, reason=str(result.reason))


def _end(
    note: Note, state: str, actor: User, *, reason: str = "", message_id: int | None = None
) -> Note:
    """Store how a call ended, and record it; one that another request settled stays as it is."""
    values = {
        "state": state,
        "reason": reason[:40],
        "message_id": message_id,
        "settled_at": timezone.now(),
    }
    doubtful = (State.SAVING, State.UNKNOWN)
    with transaction.atomic(durable=True):
        if Note.objects.filter(pk=note.pk, state__in=doubtful).update(**values):
            record(
                Action.NOTE_SAVED if state == State.SAVED else Action.NOTE_FAILED,
                actor=actor,
                subject=Subject("note", str(note.key)),
                ticket_id=note.ticket_id,
                state=str(state),
                facts={
                    "agent_login": note.agent_login,
                    "message_id": message_id,
                    "reason": reason,
                },
                content={"note": note.text},
            )
    note.refresh_from_db()
    return note


def _read(ticket_id: int) -> Ticket | None:
    client = gateway.thulium_client(read_timeout=READ_SECONDS, total_timeout=TOTAL_SECONDS)
    try:
        return client.get_ticket(ticket_id)
    except ThuliumError:
        return None


def _found(note: Note, ticket: Ticket) -> int | None:
    """Return the number of the new comment with the same words by the same login, if any."""
    taken = Note.objects.filter(ticket_id=note.ticket_id, message_id__isnull=False)
    others = set(taken.values_list("message_id", flat=True))
    for message in ticket.messages:
        is_new = message.id is not None and (
            note.last_seen_id is not None and message.id > note.last_seen_id
        )
        if not is_new or message.id in others or message.kind is not MessageKind.COMMENT:
            continue
        is_theirs = message.agent_login.casefold() in {"", note.agent_login.casefold()}
        if is_theirs and (message.comment or message.body).split() == note.text.split():
            return message.id
    return None


def erase_texts(notes: list[int]) -> int:
    """Blank the texts of *notes*; that they were saved stays. Return how many had one."""
    rows = Note.objects.filter(pk__in=notes, erased_at=None)
    return rows.update(text="", erased_at=timezone.now())


def about(tickets: list[int], written: Q) -> list[Note]:
    """Return the notes on *tickets*, and those in whose text *written* holds."""
    rows = Note.objects.filter(Q(ticket_id__in=tickets) | written, erased_at=None)
    return list(rows.exclude(text="").select_related("author"))


def _require_writer(actor: User, ticket_id: int) -> None:
    if not actor.can_send:
        raise PermissionDenied
    reach.require(actor, ticket_id)
