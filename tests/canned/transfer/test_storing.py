"""Storing a file: in short transactions, honest where it breaks off, and no way past a question."""

import io
import json
import zipfile
from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from tests.canned.transfer.test_round_trip import emptied, imported, texts_of, written
from thulium_portal.audit.models import AuditEntry
from thulium_portal.canned import attachments, services
from thulium_portal.canned.models import CannedResponse
from thulium_portal.canned.transfer import importer
from thulium_portal.canned.transfer.importer import BrokenOff, LibraryChanged, Wish
from thulium_portal.canned.transfer.intake import Intake
from thulium_portal.canned.transfer.plans import MOST_AT_ONCE
from thulium_portal.canned.transfer.tables import FileRefused
from thulium_portal.canned.validation import ResponseText, is_shortcut_taken

pytestmark = pytest.mark.django_db

COUNT = 2 * MOST_AT_ONCE + 7


@pytest.fixture(autouse=True)
def own_data_dir(settings, tmp_path):
    settings.DATA_DIR = tmp_path / "data"


@pytest.fixture
def file(tmp_path):
    """A file of three batches; the first row is a variant of the last one."""
    path = tmp_path / "szablony.csv"
    rows = [f"Tekst {number};en;<p>Treść {number}</p>;" for number in range(COUNT)]
    rows[0] += f"Tekst {COUNT - 1}"
    path.write_text("title;language;body;variant_of\n" + "\n".join(rows) + "\n")
    return path


@pytest.fixture
def macro_zip(tmp_path):
    """A library whose one text goes with a workbook that can carry macros."""
    book = io.BytesIO()
    with zipfile.ZipFile(book, "w") as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        packed.writestr("xl/workbook.xml", "<workbook/>")
        packed.writestr("xl/vbaProject.bin", b"\0")
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("canned.csv", "title;body;files\nCennik;<p>W pliku</p>;cennik.xlsm\n")
        packed.writestr("files/cennik.xlsm", book.getvalue())
    return path


def apply(path, actor, **wish):
    wish = Wish(**wish)
    shown = importer.plan_of(path, actor=actor, wish=wish).digest
    return importer.apply(path, shown=shown, name=path.name, actor=actor, wish=wish)


@pytest.mark.django_db(transaction=True)
def test_between_two_batches_others_may_write(file, ewa, monkeypatch):
    held = []
    monkeypatch.setattr(
        importer, "sleep", lambda seconds: held.append((seconds, connection.in_atomic_block))
    )
    apply(file, ewa)
    assert held == [(importer.PAUSE, False)] * 2
    assert CannedResponse.objects.count() == COUNT


def test_each_batch_records_what_it_stored(file, ewa, monkeypatch):
    monkeypatch.setattr(importer, "PAUSE", 0)
    apply(file, ewa)
    entries = AuditEntry.objects.filter(action="canned.imported").order_by("sequence")
    assert [json.loads(entry.record)["facts"]["created"] for entry in entries] == [50, 50, 7]
    assert CannedResponse.objects.get(title="Tekst 0").variant_of.title == f"Tekst {COUNT - 1}"


def stopping(monkeypatch, error):
    """Let the second batch fail with *error* after it stored some rows."""
    store = Intake.store
    calls = []

    def failing(self, rows, progress):
        calls.append(rows)
        if len(calls) == 2:
            store(self, rows[:3], progress)
            raise error
        store(self, rows, progress)

    monkeypatch.setattr(importer, "PAUSE", 0)
    monkeypatch.setattr(Intake, "store", failing)
    return lambda: monkeypatch.setattr(Intake, "store", store)


def test_what_breaks_off_says_what_was_stored_and_the_file_stores_the_rest(file, ewa, monkeypatch):
    mended = stopping(monkeypatch, OperationalError("disk I/O error"))
    with pytest.raises(BrokenOff) as broken:
        apply(file, ewa)
    assert broken.value.stored == CannedResponse.objects.count() == MOST_AT_ONCE
    mended()
    again = apply(file, ewa)
    assert {outcome.value: count for outcome, count in again.summary} == {
        "created": COUNT - MOST_AT_ONCE,
        "changed": 1,  # its family comes together now
        "unchanged": MOST_AT_ONCE - 1,
    }
    assert CannedResponse.objects.get(title="Tekst 0").variant_of.title == f"Tekst {COUNT - 1}"
    assert {row.outcome.value for row in importer.plan_of(file, actor=ewa).rows} == {"unchanged"}


def test_the_page_tells_of_what_was_stored_before_it_broke_off(file, as_ewa, monkeypatch):
    upload = SimpleUploadedFile("a.csv", file.read_bytes())
    page = as_ewa.post("/canned/import/", {"file": upload}, follow=True)
    mended = stopping(monkeypatch, OperationalError("disk I/O error"))
    address, shown = page.redirect_chain[-1][0], page.context["plan"].digest
    told = as_ewa.post(address, {"shown": shown}, follow=True)
    assert str(MOST_AT_ONCE) in str(next(iter(told.context["messages"])))
    mended()
    assert as_ewa.post(address, {"shown": told.context["plan"].digest}).status_code == 302
    assert CannedResponse.objects.count() == COUNT


