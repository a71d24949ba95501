"""Reading tables: every way Excel saves them in Poland, and files that are none."""

import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from thulium_portal.lib.spreadsheets import reader
from thulium_portal.lib.spreadsheets.reader import (
    Row,
    Table,
    TableError,
    TableProblem,
    garbled,
    read_table,
)
from thulium_portal.lib.spreadsheets.writer import csv_lines, write_xlsx

POLISH = "Zażółć gęślą jaźń – „tak”"
LINES = f'title;body\r\n"{POLISH}";"<p>a; b</p>"\r\n'
TABLE = Table(("title", "body"), (Row(2, (POLISH, "<p>a; b</p>")),))


def saved(folder: Path, content: bytes | str, name: str = "szablony.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def read(path: Path, most_rows: int = 100) -> Table:
    return read_table(path, most_rows=most_rows)


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
    assert read(saved(tmp_path, "SEP=|\na|b\n1|2\n")).rows == (Row(2, ("1", "2")),)


def test_separators_inside_quotes_do_not_count(tmp_path):
    table = read(saved(tmp_path, '"a,b,c";d\n1;2\n'))
    assert table.header == ("a,b,c", "d")


def test_rows_have_the_numbers_a_spreadsheet_shows(tmp_path):
    path = saved(tmp_path, '\r\na;b\r\n"x\r\ny";1\r\n;;\r\n\r\nz;2\r\n')
    table = read(path)
    assert table.header == ("a", "b")
    assert table.rows == (Row(3, ("x\r\ny", "1")), Row(6, ("z", "2")))


def test_a_neutralised_formula_is_the_text_again(tmp_path):
    assert read(saved(tmp_path, "a\n'=1+1\n")).rows == (Row(2, ("=1+1",)),)


def test_numbers_dates_and_texts_of_an_excel_file_are_read_as_shown(tmp_path):
    path = tmp_path / "x.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, ["a", "b", "c", "d", "e", "f"])
        sheet.write_row(1, 0, [5, "007", 2.5, True])
        sheet.write_number(1, 4, 46349, day)
        sheet.write_formula(1, 5, "=1+1", value="wynik")
    assert read(path).rows == (Row(2, ("5", "007", "2.5", "True", "2026-11-23", "wynik")),)


def test_gaps_of_an_excel_file_keep_their_place(tmp_path):
    path = tmp_path / "x.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(1, 1, ["a", "b"])
        sheet.write_row(4, 1, ["x", "y"])
    assert read(path) == Table(("", "a", "b"), (Row(5, ("", "x", "y")),))


@given(rows=st.lists(st.tuples(st.text("aą'=\t \"';,<>&"), st.text("żx-+\n")), max_size=4))
def test_what_is_written_is_read_again(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("table") / "x.csv"
    path.write_bytes(b"".join(csv_lines(["a", "b"], rows)))
    kept = [row for row in rows if any(cell.strip() for cell in row)]
    assert [row.cells for row in read(path).rows] == kept


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


def test_a_zip_that_is_no_workbook_is_no_table(tmp_path):
    path = tmp_path / "x.xlsx"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    assert problem_of(path).problem is TableProblem.NOT_A_TABLE


@pytest.mark.parametrize("name", ["x.csv", "x.xlsx"])
def test_a_hundred_thousand_rows_are_counted_and_refused(tmp_path, name):
    path, rows = tmp_path / name, ([f"tytuł {number}", "<p>a</p>"] for number in range(100_000))
    if name.endswith("csv"):
        path.write_bytes(b"".join(csv_lines(["title", "body"], rows)))
    else:
        write_xlsx(path, ["title", "body"], rows)
    error = problem_of(path, most_rows=2000)
    assert (error.problem, error.number) == (TableProblem.TOO_MANY_ROWS, 100_000)


def test_a_sheet_with_a_cell_at_its_far_end_does_not_fill_the_memory(tmp_path):
    path = tmp_path / "x.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet().write_string(1_048_575, 16_383, "x")
    assert problem_of(path).problem is TableProblem.TOO_LARGE


def test_a_packed_bomb_is_refused_before_it_is_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(reader, "_MOST_UNPACKED", 1000)
    path = tmp_path / "x.xlsx"
    write_xlsx(path, ["a"], [["x"]])
    assert problem_of(path).problem is TableProblem.TOO_LARGE


def test_a_file_beyond_the_limit_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(reader, "MOST_BYTES", 5)
    assert problem_of(saved(tmp_path, LINES)).problem is TableProblem.TOO_LARGE


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
