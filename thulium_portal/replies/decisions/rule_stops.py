"""What became of the replies that stop rules stopped."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import datetime

from django.db import models
from django.utils.translation import pgettext_lazy

from thulium_portal.accounts.models import User
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import TAKEN_BACK, State
from thulium_portal.stop_rules.models import RULE, RuleStop

_CHUNK = 500


class Became(models.TextChoices):
    """How a reply went on after it was stopped."""

    PASSED = "passed", pgettext_lazy("stopped reply", "Let pass by its author")
    APPROVED = "approved", pgettext_lazy("stopped reply", "Approved")
    WAITING = "waiting", pgettext_lazy("stopped reply", "Waiting for approval")
    CHANGED = "changed", pgettext_lazy("stopped reply", "Changed before it was sent")
    NOT_SENT = "not_sent", pgettext_lazy("stopped reply", "Not sent")


def became(rule_id: int, reply: Reply | None) -> Became:
    """Return what became of *reply* after the rule stopped it; of none where nothing was sent."""
    code = f"{RULE}{rule_id}"
    if reply is None or reply.state in (State.DRAFT, *TAKEN_BACK):
        return Became.NOT_SENT
    if code in reply.approval_reasons:
        return Became.APPROVED if reply.approved_at else Became.WAITING
    return Became.PASSED if code in reply.confirmed else Became.CHANGED


def counted(
    since: datetime, until: datetime, author: User | None = None
) -> Mapping[int, Counter[Became]]:
    """Count by rule what became of the replies stopped from *since* to before *until*."""
    stops = RuleStop.objects.filter(at__gte=since, at__lt=until)
    rows = list((stops.filter(author=author) if author else stops).values("rule", "submission_key"))
    columns = ("submission_key", "state", "approval_reasons", "approved_at", "confirmed")
    found: defaultdict[int, Counter[Became]] = defaultdict(Counter)
    for start in range(0, len(rows), _CHUNK):
        part = rows[start : start + _CHUNK]
        keys = [row["submission_key"] for row in part]
        replies = Reply.objects.filter(submission_key__in=keys).only(*columns)
        by_key = {reply.submission_key: reply for reply in replies}
        for row in part:
            found[row["rule"]][became(row["rule"], by_key.get(row["submission_key"]))] += 1
    return found
