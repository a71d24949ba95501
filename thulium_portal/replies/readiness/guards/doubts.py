"""Every guard, asked in turn: what is unusual about a reply, so that its author looks once more."""

import logging
from collections.abc import Callable, Iterable

from thulium_portal.replies.readiness.complaints import Complaint
from thulium_portal.replies.readiness.guards.attachment import attachment
from thulium_portal.replies.readiness.guards.own_rules import own_rules
from thulium_portal.replies.readiness.situation import Situation

Guard = Callable[[Situation], Iterable[Complaint]]
"""Looks at a situation and asks nobody: pure and fast."""

ALL: tuple[Guard, ...] = (attachment, own_rules)

logger = logging.getLogger(__name__)


def doubts(situation: Situation, guards: Iterable[Guard] = ALL) -> list[Complaint]:
    """Return what the guards doubt; one that fails itself holds nothing up, its fault is logged."""
    found: list[Complaint] = []
    for guard in guards:
        try:
            found += guard(situation)
        except Exception:
            # No text of a customer may stand in the log: the fault's place is enough.
            logger.exception("the guard %s failed", guard.__module__)
    return found
