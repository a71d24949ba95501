"""``verify_audit`` and ``export_audit`` as an operator meets them."""

import csv
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from python_calamine import CalamineWorkbook

from tests.support.record import note, submitted
from thulium_portal.audit import verification
from thulium_portal.audit.actions import Action
from thulium_portal.audit.models import AuditEntry, Checkpoint

pytestmark = pytest.mark.django_db


def test_verify_says_that_the_record_holds(capsys):
    note()
    note()
    call_command("verify_audit")
    told = capsys.readouterr()
    assert told.out == "The record holds: 2 entries, 0 checkpoints, 0 texts erased.\n"
    assert "2/2" in told.err
    entry = AuditEntry.objects.first()
    assert entry.action == Action.AUDIT_VERIFIED
    assert '"kind":"cli"' in entry.record


def test_verify_names_the_first_broken_entry_and_fails(capsys, tamper):
    for _ in range(3):
        note()
    with tamper() as sql:
        sql("UPDATE audit_auditentry SET state = 'sent' WHERE sequence >= 2")
    with pytest.raises(SystemExit) as ended:
        call_command("verify_audit")
    assert ended.value.code == 1
    told = capsys.readouterr()
    assert "Entry 2 shows something else than what was recorded." in told.err
    assert "holds" not in told.out


def test_an_interrupted_check_says_how_to_go_on(capsys, monkeypatch):
    for _ in range(3):
        note()
    monkeypatch.setattr("thulium_portal.audit.verification.PAGE", 2)
    contents = verification._contents

    def cut(entries: list[AuditEntry]) -> object:
        if entries[0].sequence > 1:
            raise KeyboardInterrupt
        return contents(entries)

    monkeypatch.setattr("thulium_portal.audit.verification._contents", cut)
    with pytest.raises(SystemExit) as ended:
        call_command("verify_audit")
    assert ended.value.code == 130
    assert "Interrupted after entry 2. Go on with: --resume" in capsys.readouterr().err
    monkeypatch.setattr("thulium_portal.audit.verification._contents", contents)
    call_command("verify_audit", "--resume")
    told = capsys.readouterr()
    assert "The record holds: 3 entries" in told.out
    assert "3/3" in told.err


def export(path: Path, *options: str) -> None:
    call_command("export_audit", "--output", str(path), *options)


def test_export_writes_every_entry(tmp_path, anna, capsys):
    submitted(anna)
    note()
    export(tmp_path / "audit.csv")
    with (tmp_path / "audit.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file, delimiter=";"))
    assert [line[0] for line in lines[1:]] == ["1", "2", "3", "Koniec eksportu. Wierszy: 3."]
    assert lines[3][6] == "audit.exported"
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".part"] == []
    told = capsys.readouterr()
    assert told.out == f"3 entries written to {tmp_path / 'audit.csv'}.\n"
    assert "3/3" in told.err
    assert Checkpoint.objects.get().sequence == 2


def test_export_writes_the_other_forms(tmp_path, anna):
    entry = submitted(anna)
    export(tmp_path / "audit.jsonl", "--format", "jsonl")
    first = json.loads((tmp_path / "audit.jsonl").read_text().splitlines()[0])
    assert (first["sequence"], first["record"]) == (1, entry.record)
    export(tmp_path / "audit.xlsx", "--format", "xlsx")
    sheet = CalamineWorkbook.from_path(tmp_path / "audit.xlsx").get_sheet_by_index(0)
    assert [row[0] for row in sheet.to_python()[1:-1]] == [1.0, 2.0, 3.0]


def test_export_keeps_to_the_days(tmp_path):
    note()
    export(tmp_path / "audit.jsonl", "--format", "jsonl", "--until", "2020-01-01")
    assert json.loads((tmp_path / "audit.jsonl").read_text()) == {"end": True, "lines": 0}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--since", "x"], "--since: "),
        (["--since", "2026-11-23", "--until", "2026-11-22"], "--until: "),
        (["--format", "doc"], "doc"),
    ],
)
def test_export_refuses_what_makes_no_sense(options, words, tmp_path):
    with pytest.raises(CommandError, match=words):
        export(tmp_path / "audit.csv", *options)
    assert list(tmp_path.iterdir()) == []
    assert not AuditEntry.objects.exists()


def test_export_says_where_it_cannot_write(tmp_path):
    note()
    with pytest.raises(CommandError, match="cannot be written"):
        export(tmp_path / "nowhere" / "audit.csv")


def test_a_failed_export_leaves_the_old_file_alone(tmp_path, monkeypatch):
    note()
    target = tmp_path / "audit.csv"
    target.write_text("old")
    table = "thulium_portal.review.exports.tables.lines_of"
    monkeypatch.setattr(table, lambda *args, **kwargs: (1 / 0 for _ in [0]))
    with pytest.raises(ZeroDivisionError):
        export(target)
    assert target.read_text() == "old"
    assert not (tmp_path / "audit.csv.part").exists()
