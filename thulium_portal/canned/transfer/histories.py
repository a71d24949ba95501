"""What canned responses said before: ``versions.csv`` in the ZIP of a library."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from django.utils.dateparse import parse_datetime

from thulium_portal.canned import must_keep
from thulium_portal.canned.origins import EarlierVersion
from thulium_portal.canned.transfer import cells as cell_words
from thulium_portal.canned.transfer.archive import MOST_TABLE_BYTES, Bundle
from thulium_portal.canned.transfer.bodies import meant_in
from thulium_portal.canned.transfer.cells import CellError
from thulium_portal.canned.transfer.headings import COLUMNS
from thulium_portal.canned.transfer.matching import RowKey, references
from thulium_portal.canned.validation import ResponseText
from thulium_portal.lib.spreadsheets.reader import rows_of, sheets_of
from thulium_portal.lib.spreadsheets.table import Sheet, TableError, TableProblem

_OF_THE_RESPONSE = {"state", "owner", "variant_of"}
"""What a canned response has, not each of its versions."""
PROPERTIES = tuple(name for name in COLUMNS if name not in _OF_THE_RESPONSE)
VERSION_COLUMNS = ("of", "number", "author", "written_at", "note", *PROPERTIES)
_MOST = 100_000
_LONGEST = {"title": 120, "shortcut": 40, "category": 120, "keywords": 300, "use_when": 200}


@dataclass(frozen=True)
class Histories:
    """The versions of a file by the number of the row they are of, the oldest first."""

    _rows: Mapping[int, Sequence[Mapping[str, str]]] = field(default_factory=dict)

    def paths_of(self, row: int) -> Iterator[str]:
        """Yield the files that the versions of *row* name."""
        for cells in self._rows.get(row, ()):
            yield from cell_words.lines_of(cells["files"])

    def of(self, row: int, file_id: Callable[[str], int | None]) -> list[EarlierVersion]:
        """Return the versions of *row*; *file_id* says which file a path has become, if any."""
        return [_version(cells, file_id) for cells in self._rows.get(row, ())]


def read(bundle: Bundle, keys: Sequence[RowKey]) -> Histories:
    """Return what *bundle* knows of the rows *keys*. Raises :class:`TableError`."""
    if bundle.versions is None:
        return Histories()
    numbers = dict(zip(references(keys), [key.number for key in keys], strict=True))
    rows: dict[int, list[Mapping[str, str]]] = defaultdict(list)
    for cells in _cells(bundle):
        if cells["of"] in numbers:
            rows[numbers[cells["of"]]].append(cells)
    for versions in rows.values():
        versions.sort(key=lambda cells: _number(cells["number"]))
    return Histories(rows)


def _cells(bundle: Bundle) -> Iterator[dict[str, str]]:
    path = bundle.versions
    if path is None:
        return
    sheet, after = _sheet(sheets_of(path, most_bytes=MOST_TABLE_BYTES))
    rows = rows_of(path, sheet, after=after, most=_MOST, most_bytes=MOST_TABLE_BYTES)
    for row in rows:
        cells = (*row.cells, *[""] * len(VERSION_COLUMNS))
        yield dict(zip(VERSION_COLUMNS, cells, strict=False))


def _sheet(sheets: Iterable[Sheet]) -> tuple[Sheet, int]:
    for sheet in sheets:
        for row in sheet.first_rows[:1]:
            if row.cells == VERSION_COLUMNS:
                return sheet, row.number
    raise TableError(TableProblem.OTHER_COLUMNS)


def _version(cells: Mapping[str, str], file_id: Callable[[str], int | None]) -> EarlierVersion:
    paths = cell_words.lines_of(cells["files"])
    ids = (known for path in paths if (known := file_id(path)) is not None)
    words: dict[str, Any] = {
        name: cells[name] for name in ("title", "shortcut", "category", "keywords", "use_when")
    }
    status = cell_words.status_in(cells["status_after"]) or cell_words.Status()
    text = ResponseText(
        body=cells["body"],
        language=cells["language"],
        scope=cells["scope"],
        queues=tuple(sorted(_queues(cells["queues"]))),
        review_by=_day(cells["review_by"]),
        must_keep=must_keep.passages(cells["must_keep"]),
        files=tuple(sorted(ids)),
        status_after=status.code[:40],
        status_after_name=status.name[:120],
        meant=meant_in(cells["body"], cells["meant"]),
        **{name: word[: _LONGEST[name]] for name, word in words.items()},
    )
    return EarlierVersion(
        text, cells["author"][:150], _moment(cells["written_at"]), cells["note"][:200]
    )


def _number(cell: str) -> int:
    return int(cell) if cell.isdecimal() and len(cell) < 10 else 0


def _moment(cell: str) -> datetime | None:
    """Return the time that *cell* writes; one without a zone is UTC."""
    try:
        moment = parse_datetime(cell[:60])
    except ValueError:
        return None
    return moment if moment is None or moment.tzinfo else moment.replace(tzinfo=UTC)


def _queues(cell: str) -> Iterable[int]:
    try:
        return cell_words.queues_of(cell, {})
    except CellError:
        return ()


def _day(cell: str) -> date | None:
    try:
        return cell_words.day_of(cell)
    except CellError:
        return None
