"""What the guards look at: gathered once for a reply, so that they themselves ask nobody."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from django.db.models import Exists, Q
from django.utils import timezone

from thulium_portal.accounts.models import User
from thulium_portal.canned.models import CannedResponseVersion
from thulium_portal.lib.html.plain_mail import without_quotes
from thulium_portal.lib.html.plain_text import html_to_text
from thulium_portal.replies.audit_facts import plain
from thulium_portal.replies.drafts import Text
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import WAS_SENT, State
from thulium_portal.stop_rules.matching import NamedSize
from thulium_portal.stop_rules.models import StopRule
from thulium_portal.tickets.models import KnownTicket
from thulium_portal.tickets.snapshot import Snapshot

MOST_READ = 50_000
"""Characters of a reply that guards look at; the mistakes they know stand further up."""
MOST_RECENT, RECENT = 20, timedelta(days=2)
"""So many replies of their author, so old at most, are looked at for another customer's data."""
_SUBMITTED = frozenset(State) - {State.DRAFT, State.CANCELLED}
_NUMBER_OR_NAME = re.compile(
    r"[0-9]{3}|@|\b(?:[Pp]an(?:i|a|u|em|ią|ie)?|M(?:r|s|rs)\.?)\s[A-ZĄĆĘŁŃÓŚŹŻ]"
    r"|[A-ZĄĆĘŁŃÓŚŹŻ][^\W\d_]{2,30} [A-ZĄĆĘŁŃÓŚŹŻ][^\W\d_]{2,30}"
)


class InCommon:
    """What the database knows around replies of one author; asked once for many of them.

    *known* are their tickets as the index knows them, None where each is asked for by itself.
    """

    def __init__(self, author: User, known: Mapping[int, KnownTicket] | None = None) -> None:
        self._author, self._known, self._has_rules = author, known, True

    def ticket(self, ticket_id: int) -> KnownTicket | None:
        """Return a ticket as the index knows it."""
        if self._known is not None:
            return self._known.get(ticket_id)
        # Whether any rule is switched on is told along with it: mostly none is.
        rows = KnownTicket.objects.annotate(has_rules=Exists(StopRule.objects.for_sending()))
        row = rows.filter(pk=ticket_id).first()
        self._has_rules = row is None or row.has_rules
        return row

    @cached_property
    def rules(self) -> list[StopRule]:
        """The stop rules that are switched on."""
        return list(StopRule.objects.for_sending()) if self._has_rules else []

    @cached_property
    def recent(self) -> list[Reply]:
        """The author's last replies, to whatever ticket."""
        return _recent(self._author)

    @cached_property
    def sent_before(self) -> int | None:
        """How many replies the author has sent, as far as a rule has to know."""
        return _sent_before(self._author, self.rules)


@dataclass(frozen=True)
class Origin:
    """Who writes a reply, what they saw of its ticket, and what many replies have in common."""

    author: User
    snapshot: Snapshot
    around: InCommon | None = None


@dataclass(frozen=True)
class Situation:
    """A reply as it would leave, and what is known around it.

    ``words`` is all of its text, ``files`` how many go with it; ``recent`` are the author's last
    replies, the newest first, and ``canned_words`` what the canned texts in it say
    by themselves; ``known`` is the ticket as the index knows it, None
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
    canned_words: Sequence[str] = ()
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
    around = origin.around or InCommon(origin.author)
    words = plain(text.body, text.body_type)
    may_be_of_another = _NUMBER_OR_NAME.search(words[:MOST_READ]) is not None
    return Situation(
        text=text,
        words=words,
        files=files,
        author=origin.author,
        snapshot=origin.snapshot,
        recent=around.recent if may_be_of_another else (),
        canned_words=_canned_words(text) if may_be_of_another else (),
        known=around.ticket(origin.snapshot.ticket_id),
        rules=around.rules,
        attached=attached,
        is_planned=is_planned,
        days_here=(timezone.now() - origin.author.date_joined).days,
        sent_before=around.sent_before,
    )


def _recent(author: User) -> list[Reply]:
    """Return what *author* lately sent, as far as another customer's data goes."""
    # Author, state and when it changed last are one index.
    changed = Q(state__in=_SUBMITTED, updated_at__gt=timezone.now() - RECENT)
    sent = Reply.objects.filter(changed, author=author, erased_at=None).order_by("-updated_at")
    columns = ("ticket_id", "ticket_subject", "customer_name", "customer_email", "body")
    return list(sent.only(*columns, "body_type")[:MOST_RECENT])


def _canned_words(text: Text) -> Sequence[str]:
    """Return what the canned texts in *text* say before anything is filled in."""
    own = [text.canned_version] if text.canned_version else []
    others = {*text.inserted} - {each.pk for each in own}
    more = CannedResponseVersion.objects.filter(pk__in=others) if others else ()
    return [html_to_text(each.body) for each in (*own, *more)]


def _sent_before(author: User, rules: Iterable[StopRule]) -> int | None:
    """Return how many replies *author* has sent, as far as a rule has to know."""
    most = max((rule.new_for or 0 for rule in rules if rule.asks_experience), default=0)
    if not most:
        return None
    sent = Reply.objects.filter(author=author, state__in=WAS_SENT)
    return sent[:most].count()
