"""Canned responses from a file: the plan, what is refused and why, all or nothing."""

import csv
import io
import re
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from thulium_portal.audit.models import AuditEntry
from thulium_portal.canned import services
from thulium_portal.canned.models import CannedResponse
from thulium_portal.canned.transfer import importer, uploads
from thulium_portal.canned.transfer.exporter import Export
from thulium_portal.canned.transfer.headings import COLUMNS
from thulium_portal.canned.transfer.importer import LibraryChanged
from thulium_portal.canned.transfer.plans import Plan, RowOutcome
from thulium_portal.canned.transfer.tables import FileRefused
from thulium_portal.canned.validation import ResponseText

pytestmark = pytest.mark.django_db

HEAD = "title;shortcut;category;scope;language;body;keywords;use_when;state\r\n"
ROW = "Zażółć paczkę;zolw;Dostawy / Kraj;shared;pl;<p>Gęślą jaźń</p>;kurier;Gdy pytają;live\r\n"


@pytest.fixture(autouse=True)
def own_data_dir(settings, tmp_path):
    settings.DATA_DIR = tmp_path / "data"


@pytest.fixture
def file(tmp_path):
    """Return a function that writes a file of rows."""

    def write(text: str, encoding: str = "utf-8-sig", name: str = "szablony.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return path

    return write


def outcomes(plan: Plan) -> list[str]:
    return [str(row.outcome.value) for row in plan.rows]


def faults(plan: Plan) -> list[tuple[int, str]]:
    return [(row.number, fault.column) for row in plan.rows for fault in row.faults]


def apply(path: Path, actor: Any) -> Plan:
    shown = importer.plan_of(path, actor=actor).digest
    return importer.apply(path, shown=shown, name=path.name, actor=actor)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1250", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_a_file_as_polish_excel_saves_it_becomes_a_text(file, ewa, encoding, separator):
    path = file((HEAD + ROW).replace(";", separator), encoding)
    apply(path, ewa)
    stored = CannedResponse.objects.get()
    assert (stored.title, stored.shortcut) == ("Zażółć paczkę", "zolw")
    assert (stored.category, stored.state) == ("Dostawy / Kraj", "live")
    assert stored.current.body == "<p>Gęślą jaźń</p>"
    assert stored.current.note == "Z pliku szablony.csv"


def test_the_plan_stores_nothing(file, ewa):
    plan = importer.plan_of(file(HEAD + ROW), actor=ewa)
    assert outcomes(plan) == ["created"]
    assert not CannedResponse.objects.exists()


def test_a_row_is_about_the_text_with_its_shortcut_or_its_title(file, ewa, make):
    make("Stary tytuł", "<p>stary</p>", shortcut="zolw")
    make("Bez skrótu", "<p>tekst</p>")
    path = file(HEAD + ROW + "bez SKROTU;;;;pl;<p>inny</p>;;;\r\n")
    plan = apply(path, ewa)
    assert outcomes(plan) == ["changed", "changed"]
    assert "title" in plan.rows[0].changes
    assert CannedResponse.objects.count() == 2
    assert CannedResponse.objects.get(shortcut="zolw").current.number == 2


def test_what_is_exported_comes_back_unchanged(file, ewa, make, tmp_path):
    make("=SUM(A1)", "<p>Dzień dobry {{ klient | Szanowni Państwo }}</p>", shortcut="suma")
    make("Drugi", "<p>a<br>b</p><ul><li>c</li></ul>", language="en", category="A / B")
    for name, write in (
        ("a.csv", lambda path: path.write_bytes(b"".join(Export(ewa).csv()))),
        ("a.xlsx", lambda path: Export(ewa).write_xlsx(path)),
    ):
        path = tmp_path / name
        write(path)
        assert outcomes(importer.plan_of(path, actor=ewa)) == ["unchanged", "unchanged"], name


def test_a_column_the_file_lacks_changes_nothing(file, ewa, make):
    make("Zwrot", "<p>a</p>", keywords="oddać", category="Zwroty", use_when="gdy oddaje")
    apply(file("title;body\r\nZwrot;<p>b</p>\r\n"), ewa)
    stored = CannedResponse.objects.get()
    assert (stored.keywords, stored.category, stored.use_when) == ("oddać", "Zwroty", "gdy oddaje")


def test_plain_text_becomes_paragraphs(file, ewa):
    apply(file('title;body\r\nZwrot;"Dzień dobry,\n\ndziękujemy & pozdrawiamy"\r\n'), ewa)
    assert CannedResponse.objects.get().current.body == (
        "<p>Dzień dobry,</p><p>dziękujemy &amp; pozdrawiamy</p>"
    )


@pytest.mark.parametrize("state", ["draft", "waiting", "live", "archived", "Szkic"])
def test_a_new_text_takes_the_state_of_its_row(file, ewa, state):
    apply(file(f"title;body;state\r\nZwrot;tekst;{state}\r\n"), ewa)
    assert CannedResponse.objects.get().state == {"Szkic": "draft"}.get(state, state)


def test_a_text_moves_where_its_life_allows(file, ewa, make):
    make("Zwrot")
    apply(file("title;body;state\r\nZwrot;tekst;archived\r\n"), ewa)
    assert CannedResponse.objects.get().state == "archived"
    plan = importer.plan_of(file("title;body;state\r\nZwrot;tekst;waiting\r\n"), actor=ewa)
    assert faults(plan) == [(2, "state")]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Plik jest pusty."),
        ("title;body\r\n", "nie ma pod nimi żadnych wierszy"),
        ("title;text\r\na;b\r\n", "Nieznane kolumny: text. Brakujące kolumny: body."),
        ("title;body;Body\r\na;b;c\r\n", "występują dwukrotnie: body"),
        ('title;body\r\na;"b\r\n', "niezamknięty cudzysłów"),
        ("title;body\r\n" + "a;b\r\n" * 100_000, "Plik ma 100000 wierszy"),
        ("\0\1\2", "To nie jest ani plik CSV"),
    ],
)
def test_a_file_that_is_no_table_of_texts_is_explained(file, ewa, text, words):
    with pytest.raises(FileRefused, match=re.escape(words)):
        importer.plan_of(file(text), actor=ewa)


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (";a;;;;<p>x</p>;;;", "title"), ("Tytuł;;;;;;;;", "body"),
        ("Tytuł;!!!;;;;x;;;", "shortcut"), ("Tytuł;;a / b / c;;;x;;;", "category"),
        ("Tytuł;;;wszyscy;;x;;;", "scope"), ("Tytuł;;;team;;x;;;", "scope"),
        ("Tytuł;;;;de;x;;;", "language"), ("Tytuł;;;;;<script>alert(1)</script>;;;", "body"),
        ("Tytuł;;;;;<p onclick=x>a</p>;;;", "body"), ("Tytuł;;;;;<p>{{ kleint }}</p>;;;", "body"),
        ("Tytuł;;;;;<p>b³¹d Å›wiÄ™ta</p>;;;", "body"), ("Tytuł;;;;;x;;;skasowany", "state"),
        (f"{'T' * 121};;;;;x;;;", "title"), (f"Tytuł;;;;;x;{'k' * 301};;", "keywords"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_stored_says_where(file, ewa, row, column):
    plan = importer.plan_of(file(f"{HEAD}{row}\r\n{ROW}"), actor=ewa)
    assert outcomes(plan) == ["refused", "created"]
    assert {place for _number, place in faults(plan)} == {column}
    assert not plan.can_be_applied
    with pytest.raises(LibraryChanged):
        importer.apply(file(HEAD + row), shown=plan.digest, name="a", actor=ewa)
    assert not CannedResponse.objects.exists()


def test_two_rows_about_one_text_are_refused(file, ewa):
    plan = importer.plan_of(file(HEAD + ROW + ROW.replace("Zażółć", "Inny")), actor=ewa)
    assert faults(plan) == [(3, "shortcut")]


def test_nothing_is_stored_where_the_library_has_changed(file, ewa, make):
    make("Zażółć", shortcut="zolw")
    path = file(HEAD + ROW)
    shown = importer.plan_of(path, actor=ewa).digest
    response = CannedResponse.objects.get()
    services.revise(response, ResponseText("Inny", "<p>x</p>", "zolw"), seen_version=1, actor=ewa)
    with pytest.raises(LibraryChanged) as changed:
        importer.apply(path, shown=shown, name="a", actor=ewa)
    assert outcomes(changed.value.plan) == ["changed"]
    assert CannedResponse.objects.get().current.number == 2


def test_the_record_tells_what_the_file_did(file, ewa):
    apply(file(HEAD + ROW), ewa)
    entry = AuditEntry.objects.get(action="canned.imported")
    assert entry.actor == ewa
    assert '"created":1' in entry.record
    assert "szablony" not in entry.record


def test_a_personal_text_of_another_is_not_touched(file, ewa, adam, make):
    make("Mój", "<p>a</p>", scope="personal", actor=adam)
    apply(file("title;body;scope\r\nMój;b;personal\r\n"), ewa)
    assert CannedResponse.objects.filter(owner=adam).get().current.body == "<p>a</p>"
    assert CannedResponse.objects.filter(owner=ewa).count() == 1


def upload(text: str, name: str = "szablony.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode())


def test_the_page_shows_the_plan_and_stores_on_a_yes(as_ewa):
    answer = as_ewa.post("/canned/import/", {"file": upload(HEAD + ROW)})
    address = answer.headers["Location"]
    page = as_ewa.get(address)
    assert "Zażółć paczkę" in page.content.decode()
    assert not CannedResponse.objects.exists()
    stored = as_ewa.post(address, {"shown": page.context["plan"].digest}, follow=True)
    assert "Z pliku zapisano 1 szablon." in stored.content.decode()
    assert CannedResponse.objects.get().title == "Zażółć paczkę"
    assert as_ewa.get(address).status_code == 302


def test_a_stale_yes_stores_nothing_and_shows_the_plan_anew(as_ewa, make):
    address = as_ewa.post("/canned/import/", {"file": upload(HEAD + ROW)}).headers["Location"]
    shown = as_ewa.get(address).context["plan"].digest
    make("Tymczasem", shortcut="zolw")
    answer = as_ewa.post(address, {"shown": shown})
    assert answer.status_code == 409
    assert outcomes(answer.context["plan"]) == ["changed"]
    assert CannedResponse.objects.get().current.number == 1


@pytest.mark.parametrize("text", ["", "a;b\r\n1;2\r\n"])
def test_a_refused_file_is_explained_at_its_field(as_ewa, text):
    answer = as_ewa.post("/canned/import/", {"file": upload(text)})
    assert answer.status_code == 422
    assert answer.context["form"].errors["file"]


def test_a_file_is_found_by_its_person_only(as_ewa, as_adam):
    address = as_ewa.post("/canned/import/", {"file": upload(HEAD + ROW)}).headers["Location"]
    assert as_adam.get(address).status_code == 302
    assert as_ewa.get(address).status_code == 200


def test_a_no_throws_the_file_away(as_ewa):
    address = as_ewa.post("/canned/import/", {"file": upload(HEAD + ROW)}).headers["Location"]
    as_ewa.post(address, {"drop": "1"})
    assert as_ewa.get(address).headers["Location"] == "/canned/import/"


def test_what_nobody_came_back_for_is_swept_away(ewa, monkeypatch):
    first = uploads.keep(upload(HEAD), actor=ewa)
    monkeypatch.setattr(uploads, "KEPT_SECONDS", -1)
    second = uploads.keep(upload(HEAD), actor=ewa)
    assert uploads.find(first.uuid, actor=ewa) is None
    assert uploads.find(second.uuid, actor=ewa) is not None


def test_the_export_neutralises_formulas_and_is_recorded(as_ewa, ewa, make):
    make("=cmd|' /C calc'!A0")
    answer = as_ewa.get("/canned/export/?format=csv")
    data = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(data), delimiter=";"))
    assert rows[0] == list(COLUMNS)
    assert rows[1][0] == "'=cmd|' /C calc'!A0"
    assert AuditEntry.objects.filter(action="canned.exported", actor=ewa).count() == 1


