"""What the guards look at: gathered once for a reply, so that they themselves ask nobody."""

from collections.abc import Iterable, Mapping, Sequence
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


class Around:
    """What the database knows around replies of one author; asked once for many of them.

    *known* are their tickets as the index knows them, None where each is asked for by itself.
    """

    def __init__(self, author: User, known: Mapping[int, KnownTicket] | None = None) -> None:
        self._author, self._known = author, known

    def ticket(self, ticket_id: int) -> KnownTicket | None:
        """Return a ticket as the index knows it."""
        if self._known is not None:
            return self._known.get(ticket_id)
        return KnownTicket.objects.filter(pk=ticket_id).first()

    @cached_property
    def rules(self) -> list[StopRule]:
        """The stop rules that are switched on."""
        return list(StopRule.objects.for_sending())

    @cached_property
    def sent_before(self) -> int | None:
        """How many replies the author has sent, as far as a rule has to know."""
        return _sent_before(self._author, self.rules)


@dataclass(frozen=True)
class Origin:
    """Who writes a reply, what they saw of its ticket, and what many replies have in common."""

    author: User
    snapshot: Snapshot
    around: Around | None = None


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
    around = origin.around or Around(origin.author)
    return Situation(
        text=text,
        words=plain(text.body, text.body_type),
        files=files,
        author=origin.author,
        snapshot=origin.snapshot,
        known=around.ticket(origin.snapshot.ticket_id),
        rules=around.rules,
        attached=attached,
        is_planned=is_planned,
        days_here=(timezone.now() - origin.author.date_joined).days,
        sent_before=around.sent_before,
    )


def _sent_before(author: User, rules: Iterable[StopRule]) -> int | None:
    """Return how many replies *author* has sent, as far as a rule has to know."""
    most = max((rule.new_for or 0 for rule in rules if rule.asks_experience), default=0)
    if not most:
        return None
    sent = Reply.objects.filter(author=author, state__in=WAS_SENT)
    return sent[:most].count()