def test_a_text_that_somebody_adds_meanwhile_stops_the_rest(file, ewa, make, monkeypatch):
    monkeypatch.setattr(importer, "sleep", lambda _seconds: make(f"Tekst {COUNT - 1}"))
    with pytest.raises(LibraryChanged) as changed:
        apply(file, ewa)
    assert changed.value.stored == MOST_AT_ONCE
    assert CannedResponse.objects.count() == MOST_AT_ONCE + 1


def test_what_was_let_pass_goes_out_and_comes_in_again(tmp_path, adam, make):
    body = "<p>Panie/Pani, termin ........ oraz {customer_name}</p>"
    make("Zwrot", body, meant=("Panie/Pani", "........", "{customer_name}"), actor=adam)
    response = CannedResponse.objects.get()
    longer = replace(ResponseText.of(response), body=f"{body}<p>TODO</p>")
    longer = replace(longer, meant=("TODO", "Panie/Pani", "........", "{customer_name}"))
    services.revise(response, longer, seen_version=1, actor=adam)
    kept = [version.meant for version in response.versions.order_by("number")]
    for kind in ("zip", "xlsx", "csv"):
        before = written(kind, tmp_path / f"a.{kind}")
        emptied()
        imported(before, adam)
        assert texts_of(kind, written(kind, tmp_path / f"b.{kind}")) == texts_of(kind, before)
        stored = CannedResponse.objects.get()
        assert stored.current.meant == kept[-1]
        if kind == "zip":
            assert [each.meant for each in stored.versions.order_by("number")] == kept


def test_a_column_that_lets_less_pass_is_a_change(tmp_path, adam, make):
    make("Zwrot", "<p>Panie/Pani, TODO</p>", meant=("Panie/Pani", "TODO"), actor=adam)
    path = tmp_path / "a.csv"
    path.write_text("title;body;Zostawione celowo\nZwrot;<p>Panie/Pani, TODO</p>;TODO\n")
    plan = apply(path, adam)
    assert plan.rows[0].changes == ("meant",)
    assert plan.rows[0].parsed.left_over == ("Panie/Pani",)
    assert CannedResponse.objects.get().current.meant == ("TODO",)


def test_a_file_with_macros_in_a_zip_is_asked_about(macro_zip, as_ewa):
    upload = SimpleUploadedFile("a.zip", macro_zip.read_bytes())
    page = as_ewa.post("/canned/import/", {"file": upload}, follow=True)
    address = page.redirect_chain[-1][0]
    assert len(page.context["plan"].file_doubts) == 1
    assert as_ewa.post(address, {"shown": page.context["plan"].digest}).status_code == 409
    assert not CannedResponse.objects.exists()
    page = as_ewa.get(address, {"files": "1"})
    given = {"shown": page.context["plan"].digest, "files": "1"}
    assert as_ewa.post(address, given).status_code == 302
    assert CannedResponse.objects.get().current.files.get().name == "cennik.xlsm"


def test_the_command_brings_macros_along_where_it_is_told(macro_zip, adam):
    with pytest.raises(CommandError, match="--files"):
        call_command("import_canned", str(macro_zip))
    call_command("import_canned", str(macro_zip), "--files")
    assert CannedResponse.objects.exists()


def test_the_service_asks_about_macros_too(macro_zip, adam):
    with zipfile.ZipFile(macro_zip) as packed:
        raw = SimpleUploadedFile("cennik.xlsm", packed.read("files/cennik.xlsm"))
    (kept,), _errors = attachments.store([raw], actor=adam)
    text = ResponseText("Cennik", "<p>W pliku</p>", files=(kept.pk,))
    with pytest.raises(ValidationError) as refused:
        services.create_response(text, actor=adam)
    assert list(refused.value.error_dict) == ["files"]
    code = f"macro_file:{kept.file.sha256}"
    response = services.create_response(replace(text, let_pass=(code,)), actor=adam)
    newer = replace(ResponseText.of(response), title="Cennik 2")
    assert services.revise(response, newer, seen_version=1, actor=adam).title == "Cennik 2"


def test_a_page_takes_no_more_rows_from_a_zip_than_from_a_table(tmp_path, as_ewa, monkeypatch, ewa):
    monkeypatch.setattr(importer, "MOST_ROWS", 2)
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("canned.csv", "title;body\nA;a\nB;b\nC;c\n")
    upload = SimpleUploadedFile("a.zip", path.read_bytes())
    refused = as_ewa.post("/canned/import/", {"file": upload})
    assert "import_canned" in str(refused.context["form"].errors["file"])
    assert importer.plan_of(path, actor=ewa, wish=Wish(is_patient=True)).writes == 3


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_of_one_name_are_not_chosen_between(tmp_path, ewa):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("canned.csv", "title;body\nA;a\n")
        packed.writestr("canned.csv", "title;body\nA;b\n")
    with pytest.raises(FileRefused):
        importer.plan_of(path, actor=ewa)


def test_whether_a_shortcut_is_taken_is_answered_by_an_index(adam, make):
    make("Zwrot", shortcut="zwrot", actor=adam)
    with CaptureQueriesContext(connection) as queries:
        assert is_shortcut_taken(ResponseText("A", "a", shortcut="zwrot"), None, adam)
    explain = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
    with connection.cursor() as cursor:
        if explain == "EXPLAIN":
            cursor.execute("SET LOCAL enable_seqscan = off")  # of one row none would use an index
        cursor.execute(f"{explain} {queries[0]['sql']}")
        assert "canned_shortcut_unique" in str(cursor.fetchall())
