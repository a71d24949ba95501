"""A stop rule tried on replies that were sent before: which of them it would have stopped.

It is tried in steps that take a moment each, so that nobody waits for a long one and no process is
held; how far it is stands with the rule, as numbers and keys of replies, never with their texts.
"""

import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Self

from django.utils import timezone

from thulium_portal.accounts.models import User
from thulium_portal.replies.audit_facts import plain
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import WAS_SENT
from thulium_portal.stop_rules import services
from thulium_portal.stop_rules.matching import Facts, Found, NamedSize, fitting
from thulium_portal.stop_rules.models import StopRule

LAST = 500
"""So many replies, the newest first."""
A_MOMENT = 0.5
"""Seconds of one step; one text may take longer, and is the last of its step then."""
SHOWN = 50
"""So many of the replies found are listed."""
_AT_ONCE = 25


@dataclass(frozen=True)
class Trial:
    """How far a rule was tried.

    ``before`` is the key of the oldest reply looked at; ``erased`` counts those whose texts are
    gone, which are looked at and not tried.
    """

    before: int | None = None
    looked_at: int = 0
    tried: int = 0
    erased: int = 0
    hits: list[int] = field(default_factory=list)
    is_over: bool = False
    at: str = ""

    @classmethod
    def of(cls, rule: StopRule) -> Self:
        """Return how far *rule* was tried; what cannot be read counts as not at all."""
        names = {name: value for name, value in rule.trial.items() if name != "stopped"}
        try:
            return cls(**names)
        except TypeError:
            return cls()

    @property
    def has_begun(self) -> bool:
        return self.looked_at > 0 or self.is_over

    @property
    def stopped(self) -> int:
        """How many it would have stopped."""
        return len(self.hits)

    @property
    def moment(self) -> datetime | None:
        """When it was tried last; None for a rule that never was."""
        return datetime.fromisoformat(self.at) if self.at else None

    def stored(self) -> dict[str, Any]:
        """Return it as it is kept with its rule."""
        return asdict(self) | {"stopped": self.stopped}


@dataclass(frozen=True)
class Hit:
    """A reply that the rule would have stopped, and what it was found by."""

    reply: Reply
    found: tuple[Found, ...]


def step(rule: StopRule, *, actor: User, again: bool = False) -> Trial:
    """Try *rule* on further replies for a moment, and keep how far it is; *again* from the first.

    Raises ``PermissionDenied`` for people who may not manage stop rules.
    """
    trial = Trial() if again else Trial.of(rule)
    if not trial.is_over:
        trial = _go_on(rule, trial, actor)
    services.keep_trial(rule, trial.stored(), actor=actor)
    return trial


def _go_on(rule: StopRule, trial: Trial, actor: User) -> Trial:
    until, experience = time.monotonic() + A_MOMENT, _Experience(rule)
    before, looked_at, tried, erased = trial.before, trial.looked_at, trial.tried, trial.erased
    hits, is_over = list(trial.hits), True
    for reply in _replies(actor, before, LAST - looked_at):
        before, looked_at = reply.pk, looked_at + 1
        if reply.erased_at is not None:
            erased += 1
            continue
        tried += 1
        if fitting([rule], facts_of(reply, experience)):
            hits.append(reply.pk)
        if time.monotonic() > until and looked_at < LAST:
            is_over = False
            break
    at = timezone.now().isoformat()
    return Trial(before, looked_at, tried, erased, hits, is_over, at)


def _replies(actor: User, before: int | None, most: int) -> Iterator[Reply]:
    """Yield submitted replies that *actor* may see, the newest first, read a few at a time."""
    rows = Reply.objects.visible_to(actor).filter(submitted_at__isnull=False)
    rows = rows.select_related("author").prefetch_related("attachments").order_by("-pk")
    while most > 0:
        below = rows if before is None else rows.filter(pk__lt=before)
        chunk = list(below[: min(most, _AT_ONCE)])
        yield from chunk
        if len(chunk) < _AT_ONCE:
            return
        before, most = chunk[-1].pk, most - len(chunk)


class _Experience:
    """How many replies an author had sent before one of theirs, as far as a rule has to know."""

    def __init__(self, rule: StopRule) -> None:
        self._most = (rule.new_for or 0) if rule.asks_experience else 0
        self._first: dict[int, list[int]] = {}

    def before(self, reply: Reply) -> int | None:
        if not self._most:
            return None
        if reply.author_id not in self._first:
            sent = Reply.objects.filter(author=reply.author_id, state__in=WAS_SENT)
            keys = sent.order_by("pk").values_list("pk", flat=True)
            self._first[reply.author_id] = list(keys[: self._most])
        return sum(1 for pk in self._first[reply.author_id] if pk < reply.pk)


def facts_of(reply: Reply, experience: _Experience) -> Facts:
    """Return what rules look at of a reply that was submitted before."""
    submitted = reply.submitted_at or reply.created_at
    return Facts(
        words=plain(reply.body, reply.body_type),
        queue_id=reply.queue_id,
        author_id=reply.author_id,
        days_here=(submitted - reply.author.date_joined).days,
        files=[NamedSize(link.name, link.size) for link in reply.attachments.all()],
        is_planned=reply.scheduled,
        sent_before=experience.before(reply),
    )


def hits(rule: StopRule, trial: Trial, *, actor: User) -> list[Hit]:
    """Return the newest replies found, with the words; those that need long are shown without."""
    until, experience = time.monotonic() + A_MOMENT, _Experience(rule)
    rows = Reply.objects.visible_to(actor).filter(pk__in=trial.hits[:SHOWN])
    found = []
    for reply in rows.select_related("author").prefetch_related("attachments").order_by("-pk"):
        fits = []
        if reply.erased_at is None and time.monotonic() < until:
            fits = fitting([rule], facts_of(reply, experience))
        found.append(Hit(reply, fits[0].found if fits else ()))
    return found
