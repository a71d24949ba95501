"""Canned responses as a file that ``importer`` reads back: CSV, XLSX, or a ZIP of the library.

Into an empty portal nothing is lost: the next export is the same, byte for byte.
"""

import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from django.db import transaction
from django.db.models import QuerySet

from thulium_portal.accounts.models import User
from thulium_portal.audit.actions import Action
from thulium_portal.audit.services import Subject, record
from thulium_portal.canned.models import CannedFile, CannedResponse, CannedResponseVersion
from thulium_portal.canned.permissions import visible_to
from thulium_portal.canned.transfer import cells as cell_words
from thulium_portal.canned.transfer.archive import FILES, TABLES, VERSIONS
from thulium_portal.canned.transfer.bodies import as_cell, meant_cell
from thulium_portal.canned.transfer.cells import Status
from thulium_portal.canned.transfer.headings import COLUMNS
from thulium_portal.canned.transfer.histories import VERSION_COLUMNS
from thulium_portal.canned.transfer.matching import RowKey, references
from thulium_portal.lib.spreadsheets.writer import csv_lines, plain, write_xlsx
from thulium_portal.tickets import queues

LONGEST_XLSX_CELL = 32_767
"""Characters an Excel cell holds; a longer text would come back shorter."""
KINDS = ("csv", "xlsx", "zip")
Progress = Callable[[], object]


class TooLongForExcel(Exception):
    """A body that no Excel cell holds; ``str()`` is the title of its canned response."""


