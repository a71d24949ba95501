"""A walk through Thulium's list, page after page, that misses nothing when rows move meanwhile.

The list is sorted by its last change, newest first. What changes moves to its top, where the next
walk begins; what is deleted lets the rows below move up, past the edge of the next page. Pages
overlap for that, and a page that does not join the one before is looked for further up.
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from thulium_portal.thulium import Reason, TicketPage, UnexpectedAnswer
from thulium_portal.tickets.snapshot import fallen_back, local_time

PAGE = 100
OVERLAP = 10
MOST_STEPS_BACK = 20
"""In a list that is in no order no page joins; then the walk goes on all the same."""
BEFORE_NEWEST = timedelta(minutes=5)
"""So much of what was seen is listed again: clocks differ, and what changed then may come late."""
AN_HOUR = timedelta(hours=1)
_MOMENTS = ("began", "since", "newest", "tail_at", "not_before")


def changes_since(newest: datetime, listed_at: datetime | None, now: datetime) -> datetime:
    """Return from where on changes are listed that may not have been told yet.

    Of the hour that autumn has twice, the second is told like the first, which is listed again.
    """
    since = newest - BEFORE_NEWEST
    if listed_at is None:
        return since
    back = fallen_back(listed_at - AN_HOUR - BEFORE_NEWEST, now)
    return min(since, listed_at - back - BEFORE_NEWEST) if back else since


@dataclass(frozen=True)
class Walk:
    """How far a walk has come; ``newest`` is the newest change as it began, by Thulium's clock.

    ``tail`` are the last tickets of the page before, ``tail_at`` when the last one was changed.
    """

    began: datetime
    since: datetime | None = None
    newest: datetime | None = None
    offset: int = 0
    count: int = 0
    tail: tuple[int, ...] = ()
    tail_at: datetime | None = None
    steps_back: int = 0
    left_out: int = 0
    attempt: int = 0
    not_before: datetime | None = None
    failures: int = 0
    is_finished: bool = False

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> "Walk":
        """Return the walk that :meth:`stored` made *stored* of."""
        told: dict[str, Any] = {
            name: datetime.fromisoformat(value) if name in _MOMENTS and value else value
            for name, value in stored.items()
        }
        return cls(**{**told, "tail": tuple(told.get("tail", ()))})

    def stored(self) -> dict[str, Any]:
        """Return it as JSON."""
        told = asdict(self)
        moments = {name: told[name].isoformat() for name in _MOMENTS if told[name]}
        return {**told, **moments, "tail": list(self.tail)}

    def put_off(self, until: datetime) -> "Walk":
        """Return the walk after a page that failed: to go on later."""
        return replace(self, not_before=until, failures=self.failures + 1)

    def without(self, tickets: Collection[int]) -> "Walk":
        """Return the walk with these tickets met, but not stored."""
        return replace(self, left_out=self.left_out + len(tickets))

    def after(self, page: TicketPage) -> "Walk":
        """Return the walk after this *page*, finished where there is nothing more.

        Raises ``UnexpectedAnswer`` where full pages come from behind the list's own end: such a
        list does not heed the place it is asked for, and all but its first page would be missed.
        """
        size = len(page.rows) + page.passed_over
        if not self._joins(page) and self.steps_back < MOST_STEPS_BACK:
            return replace(self, offset=max(0, self.offset - PAGE), steps_back=self.steps_back + 1)
        if page.count is not None and size >= PAGE and self.offset > page.count + PAGE:
            raise UnexpectedAnswer(Reason.UNEXPECTED_ANSWER, status=200)
        ids = [row.id for row in page.rows]
        count = page.count if page.count is not None else self.offset + size
        brings_more = not set(ids) <= set(self.tail)
        is_last = size < PAGE and (self.offset + size >= count or not brings_more)
        changes = [at for row in page.rows if (at := local_time(row.updated_at))]
        return replace(
            self,
            newest=self.newest or max(changes, default=None),
            offset=self.offset + size if is_last else self.offset + max(size - OVERLAP, 1),
            count=count,
            tail=tuple(ids[-OVERLAP:]),
            tail_at=changes[-1] if changes else None,
            left_out=self.left_out + page.passed_over,
            not_before=None,
            failures=0,
            is_finished=is_last,
        )

    def _joins(self, page: TicketPage) -> bool:
        """Tell whether nothing can lie between the page before and this one."""
        if not self.offset or not self.tail:
            return True
        if any(row.id in self.tail for row in page.rows):
            return True
        first = local_time(page.rows[0].updated_at) if page.rows else None
        return first is not None and self.tail_at is not None and first > self.tail_at
