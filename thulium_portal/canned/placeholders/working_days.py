"""Working days in Poland: Monday to Friday without the public holidays."""

from datetime import date, timedelta
from functools import lru_cache

from django.utils.formats import date_format
from holidays import country_holidays

from thulium_portal.canned.placeholders.registry import MOST_WORKING_DAYS, working_day_name

_SATURDAY = 5


def dates(today: date) -> dict[str, str]:
    """Return each placeholder for a working day ahead with its date, in the active language."""
    return {
        working_day_name(days): date_format(day, "DATE_FORMAT")
        for days, day in enumerate(_ahead(today), start=1)
    }


def next_working_day(day: date) -> date:
    """Return the first working day after *day*."""
    day += timedelta(days=1)
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def is_working_day(day: date) -> bool:
    """Tell whether people work on *day*."""
    return day.weekday() < _SATURDAY and day not in days_off(day.year)


@lru_cache(maxsize=8)
def days_off(year: int) -> frozenset[date]:
    """Return the public holidays of *year*."""
    return frozenset(country_holidays("PL", years=year))


@lru_cache(maxsize=8)
def _ahead(today: date) -> tuple[date, ...]:
    days = [today]
    while len(days) <= MOST_WORKING_DAYS:
        days.append(next_working_day(days[-1]))
    return tuple(days[1:])
