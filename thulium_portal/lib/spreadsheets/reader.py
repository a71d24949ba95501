"""Tables people bring: CSV as any spreadsheet saves it, and XLSX; bounded in size and memory.

A CSV may be UTF-8 (with or without a byte order mark), UTF-16 as Excel's “Unicode text”, or cp1250
as Excel saves it in Poland; semicolons, commas or tabs part its cells. What was saved otherwise is
read all the same, and :func:`garbled` finds the letters that came out wrong.
"""

import codecs
import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from typing import IO, Any

from python_calamine import CalamineError, CalamineWorkbook

from thulium_portal.lib.spreadsheets.writer import plain

MOST_BYTES = 10 * 1024 * 1024
"""Size of a file that is read at all."""
_MOST_UNPACKED = 100 * 1024 * 1024
_MOST_CELLS = 1_000_000
_LONGEST_CELL = 2_000_000
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_SEPARATORS = ";\t,"
_FILLED_CELL = re.compile(rb'<(?:\w+:)?c\b[^<>]*?\br="([A-Z]{1,3})([0-9]{1,7})"[^<>]*(?<!/)>')
_LONGEST_TAG = 1000

csv.field_size_limit(_LONGEST_CELL)  # the module's own limit is below the longest text of ours


class TableProblem(Enum):
    """Why a file cannot be read as a table at all."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    TOO_MANY_ROWS = "too_many_rows"
    OLD_EXCEL = "old_excel"
    NOT_A_TABLE = "not_a_table"
    QUOTES = "quotes"


class TableError(ValueError):
    """A file that is no table we read. ``number`` is a count of rows, or the row of the fault."""

    def __init__(self, problem: TableProblem, number: int = 0) -> None:
        super().__init__(problem.value)
        self.problem, self.number = problem, number


@dataclass(frozen=True)
class Row:
    """A row that holds something; ``number`` is the one a spreadsheet shows beside it."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """The first row that holds something, and the others."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]


def read_table(path: Path, *, most_rows: int) -> Table:
    """Return the table in the file *path*; the apostrophes of ``neutral`` are taken off.

    Raises :class:`TableError` for a file that is none, or holds more than *most_rows* rows below
    its header, and ``OSError`` where it cannot be opened.
    """
    if path.stat().st_size > MOST_BYTES:
        raise TableError(TableProblem.TOO_LARGE)
    with path.open("rb") as file:
        start = file.read(4)
    if start == _OLE:
        raise TableError(TableProblem.OLD_EXCEL)
    cells = _xlsx(path, most_rows) if start == _ZIP else _csv(path.read_bytes())
    return _table(cells, most_rows)


def garbled(text: str) -> str:
    """Return the piece of *text* in which letters were lost to a wrong encoding, or ""."""
    found = _GARBLED.search(text)
    if found is None:
        return ""
    return text[max(0, found.start() - 12) : found.end() + 12].strip()


def _table(lines: Iterable[tuple[str, ...]], most_rows: int) -> Table:
    header: tuple[str, ...] = ()
    rows: list[Row] = []
    count = 0
    for number, written in enumerate(lines, start=1):
        cells = tuple(map(plain, written))
        if not any(cell.strip() for cell in cells):
            continue
        if not header:
            header = cells
            continue
        count += 1
        if count <= most_rows:
            rows.append(Row(number, cells))
    if not header:
        raise TableError(TableProblem.EMPTY)
    if count > most_rows:
        raise TableError(TableProblem.TOO_MANY_ROWS, count)
    return Table(header, tuple(rows))


# --- CSV -------------------------------------------------------------------------------------


def _csv(raw: bytes) -> Iterator[tuple[str, ...]]:
    text = _decoded(raw)
    if "\0" in text:
        raise TableError(TableProblem.NOT_A_TABLE)
    named = re.match(r"sep=(.)\r?\n", text, re.IGNORECASE)
    separator = named[1] if named else _separator(text)
    reader = csv.reader(
        io.StringIO(text[named.end() :] if named else text, newline=""),
        delimiter=separator,
        strict=True,
    )
    number = 1
    try:
        for cells in reader:
            yield tuple(cells)
            number += 1
    except csv.Error as error:
        raise TableError(TableProblem.QUOTES, number) from error


def _decoded(raw: bytes) -> str:
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return raw.decode("utf-16", "replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1250", "replace")


def _separator(text: str) -> str:
    """Return the sign that parts the cells of the first line, outside of quotes."""
    first = re.sub(r'"[^"]*"', "", text.lstrip()[:10_000]).partition("\n")[0]
    return max(_SEPARATORS, key=first.count)


# --- XLSX ------------------------------------------------------------------------------------


def _xlsx(path: Path, most_rows: int) -> Iterator[tuple[str, ...]]:
    try:
        _require_small_unpacked(path)
        with CalamineWorkbook.from_path(str(path)) as book:
            sheet = book.get_sheet_by_index(0)
            last = sheet.end[0] if sheet.end else 0
            if last > most_rows:
                raise TableError(TableProblem.TOO_MANY_ROWS, last)
            for cells in sheet.to_python(skip_empty_area=False):
                yield tuple(map(_cell, cells))
    except (CalamineError, zipfile.BadZipFile, IndexError) as error:
        raise TableError(TableProblem.NOT_A_TABLE) from error


def _require_small_unpacked(path: Path) -> None:
    """Refuse a workbook that would fill the memory; the reader lays out every cell in between."""
    with zipfile.ZipFile(path) as packed:
        names = packed.namelist()
        if "xl/workbook.xml" not in names:
            raise TableError(TableProblem.NOT_A_TABLE)
        if sum(info.file_size for info in packed.infolist()) > _MOST_UNPACKED:
            raise TableError(TableProblem.TOO_LARGE)
        for name in names:
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                with packed.open(name) as sheet:
                    _require_small_area(sheet)


def _require_small_area(sheet: IO[bytes]) -> None:
    rows = columns = 0
    rest = b""
    while chunk := sheet.read(1 << 20):
        piece = rest + chunk
        for column, row in _FILLED_CELL.findall(piece):
            rows, columns = max(rows, int(row)), max(columns, _column(column))
        if rows * columns > _MOST_CELLS:
            raise TableError(TableProblem.TOO_LARGE)
        rest = piece[-_LONGEST_TAG:]


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _cell(value: Any) -> str:
    """Return a cell as it is read on the sheet: 5.0 is 5, and a text of digits keeps its zeros."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, date | datetime):
        return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    return str(value)


# --- letters that were lost ------------------------------------------------------------------

_POLISH = "ąćęłńóśźżĄĆĘŁŃÓŚŹŻ–—„”’…"


def _misread() -> Iterator[str]:
    """Yield what Polish letters become when their UTF-8 is read as a one-byte code."""
    for letter in _POLISH:
        for encoding in ("cp1250", "cp1252", "latin-1"):
            # A few of these bytes mean nothing in a code; then nobody could have saved them so.
            yield letter.encode().decode(encoding, "ignore")


# ISO 8859-2 read as cp1250 leaves signs inside words: “bł±d”, “¶wieto”.
_GARBLED = re.compile(
    "|".join(sorted({re.escape(lost) for lost in _misread() if len(lost) > 1}))
    + r"|�|(?<=[^\W\d_])[±¶ˇ¦¬˘]|(?<=[a-zęóćłńż])Ľ|(?<!\w)[±¶¦¬](?=[a-zęóćłńżś])"
)
