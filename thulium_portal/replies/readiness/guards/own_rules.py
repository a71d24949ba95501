"""The stop rules of supervisors: each that a reply meets says its own sentence."""

from collections.abc import Iterator

from django.utils.html import escape

from thulium_portal.replies.readiness.complaints import Complaint
from thulium_portal.replies.readiness.situation import Situation
from thulium_portal.stop_rules.matching import Facts, fitting


def own_rules(situation: Situation) -> Iterator[Complaint]:
    """Yield a doubt for each rule that is switched on and fits."""
    if not situation.rules:
        return
    for fit in fitting(situation.rules, facts_of(situation)):
        yield Complaint(
            fit.rule.code,
            "body",
            escape(fit.rule.sentence),
            needs_second_person=fit.rule.needs_second_person,
        )


def facts_of(situation: Situation) -> Facts:
    """Return what rules look at of a reply."""
    return Facts(
        words=situation.words,
        queue_id=situation.snapshot.queue_id,
        author_id=situation.author.pk,
        days_here=situation.days_here,
        files=situation.attached,
        is_planned=situation.is_planned,
        sent_before=situation.sent_before,
    )
