"""Where a canned response came from when a file brought it: its state, its owner, its history.

Who wrote what elsewhere is a name that the file claims. It never becomes a person of this portal:
the author of every version stored here is whoever brought it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from thulium_portal.accounts.models import User
from thulium_portal.canned.models import CannedResponse, CannedResponseVersion
from thulium_portal.canned.placeholders import parser
from thulium_portal.canned.placeholders.nodes import PlaceholderError
from thulium_portal.canned.validation import ResponseText, details
from thulium_portal.lib.html.bounds import is_bounded
from thulium_portal.lib.html.sanitize import clean_reply_html


@dataclass(frozen=True)
class EarlierVersion:
    """A version as it was saved elsewhere; ``files`` of its text are ids of this portal."""

    text: ResponseText
    author: str = ""
    written_at: datetime | None = None
    note: str = ""


@dataclass(frozen=True)
class Origin:
    """What is known of a canned response that was kept elsewhere.

    ``versions`` are all it had, the oldest first; the last one is what it says now, of which author
    and time count. ``owner_name`` is the user name of an owner whom this portal does not know.
    """

    state: str
    owner_name: str = ""
    versions: Sequence[EarlierVersion] = ()


def apply(origin: Origin, response: CannedResponse) -> None:
    """Give *response*, which is not stored yet, what its *origin* says of it as a whole."""
    response.state = origin.state
    response.owner_name = origin.owner_name
    if origin.state == CannedResponse.State.WAITING:
        response.submitted_at = timezone.now()


def store_earlier(origin: Origin, response: CannedResponse, *, actor: User) -> int:
    """Store what *response* said before, brought by *actor*, and return how many versions."""
    earlier = origin.versions[:-1]
    for number, known in enumerate(earlier, start=1):
        body = clean_reply_html(known.text.body) if is_bounded(known.text.body) else ""
        version = CannedResponseVersion.objects.create(
            response=response,
            number=number,
            title=known.text.title,
            body=body,
            placeholders=_fallbacks(body),
            details=details(known.text, response),
            author=actor,
            author_name=known.author,
            written_at=known.written_at,
            note=known.note,
        )
        version.files.set(known.text.files)
    return len(earlier)


def sign(version: CannedResponseVersion, origin: Origin) -> None:
    """Note on *version*, the newest, who wrote it elsewhere, and when."""
    if origin.versions:
        last = origin.versions[-1]
        version.author_name, version.written_at = last.author, last.written_at
        version.note = last.note
        version.save(update_fields=["author_name", "written_at", "note"])


def _fallbacks(body: str) -> dict[str, str]:
    """Return the fallbacks of an old text; one that is not understood any more has none."""
    try:
        return dict(parser.parse(body).fallbacks)
    except PlaceholderError:
        return {}
