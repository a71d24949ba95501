"""The report as its page shows it: names instead of codes, pictures, and where each list is."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse
from django.utils import formats
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy

from thulium_portal.accounts.models import User
from thulium_portal.canned.models import CannedResponse
from thulium_portal.lib.times import duration
from thulium_portal.replies.decisions.rule_stops import Became, counted
from thulium_portal.replies.states import State
from thulium_portal.reports.charts import Chart, Point, columns
from thulium_portal.reports.statistics import (
    Month,
    Share,
    Tally,
    Wait,
    empty_searches,
    tally,
    unused,
)
from thulium_portal.review.forms import KEPT, UNDECIDED
from thulium_portal.review.labels import Change, outcome
from thulium_portal.stop_rules.models import StopRule

MOST_ROWS = 20
_WAITS: Mapping[Wait, str | Promise] = {
    Wait.QUARTER: gettext_lazy("Up to 15 minutes"),
    Wait.HOUR: gettext_lazy("Up to an hour"),
    Wait.FOUR_HOURS: gettext_lazy("Up to 4 hours"),
    Wait.DAY: gettext_lazy("Up to a day"),
    Wait.LONGER: gettext_lazy("Longer than a day"),
}


@dataclass(frozen=True)
class Row:
    """One line of a table with its bar; *percent* is its part of all replies."""

    label: str
    value: int
    percent: int
    length: float
    """Of the longest bar, in percent."""
    url: str = ""
    """The list that the number counts."""
    page: str = ""
    """The page of what the line is about."""
    share: Share | None = None


@dataclass(frozen=True)
class RuleRow:
    """What a stop rule did; *query* asks its page for the replies that *total* counts."""

    rule: StopRule
    total: int
    passed: int
    second_person: int
    changed: int
    not_sent: int
    length: float
    query: str


class Report:
    """A month of everybody, or of one person, as far as *reader* sees it."""

    def __init__(
        self, month: Month, person: User | None = None, reader: User | None = None
    ) -> None:
        self.month = month
        self.person = person
        self.tally: Tally = tally(month, person, reader)

    @property
    def replies(self) -> int:
        """All that were submitted and not taken back."""
        return self.tally.total.replies

    @property
    def confirmed_percent(self) -> int:
        """The part that is proven to be on its ticket."""
        return percent(self.tally.confirmed, self.replies)

    @property
    def confirmed_url(self) -> str:
        return self.list_url(state=State.CONFIRMED)

    @property
    def attention_url(self) -> str:
        return self.list_url(state=UNDECIDED)

    @property
    def unchanged_url(self) -> str:
        return self.list_url(changed=Change.UNCHANGED)

    @property
    def unchanged_percent(self) -> int:
        """The part sent unchanged of the replies that were compared with their canned response."""
        return percent(self.tally.total.unchanged, len(self.tally.total.changed))

    @property
    def median_wait(self) -> str:
        """The median time to a reply, in words; empty where none is known."""
        return duration(self.tally.total.median_wait)

    @cached_property
    def days(self) -> Chart:
        return columns([self._day(day) for day in self.month.days])

    @cached_property
    def hours(self) -> Chart:
        """Replies of each hour of the day, all days together."""
        return columns(
            [
                Point(
                    str(hour),
                    self.tally.hours[hour],
                    f"{hour}:00–{hour}:59",
                    self.list_url(hour=str(hour)),
                )
                for hour in range(24)
            ]
        )

    @cached_property
    def outcomes(self) -> list[Row]:
        """Replies by what became of them, the most frequent first."""
        counted = self.tally.outcomes.most_common()
        return self._rows(
            (str(outcome(state).label), number, self.list_url(state=state))
            for state, number in counted
        )

    @cached_property
    def changes(self) -> list[Row]:
        """Replies by how far they went from their canned response."""
        return self._rows(
            (str(kind.label), self.tally.changes[kind], self.list_url(changed=kind))
            for kind in Change
        )

    @cached_property
    def waits(self) -> list[Row]:
        """Replies by how long the customer waited; empty where no waiting is known."""
        if not self.tally.waits:
            return []
        return self._rows(
            ((str(label), self.tally.waits[kind], "") for kind, label in _WAITS.items()),
            whole=self.tally.waits.total(),
        )

    @cached_property
    def people(self) -> list[Row]:
        """Replies by person, the busiest first."""
        known = User.objects.in_bulk(self.tally.people)
        return self._shares(
            self.tally.people,
            lambda pk: str(known[pk]),
            lambda pk: self.list_url(person=known[pk].username),
        )

    @cached_property
    def canned(self) -> list[Row]:
        """Replies by canned response, the most used first."""
        known = CannedResponse.objects.in_bulk(self.tally.canned)
        return self._shares(
            {pk: share for pk, share in self.tally.canned.items() if pk in known},
            lambda pk: known[pk].title,
            lambda pk: self.list_url(canned=str(pk)),
            lambda pk: reverse("canned:show", args=[pk]),
        )[:MOST_ROWS]

    @cached_property
    def stop_rules(self) -> list[RuleRow]:
        """What each stop rule stopped; those that are on stand there without any, too."""
        counts = counted(*self.month.span, self.person)
        named = StopRule.objects.filter(Q(is_active=True) | Q(pk__in=list(counts)))
        most = max((count.total() for count in counts.values()), default=0)
        rows = [self._rule(rule, counts.get(rule.pk, Counter()), most) for rule in named]
        return sorted(rows, key=lambda row: (-row.total, row.rule.name))

    @cached_property
    def unused(self) -> list[CannedResponse]:
        """Live canned responses that nobody used."""
        return list(unused(self.month))

    @cached_property
    def empty_searches(self) -> list[Row]:
        """Words that found no canned response, by how often they were typed."""
        return self._rows((words, times, "") for words, times in empty_searches(self.month))

    def list_url(self, **filters: str) -> str:
        """Return the address of the audit list that one number counts."""
        params = {"since": str(self.month.first), "until": str(self.month.last), "state": KEPT}
        if self.person:
            params["person"] = self.person.username
        return f"{reverse('review:index')}?{urlencode(params | filters)}"

    def _rule(self, rule: StopRule, count: Counter[Became], most: int) -> RuleRow:
        days = {"since": str(self.month.first), "until": str(self.month.last)}
        person = {"person": self.person.username} if self.person else {}
        total = count.total()
        return RuleRow(
            rule,
            total,
            passed=count[Became.PASSED],
            second_person=count[Became.APPROVED] + count[Became.WAITING],
            changed=count[Became.CHANGED],
            not_sent=count[Became.NOT_SENT],
            length=total / most * 100 if most else 0,
            query=urlencode(days | person),
        )

    def _day(self, day: date) -> Point:
        url = self.list_url(since=str(day), until=str(day))
        name = formats.date_format(day, "DATE_FORMAT")
        return Point(str(day.day), self.tally.days[day], name, url)

    def _shares(
        self,
        shares: Mapping[int, Share],
        name: Callable[[int], str],
        url: Callable[[int], str],
        page: Callable[[int], str] = lambda _pk: "",
    ) -> list[Row]:
        ordered = sorted(shares.items(), key=lambda item: (-item[1].replies, name(item[0])))
        rows = self._rows((name(pk), share.replies, url(pk)) for pk, share in ordered)
        return [
            replace(row, share=share, page=page(pk))
            for row, (pk, share) in zip(rows, ordered, strict=True)
        ]

    def _rows(self, counted: Iterable[tuple[str, int, str]], whole: int | None = None) -> list[Row]:
        lines = list(counted)
        longest = max((number for _label, number, _url in lines), default=0)
        whole = self.replies if whole is None else whole
        return [
            Row(
                label, number, percent(number, whole), number / longest * 100 if longest else 0, url
            )
            for label, number, url in lines
        ]


def percent(part: int, whole: int) -> int:
    """Return *part* of *whole* in percent, 0 of nothing."""
    return round(100 * part / whole) if whole else 0
