"""The database's own refusal to change the record, on SQLite and PostgreSQL.

Installed by the first migration and again after every migration, since SQLite drops a table's
triggers whenever a migration rebuilds it. A system check and ``verify_audit`` compare what is there
with what is meant.
"""
# ruff: noqa: S608 - the statements are made of this module's own constants

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from thulium_portal.audit.chain import GENESIS

ENTRY = "audit_auditentry"
CONTENT = "audit_auditcontent"
CHECKPOINT = "audit_checkpoint"
TABLES = (ENTRY, CONTENT, CHECKPOINT)

# PostgreSQL's pg_trigger.tgtype: the sum of row 1, before 2, insert 4, delete 8, update 16,
# truncate 32.
_KINDS = {
    7: "BEFORE INSERT ON {table} FOR EACH ROW",
    19: "BEFORE UPDATE ON {table} FOR EACH ROW",
    27: "BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW",
    34: "BEFORE TRUNCATE ON {table} FOR EACH STATEMENT",
}


@dataclass(frozen=True)
class _PgTrigger:
    table: str
    name: str
    kind: int
    function: str


_PG_REFUSE = """
BEGIN
  RAISE EXCEPTION 'audit: the record is never changed' USING ERRCODE = 'restrict_violation';
END
"""

# The table is named by the trigger itself, so that no temporary table can stand in for it.
_PG_APPEND = f"""
DECLARE
  last bigint;
  tip text;
BEGIN
  EXECUTE format('SELECT sequence, hash FROM %I.%I ORDER BY sequence DESC LIMIT 1',
                 TG_TABLE_SCHEMA, TG_TABLE_NAME) INTO last, tip;
  IF NEW.sequence IS DISTINCT FROM coalesce(last, 0) + 1
     OR NEW.previous_hash IS DISTINCT FROM coalesce(tip, '{GENESIS}') THEN
    RAISE EXCEPTION 'audit: broken chain' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END
"""

_PG_FUNCTIONS = {"audit_refuse": _PG_REFUSE, "audit_append": _PG_APPEND}
_PG_TRIGGERS = (
    _PgTrigger(ENTRY, "audit_entry_append", 7, "audit_append"),
    _PgTrigger(ENTRY, "audit_entry_keep", 27, "audit_refuse"),
    _PgTrigger(ENTRY, "audit_entry_keep_all", 34, "audit_refuse"),
    _PgTrigger(CONTENT, "audit_content_keep", 19, "audit_refuse"),
    _PgTrigger(CONTENT, "audit_content_keep_all", 34, "audit_refuse"),
    _PgTrigger(CHECKPOINT, "audit_checkpoint_keep", 27, "audit_refuse"),
    _PgTrigger(CHECKPOINT, "audit_checkpoint_keep_all", 34, "audit_refuse"),
)


def _sqlite(name: str, event: str, table: str, when: str, words: str) -> tuple[str, str]:
    condition = f" WHEN {when}" if when else ""
    body = f"SELECT RAISE(ABORT, 'audit: {words}');"
    return name, f"CREATE TRIGGER {name} BEFORE {event} ON {table}{condition} BEGIN {body} END"


# SQLite fires no delete trigger for the rows an INSERT OR REPLACE throws out, so the insert
# triggers refuse whatever would collide with a row that is there.
_SQLITE = dict(
    [
        _sqlite(
            "audit_entry_append",
            "INSERT",
            ENTRY,
            f"NEW.sequence IS NOT (SELECT coalesce(max(sequence), 0) + 1 FROM {ENTRY})"
            f" OR NEW.previous_hash IS NOT coalesce((SELECT hash FROM {ENTRY}"
            f" ORDER BY sequence DESC LIMIT 1), '{GENESIS}')"
            f" OR EXISTS (SELECT 1 FROM {ENTRY} WHERE hash = NEW.hash)",
            "broken chain",
        ),
        _sqlite("audit_entry_no_update", "UPDATE", ENTRY, "", "the record is never changed"),
        _sqlite("audit_entry_no_delete", "DELETE", ENTRY, "", "the record is never changed"),
        _sqlite(
            "audit_content_append",
            "INSERT",
            CONTENT,
            f"EXISTS (SELECT 1 FROM {CONTENT} WHERE id = NEW.id"
            " OR (entry_id = NEW.entry_id AND field = NEW.field))",
            "a text is never replaced",
        ),
        _sqlite("audit_content_no_update", "UPDATE", CONTENT, "", "a text is never changed"),
        _sqlite(
            "audit_checkpoint_append",
            "INSERT",
            CHECKPOINT,
            f"EXISTS (SELECT 1 FROM {CHECKPOINT} WHERE id = NEW.id)",
            "a checkpoint is never replaced",
        ),
        _sqlite("audit_checkpoint_no_update", "UPDATE", CHECKPOINT, "", "never changed"),
        _sqlite("audit_checkpoint_no_delete", "DELETE", CHECKPOINT, "", "never deleted"),
    ]
)


