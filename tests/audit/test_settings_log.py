"""Changes of the portal's settings are recorded with before and after, secrets as fingerprints."""

import json

import pytest

from thulium_portal.audit.models import AuditEntry
from thulium_portal.audit.settings_log import record_settings

pytestmark = pytest.mark.django_db


def facts(entry: AuditEntry) -> dict[str, list[str]]:
    return json.loads(entry.record)["facts"]


def test_the_same_settings_are_recorded_once(settings):
    settings.UNDO_SECONDS = 30
    first = record_settings()
    assert first is not None
    assert "UNDO_SECONDS=30" in facts(first)["settings"]
    assert facts(first)["before"] == []
    assert record_settings() is None


def test_a_change_is_recorded_with_what_was_before(settings):
    settings.UNDO_SECONDS = 30
    record_settings()
    settings.UNDO_SECONDS = 5
    changed = record_settings()
    assert changed is not None
    assert "UNDO_SECONDS=5" in facts(changed)["settings"]
    assert facts(changed)["before"] == ["UNDO_SECONDS=30"]


def test_of_a_secret_only_its_change_is_told(settings):
    settings.THULIUM_API_PASSWORD = "pierwsze-hasło"
    record_settings()
    settings.THULIUM_API_PASSWORD = "drugie-hasło"
    changed = record_settings()
    assert changed is not None
    (before,) = facts(changed)["before"]
    assert before.startswith("THULIUM_API_PASSWORD=")
    assert not AuditEntry.objects.filter(record__contains="hasło").exists()


def test_another_signing_key_is_a_change_of_its_own(settings):
    record_settings()
    settings.AUDIT_SIGNING_KEY = "another-key-of-the-record"
    changed = record_settings()
    assert changed is not None
    assert any(line.startswith("AUDIT_SIGNING_KEY=") for line in facts(changed)["before"])
