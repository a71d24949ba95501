"""Storing what a plan says: files first, outside of any transaction; then rows, then families."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from types import TracebackType
from typing import Self

from thulium_portal.accounts.models import User
from thulium_portal.canned import attachments, services
from thulium_portal.canned.models import CannedFile, CannedResponse
from thulium_portal.canned.origins import Origin
from thulium_portal.canned.transfer.archive import ArchivedFile
from thulium_portal.canned.transfer.histories import Histories
from thulium_portal.canned.transfer.plans import PlannedRow, RowOutcome
from thulium_portal.canned.transfer.rows import ParsedRow
from thulium_portal.canned.validation import ResponseText
from thulium_portal.storage import services as storage
from thulium_portal.storage.services import NamedFile


class StoredFiles:
    """The files of an archive that a plan needs, in the store; let go of where nothing came of it.

    Raises ``OSError`` where the store refuses one.
    """

    def __init__(self, files: Mapping[str, ArchivedFile], paths: Iterable[str]) -> None:
        self._stored: dict[str, NamedFile] = {}
        self._files, self._paths = files, paths

    def __enter__(self) -> Self:
        try:
            for path in self._paths:
                if path not in self._stored:
                    self._stored[path] = self._files[path].store()
        except OSError:
            storage.discard_quietly(self._stored.values())
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is not None:
            storage.discard_quietly(self._stored.values())

    def __contains__(self, path: str) -> bool:
        return path in self._stored

    def linked(self, path: str, *, actor: User) -> CannedFile:
        """Return a link of its own to the file *path*."""
        return attachments.link(self._stored[path], actor=actor)


class Intake:
    """Stores the rows of one plan for one person, inside the caller's transactions."""

    def __init__(
        self,
        actor: User,
        note: str,
        files: StoredFiles,
        histories: Histories,
        *,
        is_meant: bool = False,
    ) -> None:
        self._actor, self._note, self._is_meant = actor, note, is_meant
        self._files, self._histories = files, histories
        self._by_row: dict[int, CannedResponse] = {}
        self.created = 0
        """The number of canned responses that are new by now."""

    def store(self, rows: Sequence[PlannedRow], progress: Callable[[], object]) -> None:
        """Store what *rows* say, but for families; *progress* is called for each row."""
        for row in rows:
            if row.response is not None:
                self._by_row[row.number] = row.response
            if row.outcome is RowOutcome.CREATED:
                self._by_row[row.number] = self._create(row)
                self.created += 1
            elif row.outcome is RowOutcome.CHANGED and row.response is not None:
                self._by_row[row.number] = self._revise(row, row.response)
            progress()

    def join(self, rows: Sequence[PlannedRow]) -> None:
        """Bring the families of *rows* together, once all rows are stored: one may name a later."""
        for row in rows:
            self._join(row)

    def _create(self, row: PlannedRow) -> CannedResponse:
        parsed = row.parsed
        links: dict[str, int] = {}
        text = self._with_files(self._text(parsed), parsed.files, links)
        versions = self._histories.of(row.number, lambda path: self._link(path, links))
        origin = Origin(parsed.state, parsed.owner_name, versions)
        return services.create_response(
            text, note=self._note, origin=origin, is_checked=True, actor=self._actor
        )

    def _revise(self, row: PlannedRow, response: CannedResponse) -> CannedResponse:
        parsed = row.parsed
        text = self._with_files(self._text(parsed), parsed.files, {})
        stored = services.revise(
            response,
            text,
            seen_version=row.seen_version,
            note=self._note,
            is_checked=True,
            actor=self._actor,
        )
        return parsed.mover(stored, actor=self._actor) if parsed.mover else stored

    def _join(self, row: PlannedRow) -> None:
        family = row.parsed.family
        if family is None:
            return
        other = family.response
        if family.row is not None:
            other = self._by_row.get(family.row)
            if other is None:  # its row was left out
                return
        if other is not None:
            other.refresh_from_db(fields=["variant_of"])  # its own row may have moved it
        services.join_family(self._by_row[row.number], other, actor=self._actor)

    def _text(self, parsed: ParsedRow) -> ResponseText:
        """Return the text of a row, with what looks left over let pass where the person did."""
        now = parsed.left_over if self._is_meant else ()
        if parsed.meant is None and not now:
            return parsed.text
        current = parsed.response.current if parsed.response else None
        before = current.meant if current else ()
        return replace(
            parsed.text, meant=(*now, *(before if parsed.meant is None else parsed.meant))
        )

    def _with_files(
        self, text: ResponseText, paths: Sequence[str], links: dict[str, int]
    ) -> ResponseText:
        """Return *text* with the files *paths*, whose links are added to *links*."""
        new = [self._link(path, links) for path in paths]
        ids = [*text.files, *(link for link in new if link is not None)]
        return replace(text, files=tuple(sorted(ids)))

    def _link(self, path: str, links: dict[str, int]) -> int | None:
        """Return the id of the one link that the versions of a response have to the file *path*."""
        if path not in links and path in self._files:
            links[path] = self._files.linked(path, actor=self._actor).pk
        return links.get(path)
