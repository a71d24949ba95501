"""What the guards look at: gathered once for a reply, so that they themselves ask nobody."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils import timezone

from thulium_portal.accounts.models import User
from thulium_portal.lib.html.plain_mail import without_quotes
from thulium_portal.replies.audit_facts import plain
from thulium_portal.replies.drafts import Text
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import WAS_SENT
from thulium_portal.stop_rules.matching import NamedSize
from thulium_portal.stop_rules.models import StopRule
from thulium_portal.tickets.models import KnownTicket
from thulium_portal.tickets.snapshot import Snapshot

MOST_READ = 50_000
"""Characters of a reply that guards look at; the mistakes they know stand further up."""
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
    where it does not. ``rules`` are the stop rules that are switched on; for them ``attached``
    tells names and sizes of the files, ``days_here`` for how long the author has been in the
    portal, and ``sent_before`` how many replies they have sent, None where no rule asks for it.
    """

    text: Text
    words: str
    files: int
    author: User
    snapshot: Snapshot
    recent: Sequence[Reply] = ()
    known: KnownTicket | None = None
    rules: Sequence[StopRule] = ()
    attached: Sequence[NamedSize] = ()
    is_planned: bool = False
    days_here: int = 0
    sent_before: int | None = None

    @cached_property
    def own_words(self) -> str:
        """What the reply says itself: neither quoted words nor the history below them."""
        return without_quotes(self.words[:MOST_READ])


def gather(
    origin: Origin,
    text: Text,
    *,
    files: int,
    attached: Sequence[NamedSize] = (),
    is_planned: bool = False,
) -> Situation:
    """Return the situation of *text* with so many *files*; asks the database, and nobody else."""
    rules = list(StopRule.objects.for_sending())
    return Situation(
        text=text,
        words=plain(text.body, text.body_type),
        files=files,
        author=origin.author,
        snapshot=origin.snapshot,
        known=KnownTicket.objects.filter(pk=origin.snapshot.ticket_id).first(),
        rules=rules,
        attached=attached,
        is_planned=is_planned,
        days_here=(timezone.now() - origin.author.date_joined).days,
        sent_before=_sent_before(origin.author, rules),
    )


def _sent_before(author: User, rules: Iterable[StopRule]) -> int | None:
    """Return how many replies *author* has sent, as far as a rule has to know."""
    most = max((rule.new_for or 0 for rule in rules if rule.asks_experience), default=0)
    if not most:
        return None
    sent = Reply.objects.filter(author=author, state__in=WAS_SENT)
    return sent[:most].count()
