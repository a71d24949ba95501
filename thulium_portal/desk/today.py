"""What came of the reader's day: replies sent, customers waiting, how long they waited.

Every number leads to the list that holds exactly what it counts.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import Permission
from thulium_portal.canned.models import CannedResponse
from thulium_portal.lib.folding import fold
from thulium_portal.lib.forms import day_end, day_start
from thulium_portal.lib.times import duration
from thulium_portal.replies import response_times, worklist
from thulium_portal.replies.models import Reply, ReplyQuerySet
from thulium_portal.replies.views import index
from thulium_portal.replies.worklist import Waiting
from thulium_portal.tickets.index import lists
from thulium_portal.tickets.index.lists import NO_QUEUE, List
from thulium_portal.tickets.queues import known as known_queues


class Figure(NamedTuple):
    """A number in words, and the address of what it counts; empty where there is nothing."""

    words: str = ""
    url: str = ""


@dataclass(frozen=True)
class Share:
    """The day of one person, or of one queue with everybody's replies."""

    sent: Figure
    waiting: Figure
    longest: Figure
    median: Figure
    name: str = ""


@dataclass(frozen=True)
class Today:
    """One's own day, the canned response used most in it, and the days of the queues."""

    mine: Share
    canned: Figure
    queues: tuple[Share, ...] = ()


@dataclass
class _Queue:
    sent: int = 0
    waits: list[timedelta] = field(default_factory=list)
    waiting: int = 0
    since: datetime | None = None


def of(person: User, waiting: Waiting) -> Today:
    """Return the day of *person*; for who sees everybody's replies those of the queues as well.

    *waiting* is who waits for them.
    """
    values = _sent().filter(author=person).order_by()
    rows = list(values.values_list("canned_response", "waiting_since", "wire_at"))
    first = waiting.first
    return Today(
        mine=Share(
            sent=Figure(str(len(rows)), _replies()),
            waiting=Figure(lists.amount(waiting.number), _tickets(List.MINE)),
            longest=Figure(
                _age(waiting.since), reverse("replies:compose", args=[first]) if first else ""
            ),
            median=_median(response_times.each(row[1:] for row in rows)),
        ),
        canned=_most_used(Counter(row[0] for row in rows if row[0])),
        queues=_of_queues(person) if person.may(Permission.SEE_ALL_REPLIES) else (),
    )


def _of_queues(person: User) -> tuple[Share, ...]:
    """Return the days of the queues in which anything was sent or somebody waits, by name."""
    queues: defaultdict[int, _Queue] = defaultdict(_Queue)
    for queue_id, *times in (
        person.in_reach(_sent()).order_by().values_list("queue_id", "waiting_since", "wire_at")
    ):
        queue = queues[queue_id or NO_QUEUE]
        queue.sent += 1
        queue.waits += response_times.each([times])
    rows = worklist.unanswered(lists.tickets(List.ALL, person))
    for queue_id, number, since in lists.waiting_in_queues(rows):
        queues[queue_id].waiting, queues[queue_id].since = number, since
    names = {NO_QUEUE: _("Without a queue"), **dict(known_queues())}
    shares = [_share(key, queue, names.get(key, str(key))) for key, queue in queues.items()]
    return tuple(sorted(shares, key=lambda share: fold(share.name)))


def _share(queue_id: int, queue: _Queue, name: str) -> Share:
    among = {"who": index.EVERYBODY, "queue": queue_id}
    tickets = _tickets(List.ALL, queue=queue_id, waits=1)
    return Share(
        sent=Figure(str(queue.sent), _replies(**among)),
        waiting=Figure(str(queue.waiting), tickets),
        longest=Figure(_age(queue.since), tickets),
        median=_median(queue.waits, **among),
        name=name,
    )


def _sent() -> ReplyQuerySet:
    day = timezone.localdate()
    return Reply.objects.sent(day_start(day), day_end(day))


def _most_used(uses: Counter[int]) -> Figure:
    """Return the canned response that most replies began with, the older of two as frequent."""
    if not uses:
        return Figure()
    pk = min(uses, key=lambda pk: (-uses[pk], pk))
    title = CannedResponse.objects.values_list("title", flat=True).get(pk=pk)
    return Figure(f"{title} ({uses[pk]})", _replies(canned=pk))


def _median(waits: Iterable[timedelta], **among: Any) -> Figure:
    median = response_times.median_of(waits)
    return Figure() if median is None else Figure(duration(median), _replies(waited=1, **among))


def _age(since: datetime | None) -> str:
    return "" if since is None else duration(max(timezone.now() - since, timedelta()))


def _replies(**more: Any) -> str:
    """Return the address of the replies sent today, of oneself unless *more* says whose."""
    day = timezone.localdate().isoformat()
    return index.address(state=index.SENT, since=day, until=day, **more)


def _tickets(which: List, **more: Any) -> str:
    return f"{reverse('desk:index')}?{urlencode({'list': which, **more})}"