def test_the_export_for_excel_is_a_workbook(as_ewa, make):
    make("Zwrot")
    answer = as_ewa.get("/canned/export/?format=xlsx")
    assert b"".join(answer.streaming_content).startswith(b"PK")
    assert as_ewa.get("/canned/export/?format=pdf").status_code == 404


def test_a_text_no_excel_cell_holds_is_named(as_ewa, make):
    make("Długi", f"<p>{'x' * 33_000}</p>")
    answer = as_ewa.get("/canned/export/?format=xlsx", follow=True)
    assert "„Długi” nie mieści się" in answer.content.decode()


def test_the_command_checks_without_a_change_then_stores(file, ewa, adam, capsys):
    path = file(HEAD + ROW)
    call_command("import_canned", str(path), "--check")
    assert not CannedResponse.objects.exists()
    call_command("import_canned", str(path))
    assert "1 created" in capsys.readouterr().out
    assert CannedResponse.objects.get().owner == adam
    call_command("import_canned", str(path), "--as", "ewa")
    assert "1 unchanged" in capsys.readouterr().out


def test_the_command_ends_badly_where_a_row_is_refused(file, adam, capsys):
    with pytest.raises(CommandError, match=r"1 refused, 1 created\. Nothing was stored"):
        call_command("import_canned", str(file(f"{HEAD}Tytuł;;;;;;;;\r\n{ROW}")), "--check")
    assert "2: refused Tytuł body:" in capsys.readouterr().out
    assert not CannedResponse.objects.exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["brak.csv"], "cannot be read"),
        (["{}", "--as", "nikt"], "nobody with the user name nikt"),
        (["{}", "--as", "anna"], "may not manage"),
    ],
)
def test_the_command_says_what_it_lacks(file, anna, adam, arguments, words):
    path = str(file(HEAD + ROW))
    with pytest.raises(CommandError, match=words):
        call_command("import_canned", *[word.format(path) for word in arguments])


