"""CSV as any spreadsheet saves it, and XLSX, read row by row.

This runs in the process of ``child``: whatever a file does to it, only that process ends.
A CSV may be UTF-8 (with or without a byte order mark), UTF-16 as Excel's “Unicode text”, or cp1250
as Excel saves it in Poland; semicolons, commas or tabs part its cells. What was saved otherwise is
read all the same; ``letters.garbled`` finds the letters that came out wrong.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import islice
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from thulium_portal.lib.spreadsheets.letters import decoded
from thulium_portal.lib.spreadsheets.packed import require_small_workbook
from thulium_portal.lib.spreadsheets.table import Row, Sheet, TableError, TableProblem
from thulium_portal.lib.spreadsheets.writer import plain

LONGEST_CELL = 2_000_000
"""Characters one cell may hold."""
_MOST_COLUMNS = 500
_MOST_SHEETS = 100
_MOST_UNPACKED = 150 * 1024 * 1024
_OUTLINE_ROWS, _OUTLINE_CELLS, _OUTLINE_CHARACTERS = 30, 60, 120
_ZIP, _OLE = b"PK", b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_SEPARATORS = ";,\t"
_NAMED_SEPARATOR = re.compile(r"\s{0,20}sep=(.)\r?\n", re.IGNORECASE)

csv.field_size_limit(LONGEST_CELL)  # the module's own limit is below the longest text of ours


class CsvFile:
    """A CSV; its “sheets” are the ways to part its cells, the likeliest first."""

    def __init__(self, raw: bytes) -> None:
        text = decoded(raw)
        if "\0" in text:
            raise TableError(TableProblem.NOT_A_TABLE)
        named = _NAMED_SEPARATOR.match(text)
        self._text = text[named.end() :] if named else text
        self._separators = [named[1]] if named else _by_likelihood(text)

    def sheets(self) -> Iterator[Sheet]:
        """Yield a reading for each separator that the file may have."""
        for separator in self._separators:
            yield Sheet("", separator, is_hidden=False, first_rows=_outline(self._first(separator)))

    def rows(self, _name: str, separator: str) -> Iterator[Row]:
        """Yield the rows that hold something."""
        number = 1
        reader = csv.reader(io.StringIO(self._text, newline=""), delimiter=separator, strict=True)
        try:
            for number, cells in enumerate(reader, start=1):
                row = _row(number, cells)
                if row is not None:
                    yield row
        except csv.Error as error:
            too_long = "field limit" in str(error)
            problem = TableProblem.CELL_TOO_LONG if too_long else TableProblem.QUOTES
            raise TableError(problem, number + 1 if reader.line_num > 1 else 1) from error

    def _first(self, separator: str) -> Iterator[Row]:
        """Yield the rows until one cannot be read; the likeliest reading says why it has none."""
        is_empty = True
        try:
            for row in self.rows("", separator):
                is_empty = False
                yield row
        except TableError:
            if is_empty and separator == self._separators[0]:
                raise


class ExcelFile:
    """An Excel workbook (.xlsx)."""

    def __init__(self, file: io.BytesIO) -> None:
        require_small_workbook(file, _MOST_UNPACKED)
        file.seek(0)
        try:
            self._book = CalamineWorkbook.from_filelike(file)
        except CalamineError as error:
            raise TableError(TableProblem.DAMAGED) from error

    def sheets(self) -> Iterator[Sheet]:
        """Yield the sheets that hold cells, in the workbook's order."""
        for known in self._book.sheets_metadata[:_MOST_SHEETS]:
            if known.typ is SheetTypeEnum.WorkSheet:
                is_hidden = known.visible is not SheetVisibleEnum.Visible
                yield Sheet(known.name, "", is_hidden, _outline(self.rows(known.name, "")))

    def rows(self, name: str, _separator: str) -> Iterator[Row]:
        """Yield the rows of the sheet *name* that hold something; a merged cell counts for each.

        Raises :class:`TableError` for a sheet that there is not.
        """
        try:
            sheet = self._book.get_sheet_by_name(name)
            merged = _Merged(sheet)
            # The reader leaves out empty columns in front, rows it does not.
            before = [""] * (sheet.start or (0, 0))[1]
            for number, values in enumerate(sheet.iter_rows(), start=1):
                cells = [*before, *map(_cell, values)]
                is_filled = any(cell.strip() for cell in cells)
                row = _row(number, merged.filled(number, cells)) if is_filled else None
                if row is not None:
                    yield row
        except CalamineError as error:
            raise TableError(TableProblem.DAMAGED) from error


@dataclass
class _Area:
    """A merged area of several rows: its last row, its first column, the value it shows."""

    last: int
    column: int
    value: str = ""


class _Merged:
    """The merged cells of a sheet: the value of each counts for all of its rows."""

    def __init__(self, sheet: CalamineSheet) -> None:
        self._starts: dict[int, list[_Area]] = {}
        self._open: list[_Area] = []
        for (top, left), (bottom, _right) in sheet.merged_cell_ranges or ():
            if bottom > top:
                self._starts.setdefault(top + 1, []).append(_Area(bottom + 1, left))

    def filled(self, number: int, cells: list[str]) -> list[str]:
        """Return the cells of row *number* with what merged cells above say; called in order."""
        self._open = [area for area in self._open if area.last >= number]
        for area in self._open:
            if area.column < len(cells) and not cells[area.column].strip():
                cells[area.column] = area.value
        for area in self._starts.get(number, ()):
            if area.column < len(cells):
                area.value = cells[area.column]
                self._open.append(area)
        return cells


def opened(raw: bytes) -> CsvFile | ExcelFile:
    """Return the file that *raw* is. Raises :class:`TableError` for one that is no table."""
    if raw.startswith(_OLE):
        locked = _ENCRYPTED in raw
        raise TableError(TableProblem.ENCRYPTED if locked else TableProblem.OLD_EXCEL)
    if raw.startswith(_ZIP) and b"\x03\x04" in raw[2:4]:
        return ExcelFile(io.BytesIO(raw))
    return CsvFile(raw)


def _outline(rows: Iterator[Row]) -> tuple[Row, ...]:
    return tuple(
        Row(row.number, tuple(cell[:_OUTLINE_CHARACTERS] for cell in row.cells[:_OUTLINE_CELLS]))
        for row in islice(rows, _OUTLINE_ROWS)
    )


def _row(number: int, cells: Sequence[str]) -> Row | None:
    """Return the row of *cells* without the apostrophes of ``neutral``, None for an empty one."""
    texts = tuple(map(plain, cells))
    if not any(text.strip() for text in texts):
        return None
    if any(text.strip() for text in texts[_MOST_COLUMNS:]):
        raise TableError(TableProblem.TOO_MUCH)
    if max(map(len, texts)) > LONGEST_CELL:
        raise TableError(TableProblem.CELL_TOO_LONG, number)
    return Row(number, texts[:_MOST_COLUMNS])


def _by_likelihood(text: str) -> list[str]:
    """Return the separators, first the one that is found most in the first line, unquoted."""
    start = text.lstrip()[:10_000]
    first = "".join(start.split('"')[::2]).partition("\n")[0]
    return sorted(_SEPARATORS, key=first.count, reverse=True)


def _cell(value: Any) -> str:
    """Return a cell as it is read on the sheet: 5.0 is 5, and a text of digits keeps its zeros."""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    return value.isoformat() if isinstance(value, date | time) else str(value)
