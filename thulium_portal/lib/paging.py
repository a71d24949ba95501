"""Lists page by key, not by offset: page 900 costs what page 1 does, and new rows shift nothing."""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet

T = TypeVar("T", bound=Model)


@dataclass(frozen=True)
class Page(Generic[T]):
    """Rows, newest first, and the keys from which the neighbouring pages start (None: no more)."""

    rows: list[T]
    older: int | None
    newer: int | None


def page_by_key(
    rows: QuerySet[T], key: str, *, size: int, before: int | None = None, after: int | None = None
) -> Page[T]:
    """Return *size* rows before (older than) or after (newer than) a value of the unique *key*.

    Without either the newest rows come. A page asked for by *after* that is not full is the first.
    """
    if after is not None and before is None:
        newer_rows = list(rows.filter(**{f"{key}__gt": after}).order_by(key)[: size + 1])
        if len(newer_rows) < size:
            return page_by_key(rows, key, size=size)
        shown = newer_rows[:size][::-1]
        return Page(shown, _key(shown[-1], key), _key(shown[0], key) if newer_rows[size:] else None)
    if before is not None:
        rows = rows.filter(**{f"{key}__lt": before})
    found = list(rows.order_by(f"-{key}")[: size + 1])
    shown = found[:size]
    older = _key(shown[-1], key) if found[size:] else None
    newer = _key(shown[0], key) if before is not None and shown else None
    return Page(shown, older, newer)


def key_from(text: str | None) -> int | None:
    """Return the key a page's address names, None where it names none."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None


def _key(row: Any, key: str) -> int:
    return int(getattr(row, key))