@pytest.mark.parametrize("name", ["teksty.csv", "teksty.XLSX"])
def test_the_command_exports_what_it_can_read(tmp_path, adam, make, name, capsys):
    make("Zwrot")
    make("Mój", "<p>a</p>", scope="personal")
    call_command("export_canned", str(tmp_path / name))
    assert "1 canned responses written" in capsys.readouterr().out
    call_command("import_canned", str(tmp_path / name), "--check")
    assert "1 unchanged" in capsys.readouterr().out


def test_the_export_command_wants_a_known_ending(tmp_path):
    with pytest.raises(CommandError, match=r"\.csv or \.xlsx"):
        call_command("export_canned", str(tmp_path / "a.txt"))
    assert list(tmp_path.glob("a*")) == []


def test_a_workbook_of_excel_is_read(tmp_path, ewa):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        for column, (head, cell) in enumerate({"title": "Żółw", "body": "tekst"}.items()):
            sheet.write_string(0, column, head)
            sheet.write_string(1, column, cell)
    assert [row.outcome for row in importer.plan_of(path, actor=ewa).rows] == [RowOutcome.CREATED]


def test_a_plan_nobody_has_leads_back_to_bringing_one(as_ewa):
    answer = as_ewa.get("/canned/import/00000000-0000-4000-8000-000000000001/", follow=True)
    assert "Tego pliku już tu nie ma." in answer.content.decode()


@pytest.mark.parametrize(("language", "name"), [("pl", "Treść"), ("en", "Text")])
def test_the_plan_names_columns_as_the_pages_do(as_ewa, ewa, language, name):
    ewa.language = language
    ewa.save()
    text = "Tytuł;Treść\nBez treści;\nZ pytaniem;<p>Dzień dobry, {customer_name}</p>\n"
    page = as_ewa.post("/canned/import/", {"file": upload(text)}, follow=True).content.decode()
    assert page.count(f"<strong>{name}:</strong>") == 2
    assert "<code>body</code>" not in page
