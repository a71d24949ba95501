"""How current the index is, and why it is not; the words for it are the pages'."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from thulium_portal.tickets.models import TicketIndex


class Problem(StrEnum):
    """Why Thulium's list cannot be followed."""

    NO_RIGHT = "no_right"
    CREDENTIALS = "wrong_credentials"
    SERVER_ERROR = "server_error"
    UNEXPECTED = "unexpected_answer"
    BUSY = "busy"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True)
class Age:
    """How current the index is.

    ``listed_at`` is the moment whose state the lists show, None before the first pass. While that
    one is under way (``is_filling``), ``done`` of ``total`` tickets are there, the newest first.
    """

    listed_at: datetime | None = None
    is_filling: bool = False
    done: int = 0
    total: int = 0
    problem: Problem | None = None
    since: datetime | None = None


def age() -> Age:
    """Return how current the index is now."""
    row = TicketIndex.objects.filter(pk=1).first() or TicketIndex()
    return Age(
        listed_at=row.listed_at,
        is_filling=row.whole_at is None and bool(row.whole),
        done=row.whole.get("offset", 0),
        total=row.whole.get("count", 0),
        problem=Problem(row.problem) if row.problem in set(Problem) else None,
        since=row.problem_since,
    )
