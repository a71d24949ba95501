"""Reading tables: every way they are saved, files that are none, files that would do harm."""

import io
import random
import threading
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from thulium_portal.lib.spreadsheets import formats, reader
from thulium_portal.lib.spreadsheets.letters import garbled
from thulium_portal.lib.spreadsheets.reader import is_archive, rows_of, sheets_of, unpack
from thulium_portal.lib.spreadsheets.table import Row, TableError, TableProblem
from thulium_portal.lib.spreadsheets.writer import csv_lines, write_xlsx

CASES = Path(__file__).parents[1] / "cases"
POLISH = "Zażółć gęślą jaźń – „tak”"
LINES = f'title;body\r\n"{POLISH}";"<p>a; b</p>"\r\n'
TABLE = [Row(1, ("title", "body")), Row(2, (POLISH, "<p>a; b</p>"))]


def saved(folder: Path, content: bytes | str, name: str = "szablony.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def read(path: Path, most_rows: int = 100) -> list[Row]:
    return list(rows_of(path, sheets_of(path)[0], after=0, most=most_rows))


def problem_of(path: Path, most_rows: int = 100) -> TableError:
    with pytest.raises(TableError) as caught:
        read(path, most_rows)
    return caught.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1250", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_every_way_excel_saves_a_csv_is_read(tmp_path, encoding, separator):
    text = LINES.replace("title;", f"title{separator}").replace('";"', f'"{separator}"')
    assert read(saved(tmp_path, text.encode(encoding))) == TABLE


def test_the_separator_a_file_names_is_taken(tmp_path):
    assert read(saved(tmp_path, f"sep=;\r\n{LINES}")) == TABLE
    assert read(saved(tmp_path, "SEP=|\na|b\n1|2\n"))[1:] == [Row(2, ("1", "2"))]


def test_separators_inside_quotes_do_not_count(tmp_path):
    assert read(saved(tmp_path, '"a,b,c";d\n1;2\n'))[0].cells == ("a,b,c", "d")


def test_rows_have_the_numbers_a_spreadsheet_shows(tmp_path):
    path = saved(tmp_path, '\r\na;b\r\n"x\r\ny";1\r\n;;\r\n\r\nz;2\r\n')
    rows = [Row(2, ("a", "b")), Row(3, ("x\r\ny", "1")), Row(6, ("z", "2"))]
    assert read(path) == rows
    assert list(rows_of(path, sheets_of(path)[0], after=2, most=10)) == rows[1:]


def test_a_neutralised_formula_is_the_text_again(tmp_path):
    assert read(saved(tmp_path, "a\n'=1+1\n"))[1:] == [Row(2, ("=1+1",))]


def test_numbers_dates_and_texts_of_an_excel_file_are_read_as_shown(tmp_path):
    path = tmp_path / "x.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, ["a", "b", "c", "d", "e", "f"])
        sheet.write_row(1, 0, [5, "007", 2.5, True])
        sheet.write_number(1, 4, 46349, day)
        sheet.write_formula(1, 5, "=1+1", value="wynik")
    assert read(path)[1:] == [Row(2, ("5", "007", "2.5", "True", "2026-11-23", "wynik"))]


def test_gaps_of_an_excel_file_keep_their_place(tmp_path):
    path = tmp_path / "x.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(1, 1, ["a", "b"])
        sheet.write_row(4, 1, ["x", "y"])
    assert read(path) == [Row(2, ("", "a", "b")), Row(5, ("", "x", "y"))]


@given(rows=st.lists(st.tuples(st.text("aą'=\t \"';,<>&"), st.text("żx-+\n")), max_size=4))
def test_what_is_written_is_read_again(rows):
    # What the process of its own reads, without the process: there are hundreds of examples.
    file = formats.opened(b"".join(csv_lines(["a", "b"], rows)))
    kept = [row for row in rows if any(cell.strip() for cell in row)]
    assert [row.cells for row in file.rows("", ";")][1:] == kept


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", TableProblem.EMPTY),
        (b" ; \n\n", TableProblem.EMPTY),
        (b"a;b\n\0\0\0", TableProblem.NOT_A_TABLE),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", TableProblem.NOT_A_TABLE),
        (b"PK\x03\x04 not a zip", TableProblem.NOT_A_TABLE),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", TableProblem.OLD_EXCEL),
    ],
)
def test_a_file_that_is_no_table_is_named_so(tmp_path, content, problem):
    assert problem_of(saved(tmp_path, content)).problem is problem


