"""Connections beside the portal's own: one that sees a single moment, one to another database."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.apps.registry import Apps
from django.contrib.contenttypes.models import ContentType
from django.db import connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.utils import load_backend

from thulium_portal.operations.backup.problems import ArchiveProblem

SNAPSHOT = "snapshot"
"""The alias under which rows of one moment are read."""
Node = tuple[str, str]
"""A migration: app and name."""


def another(config: dict[str, Any], alias: str) -> BaseDatabaseWrapper:
    """Return a connection of its own by Django's settings of a database; nothing is opened yet."""
    options = {name: value for name, value in config["OPTIONS"].items() if name != "pool"}
    whole = {**connections["default"].settings_dict, **config, "OPTIONS": options}
    wrapper: BaseDatabaseWrapper = load_backend(whole["ENGINE"]).DatabaseWrapper(whole, alias)
    return wrapper


@contextmanager
def snapshot(config: dict[str, Any] | None = None) -> Iterator[BaseDatabaseWrapper]:
    """Let the alias :data:`SNAPSHOT` see the portal's database as it is now, whoever writes on.

    SQLite reads from one moment inside a transaction that is not meant to write, beside which the
    journal cannot be emptied; so it is emptied afterwards. PostgreSQL is asked for REPEATABLE READ.
    *config* names another database.
    """
    config = config or connection.settings_dict
    options = {key: value for key, value in config["OPTIONS"].items() if key != "transaction_mode"}
    source = another({**config, "OPTIONS": options}, SNAPSHOT)
    connections[SNAPSHOT] = source
    try:
        with transaction.atomic(using=SNAPSHOT):
            with source.cursor() as cursor:
                if source.vendor == "postgresql":
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                # The moment is that of the first read.
                cursor.execute("SELECT 1 FROM django_migrations")
            yield source
    finally:
        source.close()
        del connections[SNAPSHOT]


@contextmanager
def led_to(other: BaseDatabaseWrapper) -> Iterator[None]:
    """Lead everything that asks the portal's database to *other* for the length of the block."""
    usual = connections["default"]
    connections["default"] = other
    ContentType.objects.clear_cache()
    try:
        yield
    finally:
        other.close()
        connections["default"] = usual
        ContentType.objects.clear_cache()


def applied(using: BaseDatabaseWrapper) -> list[Node]:
    """Return the migrations that a database has, in an order of their own.

    Raises :class:`ArchiveProblem` where this portal does not know all of them.
    """
    loader = MigrationLoader(using)
    nodes = sorted(loader.applied_migrations)
    require_known(nodes, loader)
    return nodes


def require_known(nodes: list[Node], loader: MigrationLoader | None = None) -> None:
    """Raise :class:`ArchiveProblem` unless this portal has all the migrations *nodes*."""
    known = (loader or MigrationLoader(None)).graph.nodes
    if strange := [node for node in nodes if node not in known]:
        raise ArchiveProblem(
            f"The rows are those of a newer version of the portal ({'.'.join(strange[0])}); use "
            "that one."
        )


def apps_of(nodes: list[Node]) -> Apps:
    """Return the models as they are once the migrations *nodes* were applied."""
    return MigrationLoader(None).project_state(nodes).apps


def migrate_to(nodes: list[Node]) -> Apps:
    """Bring the portal's empty database to the migrations *nodes*; return the models of then."""
    executor = MigrationExecutor(connection)
    children = {
        parent.key
        for node in nodes
        for parent in executor.loader.graph.node_map[node].parents
        if parent.key[0] == node[0]
    }
    executor.migrate([node for node in nodes if node not in children])
    return apps_of(nodes)


def sqlite_at(path: Path) -> dict[str, Any]:
    """Return the settings of an SQLite database that nobody uses yet, made as fast as it can be.

    It is safe only once it was copied or synced.
    """
    quick = "PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF; PRAGMA foreign_keys=OFF;"
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": quick},
    }


def last_keys(using: BaseDatabaseWrapper, apps: Apps) -> dict[str, int]:
    """Return by table the last key that was ever given, so that none is given twice."""
    with using.cursor() as cursor:
        if using.vendor == "sqlite":
            cursor.execute("SELECT name, seq FROM sqlite_sequence")
            return {str(name): int(last) for name, last in cursor.fetchall()}
        found = {}
        for table, sequence in _sequences(using, apps):
            cursor.execute(f"SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {sequence}")  # noqa: S608
            found[table] = int(cursor.fetchone()[0])
        return found


def set_last_keys(given: dict[str, int], apps: Apps) -> None:
    """Let the portal's database go on behind the keys *given* and those its rows have."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, seq FROM sqlite_sequence")
            there = dict(cursor.fetchall())
            cursor.execute("DELETE FROM sqlite_sequence")
            wanted = {
                **there,
                **{name: max(last, there.get(name, 0)) for name, last in given.items()},
            }
            cursor.executemany(
                "INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", list(wanted.items())
            )
            return
        for table, sequence in _sequences(connection, apps):
            cursor.execute(f"SELECT coalesce(max(id), 0) FROM {connection.ops.quote_name(table)}")  # noqa: S608
            last = max(given.get(table, 0), cursor.fetchone()[0])
            cursor.execute("SELECT setval(%s, %s, %s)", [sequence, max(last, 1), last > 0])


def _sequences(using: BaseDatabaseWrapper, apps: Apps) -> list[tuple[str, str]]:
    """Return table and sequence of each table of ours whose keys PostgreSQL gives."""
    models = apps.get_models(include_auto_created=True)
    known = {model._meta.db_table for model in models}
    with using.cursor() as cursor:
        return [
            (table, str(each["name"]))
            for table in sorted(known & set(using.introspection.table_names(cursor)))
            for each in using.introspection.get_sequences(cursor, table)
            if each["column"] == "id"
        ]
