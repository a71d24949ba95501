"""The database itself refuses to change the record; run on SQLite and PostgreSQL."""

import pytest
from django.contrib.auth import get_user_model
from django.core.checks import CheckMessage, run_checks
from django.core.management import call_command
from django.db import DatabaseError, connection, models, transaction

from tests.support.record import note, sql, submitted
from thulium_portal.audit import triggers
from thulium_portal.audit.models import AuditContent, AuditEntry, Checkpoint
from thulium_portal.audit.services import checkpoint
from thulium_portal.audit.verification import verify

pytestmark = pytest.mark.django_db

ENTRY = (
    "(sequence, at, action, subject_kind, subject_id, state, record, previous_hash, hash)"
    " VALUES ({sequence}, '2026-11-23 10:00:00', 'x', '', '', '', '{{}}', '{previous}', '{hash}')"
)
EVERYWHERE = [
    "UPDATE audit_auditentry SET state = 'sent'",
    "UPDATE audit_auditentry SET sequence = sequence + 10 WHERE sequence = 3",
    "DELETE FROM audit_auditentry WHERE sequence = 3",
    "DELETE FROM audit_auditentry",
    "UPDATE audit_auditcontent SET data = 'Coś innego'",
    "UPDATE audit_checkpoint SET sequence = 1",
    "DELETE FROM audit_checkpoint",
]
POSTGRESQL = [
    "TRUNCATE audit_auditentry CASCADE",
    "TRUNCATE accounts_user CASCADE",
    "TRUNCATE audit_auditcontent",
    "TRUNCATE audit_checkpoint",
    "SET LOCAL session_replication_role = replica; DELETE FROM audit_auditentry WHERE sequence = 3",
    "INSERT INTO audit_auditentry SELECT * FROM audit_auditentry WHERE sequence = 2"
    " ON CONFLICT (sequence) DO UPDATE SET state = 'sent'",
]
SQLITE = [
    "INSERT OR REPLACE INTO audit_auditentry SELECT * FROM audit_auditentry WHERE sequence = 2",
    "REPLACE INTO audit_auditentry SELECT * FROM audit_auditentry WHERE sequence = 3",
    "UPDATE OR REPLACE audit_auditentry SET sequence = 2 WHERE sequence = 3",
    "INSERT INTO audit_auditentry SELECT * FROM audit_auditentry WHERE sequence = 2"
    " ON CONFLICT (sequence) DO UPDATE SET state = 'sent'",
    "INSERT OR REPLACE INTO audit_auditcontent"
    " SELECT id, field, salt, 'Coś innego', entry_id FROM audit_auditcontent WHERE field = 'body'",
    "INSERT OR REPLACE INTO audit_auditcontent (field, salt, data, entry_id)"
    " SELECT field, salt, 'Coś innego', entry_id FROM audit_auditcontent WHERE field = 'body'",
    "INSERT OR REPLACE INTO audit_checkpoint SELECT * FROM audit_checkpoint",
]


@pytest.fixture
def entries(anna):
    made = [submitted(anna), note(), note()]
    checkpoint()
    return made


def refused(statement: str) -> None:
    with pytest.raises(DatabaseError, match="audit:"):
        sql(statement)


@pytest.mark.parametrize("attack", EVERYWHERE)
def test_a_change_is_refused(attack, entries):
    refused(attack)
    assert verify().broken is None


@pytest.mark.parametrize("attack", SQLITE if connection.vendor == "sqlite" else POSTGRESQL)
def test_a_change_by_a_way_of_this_database_is_refused(attack, entries):
    refused(attack)
    assert verify().broken is None
    assert AuditEntry.objects.count() == 3


def test_an_entry_out_of_turn_is_refused(entries):
    tip = entries[-1].hash
    for sequence, previous in [(5, tip), (3, tip), (0, tip), (-1, tip), (4, entries[0].hash)]:
        attack = ENTRY.format(sequence=sequence, previous=previous, hash="ab" * 32)
        refused(f"INSERT INTO audit_auditentry {attack}")