def test_a_quote_left_open_is_found_at_its_row(tmp_path):
    error = problem_of(saved(tmp_path, 'a;b\n1;2\n3;"4\n5;6\n'))
    assert (error.problem, error.number) == (TableProblem.QUOTES, 3)


@pytest.mark.parametrize("name", ["x.csv", "x.xlsx"])
def test_a_hundred_thousand_rows_are_counted_and_refused(tmp_path, name):
    path, rows = tmp_path / name, ([f"tytuł {number}", "<p>a</p>"] for number in range(100_000))
    if name.endswith("csv"):
        path.write_bytes(b"".join(csv_lines(["title", "body"], rows)))
    else:
        write_xlsx(path, ["title", "body"], rows)
    with pytest.raises(TableError) as caught:
        list(rows_of(path, sheets_of(path)[0], after=1, most=2000))
    error = caught.value
    assert (error.problem, error.number) == (TableProblem.TOO_MANY_ROWS, 100_000)


def test_a_sheet_with_a_cell_at_its_far_end_ends_the_process_that_reads_it_alone(tmp_path):
    path = tmp_path / "x.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["a", "b"])
        sheet.write_string(1_048_575, 16_383, "x")
    assert problem_of(path).problem is TableProblem.TOO_MUCH


def test_a_packed_bomb_is_refused_before_it_is_unpacked(tmp_path):
    path = tmp_path / "x.xlsx"
    write_xlsx(path, ["a"], [["x"]])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/media/a.bin", b"0" * (200 * 1024 * 1024))
    assert problem_of(path).problem is TableProblem.TOO_MUCH


def test_a_bomb_that_lies_about_its_size_does_not_fill_the_memory(tmp_path):
    path = tmp_path / "x.xlsx"
    write_xlsx(path, ["a"], [["x"]])
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    parts["xl/sharedStrings.xml"] = b"<sst>" + b"<si><t>a</t></si>" * 8_000_000
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    raw = path.read_bytes().replace((5 + 17 * 8_000_000).to_bytes(4, "little"), b"\x10\0\0\0")
    assert problem_of(saved(tmp_path, raw, "y.xlsx")).problem in {
        TableProblem.TOO_MUCH,
        TableProblem.DAMAGED,
    }


def test_a_file_beyond_the_limit_is_not_read(tmp_path, monkeypatch):
    path = saved(tmp_path, LINES)
    with pytest.raises(TableError) as caught:
        sheets_of(path, most_bytes=5)
    assert caught.value.problem is TableProblem.TOO_LARGE


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("far_cell_abort.xlsx", TableProblem.TOO_MUCH),
        ("redos_cell_tag.xlsx", TableProblem.DAMAGED),
        ("shared_string_amplify.xlsx", TableProblem.TOO_MUCH),
    ],
)
def test_a_hostile_workbook_is_answered(name, problem):
    assert problem_of(CASES / "hostile" / name).problem is problem


def test_a_process_that_does_not_end_is_ended(tmp_path, monkeypatch):
    monkeypatch.setattr(reader, "_LONGEST_SECONDS", 0.01)
    path = saved(tmp_path, "a;b\n" * 200_000)
    assert problem_of(path).problem is TableProblem.TOO_MUCH


