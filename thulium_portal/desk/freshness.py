"""How old the lists are, and why, in one sentence at their foot."""

from datetime import timedelta
from typing import NamedTuple

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from thulium_portal.lib.times import clock, duration
from thulium_portal.thulium import Reason
from thulium_portal.tickets.models import TicketIndex

STALE = timedelta(minutes=3)
"""From this age on the lists are said to be possibly out of date."""


class Freshness(NamedTuple):
    """A sentence about the age of the lists, and whether it is bad news."""

    words: str
    worrying: bool = False


def freshness() -> Freshness:
    """Return how current the lists are, as far as the portal knows."""
    index = TicketIndex.objects.first()
    if index and index.problem:
        return Freshness(_trouble(index), worrying=True)
    if index and index.whole_at is None and index.pass_offset:
        return Freshness(_filling(index))
    if index is None or index.listed_at is None:
        return Freshness(
            _("The tickets have not been listed yet; open them by their number."), worrying=True
        )
    age = timezone.now() - index.listed_at
    if age < timedelta(minutes=1):
        seconds = max(0, round(age.total_seconds()))
        return Freshness(_("As in Thulium %(seconds)s s ago") % {"seconds": seconds})
    words = {"age": duration(age)}
    if age < STALE:
        return Freshness(_("As in Thulium %(age)s ago") % words)
    return Freshness(
        _("As in Thulium %(age)s ago; the list may be out of date, number and search work") % words,
        worrying=True,
    )


def _trouble(index: TicketIndex) -> str:
    if index.problem in {Reason.NO_RIGHT, Reason.WRONG_CREDENTIALS}:
        return _(
            "The portal has no right to Thulium's list of tickets; tell your administrator. "
            "Tickets open by their number."
        )
    values = {"time": clock(index.problem_since or index.listed_at)}
    if index.problem in {Reason.UNEXPECTED_ANSWER, Reason.REDIRECTED, Reason.NOT_FOUND}:
        return (
            _(
                "The portal has not understood Thulium's list since %(time)s; "
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


def _filling(index: TicketIndex) -> str:
    values = {"read": _count(index.pass_offset), "all": _count(index.pass_count)}
    if index.pass_count > index.pass_offset:
        return _("The list is filling: %(read)s of %(all)s tickets") % values
    return _("The list is filling: %(read)s tickets so far") % values


def _count(number: int) -> str:
    return formats.number_format(number, use_l10n=True, force_grouping=True)
