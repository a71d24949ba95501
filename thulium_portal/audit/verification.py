"""Checks the whole record from what it stores alone: nothing missing, moved, changed or forged.

The lines of the review and their words are compared with it on the way.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from django.db import connection, transaction

from thulium_portal.audit import checkpoints, time_stamps, triggers
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
from thulium_portal.audit.faults import Broken, RecordFault
from thulium_portal.audit.models import AuditContent, AuditEntry, AuditHead, Checkpoint
from thulium_portal.audit.review_comparison import ReviewComparison
from thulium_portal.lib.pagination import pages

PAGE = 2000


@dataclass
class Report:
    """What a check of the whole record found."""

    entries: int = 0
    head: int = 0
    erased: int = 0
    checkpoints: int = 0
    time_stamps: int = 0
    broken: Broken | None = None
    """The first broken entry; where all hold, the first fault of what is shown of them."""
    beside: list[Broken] = field(default_factory=list)
    """Faults of the review's list and of its search, by entry."""
    beside_count: int = 0
    checkpoint_file: Path | None = None
    """The file of checkpoints that is compared; None for the one beside the database."""


@dataclass
class VerificationCursor:
    """How far a check has come, and what it carries from entry to entry."""

    sequence: int = 0
    hash: str = GENESIS
    missing: dict[int, int] = field(default_factory=dict)
    """How many texts of each entry are gone; an erasure further on may explain it."""
    erased: set[int] = field(default_factory=set)
    beside: list[Broken] = field(default_factory=list)
    """Faults of lines found so far."""


def verify(
    progress: Callable[[int], object] | None = None,
    *,
    cursor: VerificationCursor | None = None,
    keep: Callable[[VerificationCursor], object] | None = None,
    recent: bool = False,
    checkpoint_file: Path | None = None,
) -> Report:
    """Check everything and report; *progress* is called with how many more entries were read.

    With a *cursor* only what lies beyond it is checked; *keep* gets the cursor after every page,
    so that a check that was interrupted can go on. *recent* says that what lies before is not
    looked at: then each reply that has a new entry is compared in full. Entries added while it
    runs are left to the next check. The first broken entry ends it; faults of lines do not.
    *checkpoint_file* takes the place of the one beside the database.
    """
    head, last = _ends()
    cursor = cursor or VerificationCursor()
    report = Report(head=last, entries=cursor.sequence, checkpoint_file=checkpoint_file)
    shown = ReviewComparison(whole=not recent, begun_after=cursor.sequence)
    shown.tell(cursor.beside)
    report.broken = _moved(cursor) or _first_broken(
        report, head, last, cursor, shown, progress, keep
    )
    report.beside = shown.faults
    report.beside_count = shown.count
    report.broken = report.broken or next(iter(report.beside), None)
    return report


def _moved(cursor: VerificationCursor) -> Broken | None:
    """Return the entry at *cursor* as broken unless it is still the one that was checked."""
    if cursor.sequence == 0:
        return None
    stands = AuditEntry.objects.filter(sequence=cursor.sequence, hash=cursor.hash).exists()
    return None if stands else Broken(cursor.sequence, RecordFault.HASH)


def _first_broken(
    report: Report,
    head: AuditHead | None,
    last: int,
    cursor: VerificationCursor,
    shown: ReviewComparison,
    progress: Callable[[int], object] | None,
    keep: Callable[[VerificationCursor], object] | None,
) -> Broken | None:
    began = cursor.sequence
    for entries in _pages(began, last):
        contents = _contents(entries)
        parsed = [(entry, _parsed(entry.record)) for entry in entries]
        for entry, fields in parsed:
            fault = _next_fault(entry, fields, contents.get(entry.sequence, []), cursor)
            if fault:
                is_gap = fault is RecordFault.GAP
                return Broken(cursor.sequence + 1 if is_gap else entry.sequence, fault)
            cursor.sequence += 1
            if entry.action == Action.AUDIT_VERIFIED and fields and fields["facts"].get("lost"):
                shown.tell([Broken(fields["facts"]["lost"], RecordFault.LOST)])
        shown.page([(entry, fields or {}) for entry, fields in parsed], contents, cursor.sequence)
        cursor.beside = shown.faults
        report.entries = cursor.sequence
        if progress:
            progress(len(entries))
        if keep:
            keep(cursor)
    shown.end()
    unexplained = cursor.missing.keys() - cursor.erased
    # What was erased while this check ran is told by an entry that is left to the next one.
    unexplained -= _erased_behind(last) if unexplained else set()
    if unexplained:
        return Broken(min(unexplained), RecordFault.TEXT_MISSING)
    report.erased = sum(cursor.missing.values())
    return (
        _wrong_end(head, last, cursor)
        or _broken_checkpoint(report, began, last)
        or _broken_time_stamp(report, began)
        or _unprotected(last)
    )


