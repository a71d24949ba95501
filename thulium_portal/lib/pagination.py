"""Lists page by key, not by offset: page 900 costs what page 1 does, and new rows shift nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Generic, Protocol, TypeVar

from django.db.models import Model, QuerySet

T = TypeVar("T", bound=Model)
_MOST_AT_ONCE = 16_000


class Among(Protocol):
    """Where an index says which keys can be on the list: those below a key, or those above one."""

    def __call__(self, *, below: int | None, above: int | None, limit: int) -> list[int]:
        """Return up to *limit* keys in the order of the list, the nearest first."""


@dataclass(frozen=True)
class Page(Generic[T]):
    """Rows, newest first, and the keys from which the neighbouring pages start (None: no more)."""

    rows: list[T]
    older: int | None
    newer: int | None


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


def key_from(text: str | None) -> int | None:
    """Return the key a page's address names, None where it names none."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None


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
    while numbers := among(below=below, above=above, limit=step):
        yield from rows.filter(**{f"{key}__in": numbers})
        if len(numbers) < step:
            return
        below, above = (None, numbers[-1]) if above is not None else (numbers[-1], None)
        step = min(step * 4, _MOST_AT_ONCE)


def _key(row: Any, key: str) -> int:
    return int(getattr(row, key))
