"""``export_evidence`` as an operator meets it."""

import tracemalloc
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.support.packages import unpack, verify
from tests.support.record import note, submitted
from thulium_portal.audit.actions import Action
from thulium_portal.audit.models import AuditEntry
from thulium_portal.evidence import package

pytestmark = pytest.mark.django_db


def export(path: Path, *options: str) -> None:
    call_command("export_evidence", "--output", str(path), *options)


def test_a_ticket_is_packed(tmp_path, anna, capsys):
    submitted(anna)
    path = tmp_path / "evidence.zip"
    export(path, "--ticket", "1234")
    told = capsys.readouterr()
    assert told.out.startswith(f"{path}: ")
    assert "Packing" in told.err
    assert "2/2" in told.err
    assert path.stat().st_mode & 0o777 == 0o600
    assert verify(unpack(path)).fits
    entry = AuditEntry.objects.get(action=Action.AUDIT_EXPORTED)
    assert '"kind":"cli"' in entry.record


def test_days_are_packed_page_by_page(tmp_path, monkeypatch):
    monkeypatch.setattr(package, "PAGE", 2)
    for _ in range(5):
        note()
    export(tmp_path / "evidence.zip", "--since", "2020-01-01", "--until", "2100-12-31")
    verdict = verify(unpack(tmp_path / "evidence.zip"))
    assert verdict.fits, verdict.text
    assert "6 of these 6 entries" in verdict.text


def test_memory_stays_flat_however_long_the_texts_are_together(tmp_path, monkeypatch):
    monkeypatch.setattr(package, "PAGE", 10)
    each, count = 20_000, 300
    for number in range(count):
        note(ticket_id=5, content={"note": str(number) * (each // len(str(number)))})
    tracemalloc.start()
    try:
        export(tmp_path / "evidence.zip", "--ticket", "5")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < each * count / 2
    assert verify(unpack(tmp_path / "evidence.zip")).fits


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ([], "--ticket: "),
        (["--ticket", "x"], "--ticket: "),
        (["--since", "x"], "--since: "),
        (["--since", "2026-11-23", "--until", "2026-11-22"], "--until: "),
        (["--ticket", "99"], "Nothing is recorded of that"),
    ],
)
def test_what_makes_no_sense_is_refused(options, words, tmp_path):
    with pytest.raises(CommandError, match=words):
        export(tmp_path / "evidence.zip", *options)
    assert list(tmp_path.iterdir()) == []
    assert not AuditEntry.objects.exists()


def test_it_says_where_it_cannot_write(tmp_path):
    note(ticket_id=5)
    with pytest.raises(CommandError, match="cannot be written"):
        export(tmp_path / "nowhere" / "evidence.zip", "--ticket", "5")


def test_a_full_disk_leaves_the_old_file_alone(tmp_path, monkeypatch):
    note(ticket_id=5)
    target = tmp_path / "evidence.zip"
    target.write_text("old")
    monkeypatch.setattr(package, "KEPT_FREE", 1 << 60)
    with pytest.raises(CommandError, match="too little room"):
        export(target, "--ticket", "5")
    assert target.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["evidence.zip"]
