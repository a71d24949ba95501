"""Canned responses from a file: first a plan, row by row, then exactly that plan or nothing.

A row stands for the canned response with its shortcut, else for the one with its title, language
and scope; where there is none it becomes a new one. A column that the file lacks leaves a response
as it is and gives a new one its default. HTML that would not be kept whole is refused, never
quietly cleaned.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy

from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import Permission
from thulium_portal.audit.actions import Action
from thulium_portal.audit.services import Subject, record
from thulium_portal.canned import services, workflow
from thulium_portal.canned.models import CannedResponse
from thulium_portal.canned.transfer.rows import COLUMNS, REQUIRED, CellFault, ParsedRow, Reader
from thulium_portal.canned.validation import ResponseText
from thulium_portal.lib.spreadsheets.reader import (
    MOST_BYTES,
    Row,
    Table,
    TableError,
    TableProblem,
    read_table,
)

MOST_ROWS = 2000
"""Rows one file may hold: as many as are read, compared and stored within a few seconds."""
State = CannedResponse.State


class RowOutcome(models.TextChoices):
    """The result of checking one row of the file."""

    REFUSED = "refused", pgettext_lazy("row of an import", "Refused")
    CREATED = "created", pgettext_lazy("row of an import", "New")
    CHANGED = "changed", pgettext_lazy("row of an import", "Changed")
    UNCHANGED = "unchanged", pgettext_lazy("row of an import", "Unchanged")


class FileRefused(Exception):
    """A file of which no row can be read; its words say why and what to do."""


class LibraryChanged(Exception):
    """The library is not what it was when the plan was shown; ``plan`` is the one of now."""

    def __init__(self, plan: "Plan") -> None:
        super().__init__("the plan is another now")
        self.plan = plan


@dataclass(frozen=True)
class PlannedRow:
    """One row of the file and the result of checking it; ``number`` is the spreadsheet's."""

    number: int
    outcome: RowOutcome
    parsed: ParsedRow
    changes: tuple[str, ...] = ()
    faults: tuple[CellFault, ...] = ()

    @property
    def response(self) -> CannedResponse | None:
        """The canned response the row stands for, None for a new one."""
        return self.parsed.response

    @property
    def seen_version(self) -> int:
        """The version the row was compared with, 0 for a new canned response."""
        return self.response.current.number if self.response and self.response.current else 0


@dataclass(frozen=True)
class Plan:
    """What an import would do with each row of a file, for the person who imports it."""

    rows: tuple[PlannedRow, ...]

    @cached_property
    def counts(self) -> Counter[RowOutcome]:
        """The number of rows by result."""
        return Counter(row.outcome for row in self.rows)

    @property
    def summary(self) -> list[tuple[RowOutcome, int]]:
        """Every result that occurs, with its number of rows, the worst first."""
        return [(outcome, self.counts[outcome]) for outcome in RowOutcome if self.counts[outcome]]

    @property
    def worst_first(self) -> list[PlannedRow]:
        """The rows by result, the refused ones first."""
        order = list(RowOutcome)
        return sorted(self.rows, key=lambda row: (order.index(row.outcome), row.number))

    @property
    def writes(self) -> int:
        """The number of canned responses it would store."""
        return self.counts[RowOutcome.CREATED] + self.counts[RowOutcome.CHANGED]

    @property
    def can_be_applied(self) -> bool:
        """Whether there is something to store and nothing to mend."""
        return bool(self.writes) and not self.counts[RowOutcome.REFUSED]

    @cached_property
    def digest(self) -> str:
        """A hash of everything the plan says; another library or file gives another."""
        content = [
            [
                row.number,
                row.outcome,
                row.response.pk if row.response else None,
                row.seen_version,
                asdict(row.parsed.text),
                row.parsed.state,
                [str(fault.sentence) for fault in row.faults],
            ]
            for row in self.rows
        ]
        return hashlib.sha256(json.dumps(content, default=str).encode()).hexdigest()


def plan_of(path: Path, *, actor: User, progress: Callable[[], object] = lambda: None) -> Plan:
    """Return the plan of importing the file *path*; nothing is stored.

    *progress* is called for each row. Raises :class:`FileRefused` for a file that is no table of
    canned responses, ``PermissionDenied`` for a person who may not manage them.
    """
    if not actor.may(Permission.MANAGE_CANNED):
        raise PermissionDenied
    table = _read(path)
    names = _names(table)
    reader, rows = Reader(actor), []
    earlier: dict[object, int] = {}
    for row in table.rows:
        rows.append(_planned(row, names, reader, earlier))
        progress()
    return Plan(tuple(rows))


def apply(
    path: Path, *, shown: str, name: str, actor: User, progress: Callable[[], object] = lambda: None
) -> Plan:
    """Import the file *path*, called *name*: all rows or none.

    *shown* is the digest of the plan the person saw. Raises :class:`LibraryChanged` where the plan
    is another by now, otherwise as :func:`plan_of`; *progress* as there.
    """
    note = (_("From the file %(name)s") % {"name": name})[:200]
    with transaction.atomic():
        plan = plan_of(path, actor=actor)
        if plan.digest != shown or not plan.can_be_applied:
            raise LibraryChanged(plan)
        for row in plan.rows:
            _store(row, note=note, actor=actor)
            progress()
        _record(plan, path, name, actor)
    return plan


