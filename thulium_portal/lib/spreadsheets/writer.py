"""Tables for spreadsheets, written row by row: memory does not grow with the table.

What a cell holds may come from strangers: in CSV whatever a spreadsheet would take for a formula
gets an apostrophe in front; in XLSX a text is stored as a text and is never a formula.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter

Cell = str | int | datetime | None

BOM = "\ufeff"
# An apostrophe in front of all that stays one of ours to take off: it gets a second one.
_FORMULA = re.compile("^'*(?:[\t\r\n]|[\\s\u200b-\u200f\u2060\ufeff]*[=+\\-@|%＝＋－＠])")
_SHEET_ROWS = 1_048_576
_CELL_CHARACTERS = 32_767
_CUT = " […]"


class _Echo:
    """A file that gives back what is written to it, for the csv module."""

    def write(self, line: str) -> str:
        return line


_CSV = csv.writer(_Echo(), delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")


def neutral(text: str) -> str:
    """Return *text* so that no spreadsheet reads it as a formula; :func:`plain` takes it back."""
    text = text.replace("\0", "")
    return f"'{text}" if _FORMULA.match(text) else text


def plain(cell: str) -> str:
    """Return the text that :func:`neutral` wrote as *cell*; any other cell is its own text."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell[1:]) else cell


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """Yield a CSV as Polish Excel opens it: UTF-8 with a byte order mark, semicolons, all quoted.

    Times are written as ``2026-11-23 14:02:05`` in the zone they carry.
    """
    yield BOM.encode() + csv_line([*header])
    for row in rows:
        yield csv_line(row)


def csv_line(row: Sequence[Cell]) -> bytes:
    """Return one line of such a CSV."""
    return str(_CSV.writerow([_csv_cell(cell) for cell in row])).encode()


def write_xlsx(path: Path, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> int:
    """Write an Excel file and return how many rows it holds; long tables go on in further sheets.

    Excel holds 32,767 characters a cell: longer texts end in “[…]”.
    """
    options = {"constant_memory": True, "default_date_format": "yyyy-mm-dd hh:mm:ss"}
    count = 0
    with xlsxwriter.Workbook(str(path), options) as book:
        bold = book.add_format({"bold": True})
        sheet: Any = None
        for count, row in enumerate(rows, start=1):
            line = (count - 1) % (_SHEET_ROWS - 1) + 1
            if line == 1:
                sheet = _sheet(book, header, bold)
            for column, cell in enumerate(row):
                _write(sheet, line, column, cell)
        if sheet is None:
            _sheet(book, header, bold)
    return count


def _csv_cell(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d %H:%M:%S")
    return neutral(cell) if isinstance(cell, str) else str(cell)


def _sheet(book: Any, header: Sequence[str], bold: Any) -> Any:
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, max(0, len(header) - 1), 20)
    for column, name in enumerate(header):
        sheet.write_string(0, column, name, bold)
    return sheet


def _write(sheet: Any, line: int, column: int, cell: Cell) -> None:
    if isinstance(cell, datetime):
        sheet.write_datetime(line, column, cell.replace(tzinfo=None, microsecond=0))
    elif isinstance(cell, int):
        sheet.write_number(line, column, cell)
    elif cell:
        fits = len(cell) <= _CELL_CHARACTERS
        text = cell if fits else cell[: _CELL_CHARACTERS - len(_CUT)] + _CUT
        sheet.write_string(line, column, text)