class Export:
    """What *actor* may export, by title: what they see; None is the command line.

    The command line has everything that is meant for more than one person. *progress* is called
    for each response.
    """

    def __init__(self, actor: User | None, progress: Progress = lambda: None) -> None:
        everyone = CannedResponse.objects.exclude(scope=CannedResponse.Scope.PERSONAL)
        rows = visible_to(actor) if actor else everyone.filter(current__isnull=False)
        self._rows = rows.order_by("folded_title", "id")
        self._progress = progress
        self._queues = dict(queues.known())
        self._names = _reference_of(self._rows)
        self._paths: dict[int, str] = {}
        """The path in the archive of each file, by its id; empty for what is no archive."""
        self.lost_files: list[str] = []
        """Names of files whose bytes are lost, so that they are not in the archive."""

    def csv(self) -> Iterator[bytes]:
        """Yield a CSV as Polish Excel opens it."""
        return csv_lines(COLUMNS, self._lines())

    def write_xlsx(self, path: Path) -> int:
        """Write an Excel file and return its number of rows; raises :class:`TooLongForExcel`."""
        return write_xlsx(path, COLUMNS, self._fitting())

    def write_zip(self, path: Path) -> None:
        """Write the whole library: its table, what each text said before, and the files."""
        with zipfile.ZipFile(path, "w") as packed:
            files = self._named_files()
            _pack(packed, TABLES[0], self.csv())
            _pack(packed, VERSIONS, csv_lines(VERSION_COLUMNS, self._version_lines()))
            for name, file in files:
                try:
                    with file.file.open() as content:
                        _pack(packed, f"{FILES}{name}", content.chunks())
                except OSError:
                    self.lost_files.append(file.name)

    def _lines(self) -> Iterator[list[str]]:
        related = self._rows.select_related("current", "owner").prefetch_related(
            "queues", "current__files"
        )
        for response in related.iterator(chunk_size=500):
            yield self._line(response)
            self._progress()

    def _fitting(self) -> Iterator[list[str]]:
        for row in self._lines():
            # What stands in an Excel cell is a text as it is; only what looks like one of our
            # apostrophes gets another, since it is taken off on reading.
            cells = [cell if plain(cell) == cell else f"'{cell}" for cell in row]
            if max(map(len, cells)) > LONGEST_XLSX_CELL:
                raise TooLongForExcel(row[0])
            yield cells

    def _line(self, response: CannedResponse) -> list[str]:
        current = response.current
        known = {
            queue.queue_id: self._queue(queue.queue_id, queue.name)
            for queue in response.queues.all()
        }
        cells = {
            **{name: str(getattr(response, name)) for name in _WORDS},
            "state": response.state,
            "body": as_cell(current.body) if current else "",
            "queues": cell_words.queue_lines(known),
            "must_keep": cell_words.lines(current.must_keep if current else ()),
            "status_after": cell_words.status_cell(
                Status(response.status_after, response.status_after_name)
            ),
            "owner": response.owner_name or response.owner.username,
            "review_by": response.review_by.isoformat() if response.review_by else "",
            "variant_of": self._names.get(response.variant_of_id or 0, ""),
            "files": self._files_cell(current.files.all() if current else ()),
            "meant": meant_cell(current.meant if current else ()),
        }
        return [cells[name] for name in COLUMNS]

    def _version_lines(self) -> Iterator[list[str]]:
        versions = CannedResponseVersion.objects.filter(response__in=self._rows)
        ordered = versions.order_by("response__folded_title", "response_id", "number")
        related = ordered.select_related("author").prefetch_related("files")
        for version in related.iterator(chunk_size=500):
            yield self._version_line(version)

    def _version_line(self, version: CannedResponseVersion) -> list[str]:
        kept = version.details
        code, name = version.status_after
        known = {number: self._queue(number, "") for number in kept.get("queues", ())}
        cells = {
            **{name: str(kept.get(name, "")) for name in _WORDS},
            "of": self._names[version.response_id],
            "number": str(version.number),
            "author": version.author_name or version.author.username,
            "written_at": (version.written_at or version.created_at).isoformat(),
            "note": version.note,
            "title": version.title,
            "body": as_cell(version.body),
            "queues": cell_words.queue_lines(known),
            "must_keep": cell_words.lines(version.must_keep),
            "status_after": cell_words.status_cell(Status(code, name)),
            "review_by": str(kept.get("review_by", "")),
            "files": self._files_cell(version.files.all()),
            "meant": meant_cell(version.meant),
        }
        return [cells[name] for name in VERSION_COLUMNS]

    def _queue(self, queue_id: int, name: str) -> str:
        return self._queues.get(queue_id) or name

    def _files_cell(self, files: Iterable[CannedFile]) -> str:
        # By name, since another portal numbers them in another order.
        return cell_words.lines(sorted(self._paths.get(file.pk, file.name) for file in files))

    def _named_files(self) -> list[tuple[str, CannedFile]]:
        """Give each file of every version a path; the same bytes under one name lie there once."""
        versions = CannedResponseVersion.objects.filter(response__in=self._rows)
        taken: dict[str, str] = {}
        listed: list[tuple[str, CannedFile]] = []
        pairs = CannedFile.objects.filter(versions__in=versions).distinct()
        ordered = pairs.order_by("name", "file__sha256", "id")
        for file in ordered.iterator():
            number, path = 1, file.name
            while taken.get(path, file.file.sha256) != file.file.sha256:
                number += 1
                path = f"{number}/{file.name}"
            if path not in taken:
                taken[path] = file.file.sha256
                listed.append((path, file))
            self._paths[file.pk] = path
        return listed


def record_export(kind: str, *, actor: User | None) -> None:
    """Record that canned responses leave as a file of *kind*."""
    with transaction.atomic():
        record(
            Action.CANNED_EXPORTED,
            actor=actor,
            subject=Subject("canned_file", ""),
            facts={"format": kind},
        )


_WORDS = ("title", "shortcut", "category", "scope", "language", "keywords", "use_when")


def _reference_of(rows: QuerySet[CannedResponse]) -> dict[int, str]:
    """Return by what words each response is named by its variants, by its id."""
    known = list(rows.only("pk", "title", "shortcut", "language", "scope"))
    words = references(map(RowKey.of, known))
    return dict(zip((response.pk for response in known), words, strict=True))


def _pack(packed: zipfile.ZipFile, name: str, chunks: Iterable[bytes]) -> None:
    """Add a file; the archive says no time, so that the same library gives the same bytes."""
    info = zipfile.ZipInfo(name)
    info.compress_type = zipfile.ZIP_DEFLATED
    with packed.open(info, "w", force_zip64=True) as target:
        for chunk in chunks:
            target.write(chunk)
