import csv
import io
from collections.abc import Iterator
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from thulium_portal.lib.spreadsheets import writer
from thulium_portal.lib.spreadsheets.writer import Cell, csv_lines, neutral, plain, write_xlsx

AT = datetime.fromisoformat("2026-11-23T14:02:05")
PAYLOADS = [
    "=1+1",
    "+48 22 123",
    "-1",
    "@SUM(A1)",
    "|calc",
    "%x",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1",
    "\u00a0=1",
    "\u200b=1",
    "\ufeff=1",
    "＝1",
    "＋1",
    "－1",
    "＠x",
]


def read(lines: Iterator[bytes]) -> list[list[str]]:
    text = b"".join(lines).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(payload):
    assert neutral(payload) == f"'{payload}"
    assert read(csv_lines(["a", "b"], [[payload, "x"]]))[1] == [f"'{payload}", "x"]


@pytest.mark.parametrize("text", ["", "Ala = kot", "a@b.pl", "5 %", 'łódź; "cytat"', "1-2"])
def test_ordinary_text_is_left_alone(text):
    assert neutral(text) == text
    assert read(csv_lines(["a"], [[text]])) == [["a"], [text]]


@given(st.text("'=+-@|% \t\n\u200bab"))
def test_the_apostrophe_comes_off_again(text):
    assert plain(neutral(text)) == text


@pytest.mark.parametrize("text", ["'", "'n Sync", "'a=1", "''"])
def test_an_apostrophe_that_nobody_put_there_stays(text):
    assert plain(text) == text == neutral(text)


def test_a_nul_does_not_get_through():
    assert neutral("\0=1") == "'=1"
    assert neutral("a\0b") == "ab"


def test_a_csv_opens_in_polish_excel():
    rows: list[list[Cell]] = [["żółw; dwa\nwiersze", 5, None, AT]]
    raw = b"".join(csv_lines(["a", "b", "c", "d"], rows))
    assert (
        raw
        == (
            '\ufeff"a";"b";"c";"d"\r\n"żółw; dwa\nwiersze";"5";"";"2026-11-23 14:02:05"\r\n'
        ).encode()
    )


def test_rows_are_written_as_they_come():
    def rows() -> Iterator[list[Cell]]:
        yield ["pierwszy"]
        raise LookupError

    lines = csv_lines(["a"], rows())
    assert next(lines) == '\ufeff"a"\r\n'.encode()
    assert next(lines) == b'"pierwszy"\r\n'
    with pytest.raises(LookupError):
        next(lines)


def test_an_excel_file_keeps_texts_numbers_and_times_apart(tmp_path):
    path = tmp_path / "x.xlsx"
    rows: list[list[Cell]] = [["=1+1", 5, None, AT], ["007", 1, "", None]]
    assert write_xlsx(path, ["a", "b", "c", "d"], rows) == 2
    sheet = CalamineWorkbook.from_path(path).get_sheet_by_index(0)
    assert sheet.to_python() == [["a", "b", "c", "d"], ["=1+1", 5.0, "", AT], ["007", 1.0, "", ""]]


def test_a_text_too_long_for_excel_is_cut_visibly(tmp_path):
    path = tmp_path / "x.xlsx"
    write_xlsx(path, ["a"], [["x" * 40_000]])
    (cell,) = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()[1]
    assert len(cell) == 32_767
    assert cell.endswith("x […]")


def test_a_long_table_goes_on_in_a_further_sheet(tmp_path, monkeypatch):
    monkeypatch.setattr(writer, "_SHEET_ROWS", 3)
    path = tmp_path / "x.xlsx"
    assert write_xlsx(path, ["a"], ([number] for number in range(5))) == 5
    book = CalamineWorkbook.from_path(path)
    sheets = [book.get_sheet_by_index(number).to_python() for number in range(3)]
    assert sheets == [[["a"], [0.0], [1.0]], [["a"], [2.0], [3.0]], [["a"], [4.0]]]


def test_an_empty_table_still_has_its_header(tmp_path):
    path = tmp_path / "x.xlsx"
    assert write_xlsx(path, ["a"], []) == 0
    assert CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python() == [["a"]]
