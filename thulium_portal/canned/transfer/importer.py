"""Canned responses from a file: first a plan, row by row, then exactly that plan.

It is stored some rows at a time, so that nobody waits for it. Where it breaks off on its way, what
was stored is whole, and the same file brought again finds it unchanged and stores the rest.

A row stands for the canned response with its shortcut, else for the one with its title, language
and scope; where there is none it becomes a new one. A column that the file lacks leaves a response
as it is and gives a new one its default. HTML that would not be kept whole is refused, or cleaned
where the person asks for it, never quietly.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from time import sleep
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.db.models import Count, Max
from django.utils.translation import gettext as _

from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import Permission
from thulium_portal.audit.actions import Action
from thulium_portal.audit.services import Subject, record
from thulium_portal.canned.models import CannedResponse
from thulium_portal.canned.permissions import visible_to
from thulium_portal.canned.services import ChangedMeanwhile
from thulium_portal.canned.transfer import archive, histories, tables
from thulium_portal.canned.transfer.archive import Bundle
from thulium_portal.canned.transfer.headings import CellNote
from thulium_portal.canned.transfer.histories import Histories
from thulium_portal.canned.transfer.intake import Intake, StoredFiles
from thulium_portal.canned.transfer.matching import References, RowKey, Target, library_of, match
from thulium_portal.canned.transfer.plans import MOST_AT_ONCE, Plan, PlannedRow, RowOutcome
from thulium_portal.canned.transfer.rows import Reader, Reading
from thulium_portal.canned.transfer.tables import (
    MOST_ARCHIVED_ROWS,
    MOST_ROWS,
    FileRefused,
    Table,
    TableRow,
)
from thulium_portal.canned.workflow import StateConflict
from thulium_portal.lib.spreadsheets.table import TableError
from thulium_portal.tickets import queues

Progress = Callable[[], object]
PAUSE = 0.12
"""Seconds between two transactions: SQLite looks every 0.1 whether it may write."""


class LibraryChanged(Exception):
    """The library is not what it was when the plan was shown; ``plan`` is the one of now.

    ``stored`` counts the canned responses that had been stored by then.
    """

    def __init__(self, plan: Plan, stored: int = 0) -> None:
        super().__init__("the plan is another now")
        self.plan, self.stored = plan, stored


class BrokenOff(Exception):
    """The database failed on the way, when ``stored`` canned responses had been stored."""

    def __init__(self, stored: int) -> None:
        super().__init__(f"{stored} were stored")
        self.stored = stored


@dataclass(frozen=True)
class Wish:
    """How a person wants a file to be read.

    ``sheet`` names the sheet of a workbook; ``clean`` leaves out formatting that the editor would
    not keep; ``leave_out_refused`` stores the other rows where some are refused. ``meant`` says
    that all words that look left over belong there, so that replies with these texts need not ask;
    ``files`` that those with macros and the like are to come along. ``is_patient`` is for where
    nobody waits for a page: a ZIP may then hold a whole library.
    """

    sheet: str = ""
    clean: bool = False
    leave_out_refused: bool = False
    meant: bool = False
    files: bool = False
    is_patient: bool = False


def plan_of(
    path: Path, *, actor: User, wish: Wish | None = None, progress: Progress = lambda: None
) -> Plan:
    """Return the plan of importing the file *path*; nothing is stored.

    *progress* is called for each row. Raises :class:`FileRefused` for a file that is no table of
    canned responses, :class:`headings.SheetToChoose` where several of its sheets are,
    ``PermissionDenied`` for a person who may not manage them.
    """
    with _opened(path, actor) as bundle:
        return _plan(bundle, actor, wish or Wish(), progress)[0]


def require_table(path: Path, *, actor: User) -> None:
    """Raise as :func:`plan_of` where the file *path* is no table; its rows are not judged."""
    with _opened(path, actor) as bundle:
        tables.read(bundle, most=MOST_ROWS)


def apply(
    path: Path,
    *,
    shown: str,
    name: str,
    actor: User,
    wish: Wish | None = None,
    progress: Progress = lambda: None,
) -> Plan:
    """Import the file *path*, called *name*: what the plan says.

    *shown* is the digest of the plan the person saw. Raises :class:`LibraryChanged` where the plan
    is another by now, or becomes another on the way, otherwise as :func:`plan_of`; *progress* as
    there. Raises ``OSError`` where the disk refuses a file, :class:`BrokenOff` where the database
    does.
    """
    with _opened(path, actor) as bundle:
        before = _fingerprint(actor)
        plan, known = _plan(bundle, actor, wish or Wish(), lambda: None)
        if plan.digest != shown or not plan.can_be_applied:
            raise LibraryChanged(plan)
        note = (_("From the file %(name)s") % {"name": name})[:200]
        # All reading is done: what follows holds the database for as short as it can.
        with StoredFiles(bundle.files, _paths(plan, known, bundle)) as files:
            is_meant = wish is not None and wish.meant
            intake = Intake(actor, note, files, known, is_meant=is_meant)
            storing = _Storing(plan, intake, actor, before, {"sha256": _hash(path)}, name)
            try:
                storing.run(progress)
            except (_WrittenMeanwhile, ChangedMeanwhile, StateConflict, ValidationError):
                now, _known = _plan(bundle, actor, wish or Wish(), lambda: None)
                raise LibraryChanged(now, storing.stored) from None
            except DatabaseError as error:
                raise BrokenOff(storing.stored) from error
    return plan


@dataclass
class _Storing:
    """A plan on its way into the library; ``stored`` counts the texts that are there for good."""

    plan: Plan
    intake: Intake
    actor: User
    before: dict[str, Any]
    facts: dict[str, Any]
    name: str
    stored: int = 0

    def run(self, progress: Progress) -> None:
        """Store all of it, a short transaction after the other; each records what it did."""
        for rows in self._unhurried(self.plan.batches()):
            with transaction.atomic():
                self._require_same()
                if not self.stored:
                    for queue_id, name in self.plan.new_queues.items():
                        queues.remember(queue_id, name)
                self.intake.store(rows, progress)
                counts = Counter(row.outcome for row in rows)
                _record(self.facts | _counted(counts), self.name, self.actor)
            self.stored += sum(row.is_written for row in rows)
        related = [row for row in self.plan.rows if row.is_written and row.parsed.moves_family()]
        starts = range(0, len(related), MOST_AT_ONCE)
        for rows in self._unhurried(related[at : at + MOST_AT_ONCE] for at in starts):
            with transaction.atomic():
                self.intake.join(rows)

    def _unhurried(self, batches: Iterable[Sequence[PlannedRow]]) -> Iterator[Sequence[PlannedRow]]:
        """Yield *batches*; between two, leave the database to others."""
        for place, rows in enumerate(batches):
            if place:
                sleep(PAUSE)
            yield rows

    def _require_same(self) -> None:
        """Raise where somebody wrote; after the first rows, where a text came or went."""
        now = _fingerprint(self.actor)
        there = self.before["pk__count"] + self.intake.created
        if now["pk__count"] != there or (not self.stored and now != self.before):
            raise _WrittenMeanwhile


class _WrittenMeanwhile(Exception):
    """Somebody wrote in the library between the last look at it and the first row stored."""


@contextmanager
def _opened(path: Path, actor: User) -> Iterator[Bundle]:
    if not actor.may(Permission.MANAGE_CANNED):
        raise PermissionDenied
    try:
        with archive.opened(path) as bundle:
            yield bundle
    except TableError as error:
        raise FileRefused(tables.unreadable(error)) from error


def _fingerprint(actor: User) -> dict[str, Any]:
    """Return what is another where anybody stored, moved or deleted a text meanwhile."""
    return visible_to(actor).aggregate(Count("pk"), Max("pk"), Max("updated_at"))


# --- the plan --------------------------------------------------------------------------------


def _plan(bundle: Bundle, actor: User, wish: Wish, progress: Progress) -> tuple[Plan, Histories]:
    """Return the plan, and what the file knows of earlier versions."""
    most = MOST_ARCHIVED_ROWS if wish.is_patient and bundle.is_archive else MOST_ROWS
    table = tables.read(bundle, sheet=wish.sheet, most=most)
    reader = Reader(actor, clean=wish.clean, archive=bundle.files)
    rows = tuple(_planned(table, reader, library_of(actor), progress))
    extras = [bundle.files[path].sha256 for row in rows for path in row.parsed.files]
    if bundle.versions:
        extras.append(_hash(bundle.versions))
    plan = Plan(rows, table.sheet, wish.leave_out_refused, reader.new_queues, tuple(extras))
    known = histories.read(bundle, _keys(plan))
    if not wish.files:
        paths = dict.fromkeys(_paths(plan, known, bundle))
        doubts = dict.fromkeys(bundle.files[path].doubt for path in paths)
        plan = replace(plan, file_doubts=tuple(filter(None, doubts)))
    return plan, known


def _planned(
    table: Table, reader: Reader, library: list[CannedResponse], progress: Progress
) -> Iterator[PlannedRow]:
    keys = [reader.key(row.number, row.cells) for row in table.rows]
    responses = match(keys, library)
    references = References(keys, library)
    known = {key.number: found for key, found in zip(keys, responses, strict=True) if found}
    earlier: dict[object, TableRow] = {}
    for row, key, response in zip(table.rows, keys, responses, strict=True):
        family, fault = _family(row, references, known)
        reading = reader.read(row.cells, response, family)
        faults = [CellNote("body", row.fault)] if row.fault else []
        faults += [fault] if fault else []
        reading = _beside(reading, row, key, earlier)
        whole = replace(
            reading,
            faults=(*faults, *reading.faults),
            can_be_cleaned=reading.can_be_cleaned and not faults,
        )
        yield PlannedRow.of(row.number, whole)
        progress()


def _family(
    row: TableRow, references: References, known: dict[int, CannedResponse]
) -> tuple[Target | None, CellNote | None]:
    """Return what the row is a variant of, and what is wrong with how it says so.

    *known* are the responses that rows of the file stand for.
    """
    if "variant_of" not in row.cells:
        return None, None
    word = " ".join(row.cells["variant_of"].split())
    if not word:
        return Target(), None
    found = references.find(word)
    if found is None:
        words = _("Neither the file nor the library has “%(word)s”; write its shortcut or title.")
        return None, CellNote("variant_of", words % {"word": word[:80]})
    if found.row == row.number:
        return None, CellNote("variant_of", _("A text cannot be a variant of itself."))
    if found.row in known:
        return Target(response=known[found.row]), None
    return found, None


def _beside(
    reading: Reading, row: TableRow, key: RowKey, earlier: dict[object, TableRow]
) -> Reading:
    """Return *reading* with what an earlier row of the same shortcut or title means for it."""
    name: object = (key.is_personal, key.shortcut) if key.shortcut else key.name
    before = earlier.setdefault(name, row)
    if before is row or not key.title:
        return reading
    if key.shortcut:
        words = _("Row %(number)d is already about this canned response.")
        fault = CellNote("shortcut", words % {"number": before.number})
        return replace(reading, faults=(*reading.faults, fault))
    words = _("Row %(number)d has the same title; both become texts of their own.")
    note = CellNote("title", words % {"number": before.number})
    return replace(reading, notes=(*reading.notes, note))


def _keys(plan: Plan) -> list[RowKey]:
    """Return by what the rows of *plan* are named in the history that came with them."""
    return [
        RowKey(
            row.number,
            row.parsed.text.title,
            row.parsed.text.shortcut,
            row.parsed.text.language,
            is_personal=row.parsed.text.scope == CannedResponse.Scope.PERSONAL,
            says_shortcut=True,
        )
        for row in plan.rows
    ]


def _paths(plan: Plan, known: Histories, bundle: Bundle) -> Iterator[str]:
    """Yield the files of *bundle* that storing *plan* needs; those of earlier versions that may."""
    for row in plan.rows:
        if row.is_written:
            yield from row.parsed.files
        if row.outcome is RowOutcome.CREATED:
            for path in known.paths_of(row.number):
                if path in bundle.files and not bundle.files[path].fault:
                    yield path


# --- the record ------------------------------------------------------------------------------


def _counted(counts: Counter[RowOutcome]) -> dict[str, Any]:
    return {
        "created": counts[RowOutcome.CREATED],
        "changed": counts[RowOutcome.CHANGED],
        "unchanged": counts[RowOutcome.UNCHANGED],
    }


def _record(facts: dict[str, Any], name: str, actor: User) -> None:
    record(
        Action.CANNED_IMPORTED,
        actor=actor,
        subject=Subject("canned_file", ""),
        facts=facts,
        content={"file_name": name},
    )


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