# --- the file --------------------------------------------------------------------------------


def _read(path: Path) -> Table:
    try:
        table = read_table(path, most_rows=MOST_ROWS)
    except TableError as error:
        raise FileRefused(_unreadable(error)) from error
    if not table.rows:
        raise FileRefused(_("The file has column names but no rows below them."))
    return table


def _unreadable(error: TableError) -> str:
    sentences = {
        TableProblem.EMPTY: _("The file is empty."),
        TableProblem.TOO_LARGE: _("The file is too large; %(most)d MB are allowed. Split it.")
        % {"most": MOST_BYTES // 1024 // 1024},
        TableProblem.TOO_MANY_ROWS: ngettext(
            "The file has %(count)d row; %(most)d are allowed. Split it.",
            "The file has %(count)d rows; %(most)d are allowed. Split it.",
            error.number,
        )
        % {"count": error.number, "most": MOST_ROWS},
        TableProblem.OLD_EXCEL: _(
            "This is a file of an old Excel. Save it as “Excel workbook (.xlsx)” or as CSV."
        ),
        TableProblem.NOT_A_TABLE: _("This is neither a CSV file nor an Excel workbook (.xlsx)."),
        TableProblem.QUOTES: _(
            "Row %(number)d has a quotation mark that is never closed, so the rest cannot be read."
        )
        % {"number": error.number},
    }
    return sentences[error.problem]


def _names(table: Table) -> list[str]:
    """Return the column names, empty for a column without any. Raises :class:`FileRefused`."""
    names = [name.strip().casefold() for name in table.header]
    known = [name for name in names if name]
    header = filter(None, map(str.strip, table.header))
    unknown = [name for name in header if name.casefold() not in COLUMNS]
    missing = [name for name in REQUIRED if name not in known]
    twice = [name for name, times in Counter(known).items() if times > 1]
    complaints = [
        (_("Unknown columns: %(names)s."), unknown),
        (_("Missing columns: %(names)s."), missing),
        (_("These columns stand there twice: %(names)s."), twice),
    ]
    sentences = [words % {"names": ", ".join(names)} for words, names in complaints if names]
    if sentences:
        sentences.append(_("The columns are: %(names)s.") % {"names": ", ".join(COLUMNS)})
        raise FileRefused(" ".join(sentences))
    return names


# --- the plan --------------------------------------------------------------------------------


def _planned(row: Row, names: list[str], reader: Reader, earlier: dict[object, int]) -> PlannedRow:
    """Return the plan for *row*; *earlier* has the numbers of the rows so far, by their keys."""
    cells = {name: cell for name, cell in zip(names, row.cells, strict=False) if name}
    parsed, faults = reader.read(cells)
    before = next((earlier[key] for key in parsed.keys if key in earlier), None)
    for key in parsed.keys:
        earlier.setdefault(key, row.number)
    if before is not None:
        words = _("Row %(number)d is already about this canned response.") % {"number": before}
        faults = (*faults, CellFault("shortcut" if parsed.text.shortcut else "title", words))
    if faults:
        return PlannedRow(row.number, RowOutcome.REFUSED, parsed, faults=faults)
    changes = parsed.changes()
    outcome = RowOutcome.CHANGED if changes else RowOutcome.UNCHANGED
    if parsed.response is None:
        outcome = RowOutcome.CREATED
    return PlannedRow(row.number, outcome, parsed, changes)


# --- storing it ------------------------------------------------------------------------------


def _store(row: PlannedRow, *, note: str, actor: User) -> None:
    if row.outcome is RowOutcome.CREATED:
        _create(row.parsed, note, actor)
    elif row.outcome is RowOutcome.CHANGED and row.response is not None:
        stored = row.response
        if ResponseText.of(stored) != row.parsed.text:
            seen = row.seen_version
            stored = services.revise(
                stored, row.parsed.text, seen_version=seen, note=note, actor=actor
            )
        if row.parsed.mover is not None:
            row.parsed.mover(stored, actor=actor)


def _create(parsed: ParsedRow, note: str, actor: User) -> None:
    as_draft = parsed.state in {State.DRAFT, State.WAITING}
    made = services.create_response(parsed.text, note=note, as_draft=as_draft, actor=actor)
    if parsed.state == State.WAITING:
        workflow.submit(made, actor=actor)
    elif parsed.state == State.ARCHIVED:
        workflow.archive(made, actor=actor)


def _record(plan: Plan, path: Path, name: str, actor: User) -> None:
    record(
        Action.CANNED_IMPORTED,
        actor=actor,
        subject=Subject("canned_file", ""),
        facts={
            "created": plan.counts[RowOutcome.CREATED],
            "changed": plan.counts[RowOutcome.CHANGED],
            "unchanged": plan.counts[RowOutcome.UNCHANGED],
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        },
        content={"file_name": name},
    )
