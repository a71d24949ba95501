"""Checks the whole record from what it stores alone: nothing missing, moved, changed or forged."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from django.db import connection, models, transaction
from django.utils.translation import gettext_lazy as _

from thulium_portal.audit import checkpoints, triggers
from thulium_portal.audit.actions import Action
from thulium_portal.audit.chain import (
    CHAIN,
    GENESIS,
    VERSION,
    canonical,
    commitment,
    digest,
    timestamp,
)
from thulium_portal.audit.models import AuditContent, AuditEntry, AuditHead, Checkpoint

PAGE = 2000


class Problem(models.TextChoices):
    """Why the record does not hold, said of the first broken entry."""

    GAP = "gap", _("Entry %(number)s is missing.")
    LINK = "link", _("Entry %(number)s does not follow from the entry before it.")
    HASH = "hash", _("Entry %(number)s was changed: its content no longer gives its hash.")
    FORM = "form", _("Entry %(number)s is not written as the portal writes entries.")
    COLUMNS = "columns", _("Entry %(number)s shows something else than what was recorded.")
    TEXT = "text", _("A text kept with entry %(number)s was changed.")
    TEXT_MISSING = "text_missing", _("A text of entry %(number)s is gone, though nobody erased it.")
    HEAD = "head", _("The record should end elsewhere than at entry %(number)s.")
    CHECKPOINT = "checkpoint", _("Entry %(number)s is not the one a signed checkpoint speaks of.")
    CUT = "cut", _("A signed checkpoint knows entry %(number)s; the record ends before it.")
    SIGNATURE = "signature", _("The checkpoint of entry %(number)s is not signed by a known key.")
    SEQUEL = "sequel", _("A checkpoint before that of entry %(number)s is missing.")
    TRIGGERS = "triggers", _("The database no longer protects the record (entries to %(number)s).")


@dataclass(frozen=True)
class Broken:
    """The first place where the record does not hold."""

    sequence: int
    problem: Problem

    def __str__(self) -> str:
        return str(self.problem.label) % {"number": self.sequence}


@dataclass
class Report:
    """What a check of the whole record found."""

    entries: int = 0
    head: int = 0
    erased: int = 0
    checkpoints: int = 0
    broken: Broken | None = None


@dataclass
class VerificationCursor:
    """How far a check has come, and what it carries from entry to entry."""

    sequence: int = 0
    hash: str = GENESIS
    missing: dict[int, int] = field(default_factory=dict)
    """How many texts of each entry are gone; an erasure further on may explain it."""
    erased: set[int] = field(default_factory=set)


def verify(
    progress: Callable[[int], object] | None = None,
    *,
    walk: VerificationCursor | None = None,
    keep: Callable[[VerificationCursor], object] | None = None,
) -> Report:
    """Check everything and report; *progress* is told how many more entries have been read.

    With a *walk* only what lies beyond it is checked; *keep* is shown the walk after every page, so
    that a check that was interrupted can go on. Entries added while it runs are left to the next
    check. The first broken entry ends it.
    """
    head, last = _ends()
    walk = walk or VerificationCursor()
    report = Report(head=last, entries=walk.sequence)
    report.broken = _moved(walk) or _first_broken(report, head, last, walk, progress, keep)
    return report


def _moved(walk: VerificationCursor) -> Broken | None:
    """Tell whether the entry the walk stands at is still the one it came to."""
    if walk.sequence == 0:
        return None
    stands = AuditEntry.objects.filter(sequence=walk.sequence, hash=walk.hash).exists()
    return None if stands else Broken(walk.sequence, Problem.HASH)


def _first_broken(
    report: Report,
    head: AuditHead | None,
    last: int,
    walk: VerificationCursor,
    progress: Callable[[int], object] | None,
    keep: Callable[[VerificationCursor], object] | None,
) -> Broken | None:
    began = walk.sequence
    for entries in _pages(began, last):
        contents = _contents(entries)
        for entry in entries:
            problem = _problem(entry, contents.get(entry.sequence, []), walk)
            if problem:
                number = walk.sequence + 1 if problem is Problem.GAP else entry.sequence
                return Broken(number, problem)
            walk.sequence += 1
        report.entries = walk.sequence
        if progress:
            progress(len(entries))
        if keep:
            keep(walk)
    unexplained = sorted(walk.missing.keys() - walk.erased)
    if unexplained:
        return Broken(unexplained[0], Problem.TEXT_MISSING)
    report.erased = sum(walk.missing.values())
    return (
        _wrong_end(head, last, walk)
        or _broken_checkpoint(report, began, last)
        or _unprotected(last)
    )


def _wrong_end(head: AuditHead | None, last: int, walk: VerificationCursor) -> Broken | None:
    if head is None:
        return Broken(last, Problem.HEAD) if last else None
    if head.sequence > last:
        return Broken(last + 1, Problem.GAP)
    return None if (head.sequence, head.hash) == (last, walk.hash) else Broken(last, Problem.HEAD)


def _ends() -> tuple[AuditHead | None, int]:
    """Return the head and the last entry as of one moment; the lock keeps writers out for it."""
    with transaction.atomic():
        head = AuditHead.objects.select_for_update().filter(pk=1).first()
        last = AuditEntry.objects.order_by("-sequence").values_list("sequence", flat=True).first()
    return head, last or 0


class Stored(Protocol):
    """An entry as its row tells it; a million of them are read without making models of them."""

    sequence: int
    at: datetime
    actor_id: int | None
    action: str
    subject_kind: str
    subject_id: str
    ticket_id: int | None
    state: str
    record: str
    previous_hash: str
    hash: str


class StoredText(Protocol):
    """A text kept with an entry, as its row tells it."""

    entry_id: int
    field: str
    salt: Any
    data: str


_COLUMNS = tuple(name for name in Stored.__annotations__)
_TEXT_COLUMNS = tuple(name for name in StoredText.__annotations__)


def _pages(began: int, last: int) -> Iterator[list[Stored]]:
    # An entry of number 0 or below would be no entry of ours; from the beginning it is looked at.
    done = began or None
    while True:
        rows: Any = AuditEntry.objects.filter(sequence__lte=last).order_by("sequence")
        rows = rows.values_list(*_COLUMNS, named=True)
        page = list((rows if done is None else rows.filter(sequence__gt=done))[:PAGE])
        if not page:
            return
        yield page
        done = page[-1].sequence


def _contents(entries: list[Stored]) -> dict[int, list[StoredText]]:
    found: dict[int, list[StoredText]] = {}
    first, last = entries[0].sequence, entries[-1].sequence
    texts: Any = AuditContent.objects.filter(entry_id__gte=first, entry_id__lte=last)
    for content in texts.values_list(*_TEXT_COLUMNS, named=True):
        found.setdefault(content.entry_id, []).append(content)
    return found


def _problem(entry: Stored, contents: list[StoredText], walk: VerificationCursor) -> Problem | None:
    expected = walk.sequence + 1
    if entry.sequence != expected:
        return Problem.GAP if entry.sequence > expected else Problem.FORM
    said = _parsed(entry.record)
    problem = _fault(entry, said, contents, walk.hash)
    if said is not None and problem is None:
        _remember(entry, said, contents, walk)
    return problem


def fault(entry: AuditEntry, contents: list[AuditContent], previous_hash: str) -> Problem | None:
    """Return what is wrong with one entry, given its texts and the hash of the entry before it."""
    return _fault(entry, _parsed(entry.record), contents, previous_hash)


def _fault(
    entry: Stored,
    said: dict[str, Any] | None,
    contents: Sequence[StoredText],
    previous_hash: str,
) -> Problem | None:
    if entry.previous_hash != previous_hash:
        return Problem.LINK
    if entry.hash != digest(entry.record):
        return Problem.HASH
    if said is None:
        return Problem.FORM
    if not _columns_match(entry, said):
        return Problem.COLUMNS
    return None if _texts_match(said, contents) else Problem.TEXT


def _remember(
    entry: Stored, said: dict[str, Any], contents: Sequence[StoredText], walk: VerificationCursor
) -> None:
    walk.hash = entry.hash
    if len(said["commit"]) > len(contents):
        walk.missing[entry.sequence] = len(said["commit"]) - len(contents)
    if entry.action == Action.CONTENT_ERASED:
        walk.erased.update(said["facts"].get("sequences", []))


def _parsed(record: str) -> dict[str, Any] | None:
    """Return what *record* says if it is in canonical form and of a version we know."""
    try:
        said = json.loads(record)
        known = (said["v"], said["chain"]) == (VERSION, CHAIN) and canonical(said) == record
        return said if known else None
    except (ValueError, KeyError, TypeError):
        return None


def _columns_match(entry: Stored, said: dict[str, Any]) -> bool:
    shown = {
        "seq": entry.sequence,
        "prev": entry.previous_hash,
        "at": timestamp(entry.at),
        "action": entry.action,
        "subject": {"kind": entry.subject_kind, "id": entry.subject_id},
        "ticket": entry.ticket_id,
        "state": entry.state,
    }
    recorded = {name: said.get(name) for name in shown}
    return shown == recorded and said["actor"]["id"] == entry.actor_id


def _texts_match(said: dict[str, Any], contents: Sequence[StoredText]) -> bool:
    return all(
        said["commit"].get(text.field) == commitment(bytes(text.salt), text.field, text.data)
        for text in contents
    )


def _broken_checkpoint(report: Report, began: int, last: int) -> Broken | None:
    """Look at the checkpoints made since entry *began*; at those of the file in a whole check."""
    before = Checkpoint.objects.filter(sequence__lte=began).first() if began else None
    previous = checkpoints.link(before.statement, before.signature) if before else checkpoints.FIRST
    for stored in Checkpoint.objects.filter(sequence__gt=began).order_by("id").iterator():
        said = checkpoints.read(stored.statement, stored.signature)
        if said.valid and said.previous != previous:
            return Broken(said.sequence, Problem.SEQUEL)
        if said.valid and (stored.sequence, stored.hash) != (said.sequence, said.hash):
            return Broken(said.sequence, Problem.CHECKPOINT)
        broken = _contradicted(said, stored.sequence, last)
        if broken:
            return broken
        previous = said.link
        report.checkpoints += 1
    if began:
        return None
    outside = (_contradicted(said, said.sequence, last) for said in checkpoints.file_statements())
    return next((broken for broken in outside if broken), None)


def _contradicted(said: checkpoints.Statement, sequence: int, last: int) -> Broken | None:
    if not said.valid:
        return Broken(sequence, Problem.SIGNATURE)
    if AuditEntry.objects.filter(sequence=said.sequence, hash=said.hash).exists():
        return None
    return Broken(said.sequence, Problem.CUT if said.sequence > last else Problem.CHECKPOINT)


def _unprotected(last: int) -> Broken | None:
    return Broken(last, Problem.TRIGGERS) if triggers.faults(connection) else None
