"""Every guard, asked in turn: what is unusual about a reply, so that its author looks once more."""

import logging
import traceback
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from thulium_portal.replies.readiness.complaints import Complaint
from thulium_portal.replies.readiness.guards.attachment import attachment
from thulium_portal.replies.readiness.guards.greeting import greeting
from thulium_portal.replies.readiness.guards.other_customer import other_customer
from thulium_portal.replies.readiness.guards.own_rules import own_rules
from thulium_portal.replies.readiness.guards.sender import agent_inactive
from thulium_portal.replies.readiness.guards.ticket import (
    newer_message,
    recipient_changed,
    ticket_closed,
)
from thulium_portal.replies.readiness.situation import Situation

Guard = Callable[[Situation], Iterable[Complaint]]
"""Looks at a situation and asks nobody: pure and fast."""

ALL: tuple[Guard, ...] = (
    *(agent_inactive, ticket_closed, recipient_changed, newer_message),
    *(attachment, greeting, other_customer, own_rules),
)

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Asked:
    """What the guards doubt, and the names of those that failed themselves."""

    doubts: Sequence[Complaint]
    failed: Sequence[str] = ()


def ask(situation: Situation, guards: Iterable[Guard] | None = None) -> Asked:
    """Ask each of *guards*, all where none are named; one that fails itself holds nothing up."""
    found: list[Complaint] = []
    failed: list[str] = []
    for guard in ALL if guards is None else guards:
        try:
            found += guard(situation)
        except Exception as error:  # noqa: BLE001 - whatever it is, the reply is not held up
            failed.append(_name(guard))
            # What the error says may hold a customer's text: only its kind and place are logged.
            logger.error("the guard %s failed: %s", _name(guard), _place(error))  # noqa: TRY400
    return Asked(found, failed)


def doubts(situation: Situation, guards: Iterable[Guard] | None = None) -> list[Complaint]:
    """Return what the guards doubt."""
    return list(ask(situation, guards).doubts)


def _name(guard: Guard) -> str:
    return getattr(guard, "__name__", type(guard).__name__)


def _place(error: Exception) -> str:
    """Return kind and place of *error*, without its words."""
    *_rest, last = traceback.extract_tb(error.__traceback__)
    return f"{type(error).__name__} at {last.filename.rpartition('/')[2]}:{last.lineno}"
