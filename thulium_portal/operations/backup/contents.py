"""Filling an empty database with rows, comparing them, and bringing them up to this portal."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.apps import apps as installed
from django.apps.registry import Apps
from django.core.management import call_command
from django.db import Error as DatabaseError
from django.db import IntegrityError, connection, connections, transaction

from thulium_portal.accounts.models import User
from thulium_portal.audit import review_comparison, triggers
from thulium_portal.audit.faults import RecordFault
from thulium_portal.audit.verification import verify
from thulium_portal.canned.models import CannedResponse
from thulium_portal.canned.search import index as canned_index
from thulium_portal.lib.pagination import pages
from thulium_portal.operations.backup import rows
from thulium_portal.operations.backup.databases import (
    SNAPSHOT,
    Node,
    another,
    applied,
    apps_of,
    last_keys,
    led_to,
    migrate_to,
    set_last_keys,
    sqlite_at,
)
from thulium_portal.operations.backup.problems import ArchiveProblem
from thulium_portal.operations.backup.rows import Told
from thulium_portal.tickets.index import intake as ticket_index
from thulium_portal.tickets.models import KnownTicket

Batch = tuple[str, Sequence[str], list[bytes]]
"""Some rows: the table, its columns, a line of JSON for each row."""
_OUR_OWN = frozenset({"django_migrations", "django_content_type", "django_session"})
_WORDS = frozenset({"audit_words", "canned_words", "ticket_words"})


class Progress:
    """Adds up what is done and tells it."""

    def __init__(self, told: Told, total: int) -> None:
        self._told, self._total, self._done = told, total, 0

    def __call__(self, more: int) -> None:
        self._done += more
        self._told(min(self._done, self._total), self._total)


@contextmanager
def fresh_sqlite(beside: Path) -> Iterator[Path]:
    """Lead the portal to a new SQLite file beside *beside* for the block; it is gone afterwards."""
    fresh = beside.with_name(f"{beside.name}.restoring")
    parts = [fresh.with_name(f"{fresh.name}{end}") for end in ("", "-journal", "-wal", "-shm")]
    for part in parts:
        part.unlink(missing_ok=True)
    fresh.touch(mode=0o600)
    try:
        with led_to(another(sqlite_at(fresh), "default")):
            yield fresh
    finally:
        for part in parts:
            part.unlink(missing_ok=True)


@contextmanager
def cleared_postgresql() -> Iterator[None]:
    """Give the portal's PostgreSQL without any of its tables; all at once or nothing is changed."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            ours = [name for name in connection.introspection.table_names(cursor) if _is_ours(name)]
            if ours:
                names = ", ".join(map(connection.ops.quote_name, ours))
                cursor.execute(f"DROP TABLE {names}")
        yield


def holds_people() -> bool:
    """Tell whether somebody has an account in the portal's database, of whatever version."""
    return User._meta.db_table in connection.introspection.table_names() and User.objects.exists()


def _is_ours(table: str) -> bool:
    labels = tuple(f"{config.label}_" for config in installed.get_app_configs())
    return table in _OUR_OWN | _WORDS or table.startswith(labels)


def fill(
    nodes: list[Node], batches: Iterable[Batch], sequences: Mapping[str, int], progress: Progress
) -> rows.Counts:
    """Make the tables as of the migrations *nodes* in the empty database, and fill them.

    Then everything is read back; the counts are those of what the database says it holds. The
    record's protection is put in place once they are there; where that fails, nothing is kept.
    """
    apps = migrate_to(nodes)
    triggers.remove(connection)
    try:
        _empty(apps)
        _load(apps, batches, progress)
        connection.check_constraints()
        set_last_keys(dict(sequences), apps)
        triggers.install(connection)
    except IntegrityError as error:
        raise ArchiveProblem(f"its rows do not fit together ({_first_line(error)}).") from error
    return count(apps, "default", progress)


def copy_rows(told: Told) -> None:
    """Fill the portal's empty database with the rows of the snapshot, and compare them."""
    source = connections[SNAPSHOT]
    nodes = applied(source)
    apps = apps_of(nodes)
    meant = rows.Counts()
    total = sum(model._base_manager.using(SNAPSHOT).count() for model in rows.tables(apps))
    counts = fill(nodes, _all_rows(apps, meant), last_keys(source, apps), Progress(told, 2 * total))
    require_equal(counts, meant.told())


def _all_rows(apps: Apps, counts: rows.Counts) -> Iterator[Batch]:
    for model in rows.tables(apps):
        table = model._meta.db_table
        for page in rows.read(model, SNAPSHOT):
            for line in page:
                counts.of(table).add(line)
            yield table, rows.columns(model), page


def count(apps: Apps, using: str, progress: Progress) -> rows.Counts:
    """Read all rows of a database and count them."""
    counts = rows.Counts()
    for model in rows.tables(apps):
        counted = counts.of(model._meta.db_table)
        for page in rows.read(model, using):
            for line in page:
                counted.add(line)
            progress(len(page))
    return counts


def require_equal(there: rows.Counts, meant: Mapping[str, Sequence[Any]]) -> None:
    """Raise :class:`ArchiveProblem` unless the database holds what was *meant*, row by row."""
    found = there.told()
    for table in sorted(found.keys() | meant.keys()):
        if list(found.get(table, [0, "0" * 64])) != list(meant.get(table, [0, "0" * 64])):
            raise ArchiveProblem(f"the rows of {table} did not arrive as they were.")


def bring_up_to_date(*, checkpoints: Path | None, is_broken_let_pass: bool) -> None:
    """Migrate what was filled in to this portal, index its words and check the whole record.

    *checkpoints* is the file of checkpoints that belongs to these rows. Raises
    :class:`ArchiveProblem` where the record does not hold, unless that is let pass.
    """
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    _index_words()
    report = verify(checkpoint_file=checkpoints)
    if report.broken and not is_broken_let_pass:
        strange = report.broken.problem == RecordFault.SIGNATURE
        raise ArchiveProblem(
            "its record was signed with another AUDIT_SIGNING_KEY, so it is of another portal, or "
            "the key was changed; put the former one into AUDIT_SIGNING_KEY_FALLBACKS."
            if strange
            else f"the record in it does not hold: {report.broken} Add --broken-record to restore "
            "it all the same."
        )


def _index_words() -> None:
    with transaction.atomic():
        review_comparison.index_words()
        for responses in pages(CannedResponse.objects.all(), "pk", rows.PAGE):
            canned_index.index(responses)
        for tickets in pages(KnownTicket.objects.all(), "pk", rows.PAGE):
            ticket_index.put_words(tickets)


def _empty(apps: Apps) -> None:
    """Take out the rows that migrations themselves put in."""
    with connection.cursor() as cursor:
        for model in rows.tables(apps):
            if model._base_manager.exists():
                table = connection.ops.quote_name(model._meta.db_table)
                cursor.execute(f"DELETE FROM {table}")  # noqa: S608


def _load(apps: Apps, batches: Iterable[Batch], progress: Progress) -> None:
    models = {model._meta.db_table: model for model in rows.tables(apps)}
    # Rows may come before those they refer to.
    connection.disable_constraint_checking()
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                # Migrations of this transaction have asked to be looked at without delay.
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for table, columns, lines in batches:
            try:
                rows.write(models[table], columns, lines, connection)
            except (KeyError, ValueError, ArithmeticError) as error:
                raise ArchiveProblem(f"it holds rows of {table} that are none.") from error
            except DatabaseError as error:
                raise ArchiveProblem(
                    f"the database does not take a row of {table}: {_first_line(error)}"
                ) from error
            progress(len(lines))


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), "")[:200]
