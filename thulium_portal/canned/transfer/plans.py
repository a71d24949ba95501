"""What an import would do, row by row; nothing of it is stored yet."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property

from django.db import models
from django.utils.text import Truncator
from django.utils.translation import pgettext_lazy

from thulium_portal.canned.models import CannedResponse
from thulium_portal.canned.transfer.headings import CellNote, label
from thulium_portal.canned.transfer.rows import ParsedRow, Reading
from thulium_portal.lib.html.bounds import is_bounded
from thulium_portal.lib.html.plain_text import html_to_text

_WORDS_SHOWN = 160
MOST_AT_ONCE = 50
"""Rows that one transaction stores: others wait for as long, and no longer."""


class RowOutcome(models.TextChoices):
    """The result of checking one row of the file."""

    REFUSED = "refused", pgettext_lazy("row of an import", "Refused")
    CREATED = "created", pgettext_lazy("row of an import", "New")
    CHANGED = "changed", pgettext_lazy("row of an import", "Changed")
    UNCHANGED = "unchanged", pgettext_lazy("row of an import", "Unchanged")


@dataclass(frozen=True)
class PlannedRow:
    """One row of the file and the result of checking it; ``number`` is the spreadsheet's."""

    number: int
    outcome: RowOutcome
    parsed: ParsedRow
    changes: tuple[str, ...] = ()
    faults: tuple[CellNote, ...] = ()
    notes: tuple[CellNote, ...] = ()
    can_be_cleaned: bool = False
    """Whether it is refused for formatting alone that the editor would leave out."""

    @classmethod
    def of(cls, number: int, reading: Reading) -> "PlannedRow":
        """Return what the row *number* comes to, by what was read of it."""
        parsed = reading.parsed
        changes = () if reading.faults else parsed.changes()
        if reading.faults:
            outcome = RowOutcome.REFUSED
        elif parsed.response is None:
            outcome = RowOutcome.CREATED
        else:
            outcome = RowOutcome.CHANGED if changes else RowOutcome.UNCHANGED
        notes = reading.notes if outcome is not RowOutcome.UNCHANGED else ()
        return cls(number, outcome, parsed, changes, reading.faults, notes, reading.can_be_cleaned)

    @property
    def changed_labels(self) -> list[str]:
        """What the pages call the columns that would change."""
        return [label(column) for column in self.changes]

    @property
    def response(self) -> CannedResponse | None:
        """The canned response the row stands for, None for a new one."""
        return self.parsed.response

    @property
    def seen_version(self) -> int:
        """The version the row was compared with, 0 for a new canned response."""
        return self.response.current.number if self.response and self.response.current else 0

    @property
    def is_written(self) -> bool:
        """Whether there is something of it to store."""
        return self.outcome in {RowOutcome.CREATED, RowOutcome.CHANGED}

    @property
    def words(self) -> str:
        """The first words of its text."""
        body = self.parsed.text.body
        text = html_to_text(body) if is_bounded(body) else body[:_WORDS_SHOWN]
        return Truncator(" ".join(text.split())).chars(_WORDS_SHOWN, truncate="…")


@dataclass(frozen=True)
class Plan:
    """What an import would do with each row of a file, for the person who imports it.

    ``sheet`` is where the rows are, "" for a CSV; ``extras`` are the hashes of what came with it.
    ``file_doubts`` say, a sentence each, what is asked about files before they are brought along.
    """

    rows: tuple[PlannedRow, ...]
    sheet: str = ""
    leaves_out_refused: bool = False
    new_queues: Mapping[int, str] = field(default_factory=dict)
    extras: tuple[str, ...] = ()
    file_doubts: tuple[str, ...] = ()

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
        """The rows by result, the refused ones first, then those with something to know."""
        order = list(RowOutcome)
        return sorted(
            self.rows, key=lambda row: (order.index(row.outcome), not row.notes, row.number)
        )

    @property
    def writes(self) -> int:
        """The number of canned responses it would store."""
        return self.counts[RowOutcome.CREATED] + self.counts[RowOutcome.CHANGED]

    @property
    def noted(self) -> int:
        """The number of rows with something to know before a yes."""
        return sum(bool(row.notes) for row in self.rows if row.is_written)

    @property
    def asks(self) -> bool:
        """Whether words that look left over would be stored."""
        return any(row.is_written and row.parsed.left_over for row in self.rows)

    @property
    def cleanable(self) -> int:
        """The number of rows that cleaning their formatting would mend."""
        return sum(row.can_be_cleaned for row in self.rows)

    @property
    def can_be_applied(self) -> bool:
        """Whether there is something to store and nothing to mend or to answer."""
        refused = self.counts[RowOutcome.REFUSED]
        return (
            bool(self.writes) and not self.file_doubts and (not refused or self.leaves_out_refused)
        )

    def batches(self) -> Iterator[Sequence[PlannedRow]]:
        """Yield the rows in their order, so many at a time as one transaction stores."""
        batch: list[PlannedRow] = []
        written = 0
        for row in self.rows:
            batch.append(row)
            written += row.is_written
            if written == MOST_AT_ONCE:
                yield batch
                batch, written = [], 0
        if batch:
            yield batch

    @property
    def can_leave_out_refused(self) -> bool:
        """Whether the rows that are not refused could be stored without the others."""
        return bool(self.writes and self.counts[RowOutcome.REFUSED])

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
                [row.parsed.state, row.parsed.owner_name, row.parsed.files, row.changes],
                [row.parsed.meant, row.parsed.left_over],
                [str(fault.sentence) for fault in row.faults],
            ]
            for row in self.rows
        ]
        whole = [content, self.extras, sorted(self.new_queues.items())]
        return hashlib.sha256(json.dumps(whole, default=str).encode()).hexdigest()
