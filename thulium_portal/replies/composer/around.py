"""What stands around the text in the composer: the signature below, how a reply usually begins."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from thulium_portal.accounts.models import User
from thulium_portal.lib.forms import parse_id
from thulium_portal.lib.html.plain_text import html_to_text
from thulium_portal.notes import services as notes
from thulium_portal.notes.models import Note
from thulium_portal.replies.models import BodyType
from thulium_portal.signatures import lines, services
from thulium_portal.signatures.choice import NONE, OWN, Choice
from thulium_portal.tickets.snapshot import Snapshot, read_snapshot

if TYPE_CHECKING:
    from thulium_portal.replies.composer.forms import ComposeForm


@dataclass(frozen=True)
class Around:
    """What the page shows around the text: signatures to choose from, first and last words."""

    signatures: list[Choice]
    chosen: str
    is_held: bool
    """Whether the text has the chosen signature already, so that none is put below it."""
    opening: str
    closing: str

    @property
    def begins(self) -> bool:
        """Tell whether there are usual words to begin with."""
        return bool(self.opening or self.closing)


def of_page(form: "ComposeForm", ticket_id: int, user: User) -> Around:
    """Return what stands around the text of *form*."""
    snapshot = read_snapshot(str(form["snapshot"].value() or ""), ticket_id=ticket_id)
    opening, closing, signatures = services.around(snapshot, user)
    usual = next((one.key for one in signatures if one.is_usual), NONE)
    wanted = str(form["signature"].value() or "")
    chosen = wanted if wanted in {NONE, *(one.key for one in signatures)} else usual
    html = next((one.html for one in signatures if one.key == chosen), "")
    body, body_type = str(form["body"].value() or ""), str(form["body_type"].value() or "")
    is_held = bool(html) and lines.holds(body, body_type, html)
    if body.strip():
        return Around(signatures, chosen, is_held, "", "")
    return Around(signatures, chosen, is_held, opening, closing)


@dataclass(frozen=True)
class NoteBox:
    """The note for the team beside the reply: the newest not finished yet, if there is one."""

    note: Note | None
    key: uuid.UUID
    is_open: bool
    others: list[Note]
    """What else is not finished, as where two windows wrote: each is shown, none is merged."""

    @property
    def in_doubt(self) -> bool:
        """Tell whether nobody knows yet if it was saved."""
        return self.note is not None and self.note.in_doubt


def note_box(ticket_id: int, user: User, is_open: bool) -> NoteBox | None:
    """Return what is offered for a note to the team; None where none can be saved."""
    if not notes.is_offered() or not user.can_send:
        return None
    kept = notes.open_notes(ticket_id, user)
    key = kept[0].key if kept else uuid.uuid4()
    return NoteBox(kept[0] if kept else None, key, is_open, kept[1:])


def begun(snapshot: Snapshot, user: User) -> str:
    """Return the usual first and last words with room between, as plain text."""
    parts = services.around(snapshot, user)[:2]
    return "\n\n\n\n".join(filter(None, (html_to_text(part).strip() for part in parts)))


def as_it_leaves(cleaned: Mapping[str, Any], snapshot: Snapshot, user: User) -> str:
    """Return the text of a form as it leaves: with the signature the form names.

    The usual first and last words alone are no text.
    """
    body, body_type = str(cleaned["body"]), str(cleaned.get("body_type", BodyType.HTML))
    signature = named(cleaned.get("signature", ""))
    return services.begun_and_signed(body, body_type, signature, snapshot=snapshot, user=user)


def named(posted: str) -> str:
    """Return which signature a form names; "" where it names none that could be one."""
    return posted if posted in {NONE, OWN} or parse_id(posted) is not None else ""
