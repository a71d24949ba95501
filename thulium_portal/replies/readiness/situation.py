"""What the guards look at: gathered once for a reply, so that they themselves ask nobody."""

from collections.abc import Sequence
from dataclasses import dataclass

from thulium_portal.accounts.models import User
from thulium_portal.replies.audit_facts import plain
from thulium_portal.replies.drafts import Text
from thulium_portal.replies.models import Reply
from thulium_portal.tickets.models import KnownTicket
from thulium_portal.tickets.snapshot import Snapshot

MOST_RECENT = 20
"""So many replies of their author are looked at for what belongs to another customer."""


@dataclass(frozen=True)
class Origin:
    """Who writes a reply, and what they saw of its ticket."""

    author: User
    snapshot: Snapshot


@dataclass(frozen=True)
class Situation:
    """A reply as it would leave, and what is known around it.

    ``words`` is all of its text, ``files`` how many go with it; ``recent`` are the author's last
    replies to other tickets, the newest first; ``known`` is the ticket as the index knows it, None
    where it does not.
    """

    text: Text
    words: str
    files: int
    author: User
    snapshot: Snapshot
    recent: Sequence[Reply] = ()
    known: KnownTicket | None = None


def gather(origin: Origin, text: Text, *, files: int) -> Situation:
    """Return the situation of *text* with so many *files*; asks the database, and nobody else."""
    return Situation(
        text=text,
        words=plain(text.body, text.body_type),
        files=files,
        author=origin.author,
        snapshot=origin.snapshot,
        known=KnownTicket.objects.filter(pk=origin.snapshot.ticket_id).first(),
    )
