"""Checkpoints: what they say, who signed them, where they lie."""

import json
import stat
from pathlib import Path
from unittest.mock import Mock

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import DatabaseError

from tests.support.record import note, sql
from thulium_portal.audit import checkpoints
from thulium_portal.audit.faults import Broken, RecordFault
from thulium_portal.audit.models import AuditEntry, Checkpoint
from thulium_portal.audit.services import checkpoint
from thulium_portal.audit.signing import current_key
from thulium_portal.audit.verification import verify

pytestmark = pytest.mark.django_db


def lines(data_dir: Path) -> list[dict[str, str]]:
    text = (data_dir / "audit-checkpoints.jsonl").read_text()
    return [json.loads(line) for line in text.splitlines()]


def test_a_checkpoint_says_where_the_chain_stood():
    entry = note()
    made = checkpoint()
    said = json.loads(made.statement)
    assert (said["seq"], said["hash"], said["key"]) == (1, entry.hash, current_key().id)
    assert said["prev"] == "0" * 64
    assert (made.sequence, made.hash, made.key_id) == (1, entry.hash, current_key().id)


def test_anyone_with_the_public_key_can_check_the_signature():
    note()
    made = checkpoint()
    public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(current_key().public_hex))
    public.verify(bytes.fromhex(made.signature), made.statement.encode())


def test_a_checkpoint_lies_in_a_file_beside_the_database_too(data_dir):
    made = []
    for _ in range(2):
        note()
        made.append(checkpoint())
    told = [{"statement": one.statement, "signature": one.signature} for one in made]
    assert lines(data_dir) == told
    assert stat.S_IMODE((data_dir / "audit-checkpoints.jsonl").stat().st_mode) == 0o600


def test_checkpoints_follow_from_one_another():
    note()
    first = checkpoint()
    note()
    second = checkpoint()
    link = checkpoints.link(first.statement, first.signature)
    assert json.loads(second.statement)["prev"] == link
    assert verify().checkpoints == 2


def test_nothing_new_makes_no_new_checkpoint(data_dir):
    assert checkpoint() is None
    note()
    assert checkpoint() == checkpoint()
    assert Checkpoint.objects.count() == len(lines(data_dir)) == 1


def test_every_thousandth_entry_is_signed_by_itself(
    monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(checkpoints, "EVERY", 3)
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(7):
            note()
    assert Checkpoint.objects.count() == 1  # on_commit ran once the seven were in
    assert Checkpoint.objects.get().sequence == 7


def test_a_full_disk_loses_the_checkpoint_but_not_the_entry(
    monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(checkpoints, "EVERY", 1)
    monkeypatch.setattr(checkpoints, "append_to_file", Mock(side_effect=OSError(28, "Full")))
    with django_capture_on_commit_callbacks(execute=True):
        note()
    assert AuditEntry.objects.count() == 1
    assert not Checkpoint.objects.exists()


def test_a_checkpoint_of_a_former_key_counts_while_the_key_is_named(settings):
    note()
    checkpoint()
    former = settings.AUDIT_SIGNING_KEY
    settings.AUDIT_SIGNING_KEY = "another-key-of-fifty-random-characters"
    assert verify().broken == Broken(1, RecordFault.SIGNATURE)
    settings.AUDIT_SIGNING_KEY_FALLBACKS = [former]
    assert verify().broken is None
    note()
    checkpoint()
    assert verify().broken is None
    assert Checkpoint.objects.values("key_id").distinct().count() == 2


def test_a_forged_checkpoint_is_found(settings):
    note()
    settings.AUDIT_SIGNING_KEY, real = "the-forgers-own-key", settings.AUDIT_SIGNING_KEY
    checkpoint()
    settings.AUDIT_SIGNING_KEY = real
    assert verify().broken == Broken(1, RecordFault.SIGNATURE)


@pytest.mark.parametrize(
    ("column", "value", "problem"),
    [
        ("statement", "'{}'", RecordFault.SIGNATURE),
        ("statement", "'no json'", RecordFault.SIGNATURE),
        ("signature", "'00ff'", RecordFault.SIGNATURE),
        ("signature", "'no hex'", RecordFault.SIGNATURE),
        ("hash", "'x'", RecordFault.CHECKPOINT),
    ],
)
def test_a_changed_checkpoint_is_found(column, value, problem, tamper):
    note()
    checkpoint()
    with tamper() as run:
        run(f"UPDATE audit_checkpoint SET {column} = {value}")
    assert verify().broken == Broken(1, problem)


def test_a_missing_checkpoint_is_found(tamper, data_dir):
    for _ in range(3):
        note()
        checkpoint()
    with tamper() as run:
        run("DELETE FROM audit_checkpoint WHERE sequence = 2")
    assert verify().broken == Broken(3, RecordFault.SEQUEL)


def test_a_changed_line_of_the_file_is_found(data_dir):
    note()
    checkpoint()
    path = data_dir / "audit-checkpoints.jsonl"
    path.write_text(path.read_text().replace('\\"seq\\":1', '\\"seq\\":2'))
    assert verify().broken == Broken(2, RecordFault.SIGNATURE)


def test_a_line_that_is_none_is_found(data_dir):
    note()
    (data_dir / "audit-checkpoints.jsonl").write_text("[]\n")
    assert verify().broken == Broken(0, RecordFault.SIGNATURE)


def test_a_line_cut_off_by_a_crash_is_passed_over(data_dir):
    note()
    checkpoint()
    path = data_dir / "audit-checkpoints.jsonl"
    path.write_text(path.read_text() + '{"statement": "{')
    assert verify().broken is None


def test_a_checkpoint_is_not_changed_by_the_portal_itself():
    note()
    made = checkpoint()
    with pytest.raises(DatabaseError, match="audit:"):
        sql("UPDATE audit_checkpoint SET sequence = %s", made.sequence + 1)
