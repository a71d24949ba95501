"""How old the lists are, and why, in one sentence at their foot."""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from thulium_portal.lib.times import clock, duration
from thulium_portal.tickets.index.state import Age, Problem, age

STALE = timedelta(minutes=3)
"""From this age on the lists are said to be possibly out of date."""


class Freshness(NamedTuple):
    """A sentence about the age of the lists, and whether it is bad news."""

    words: str
    worrying: bool = False


def freshness() -> Freshness:
    """Return how current the lists are, as far as the portal knows."""
    known = age()
    if known.problem:
        return Freshness(_trouble(known.problem, known.since or known.listed_at), worrying=True)
    if known.is_filling:
        return Freshness(_filling(known))
    if known.listed_at is None:
        return Freshness(
            _("The tickets have not been listed yet; open them by their number."), worrying=True
        )
    old = timezone.now() - known.listed_at
    if old < timedelta(minutes=1):
        seconds = max(0, round(old.total_seconds()))
        return Freshness(_("Updated from Thulium %(seconds)s s ago") % {"seconds": seconds})
    if old < STALE:
        return Freshness(_("Updated from Thulium %(age)s ago") % {"age": duration(old)})
    return Freshness(
        _("Updated from Thulium at %(time)s; the list may be out of date, number and search work")
        % {"time": clock(known.listed_at)},
        worrying=True,
    )


def _trouble(problem: Problem, since: datetime | None) -> str:
    if problem in {Problem.NO_RIGHT, Problem.CREDENTIALS}:
        return _(
            "The portal has no right to Thulium's list of tickets; tell your administrator. "
            "Tickets open by their number."
        )
    values = {"time": clock(since)}
    if problem is Problem.UNEXPECTED:
        return (
            _(
                "The portal has not understood Thulium's list since %(time)s; "
                "the list may be out of date, number and search work"
            )
            % values
        )
    if problem is Problem.SERVER_ERROR:
        return (
            _(
                "Thulium has failed to list its tickets since %(time)s; "
                "the list may be out of date, number and search work"
            )
            % values
        )
    return (
        _(
            "Thulium has not answered since %(time)s; "
            "the list may be out of date, number and search work"
        )
        % values
    )


def _filling(known: Age) -> str:
    values = {"read": _count(known.done), "all": _count(known.total)}
    if known.total > known.done:
        return _("The list is filling: %(read)s of %(all)s tickets") % values
    return _("The list is filling: %(read)s tickets so far") % values


def _count(number: int) -> str:
    return formats.number_format(number, use_l10n=True, force_grouping=True)
