"""Counts of a month, made in one pass over the review's lines and one over the replies.

Replies that were undone or replaced by another are counted nowhere.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from statistics import median
from zoneinfo import ZoneInfo

from django.db import models
from django.utils import timezone

from thulium_portal.accounts.models import User
from thulium_portal.audit.models import ReviewRow
from thulium_portal.canned.models import CannedResponse, EmptySearch
from thulium_portal.canned.search.picker import without_beginnings
from thulium_portal.lib.forms import day_start
from thulium_portal.replies import response_times
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import ATTENTION, TAKEN_BACK, State
from thulium_portal.review import scope
from thulium_portal.review.labels import LIGHTLY, Change

_CHUNK = 5_000


class Wait(StrEnum):
    """How long a customer waited for a reply."""

    QUARTER = "quarter"
    HOUR = "hour"
    FOUR_HOURS = "four_hours"
    DAY = "day"
    LONGER = "longer"


_LIMITS = {
    Wait.QUARTER: timedelta(minutes=15),
    Wait.HOUR: timedelta(hours=1),
    Wait.FOUR_HOURS: timedelta(hours=4),
    Wait.DAY: timedelta(days=1),
    Wait.LONGER: timedelta.max,
}


@dataclass(frozen=True)
class Month:
    """A calendar month in the reader's time zone."""

    first: date

    @classmethod
    def of(cls, day: date) -> "Month":
        return cls(day.replace(day=1))

    @property
    def last(self) -> date:
        return self.following.first - timedelta(days=1)

    @property
    def following(self) -> "Month":
        return Month.of(self.first + timedelta(days=32))  # 32 days on is always the next month

    @property
    def previous(self) -> "Month":
        return Month.of(self.first - timedelta(days=1))

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]

    @property
    def span(self) -> tuple[datetime, datetime]:
        """The moments it begins and the next one begins."""
        return day_start(self.first), day_start(self.following.first)


@dataclass
class Share:
    """The replies of one person or from one canned response."""

    replies: int = 0
    from_canned: int = 0
    unchanged: int = 0
    changed: list[int] = field(default_factory=list)
    waits: list[timedelta] = field(default_factory=list)

    @property
    def median_changed(self) -> int | None:
        """The median share of words changed before sending, in percent."""
        return round(median(self.changed)) if self.changed else None

    @property
    def median_wait(self) -> timedelta | None:
        return response_times.median_of(self.waits)


@dataclass
class Tally:
    """Counts of a month's replies, made in one pass."""

    total: Share = field(default_factory=Share)
    days: Counter[date] = field(default_factory=Counter)
    hours: Counter[int] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    changes: Counter[Change] = field(default_factory=Counter)
    waits: Counter[Wait] = field(default_factory=Counter)
    people: defaultdict[int, Share] = field(default_factory=lambda: defaultdict(Share))
    canned: defaultdict[int, Share] = field(default_factory=lambda: defaultdict(Share))

    @property
    def confirmed(self) -> int:
        """Replies proven to be on their ticket."""
        return self.outcomes[State.CONFIRMED]

    @property
    def attention(self) -> int:
        """Replies that a person should look at."""
        return sum(self.outcomes[str(state)] for state in ATTENTION)


def tally(month: Month, person: User | None = None, reader: User | None = None) -> Tally:
    """Count the replies of *month*, of one *person* or of everybody, that *reader* sees."""
    counted, zone = Tally(), timezone.get_current_timezone()
    for line in _lines(month, person, reader):
        _count(counted, line, zone)
    for author, wait in _waits(month, person, reader):
        counted.waits[_wait(wait)] += 1
        counted.total.waits.append(wait)
        counted.people[author].waits.append(wait)
    return counted


def unused(month: Month) -> "models.QuerySet[CannedResponse]":
    """Return the live shared canned responses that no reply of *month* started from."""
    since, until = month.span
    used = ReviewRow.objects.filter(opened_at__gte=since, opened_at__lt=until)
    return (
        CannedResponse.objects.filter(
            state=CannedResponse.State.LIVE, scope=CannedResponse.Scope.SHARED
        )
        .filter(created_at__lt=until)
        .exclude(pk__in=used.filter(canned_id__isnull=False).values("canned_id"))
        .order_by("title")
    )


def empty_searches(month: Month, most: int = 20) -> list[tuple[str, int]]:
    """Return what was looked for among the canned responses in vain, the most frequent first."""
    days = EmptySearch.objects.filter(day__gte=month.first, day__lte=month.last)
    times: Counter[str] = Counter()
    for words, count in days.values_list("words", "times"):
        times[words] += count
    whole = set(without_beginnings(times))
    return [(words, count) for words, count in times.most_common() if words in whole][:most]


@dataclass(frozen=True)
class _Line:
    at: datetime
    actor: int | None
    state: str
    canned: int | None
    changed: int | None

    @property
    def change(self) -> Change:
        if self.canned is None:
            return Change.SCRATCH
        if self.changed is None:
            return Change.NOT_COMPARED
        if self.changed == 0:
            return Change.UNCHANGED
        return Change.LIGHT if self.changed <= LIGHTLY else Change.HEAVY


def _lines(month: Month, person: User | None, reader: User | None) -> Iterator[_Line]:
    since, until = month.span
    rows = scope.lines(reader).filter(opened_at__gte=since, opened_at__lt=until)
    if person:
        rows = rows.filter(actor=person)
    rows = rows.exclude(state__in=TAKEN_BACK).order_by("opened_at")
    values = rows.values_list("opened_at", "actor", "state", "canned_id", "changed_percent")
    return (_Line(*row) for row in values.iterator(chunk_size=_CHUNK))


def _count(counted: Tally, line: _Line, zone: ZoneInfo) -> None:
    local = line.at.astimezone(zone)
    counted.days[local.date()] += 1
    counted.hours[local.hour] += 1
    counted.outcomes[line.state] += 1
    counted.changes[line.change] += 1
    shares = [counted.total]
    if line.actor is not None:
        shares.append(counted.people[line.actor])
    if line.canned is not None:
        shares.append(counted.canned[line.canned])
    for share in shares:
        share.replies += 1
        share.from_canned += line.canned is not None
        share.unchanged += line.change is Change.UNCHANGED
        if line.changed is not None:
            share.changed.append(line.changed)


def _waits(
    month: Month, person: User | None, reader: User | None
) -> Iterable[tuple[int, timedelta]]:
    since, until = month.span
    sent = Reply.objects.filter(submitted_at__gte=since, submitted_at__lt=until)
    sent = sent.exclude(state__in=[State.DRAFT, *TAKEN_BACK])
    sent = sent if reader is None else reader.in_reach(sent)
    return response_times.of(sent.filter(author=person) if person else sent, "author")


def _wait(wait: timedelta) -> Wait:
    return next(kind for kind, limit in _LIMITS.items() if wait <= limit)
