"""Times in any common form; a ticket's as Thulium's local time, which is how it tells them."""

import re
from datetime import UTC, datetime, timedelta, tzinfo
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

SHORTEST_RETRY_AFTER = 1.0
LONGEST_RETRY_AFTER = 900.0
DEFAULT_RETRY_AFTER = 30.0
EARLIEST, LATEST = 1971, 2999
"""Years; what lies outside is how some program writes "never"."""
_LONGEST = 64
"""No common form is longer; what is, is no time."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_STEPS = {9: 1.0, 10: 1.0, 13: 1e-3, 16: 1e-6}
"""Seconds that one step since 1970 takes, by the digits the number of steps is written with."""
_COMPACT = {8: "%Y%m%d", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}
_NUMBER = re.compile(r"(\d{8,16})(?:\.\d{1,9})?", re.ASCII)
_DAY_FIRST = re.compile(r"^(\d{1,2})[.-](\d{1,2})[.-](\d{4})(?!\d),?", re.ASCII)
_YEAR_FIRST = re.compile(r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d),?", re.ASCII)
_SHORT_HOUR = re.compile(r"^([0-9-]{10}[ T])(\d:)")
_OFFSET = re.compile(r"(?<! ) ++([+-]\d\d:?\d\d)$", re.ASCII)
_NAMED_ZONE = re.compile(r"(.*\d) *\(?(UTC|GMT|Z|CET|CEST|[A-Z][a-z]+/[A-Z][A-Za-z_]+)\)?")
_ABBREVIATED = {
    **dict.fromkeys(("UTC", "GMT", "Z"), UTC),
    "CET": ZoneInfo("Etc/GMT-1"),
    "CEST": ZoneInfo("Etc/GMT-2"),
}


def moment(value: object, zone: tzinfo) -> datetime | None:
    """Return the time that *value* tells, local to *zone* and without one; None for no time.

    Read are ISO 8601 with and without a zone, seconds or thousandths since 1970, as numbers or as
    texts, ``20.11.2026 09:15``, ``2026/11/20``, the dates of mails, and what PHP makes of a
    ``DateTime``: an object with ``date`` and ``timezone``. Of ``11/12/2026`` nobody can say whether
    it is in November, so it is none.
    """
    try:
        found = _of_php(value) if isinstance(value, dict) else _of_value(value)
        if found is None:
            return None
        here = local(found, zone)
    except (ValueError, OverflowError, TypeError, KeyError, OSError):
        return None
    return here if EARLIEST <= here.year <= LATEST else None


def local(moment: datetime, zone: tzinfo) -> datetime:
    """Return *moment* as it is told in *zone*, without one; without one it is already."""
    return moment if moment.tzinfo is None else moment.astimezone(zone).replace(tzinfo=None)


def _of_value(value: object) -> datetime | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    words = f"{value:.6f}" if isinstance(value, float) else str(value).strip()
    if len(words) > _LONGEST:
        return None
    if found := _NUMBER.fullmatch(words):
        return _of_digits(words, found[1])
    return _of_words(words)


def _of_digits(words: str, whole: str) -> datetime | None:
    if form := _COMPACT.get(len(whole)):
        return datetime.strptime(words, form)  # noqa: DTZ007 - none is named
    step = _STEPS.get(len(whole))
    return _EPOCH + timedelta(seconds=float(words) * step) if step else None


def _of_words(words: str) -> datetime:
    if named := _NAMED_ZONE.fullmatch(words):
        return _in_zone(_of_words(named[1]), named[2])
    iso = _DAY_FIRST.sub(lambda at: f"{at[3]}-{at[2]:0>2}-{at[1]:0>2}", words)
    iso = _YEAR_FIRST.sub(lambda at: f"{at[1]}-{at[2]:0>2}-{at[3]:0>2}", iso)
    iso = _OFFSET.sub(r"\1", _SHORT_HOUR.sub(r"\g<1>0\2", iso))
    try:
        return datetime.fromisoformat(iso)
    except ValueError:
        return parsedate_to_datetime(words)


def _of_php(value: dict[str, object]) -> datetime | None:
    """Read a ``DateTime`` of PHP, whose zone is an offset, an abbreviation or a name."""
    found, named = _of_value(value.get("date")), value.get("timezone")
    if found is None or not isinstance(named, str):
        return found
    return _in_zone(found, named.strip()[:_LONGEST])


def _in_zone(moment: datetime, name: str) -> datetime:
    """Give *moment*, where it has none, the zone that is written as *name*.

    Raises ``ValueError`` or ``KeyError`` for an unknown one.
    """
    if moment.tzinfo is not None:
        return moment
    if name[:1] in {"+", "-"}:
        return datetime.fromisoformat(f"{moment.isoformat()}{name}")
    return moment.replace(tzinfo=_ABBREVIATED.get(name) or ZoneInfo(name))


def retry_after(value: str) -> float:
    """Return the seconds that ``Retry-After`` asks for (a number or an HTTP date), 1 to 900."""
    try:
        return min(max(_seconds(value.strip()), SHORTEST_RETRY_AFTER), LONGEST_RETRY_AFTER)
    except (ValueError, OverflowError):
        return DEFAULT_RETRY_AFTER


def _seconds(text: str) -> float:
    if text.isascii() and text.isdigit():
        return float(text[:9])
    until = parsedate_to_datetime(text)
    moment = until if until.tzinfo else until.replace(tzinfo=UTC)
    return (moment - datetime.now(UTC)).total_seconds()
