"""Rules that would stop nearly everything, and why: said before they are switched on."""

from enum import StrEnum

from thulium_portal.stop_rules.models import StopRule
from thulium_portal.stop_rules.phrases import BadLine, phrases_in

MOST_STOPPED = 25
"""Of 100 replies tried; where more would have stopped, people soon let everything pass unread."""
FEWEST_TRIED = 8
"""Replies below which a share says nothing."""


class Breadth(StrEnum):
    """Why a rule stops nearly everything."""

    NO_CONDITION = "no_condition"
    SHORT_WORD = "short_word"
    SHARE = "share"


def breadth(rule: StopRule) -> Breadth | None:
    """Return why *rule* would stop nearly everything; None for one that would not."""
    try:
        wanted = phrases_in(rule.words)
    except BadLine:
        return None
    chooses = rule.queues or rule.audience != rule.Audience.EVERYONE or rule.files or rule.timing
    if not wanted and not chooses:
        return Breadth.NO_CONDITION
    if any(phrase.is_broad for phrase in wanted):
        return Breadth.SHORT_WORD
    tried, stopped = rule.trial.get("tried", 0), rule.trial.get("stopped", 0)
    if tried >= FEWEST_TRIED and stopped * 100 > tried * MOST_STOPPED:
        return Breadth.SHARE
    return None


def is_broad(rule: StopRule) -> bool:
    """Tell whether *rule* is switched on only by somebody who says that it is meant."""
    return breadth(rule) is not None