def install(connection: BaseDatabaseWrapper) -> None:
    """Put every trigger in its place, replacing what has the same name; safe to repeat.

    Does nothing for tables that do not exist (yet).
    """
    statements = _pg_install() if connection.vendor == "postgresql" else _sqlite_install()
    if tables_exist(connection):
        _run(connection, statements)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take every trigger away; the tests' cleaning between test cases is the one use."""
    if tables_exist(connection):
        _run(connection, _removal(connection.vendor))


@contextmanager
def without_triggers(using: str = "default") -> Iterator[None]:
    """Lift the protection for the length of the block: for the flush between tests only."""
    connection = connections[using]
    remove(connection)
    try:
        yield
    finally:
        install(connection)


def faults(connection: BaseDatabaseWrapper) -> list[str]:
    """Return the names of triggers that are missing, switched off or not as they were made."""
    if connection.vendor == "postgresql":
        meant = {
            trigger.name: (trigger.table, "A", trigger.kind, True, _PG_FUNCTIONS[trigger.function])
            for trigger in _PG_TRIGGERS
        }
        there: dict[str, object] = _pg_present(connection)
        return sorted(name for name, shape in meant.items() if there.get(name) != shape)
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        present = dict(cursor.fetchall())
    return sorted(name for name, sql in _SQLITE.items() if present.get(name) != sql)


def tables_exist(connection: BaseDatabaseWrapper) -> bool:
    """Tell whether the record's tables have been made."""
    return set(TABLES) <= set(connection.introspection.table_names())


def _pg_present(connection: BaseDatabaseWrapper) -> dict[str, object]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.tgname, c.relname, t.tgenabled::text, t.tgtype,"
            " t.tgqual IS NULL AND t.tgattr = ''::int2vector, p.prosrc"
            " FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " JOIN pg_proc p ON p.oid = t.tgfoid"
            " WHERE NOT t.tgisinternal AND pg_table_is_visible(c.oid)"
        )
        return {name: tuple(shape) for name, *shape in cursor.fetchall()}


def _sqlite_install() -> list[str]:
    return [line for name, sql in _SQLITE.items() for line in (_drop(name), sql)]


def _drop(name: str) -> str:
    return f"DROP TRIGGER IF EXISTS {name}"


def _pg_install() -> list[str]:
    statements = [
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $${body}$$"
        for name, body in _PG_FUNCTIONS.items()
    ]
    for trigger in _PG_TRIGGERS:
        when = _KINDS[trigger.kind].format(table=trigger.table)
        statements += [
            f"{_drop(trigger.name)} ON {trigger.table}",
            f"CREATE TRIGGER {trigger.name} {when} EXECUTE FUNCTION {trigger.function}()",
            # ALWAYS: a session in replication mode walks past ordinary triggers.
            f"ALTER TABLE {trigger.table} ENABLE ALWAYS TRIGGER {trigger.name}",
        ]
    return statements


def _removal(vendor: str) -> list[str]:
    if vendor == "postgresql":
        return [f"{_drop(trigger.name)} ON {trigger.table}" for trigger in _PG_TRIGGERS]
    return [_drop(name) for name in _SQLITE]


def _run(connection: BaseDatabaseWrapper, statements: list[str]) -> None:
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
