"""What became of the replies that a stop rule stopped."""

from collections import Counter
from dataclasses import dataclass

from django.db import models
from django.utils.translation import pgettext_lazy

from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import TAKEN_BACK, State
from thulium_portal.stop_rules.models import RuleStop, StopRule

LOOKED_AT = 200
"""So many of the newest are told apart."""
SHOWN = 25


class Became(models.TextChoices):
    """How a reply went on after it was stopped."""

    PASSED = "passed", pgettext_lazy("stopped reply", "Let pass by its author")
    APPROVED = "approved", pgettext_lazy("stopped reply", "Approved")
    WAITING = "waiting", pgettext_lazy("stopped reply", "Waiting for approval")
    CHANGED = "changed", pgettext_lazy("stopped reply", "Changed before it was sent")
    NOT_SENT = "not_sent", pgettext_lazy("stopped reply", "Not sent")


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


def outcomes(rule: StopRule) -> Outcomes:
    """Return what *rule* has done so far."""
    rows = RuleStop.objects.filter(rule=rule)
    stops = list(rows.select_related("author")[:LOOKED_AT])
    keys = [stop.submission_key for stop in stops]
    replies = {
        reply.submission_key: reply
        for reply in Reply.objects.filter(submission_key__in=keys).defer("body", "canned_text")
    }
    found = []
    for stop in stops:
        reply = replies.get(stop.submission_key)
        found.append(Stopped(stop, _visible(reply), _became(rule, reply)))
    counted = Counter(each.became for each in found)
    counts = [(became, counted[became]) for became in Became if counted[became]]
    return Outcomes(rows.count(), counts, found[:SHOWN], len(found))


def _visible(reply: Reply | None) -> Reply | None:
    """Return *reply* unless it is its author's draft, which is nobody else's to read."""
    return None if reply is None or reply.submitted_at is None else reply


def _became(rule: StopRule, reply: Reply | None) -> Became:
    if reply is None or reply.state in (State.DRAFT, *TAKEN_BACK):
        return Became.NOT_SENT
    if rule.code in reply.approval_reasons:
        return Became.APPROVED if reply.approved_at else Became.WAITING
    return Became.PASSED if rule.code in reply.confirmed else Became.CHANGED