def test_files_are_read_in_several_threads_at_once(tmp_path):
    path, found = saved(tmp_path, LINES), []
    threads = [threading.Thread(target=lambda: found.append(read(path))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [TABLE] * 8


def test_the_process_knows_none_of_the_settings(tmp_path, monkeypatch):
    seen = []
    real = reader.subprocess.Popen

    def watched(*arguments, **options):
        seen.append(options["env"])
        return real(*arguments, **options)

    monkeypatch.setenv("SECRET_KEY", "x")
    monkeypatch.setattr(reader.subprocess, "Popen", watched)
    read(saved(tmp_path, LINES))
    assert seen
    assert all("SECRET_KEY" not in each for each in seen)


@pytest.mark.parametrize(
    ("start", "problem"),
    [
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600 + "Workbook".encode("utf-16-le"), "old_excel"),
    ],
)
def test_old_and_locked_workbooks_are_told_apart(tmp_path, start, problem):
    assert problem_of(saved(tmp_path, start, "x.xlsx")).problem.value == problem


@pytest.mark.parametrize(
    "name", ["mimetype", "content.xml", "xl/workbook.bin", "word/document.xml"]
)
def test_files_of_other_programs_are_named_so(tmp_path, name):
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("[Content_Types].xml", "<a/>")
        packed.writestr(name, "<a/>")
    assert problem_of(path).problem is TableProblem.OTHER_OFFICE


def test_a_merged_cell_counts_for_each_of_its_rows_and_for_one_column(tmp_path):
    path = tmp_path / "x.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.merge_range(0, 0, 0, 2, "Szablony")
        sheet.write_row(1, 0, ["title", "category", "body"])
        for line in range(2, 5):
            sheet.write_string(line, 0, f"t{line}")
            sheet.write_string(line, 2, "b")
        sheet.merge_range(2, 1, 900_000, 1, "Dostawy")
        sheet.merge_range(3, 3, 3, 5, "obok")
    assert [row.cells[:3] for row in read(path)] == [
        ("Szablony", "", ""),
        ("title", "category", "body"),
        *((f"t{line}", "Dostawy", "b") for line in range(2, 5)),
    ]
    assert read(path)[3].cells[3:] == ("obok",)


def test_every_kind_of_cell_is_read_as_it_shows(tmp_path):
    path = tmp_path / "x.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet, bold = book.add_worksheet(), book.add_format({"bold": True})
        day = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet.write_rich_string(0, 0, "abc ", bold, "grube", " dalej")
        sheet.write_string(0, 1, "_x0041_ \x01 a\r\nb")
        sheet.write_number(0, 2, 46349.5, day)
        sheet.write_number(0, 3, 1e15)
        sheet.write_formula(0, 4, "=1/0", value="#DIV/0!")
        sheet.write_string(0, 5, "koniec")
    (row,) = read(path)
    cells = ("abc grube dalej", "_x0041_ \x01 a\r\nb", "2026-11-23 12:00:00", "1" + "0" * 15, "")
    assert row.cells == (*cells, "koniec")


def test_a_million_empty_rows_with_a_format_hold_nothing(tmp_path):
    path = tmp_path / "x.xlsx"
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        sheet, bold = book.add_worksheet(), book.add_format({"bold": True})
        sheet.write_row(0, 0, ["title", "body"])
        for line in range(1, 1_048_576, 20):
            sheet.set_row(line, 20, bold)
    assert read(path) == [Row(1, ("title", "body"))]


def test_sheets_are_told_with_what_is_hidden(tmp_path):
    path = tmp_path / "x.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("Okładka").write(0, 0, "a")
        hidden = book.add_worksheet("Ukryty")
        hidden.write(0, 0, "b")
        hidden.hide()
    assert [(sheet.name, sheet.is_hidden) for sheet in sheets_of(path)] == [
        ("Okładka", False),
        ("Ukryty", True),
    ]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32", "utf-8-sig", "cp1250"])
def test_encodings_without_a_mark_are_recognised(tmp_path, encoding):
    assert read(saved(tmp_path, LINES.encode(encoding))) == TABLE


def test_a_single_line_of_many_megabytes_is_refused_at_its_row(tmp_path):
    error = problem_of(saved(tmp_path, 'a;b\n1;"' + "x" * 9_000_000 + '"\n'))
    assert (error.problem, error.number) == (TableProblem.CELL_TOO_LONG, 2)


def test_a_row_of_a_million_cells_is_refused(tmp_path):
    assert problem_of(saved(tmp_path, "a;b\n" + "x;" * 1_000_000)).problem is TableProblem.TOO_MUCH


def test_what_is_handed_out_is_bounded(tmp_path):
    path = tmp_path / "x.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        for line in range(700):
            sheet.write_string(line, 0, "x" * 30_000)
    assert problem_of(path, most_rows=1000).problem is TableProblem.TOO_LARGE


@pytest.mark.parametrize("seed", range(20))
def test_noise_and_cut_workbooks_are_answered(tmp_path, seed):
    chance = random.Random(seed)
    path = tmp_path / "x.xlsx"
    write_xlsx(path, ["title", "body"], [["a", "b"]] * 20)
    raw = bytearray(path.read_bytes())
    for _ in range(chance.randrange(1, 40)):
        raw[chance.randrange(len(raw))] = chance.randrange(256)
    raw = raw[: chance.randrange(len(raw) // 2, len(raw))] if chance.random() < 0.5 else raw
    with suppress(TableError):
        read(saved(tmp_path, bytes(raw), "y.xlsx"))


# --- archives --------------------------------------------------------------------------------


def zipped(folder: Path, content: dict[str, bytes]) -> Path:
    path = folder / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, raw in content.items():
            packed.writestr(name, raw)
    return path


def test_an_archive_is_unpacked_under_numbers(tmp_path):
    path = zipped(
        tmp_path, {"../../etc/x": b"1", "/abs": b"2", "żółw/ą.pdf": b"3", "__MACOSX/._a": b"4"}
    )
    folder = tmp_path / "unpacked"
    folder.mkdir()
    assert is_archive(path)
    found = {name: file.read_bytes() for name, file in unpack(path, folder, most_bytes=100)}
    assert found == {"../../etc/x": b"1", "abs": b"2", "żółw/ą.pdf": b"3"}
    assert sorted(file.name for file in folder.iterdir()) == ["0", "1", "2"]


def test_a_folder_around_everything_is_left_out(tmp_path):
    path = zipped(tmp_path, {"eksport/canned.csv": b"1", "eksport/files/a": b"2"})
    folder = tmp_path / "unpacked"
    folder.mkdir()
    assert [name for name, _file in unpack(path, folder, most_bytes=100)] == [
        "canned.csv",
        "files/a",
    ]


def test_an_archive_that_unpacks_to_more_than_allowed_is_refused(tmp_path):
    path = zipped(tmp_path, {f"{number}": b"0" * 1_000_000 for number in range(20)})
    with pytest.raises(TableError) as caught:
        list(unpack(path, tmp_path, most_bytes=10_000_000))
    assert caught.value.problem is TableProblem.TOO_MUCH


def test_a_name_that_windows_wrote_is_read(tmp_path):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        packed.writestr("zolw.pdf", b"1")
    raw = buffer.getvalue().replace(b"zolw.pdf", "żółw.pdf".encode("cp852"))
    path = saved(tmp_path, raw, "a.zip")
    folder = tmp_path / "unpacked"
    folder.mkdir()
    assert [name for name, _file in unpack(path, folder, most_bytes=100)] == ["żółw.pdf"]


# --- letters ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("utf-8", "cp1250"), ("utf-8", "cp1252"), ("utf-8", "latin-1"), ("iso-8859-2", "cp1250"),
        ("cp852", "cp1250"),
    ],
)  # fmt: skip
def test_letters_lost_to_a_wrong_encoding_are_found(written, read_as):
    text = "Przepraszamy, paczka spóźniła się, będzie jutro. Święto."
    assert garbled(text) == ""
    assert garbled(text.encode(written).decode(read_as, "replace"))


@pytest.mark.parametrize("text", [POLISH, "±5 zł", "§ 5 ¶ 2", "Ångström, Müller, Ľuboš", "50 % 5¢"])
def test_rare_signs_are_not_taken_for_lost_letters(text):
    assert garbled(text) == ""
