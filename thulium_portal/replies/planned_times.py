"""Times to send later: those offered with one click, and what is said of a day nobody works on."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from thulium_portal.canned.placeholders.working_days import (
    days_off,
    is_working_day,
    next_working_day,
)

_MORNING = time(8)
_STEP = 5
"""Minutes to which a time in a few hours is rounded up."""
_FAR = timedelta(days=370)
"""How far ahead days off are told to the page; no reply is planned for later."""
_SUNDAY = 6
_WEEKDAYS = (
    pgettext_lazy("short weekday", "Mon"),
    pgettext_lazy("short weekday", "Tue"),
    pgettext_lazy("short weekday", "Wed"),
    pgettext_lazy("short weekday", "Thu"),
    pgettext_lazy("short weekday", "Fri"),
    pgettext_lazy("short weekday", "Sat"),
    pgettext_lazy("short weekday", "Sun"),
)
"""As within a sentence, which Django's own are not in Polish."""
FORM_VALUE = "%Y-%m-%dT%H:%M"
"""How a form carries a local time."""


@dataclass(frozen=True)
class Preset:
    """A time that is offered; ``value`` goes into the form, as a local time."""

    name: str
    at: datetime
    skipped: str = ""
    """Why it is not the day its name would have meant."""

    @property
    def value(self) -> str:
        return self.at.strftime(FORM_VALUE)

    @property
    def words(self) -> str:
        """Return the day and the time: “Mon, 30 November, 8:00”."""
        return day_and_time(self.at)


def presets(now: datetime, zone: ZoneInfo) -> list[Preset]:
    """Return the times offered at *now* to somebody in *zone*, the nearest first."""
    local = now.astimezone(zone)
    today = local.date()
    tomorrow, working = today + timedelta(days=1), next_working_day(today)
    monday = today + timedelta(days=7 - today.weekday())
    after_holiday = monday if is_working_day(monday) else next_working_day(monday)
    days = {working: _("Tomorrow") if working == tomorrow else _("Next working day")}
    days.setdefault(after_holiday, _("Monday") if after_holiday == monday else _("After Monday"))
    if working == monday and working != tomorrow:
        days[monday] = _("Monday")
    found = [Preset(_("In two hours"), _soon(now, zone))]
    for day, name in days.items():
        skipped = ""
        if day == working and working != tomorrow:
            skipped = off_words(tomorrow)
        elif day == after_holiday != monday:
            skipped = off_words(monday)
        found.append(Preset(name, datetime.combine(day, _MORNING, zone), skipped))
    return found


def off_words(day: date) -> str:
    """Return what keeps people from working on *day*, in words; "" for a working day."""
    if is_working_day(day):
        return ""
    when = formats.date_format(day, "MONTH_DAY_FORMAT")
    if day in days_off(day.year):
        return _("%(day)s is a public holiday") % {"day": when}
    if day.weekday() == _SUNDAY:
        return _("%(day)s is a Sunday") % {"day": when}
    return _("%(day)s is a Saturday") % {"day": when}


def holidays_ahead(today: date) -> list[str]:
    """Return the public holidays until the last day a reply may be planned for, for scripts."""
    last = today + _FAR
    both = days_off(today.year) | days_off(last.year)
    return [day.isoformat() for day in sorted(both) if today <= day <= last]


def day_and_time(moment: datetime) -> str:
    """Return *moment*, local, as “Mon, 30 November, 8:00”."""
    return _("%(weekday)s, %(day)s, %(time)s") % {
        "weekday": _WEEKDAYS[moment.weekday()],
        "day": formats.date_format(moment, "MONTH_DAY_FORMAT"),
        "time": formats.time_format(moment, "G:i"),
    }


def context(now: datetime, zone: ZoneInfo) -> dict[str, object]:
    """Return what a page needs that offers to send later."""
    today = timezone.localdate(now, zone)
    return {
        "presets": presets(now, zone),
        "days_off": " ".join(holidays_ahead(today)),
        "today": today.isoformat(),
    }


def _soon(now: datetime, zone: ZoneInfo) -> datetime:
    # Added in UTC: where the clocks change in between, two hours stay two hours.
    later = now.astimezone(UTC) + timedelta(hours=2)
    later += timedelta(minutes=-later.minute % _STEP)
    return later.replace(second=0, microsecond=0).astimezone(zone)
