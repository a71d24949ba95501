"""Working days in Poland: Monday to Friday without the public holidays."""

from datetime import date, timedelta

from django.utils.formats import date_format
from holidays import country_holidays

from thulium_portal.canned.names import MOST_WORKING_DAYS, working_days

_SATURDAY = 5


def dates(today: date) -> dict[str, str]:
    """Return each placeholder for a working day ahead with its date, in the reader's language."""
    day, found = today, {}
    for days in range(1, MOST_WORKING_DAYS + 1):
        day = next_working_day(day)
        found[working_days(days)] = date_format(day, "DATE_FORMAT")
    return found


def next_working_day(day: date) -> date:
    """Return the first working day after *day*."""
    day += timedelta(days=1)
    free = country_holidays("PL", years=(day.year, day.year + 1))
    while day.weekday() >= _SATURDAY or day in free:
        day += timedelta(days=1)
    return day
