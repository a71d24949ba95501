"""How current the index is, and why it is not: what pages say beside the lists."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from thulium_portal.lib.times import clock
from thulium_portal.tickets.models import TicketIndex

OLD = timedelta(minutes=2)
"""After so long without a finished pass the lists say how old they are."""


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

    @property
    def is_current(self) -> bool:
        """Tell whether the lists need no word about their age."""
        return not self.is_filling and not self.is_old and self.problem is None

    @property
    def is_old(self) -> bool:
        """Tell whether the list was not followed to its end for a while."""
        return self.listed_at is None or self.listed_at < timezone.now() - OLD


def age() -> Age:
    """Return how current the index is now."""
    row = TicketIndex.objects.filter(pk=1).first() or TicketIndex()
    return Age(
        listed_at=row.listed_at,
        is_filling=row.whole_at is None and bool(row.whole),
        done=min(row.whole.get("offset", 0), row.whole.get("count", 0)),
        total=row.whole.get("count", 0),
        problem=Problem(row.problem) if row.problem in set(Problem) else None,
        since=row.problem_since,
    )


def sentence(known: Age) -> str:
    """Return in the reader's words how old the lists are and why; "" where they are current."""
    told = []
    if known.problem:
        told.append(_why(known.problem))
    elif known.is_filling:
        counted = {"done": number_format(known.done), "total": number_format(known.total)}
        told.append(
            _("Tickets are still being loaded, newest first: %(done)s of %(total)s.") % counted
        )
    if known.listed_at is None:
        if not told:
            told.append(_("No tickets have been loaded from Thulium yet."))
    elif known.is_old:
        told.append(_("This is how things stood at %(time)s.") % {"time": clock(known.listed_at)})
    return " ".join(told)


def _why(problem: Problem) -> str:
    return {
        Problem.NO_RIGHT: _(
            "Thulium does not let the portal list tickets: its API user lacks that right."
        ),
        Problem.CREDENTIALS: _("Thulium refuses the portal's API user or its password."),
        Problem.SERVER_ERROR: _("Thulium answers with an error when asked for the list."),
        Problem.UNEXPECTED: _("Thulium's list came in a form the portal does not understand."),
        Problem.BUSY: _("Thulium asked the portal to wait."),
        Problem.UNREACHABLE: _("Thulium cannot be reached right now."),
    }[problem]
