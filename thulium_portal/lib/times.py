"""Times as people read them."""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def clock(moment: datetime | None) -> str:
    """Return the time of day in the reader's zone and form, with the date unless it is today.

    None gives an empty string.
    """
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    is_today = local.date() == timezone.localdate()
    return date_format(local, "TIME_FORMAT" if is_today else "SHORT_DATETIME_FORMAT")


def moment(time: datetime | None) -> str:
    """Return *time* as :func:`clock` does, but the date before the time of day; None is ""."""
    if time is None:
        return ""
    local = timezone.localtime(time)
    hour = date_format(local, "TIME_FORMAT")
    if local.date() == timezone.localdate():
        return hour
    return f"{date_format(local, 'SHORT_DATE_FORMAT')}, {hour}"


def day_and_time(moment: datetime | None) -> str:
    """Return when something is to happen: “tomorrow, 8:00”, “30 November, 8:00”; None is ""."""
    if moment is None:
        return ""
    local, today = timezone.localtime(moment), timezone.localdate()
    form = "MONTH_DAY_FORMAT" if local.year == today.year else "DATE_FORMAT"
    day = date_format(local, form)
    if local.date() == today:
        day = _("today")
    elif local.date() == today + timedelta(days=1):
        day = _("tomorrow")
    return f"{day}, {time_format(local, 'G:i')}"


def duration(time: timedelta | None) -> str:
    """Return *time* in words, to the minute up to a day and to the hour beyond; None is ""."""
    if time is None:
        return ""
    minutes = round(time.total_seconds() / 60)
    if minutes < 60:
        return _("%(minutes)s min") % {"minutes": minutes}
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": f"{minutes:02}"}
    days, hours = divmod(hours, 24)
    whole = ngettext("%(days)s day", "%(days)s days", days) % {"days": days}
    return _("%(days)s %(hours)s h") % {"days": whole, "hours": hours} if hours else whole
