"""Files as people bring them, and files that would do harm: each with its right value."""

from pathlib import Path

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from thulium_portal.canned.models import CannedResponse
from thulium_portal.canned.transfer import importer
from thulium_portal.canned.transfer.headings import SheetToChoose
from thulium_portal.canned.transfer.importer import Wish
from thulium_portal.canned.transfer.plans import Plan
from thulium_portal.canned.transfer.tables import FileRefused

pytestmark = pytest.mark.django_db
CASES = Path(__file__).parents[2] / "cases"


def plan_of(name: str, actor, **wish) -> Plan:
    return importer.plan_of(CASES / name, actor=actor, wish=Wish(**wish))


def applied(path: Path, actor, **wish) -> Plan:
    shown = importer.plan_of(path, actor=actor, wish=Wish(**wish)).digest
    return importer.apply(path, shown=shown, name=path.name, actor=actor, wish=Wish(**wish))


def outcomes(plan: Plan) -> list[str]:
    return [str(row.outcome.value) for row in plan.rows]


def book(path: Path, sheets: dict[str, list[list[str]]]) -> Path:
    with xlsxwriter.Workbook(str(path)) as workbook:
        for name, rows in sheets.items():
            sheet = workbook.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return path


def text(path: Path, content: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(content.encode(encoding))
    return path


def test_a_merged_category_counts_for_all_of_its_rows(ewa):
    applied(CASES / "import/s_merged_category.xlsx", ewa)
    assert set(CannedResponse.objects.values_list("title", "category")) == {
        ("Raz s", "Dostawy"),
        ("Dwa s", "Dostawy"),
        ("Trzy s", "Dostawy"),
    }


def test_the_sheet_behind_a_cover_is_found(ewa):
    plan = plan_of("import/w_cover_sheet.xlsx", ewa)
    assert (plan.sheet, outcomes(plan)) == ("Szablony", ["created", "created"])


def test_polish_headings_are_understood(ewa):
    plan = applied(CASES / "import/h_polish_headers.csv", ewa)
    assert outcomes(plan) == ["created", "created"]
    stored = CannedResponse.objects.get(shortcut="opoznienieh")
    assert (stored.title, stored.category) == ("Opóźnienie przesyłki h", "Dostawy")


def test_a_title_above_the_headings_is_skipped(ewa):
    assert outcomes(plan_of("import/j_title_row.csv", ewa)) == ["created", "created"]


def test_a_surplus_cell_is_refused_and_quotation_marks_are_asked_for(ewa):
    (row,) = plan_of("import/import_surplus_cell.csv", ewa).rows
    assert row.outcome.value == "refused"
    assert "więcej komórek niż jest kolumn" in row.faults[0].sentence
    assert "cudzysłow" in row.faults[0].sentence


def test_a_table_is_kept(ewa):
    applied(CASES / "import/import_table.csv", ewa)
    body = CannedResponse.objects.get().current.body
    assert body.count("<td>") == 4
    assert "<table>" in body


def test_formatting_from_word_is_cleaned_by_one_wish(ewa):
    plan = plan_of("import/p_word_html.csv", ewa)
    assert plan.cleanable >= 2
    assert plan.rows[0].can_be_cleaned
    cleaned = plan_of("import/p_word_html.csv", ewa, clean=True)
    by_title = {row.parsed.text.title: row for row in cleaned.rows}
    assert by_title["Z Worda"].parsed.text.body == "<p>Dzień dobry</p>"
    assert "o:p" in by_title["Z Worda"].notes[0].sentence
    assert "Uwaga" in by_title["Kolor"].parsed.text.body
    # An address that holds a placeholder is no formatting; the other rows go without it.
    assert [row.parsed.text.title for row in cleaned.rows if row.faults] == ["Odnosnik z polem"]


def test_what_is_not_refused_is_stored_without_what_is(ewa):
    path = CASES / "import/p_word_html.csv"
    plan = applied(path, ewa, clean=True, leave_out_refused=True)
    assert CannedResponse.objects.count() == plan.writes == len(plan.rows) - 1


def test_what_looks_left_over_is_asked_about_and_not_refused(ewa):
    plan = plan_of("import/p_word_html.csv", ewa, clean=True)
    (row,) = [row for row in plan.rows if row.parsed.text.title == "Pojedyncze klamry"]
    assert row.outcome.value == "created"
    assert any("{customer_name}" in note.sentence for note in row.notes)


def test_the_plan_shows_the_words_of_each_text(ewa, client):
    client.force_login(ewa)
    raw = (CASES / "import/j_title_row.csv").read_bytes()
    answer = client.post("/canned/import/", {"file": SimpleUploadedFile("a.csv", raw)}, follow=True)
    assert "Dzień dobry; paczka jest w drodze. Pozdrawiamy, „Sklep”" in answer.content.decode()


@pytest.mark.parametrize(
    "name",
    [
        "far_cell_abort.xlsx",
        "redos_cell_tag.xlsx",
        "shared_string_amplify.xlsx",
        "redos_not_allowed.csv",
        "cdata.csv",
    ],
)
def test_a_hostile_file_is_answered_with_a_sentence(ewa, client, name):
    client.force_login(ewa)
    raw = (CASES / "hostile" / name).read_bytes()
    answer = client.post("/canned/import/", {"file": SimpleUploadedFile(name, raw)}, follow=True)
    assert answer.status_code in {200, 422}
    plan = answer.context.get("plan")
    said = plan.rows[0].faults if plan else answer.context["form"].errors["file"]
    assert said
    assert not CannedResponse.objects.exists()


# --- further inputs of each kind -------------------------------------------------------------


@pytest.mark.parametrize("heading", ["TYTUŁ;TREŚĆ", "Tytul *;Tresc:", " „Tytuł” ; treść szablonu "])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1250", "utf-16"])
def test_headings_are_known_however_they_are_written(tmp_path, ewa, heading, encoding):
    path = text(tmp_path / "a.csv", f"{heading}\r\nPaczka;tekst\r\n", encoding)
    assert outcomes(importer.plan_of(path, actor=ewa)) == ["created"]


def test_every_column_goes_by_its_name_on_the_page(tmp_path, ewa):
    names = (
        "Tytuł;Skrót;Kategoria;Kto może z niego korzystać;Język tekstu;Treść;"
        "Inne słowa do szukania;Kiedy użyć;Stan;Kolejki zespołu;Obowiązkowe fragmenty;"
        "Po wysłaniu zmień status zgłoszenia na;Właściciel;Termin przeglądu;"
        "Wariant;Pliki dołączane do odpowiedzi"
    )
    row = (
        "Paczka;paczka;Dostawy;team;pl;<p>Masz 14 dni.</p>;kurier;gdy pyta;live;Zwroty (7);"
        "14 dni;Zamknięte (5);ewa;30.11.2027;;"
    )
    applied(text(tmp_path / "a.csv", f"{names}\r\n{row}\r\n"), ewa)
    stored = CannedResponse.objects.get()
    assert [(queue.queue_id, queue.name) for queue in stored.queues.all()] == [(7, "Zwroty")]
    assert stored.current.must_keep == ("14 dni",)
    assert (stored.status_after, stored.status_after_name) == ("5", "Zamknięte")
    assert (stored.review_by.isoformat(), stored.owner) == ("2027-11-30", ewa)


def test_separators_in_a_title_row_do_not_mislead(tmp_path, ewa):
    path = text(tmp_path / "a.csv", "Szablony, lato, 2026\ntitle;body\nA, b;c, d, e\n")
    (row,) = importer.plan_of(path, actor=ewa).rows
    assert (row.parsed.text.title, row.parsed.text.body) == ("A, b", "<p>c, d, e</p>")


def test_headings_that_come_again_are_no_text(tmp_path, ewa):
    path = text(tmp_path / "a.csv", "title;body\nA;b\nTytuł;Treść\nC;d\n")
    assert [row.number for row in importer.plan_of(path, actor=ewa).rows] == [2, 4]


def test_a_text_under_no_heading_is_refused_with_its_column(tmp_path, ewa):
    path = book(tmp_path / "a.xlsx", {"S": [["title", "", "body"], ["A", "uwaga", "b"]]})
    (row,) = importer.plan_of(path, actor=ewa).rows
    assert "Kolumna B" in row.faults[0].sentence


def test_several_sheets_with_texts_are_asked_about(tmp_path, ewa, client):
    rows = [["title", "body"], ["A", "b"]]
    path = book(tmp_path / "a.xlsx", {"Kraj": rows, "Opis": [["x"]], "Zagranica & reszta": rows})
    with pytest.raises(SheetToChoose):
        importer.plan_of(path, actor=ewa)
    assert importer.plan_of(path, actor=ewa, wish=Wish(sheet="Kraj")).sheet == "Kraj"
    with pytest.raises(FileRefused, match="Kraj, Opis"):
        importer.plan_of(path, actor=ewa, wish=Wish(sheet="Brak"))
    client.force_login(ewa)
    upload = SimpleUploadedFile("a.xlsx", path.read_bytes())
    page = client.post("/canned/import/", {"file": upload}, follow=True)
    assert "Zagranica &amp; reszta" in page.content.decode()
    address = page.redirect_chain[-1][0]
    shown = client.get(address, {"sheet": "Zagranica & reszta"})
    data = {"shown": shown.context["plan"].digest, "sheet": "Zagranica & reszta"}
    client.post(address, data)
    assert CannedResponse.objects.get().title == "A"


def test_a_hidden_sheet_does_not_compete(tmp_path, ewa):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as workbook:
        for name in ("Stare", "Nowe"):
            sheet = workbook.add_worksheet(name)
            sheet.write_row(0, 0, ["title", "body"])
            sheet.write_row(1, 0, [name, "b"])
        workbook.get_worksheet_by_name("Nowe").activate()
        workbook.get_worksheet_by_name("Stare").hide()
    assert importer.plan_of(path, actor=ewa).sheet == "Nowe"


def test_the_command_asks_for_the_sheet_and_cleans(tmp_path, adam, capsys):
    rows = [["title", "body"], ["A", "<p style='x'>b</p>"]]
    path = book(tmp_path / "a.xlsx", {"Kraj": rows, "Inne": rows})
    with pytest.raises(CommandError, match="--sheet"):
        call_command("import_canned", str(path))
    with pytest.raises(CommandError, match="1 refused"):
        call_command("import_canned", str(path), "--sheet", "Kraj")
    assert "--clean would mend 1" in capsys.readouterr().out
    call_command("import_canned", str(path), "--sheet", "Kraj", "--clean")
    assert CannedResponse.objects.get().current.body == "<p>b</p>"


def test_an_address_in_angle_brackets_is_text(tmp_path, ewa):
    path = text(tmp_path / "a.csv", "title;body\nA;Napisz do <jan@example.org>.\n")
    (row,) = importer.plan_of(path, actor=ewa).rows
    assert row.parsed.text.body == "<p>Napisz do &lt;jan@example.org&gt;.</p>"


def test_html_past_the_bounds_is_refused_at_once(tmp_path, ewa):
    body = "<p>" + "".join(f"<b id={n}>" for n in range(1000)) + "</p>" + "<p>x" * 8000
    (row,) = importer.plan_of(text(tmp_path / "a.csv", f"title;body\nA;{body}\n"), actor=ewa).rows
    assert [fault.column for fault in row.faults] == ["body"]