def _erased_behind(last: int) -> set[int]:
    """Return the entries whose texts were erased by entries added behind *last*."""
    entries = AuditEntry.objects.filter(action=Action.CONTENT_ERASED, sequence__gt=last)
    told = [_parsed(record) or {} for record in entries.values_list("record", flat=True)]
    return {each for fields in told for each in fields.get("facts", {}).get("sequences", [])}


def _wrong_end(head: AuditHead | None, last: int, cursor: VerificationCursor) -> Broken | None:
    if head is None:
        return Broken(last, RecordFault.HEAD) if last else None
    if head.sequence > last:
        return Broken(last + 1, RecordFault.GAP)
    is_end = (head.sequence, head.hash) == (last, cursor.hash)
    return None if is_end else Broken(last, RecordFault.HEAD)


def _ends() -> tuple[AuditHead | None, int]:
    """Return the head and the last entry as of one moment; the lock keeps writers out for it."""
    with transaction.atomic():
        head = AuditHead.objects.select_for_update().filter(pk=1).first()
        last = AuditEntry.objects.order_by("-sequence").values_list("sequence", flat=True).first()
    return head, last or 0


class Stored(Protocol):
    """The row of an entry; a million of them are read without making models of them."""

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
    """The row of a text kept with an entry."""

    entry_id: int
    field: str
    salt: Any
    data: str


_COLUMNS = tuple(name for name in Stored.__annotations__)
_TEXT_COLUMNS = tuple(name for name in StoredText.__annotations__)


def _pages(began: int, last: int) -> Iterator[list[Stored]]:
    entries = AuditEntry.objects.filter(sequence__lte=last)
    # From the beginning also what is numbered 0 or below is looked at: it is no entry of ours.
    rows: Any = entries.filter(sequence__gt=began) if began else entries
    yield from pages(rows.values_list(*_COLUMNS, named=True), "sequence", PAGE)


def _contents(entries: list[Stored]) -> dict[int, list[StoredText]]:
    found: dict[int, list[StoredText]] = {}
    first, last = entries[0].sequence, entries[-1].sequence
    texts: Any = AuditContent.objects.filter(entry_id__gte=first, entry_id__lte=last)
    for content in texts.values_list(*_TEXT_COLUMNS, named=True):
        found.setdefault(content.entry_id, []).append(content)
    return found


def _next_fault(
    entry: Stored,
    fields: dict[str, Any] | None,
    contents: list[StoredText],
    cursor: VerificationCursor,
) -> RecordFault | None:
    expected = cursor.sequence + 1
    if entry.sequence != expected:
        return RecordFault.GAP if entry.sequence > expected else RecordFault.FORM
    fault = _fault(entry, fields, contents, cursor.hash)
    if fields is not None and fault is None:
        _remember(entry, fields, contents, cursor)
    return fault


def fault_of(
    entry: AuditEntry, contents: Sequence[StoredText], previous_hash: str
) -> RecordFault | None:
    """Return what is wrong with one entry, given its texts and the hash of the entry before it."""
    return _fault(entry, _parsed(entry.record), contents, previous_hash)


def entry_faults(entries: Sequence[AuditEntry]) -> dict[int, RecordFault]:
    """Return what is wrong with *entries* that are about to be shown, by their numbers.

    Each is looked at by itself: that it follows from the one before is left to :func:`verify`.
    """
    contents: dict[int, list[StoredText]] = {}
    texts: Any = AuditContent.objects.filter(entry__in=[entry.sequence for entry in entries])
    for text in texts.values_list(*_TEXT_COLUMNS, named=True):
        contents.setdefault(text.entry_id, []).append(text)
    found = {
        entry.sequence: fault_of(entry, contents.get(entry.sequence, []), entry.previous_hash)
        for entry in entries
    }
    return {sequence: fault for sequence, fault in found.items() if fault}


