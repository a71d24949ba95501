"""Rows of tables as lines of JSON, the same whichever database they come from.

The tables are those of the migrations that are applied, told by Django's historical models, so that
rows of an older portal are read and written as that portal would have.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.apps.registry import Apps
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

PAGE = 500
LEFT_OUT = frozenset({"django_session"})
"""Sessions do not come back: some were ended since, for good."""

Row = Sequence[Any]
Told = Callable[[int, int], object]
"""Called with how many rows and files are done, and how many there are."""


def untold(done: int, total: int) -> None:
    """Tell nobody how far it has come."""


@dataclass
class Count:
    """How many rows a table has, and a digest of them that does not ask for their order.

    Databases sort texts differently, so the digests of the rows are added up.
    """

    rows: int = 0
    digest: int = 0

    def add(self, line: bytes) -> None:
        """Count one row by its line."""
        self.rows += 1
        self.digest = (self.digest + int.from_bytes(hashlib.sha256(line).digest())) % 2**256

    def told(self) -> list[str | int]:
        """Return what an archive says of it."""
        return [self.rows, f"{self.digest:064x}"]


@dataclass
class Counts:
    """The counts of all tables by name."""

    tables: dict[str, Count] = field(default_factory=dict)

    def of(self, table: str) -> Count:
        """Return the count of *table*, empty at first."""
        return self.tables.setdefault(table, Count())

    def told(self) -> dict[str, list[str | int]]:
        """Return what an archive says of them."""
        return {name: count.told() for name, count in sorted(self.tables.items())}

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(count.rows for count in self.tables.values())


def tables(apps: Apps) -> list[type[models.Model]]:
    """Return the model of every table that is kept, each once, by the tables' names."""
    found = {
        model._meta.db_table: model
        for model in apps.get_models(include_auto_created=True, include_swapped=False)
        if model._meta.managed and model._meta.db_table not in LEFT_OUT
    }
    return [found[name] for name in sorted(found)]


def columns(model: type[models.Model]) -> list[str]:
    """Return the names of a table's columns in the order in which its rows tell them."""
    return [str(each.column) for each in model._meta.concrete_fields]


def read(model: type[models.Model], using: str) -> Iterator[list[bytes]]:
    """Yield the rows of a table by its key, a page of lines at a time."""
    names = [each.attname for each in model._meta.concrete_fields]
    key = names.index(str(model._meta.pk.attname))
    rows = model._base_manager.using(using).order_by("pk").values_list(*names)
    page = list(rows[:PAGE])
    while page:
        yield [line_of(row) for row in page]
        page = list(rows.filter(pk__gt=page[-1][key])[:PAGE])


def line_of(row: Row) -> bytes:
    """Return the line of a row, without an end of line."""
    told = json.dumps(row, default=_told, sort_keys=True, separators=(",", ":"))
    return told.encode("ascii")


def write(
    model: type[models.Model],
    given: Sequence[str],
    lines: Iterable[bytes],
    connection: BaseDatabaseWrapper,
) -> None:
    """Store rows told by *lines*, whose columns are *given*.

    Raises ``ValueError`` for a line that is no such row, ``django.db.Error`` for a row that the
    database does not take.
    """
    fields = {str(each.column): each for each in model._meta.concrete_fields}
    if set(given) != fields.keys():
        raise ValueError(f"{model._meta.db_table} has other columns")
    meant = [fields[name] for name in given]
    quote = connection.ops.quote_name
    names = ", ".join(map(quote, given))
    marks = ", ".join(["%s"] * len(given))
    values = [
        [_stored(each, value, connection) for each, value in zip(meant, row, strict=True)]
        for row in map(json.loads, lines)
    ]
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ({marks})",  # noqa: S608
            values,
        )


def _stored(meant: "models.Field[Any, Any]", value: Any, connection: BaseDatabaseWrapper) -> Any:
    """Return a value of a line as the database's driver takes it."""
    if isinstance(meant, models.JSONField) and not (value is None and meant.null):
        # JSON has a null of its own, which a column that is never NULL may hold.
        return meant.get_db_prep_value(value, connection)
    if isinstance(meant, models.BinaryField) and value is not None:
        value = base64.b64decode(value, validate=True)
    else:
        value = meant.to_python(value)
    return meant.get_db_prep_save(value, connection)


def _told(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode("ascii")
    raise TypeError(f"a row holds a {type(value).__name__}")
