"""Lists page by key, not by offset: page 900 costs what page 1 does, and new rows shift nothing."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Generic, Protocol, TypedDict, TypeVar

from django.db.models import Model, QuerySet

from thulium_portal.lib.forms import parse_id

T = TypeVar("T", bound=Model)
R = TypeVar("R")
_MOST_AT_ONCE = 16_000


class Among(Protocol):
    """Where an index says which keys can be on the list: those below a key, or those above one."""

    def __call__(self, *, below: int | None, above: int | None, limit: int) -> list[int]:
        """Return up to *limit* keys in the order of the list, the nearest first."""


class PageBounds(TypedDict):
    """The keys a page ends before or begins after; both None for the newest page."""

    before: int | None
    after: int | None


@dataclass(frozen=True)
class Page(Generic[T]):
    """Rows, newest first, and the keys from which the neighbouring pages start (None: no more)."""

    rows: list[T]
    older: int | None
    newer: int | None

    def neighbour_urls(self, address: Callable[..., str]) -> dict[str, str]:
        """Return ``newer_url`` and ``older_url`` for a template, empty where there is no such page.

        *address* makes an address of the list from ``before`` or ``after``.
        """
        return {
            "newer_url": address(after=self.newer) if self.newer else "",
            "older_url": address(before=self.older) if self.older else "",
        }


def page_by_key(
    rows: QuerySet[T],
    key: str,
    *,
    size: int,
    before: int | None = None,
    after: int | None = None,
    among: Among | None = None,
) -> Page[T]:
    """Return *size* rows before (older than) or after (newer than) a value of the unique *key*.

    Without either the newest rows come. A page asked for by *after* that is not full is the first.
    *among* leaves out all keys it does not name.
    """
    # One row more than shown tells whether there is a next page.
    if after is not None and before is None:
        newer_rows = list(islice(_walk(rows, key, among, above=after, step=size + 1), size + 1))
        if len(newer_rows) < size:
            return page_by_key(rows, key, size=size, among=among)
        shown = newer_rows[:size][::-1]
        return Page(shown, _key(shown[-1], key), _key(shown[0], key) if newer_rows[size:] else None)
    found = list(islice(_walk(rows, key, among, below=before, step=size + 1), size + 1))
    shown = found[:size]
    older = _key(shown[-1], key) if found[size:] else None
    newer = _key(shown[0], key) if before is not None and shown else None
    return Page(shown, older, newer)


def pages(rows: QuerySet[Any, R], key: str, size: int) -> Iterator[list[R]]:
    """Yield all of *rows* in the order of the unique *key*, at most *size* at a time.

    Each page is a query of its own, so memory stays flat and nothing is locked in between.
    """
    rows = rows.order_by(key)
    page = list(rows[:size])
    while page:
        yield page
        page = list(rows.filter(**{f"{key}__gt": getattr(page[-1], key)})[:size])


def page_bounds(params: Mapping[str, str]) -> PageBounds:
    """Return the bounds that the address of a page names, for :func:`page_by_key`."""
    return {"before": parse_id(params.get("before")), "after": parse_id(params.get("after"))}


def _walk(
    rows: QuerySet[T],
    key: str,
    among: Among | None,
    *,
    below: int | None = None,
    above: int | None = None,
    step: int,
) -> Iterator[T]:
    """Yield rows from *below* down, or from *above* up; *step* are wanted at first."""
    rows = rows.order_by(key if above is not None else f"-{key}")
    if among is None:
        bounds = {f"{key}__lt": below, f"{key}__gt": above}
        given = {name: value for name, value in bounds.items() if value is not None}
        yield from rows.filter(**given)[:step]
        return
    while keys := among(below=below, above=above, limit=step):
        yield from rows.filter(**{f"{key}__in": keys})
        if len(keys) < step:
            return
        below, above = (None, keys[-1]) if above is not None else (keys[-1], None)
        # Filters may leave few of the keys that the index names, so each time more are taken.
        step = min(step * 4, _MOST_AT_ONCE)


def _key(row: Any, key: str) -> int:
    return int(getattr(row, key))