def _fault(
    entry: Stored,
    fields: dict[str, Any] | None,
    contents: Sequence[StoredText],
    previous_hash: str,
) -> RecordFault | None:
    if entry.previous_hash != previous_hash:
        return RecordFault.LINK
    if entry.hash != digest(entry.record):
        return RecordFault.HASH
    if fields is None:
        return RecordFault.FORM
    if not _columns_match(entry, fields):
        return RecordFault.COLUMNS
    return None if _texts_match(fields, contents) else RecordFault.TEXT


def _remember(
    entry: Stored,
    fields: dict[str, Any],
    contents: Sequence[StoredText],
    cursor: VerificationCursor,
) -> None:
    cursor.hash = entry.hash
    if len(fields["commit"]) > len(contents):
        cursor.missing[entry.sequence] = len(fields["commit"]) - len(contents)
    if entry.action == Action.CONTENT_ERASED:
        cursor.erased.update(fields["facts"].get("sequences", []))


def _parsed(record: str) -> dict[str, Any] | None:
    """Return the fields of *record*; None unless it is canonical and of a version we know."""
    try:
        fields = json.loads(record)
        known = (fields["v"], fields["chain"]) == (VERSION, CHAIN) and canonical(fields) == record
        known = known and isinstance(fields["facts"], dict) and isinstance(fields["commit"], dict)
        return fields if known else None
    except (ValueError, KeyError, TypeError):
        return None


def _columns_match(entry: Stored, fields: dict[str, Any]) -> bool:
    get = fields.get
    recorded = (get("seq"), get("prev"), get("at"), get("action"), get("ticket"), get("state"))
    shown = (
        *(entry.sequence, entry.previous_hash, timestamp(entry.at)),
        *(entry.action, entry.ticket_id, entry.state),
    )
    subject = {"kind": entry.subject_kind, "id": entry.subject_id}
    is_same = shown == recorded and subject == get("subject")
    return is_same and fields["actor"]["id"] == entry.actor_id


def _texts_match(fields: dict[str, Any], contents: Sequence[StoredText]) -> bool:
    return all(
        fields["commit"].get(text.field) == commitment(bytes(text.salt), text.field, text.data)
        for text in contents
    )


def _broken_checkpoint(report: Report, began: int, last: int) -> Broken | None:
    """Look at the checkpoints made since entry *began*; at those of the file in a whole check."""
    before = Checkpoint.objects.filter(sequence__lte=began).first() if began else None
    previous = checkpoints.link(before.statement, before.signature) if before else checkpoints.FIRST
    newest = None
    for stored in Checkpoint.objects.filter(sequence__gt=began).order_by("id").iterator():
        statement = checkpoints.read(stored.statement, stored.signature)
        if statement.valid and statement.previous != previous:
            return Broken(statement.sequence, RecordFault.SEQUEL)
        signed = (statement.sequence, statement.hash)
        if statement.valid and (stored.sequence, stored.hash) != signed:
            return Broken(statement.sequence, RecordFault.CHECKPOINT)
        broken = _contradicted(statement, stored.sequence, last)
        if broken:
            return broken
        previous, newest = statement.link, statement
        report.checkpoints += 1
    if newest and newest.revoked:
        return Broken(newest.sequence, RecordFault.REVOKED)
    return None if began else _broken_file(last, report.checkpoint_file)


def _broken_file(last: int, file: Path | None) -> Broken | None:
    newest = None
    for newest in checkpoints.file_statements(file):
        if broken := _contradicted(newest, newest.sequence, last):
            return broken
    kept = None if newest else Checkpoint.objects.values_list("sequence", flat=True).first()
    if kept is not None:
        return Broken(kept, RecordFault.FILE)
    return Broken(newest.sequence, RecordFault.REVOKED) if newest and newest.revoked else None


def _contradicted(statement: checkpoints.Statement, sequence: int, last: int) -> Broken | None:
    if not statement.valid:
        return Broken(sequence, RecordFault.SIGNATURE)
    if AuditEntry.objects.filter(sequence=statement.sequence, hash=statement.hash).exists():
        return None
    is_cut = statement.sequence > last
    return Broken(statement.sequence, RecordFault.CUT if is_cut else RecordFault.CHECKPOINT)


def _broken_time_stamp(report: Report, began: int) -> Broken | None:
    report.time_stamps, fault = time_stamps.check(began)
    if fault is None:
        return None
    sequence, is_gone = fault
    return Broken(sequence, RecordFault.TIME_STAMP_GONE if is_gone else RecordFault.TIME_STAMP)


def _unprotected(last: int) -> Broken | None:
    return Broken(last, RecordFault.TRIGGERS) if triggers.faults(connection) else None
