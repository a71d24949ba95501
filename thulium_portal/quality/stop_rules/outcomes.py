"""What became of the replies that a stop rule stopped."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from thulium_portal.accounts.models import User
from thulium_portal.lib.forms import day_end, day_start
from thulium_portal.replies.decisions.rule_stops import Became, became
from thulium_portal.replies.models import Reply
from thulium_portal.stop_rules.models import RuleStop, StopRule

LOOKED_AT = 200
"""So many of the newest are told apart."""
SHOWN = 25


@dataclass(frozen=True)
class Stopped:
    """A reply that was stopped; none where nothing was sent so far."""

    stop: RuleStop
    reply: Reply | None
    became: Became


@dataclass(frozen=True)
class Outcomes:
    """How often a rule stopped a reply, and what became of the newest of them."""

    total: int
    counts: list[tuple[Became, int]]
    newest: list[Stopped]
    looked_at: int


@dataclass(frozen=True)
class Period:
    """Which of the stopped replies are looked at: all, or of some days or one person."""

    since: date | None = None
    until: date | None = None
    person: User | None = None

    @property
    def is_narrow(self) -> bool:
        """Whether it leaves any out."""
        return self != Period()

    def of(self, stops: QuerySet[RuleStop]) -> QuerySet[RuleStop]:
        """Return those of *stops* that it takes in."""
        if self.since:
            stops = stops.filter(at__gte=day_start(self.since))
        if self.until:
            stops = stops.filter(at__lt=day_end(self.until))
        return stops.filter(author=self.person) if self.person else stops


def outcomes(rule: StopRule, viewer: User, period: Period | None = None) -> Outcomes:
    """Return what *rule* has done so far, or in a *period*, of which more are listed.

    Replies are named where *viewer* may see them.
    """
    period = period or Period()
    rows = period.of(RuleStop.objects.filter(rule=rule))
    stops = list(rows.select_related("author")[:LOOKED_AT])
    keys = [stop.submission_key for stop in stops]
    replies = {
        reply.submission_key: reply
        for reply in Reply.objects.filter(submission_key__in=keys).defer("body", "canned_text")
    }
    visible = Reply.objects.visible_to(viewer).filter(submission_key__in=keys)
    seen = set(visible.values_list("pk", flat=True))
    found = []
    for stop in stops:
        reply = replies.get(stop.submission_key)
        found.append(Stopped(stop, _visible(reply, seen), became(rule.pk, reply)))
    told = Counter(each.became for each in found)
    counts = [(each, told[each]) for each in Became if told[each]]
    shown = found if period.is_narrow else found[:SHOWN]
    return Outcomes(rows.count(), counts, shown, len(found))


def _visible(reply: Reply | None, seen: Collection[int]) -> Reply | None:
    """Return *reply* where it is *seen*, unless it is a draft, its author's alone to read."""
    is_shown = reply is not None and reply.submitted_at is not None and reply.pk in seen
    return reply if is_shown else None
