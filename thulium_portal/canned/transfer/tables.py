"""The rows of a file of canned responses, by the names of their columns."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from thulium_portal.canned.transfer import headings
from thulium_portal.canned.transfer.archive import Bundle
from thulium_portal.canned.transfer.headings import Headings, HeadingsMissing
from thulium_portal.lib.spreadsheets.formats import LONGEST_CELL
from thulium_portal.lib.spreadsheets.reader import MOST_BYTES, rows_of, sheets_of
from thulium_portal.lib.spreadsheets.table import Row, TableError, TableProblem

MOST_ROWS = 2000
"""Rows one table may hold: as many as are read, compared and stored within a few seconds."""
MOST_ARCHIVED_ROWS = 10_000
"""Rows the table of a ZIP may hold where nobody waits for a page: a whole library."""


class FileRefused(Exception):
    """A file of which no row can be read; its words say why and what to do."""


@dataclass(frozen=True)
class TableRow:
    """A row by the columns of the file; ``fault`` says why its cells cannot be told apart."""

    number: int
    cells: dict[str, str]
    fault: str = ""


@dataclass(frozen=True)
class Table:
    """The rows of a file, and the sheet they are on ("" for a CSV)."""

    sheet: str
    rows: tuple[TableRow, ...]


def read(bundle: Bundle, *, most: int, sheet: str = "") -> Table:
    """Return the rows of *bundle*, *most* at most.

    *sheet* names the one that is meant where several could be. Raises :class:`FileRefused` for a
    file that is no table of canned responses, and :class:`headings.SheetToChoose` where several
    sheets are.
    """
    try:
        found = headings.find(sheets_of(bundle.table, most_bytes=bundle.most_bytes), sheet)
        rows = tuple(_rows(bundle, found, most))
    except TableError as error:
        if error.problem is TableProblem.TOO_MANY_ROWS and bundle.is_archive:
            raise FileRefused(_too_many_packed(error.number, most)) from error
        raise FileRefused(unreadable(error)) from error
    except HeadingsMissing as error:
        raise FileRefused(str(error)) from error
    if not rows:
        raise FileRefused(_("The file has column names but no rows below them."))
    return Table(found.sheet.name, rows)


def unreadable(error: TableError) -> str:
    """Return why a file cannot be read, and what to do."""
    if error.problem is TableProblem.TOO_MANY_ROWS:
        words = ngettext(
            "The file has %(count)d row; %(most)d are allowed. Split it.",
            "The file has %(count)d rows; %(most)d are allowed. Split it.",
            error.number,
        )
        return words % {"count": error.number, "most": MOST_ROWS}
    if error.problem is TableProblem.TOO_LARGE:
        words = _("The file is too large; %(most)d MB are allowed. Split it.")
        return words % {"most": MOST_BYTES // 1024 // 1024}
    return _sentence(error.problem) % {"number": error.number, "most": LONGEST_CELL}


def _too_many_packed(count: int, most: int) -> str:
    words = ngettext(
        "The ZIP has %(count)d row; %(most)d are allowed here. Whoever runs the portal brings a "
        "whole library with import_canned.",
        "The ZIP has %(count)d rows; %(most)d are allowed here. Whoever runs the portal brings a "
        "whole library with import_canned.",
        count,
    )
    return words % {"count": count, "most": most}


def _sentence(problem: TableProblem) -> str:
    sentences = {
        TableProblem.EMPTY: _("The file is empty."),
        TableProblem.TOO_MUCH: _(
            "Reading the file would take too much memory or time. Copy the texts into a new sheet "
            "without formatting and save that, or save the sheet as CSV."
        ),
        TableProblem.CELL_TOO_LONG: _(
            "A cell in row %(number)d has more than %(most)d characters, so the rest cannot be "
            "read. Is a quotation mark missing?"
        ),
        TableProblem.OLD_EXCEL: _(
            "This is an old Excel format. Save it as “Excel workbook (.xlsx)” or as CSV."
        ),
        TableProblem.ENCRYPTED: _(
            "The file is protected by a password. Save it without one and choose it again."
        ),
        TableProblem.OTHER_OFFICE: _(
            "This file comes from another program. Save it as “Excel workbook (.xlsx)” or as CSV."
        ),
        TableProblem.NOT_A_TABLE: _("This is neither a CSV file nor an Excel workbook (.xlsx)."),
        TableProblem.NO_TABLE_PACKED: _(
            "The ZIP holds no canned.csv. Bring one that this portal exported, or a CSV or Excel "
            "file."
        ),
        TableProblem.OTHER_COLUMNS: _(
            "versions.csv in the ZIP has other columns than an export gives it. Take it out of the "
            "ZIP or bring the export as it was."
        ),
        TableProblem.DAMAGED: _(
            "The file is damaged. Open it in Excel, save it again and choose the new file."
        ),
        TableProblem.QUOTES: _(
            "Row %(number)d has a quotation mark that is never closed, so the rest cannot be read."
        ),
    }
    return sentences[problem]


def _rows(bundle: Bundle, found: Headings, most: int) -> Iterator[TableRow]:
    rows = rows_of(
        bundle.table, found.sheet, after=found.row.number, most=most, most_bytes=bundle.most_bytes
    )
    for row in rows:
        if not found.repeats(row):
            yield _row(row, found)


def _row(row: Row, found: Headings) -> TableRow:
    named = zip(found.columns, row.cells, strict=False)
    cells = {column: cell for column, cell in named if column}
    # A row may end early: its last cells are empty then.
    cells = {column: "" for column in found.columns if column} | cells
    return TableRow(row.number, cells, _surplus(row, found))


def _surplus(row: Row, found: Headings) -> str:
    """Return what to do about a cell that stands under no heading, "" where there is none."""
    width = len(found.columns)
    while width and not found.columns[width - 1]:
        width -= 1
    for place, cell in enumerate(row.cells):
        if not cell.strip() or (place < width and found.columns[place]):
            continue
        if place >= width and found.sheet.separator:
            words = _(
                "The row has more cells than there are columns: “%(cell)s”. Are quotation marks "
                "missing around a text that holds “%(separator)s”?"
            )
            return words % {"cell": _short(cell), "separator": _shown(found.sheet.separator)}
        words = _("Column %(letter)s has no name, but this row has a text there: “%(cell)s”.")
        return words % {"letter": _letter(place), "cell": _short(cell)}
    return ""


def _short(cell: str) -> str:
    text = " ".join(cell[:200].split())
    return text if len(text) <= 40 else f"{text[:40]}…"


def _shown(separator: str) -> str:
    return _("a tab") if separator == "\t" else separator


def _letter(place: int) -> str:
    """Return the letter a spreadsheet shows above the column at *place*, counted from 0."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