def test_a_next_entry_cannot_push_out_an_older_one_by_its_hash(entries):
    attack = ENTRY.format(sequence=4, previous=entries[-1].hash, hash=entries[0].hash)
    insert = "INSERT OR REPLACE" if connection.vendor == "sqlite" else "INSERT"
    with pytest.raises(DatabaseError):
        sql(f"{insert} INTO audit_auditentry {attack}")
    assert AuditEntry.objects.count() == 3


def test_erasing_a_text_is_not_refused(entries):
    sql("DELETE FROM audit_auditcontent WHERE field = 'body'")
    assert not AuditContent.objects.filter(field="body").exists()


def test_a_person_the_record_names_cannot_be_deleted(entries):
    with pytest.raises(models.ProtectedError):
        get_user_model().objects.all().delete()


def test_every_trigger_is_in_place_after_migrating():
    assert triggers.faults(connection) == []


def test_lifting_the_protection_puts_all_of_it_back(entries):
    connection.check_constraints()
    with triggers.without_triggers():
        assert len(triggers.faults(connection)) >= 7
        Checkpoint.objects.all().delete()
    assert triggers.faults(connection) == []


@pytest.mark.django_db(transaction=True)
def test_a_rebuilt_table_is_protected_again_after_migrating():
    """On SQLite altering a field rebuilds the table, and the triggers are gone."""
    field = AuditEntry._meta.get_field("state")
    longer = models.CharField(max_length=21, blank=True)
    longer.set_attributes_from_name("state")
    longer.model = AuditEntry
    with connection.schema_editor() as editor:
        editor.alter_field(AuditEntry, field, longer, strict=True)
    if connection.vendor == "sqlite":
        assert triggers.faults(connection) != []
    call_command("migrate", verbosity=0, skip_checks=False)
    assert triggers.faults(connection) == []


def protection_errors() -> list[CheckMessage]:
    found = run_checks(databases=["default"], tags=["database"], include_deployment_checks=True)
    return [message for message in found if message.id.startswith("audit.")]


def a_missing_trigger() -> str:
    on = " ON audit_auditentry" if connection.vendor == "postgresql" else ""
    return f"DROP TRIGGER audit_entry_append{on}"


def test_the_system_check_names_a_missing_trigger():
    assert protection_errors() == []
    sql(a_missing_trigger())
    (error,) = protection_errors()
    assert error.id == "audit.E001"
    assert "audit_entry_append" in error.msg


def test_the_system_check_sees_a_trigger_that_was_emptied():
    sql(a_missing_trigger())
    if connection.vendor == "sqlite":
        sql(
            "CREATE TRIGGER audit_entry_append BEFORE INSERT ON audit_auditentry"
            " WHEN 0 BEGIN SELECT RAISE(ABORT, 'audit: broken chain'); END"
        )
    else:
        sql(
            "CREATE TRIGGER audit_entry_append BEFORE INSERT ON audit_auditentry"
            " FOR EACH ROW WHEN (false) EXECUTE FUNCTION audit_append();"
            "ALTER TABLE audit_auditentry ENABLE ALWAYS TRIGGER audit_entry_append"
        )
    assert triggers.faults(connection) == ["audit_entry_append"]


def test_a_switched_off_trigger_is_noticed():
    if connection.vendor == "postgresql":
        sql("ALTER TABLE audit_auditentry DISABLE TRIGGER audit_entry_keep")
    else:
        sql("DROP TRIGGER audit_entry_no_update")
    assert len(triggers.faults(connection)) == 1


def test_the_check_lets_a_database_without_tables_be(monkeypatch):
    monkeypatch.setattr(connection.introspection, "table_names", lambda cursor=None: [])
    assert protection_errors() == []
    triggers.install(connection)
    with transaction.atomic():
        triggers.remove(connection)
    monkeypatch.undo()
    assert triggers.faults(connection) == []
