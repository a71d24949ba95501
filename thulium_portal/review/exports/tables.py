"""The record as tables: one line for a reply or one for an entry, streamed page by page."""

import json
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import QuerySet, TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from thulium_portal.audit.actions import Action
from thulium_portal.audit.chain import timestamp
from thulium_portal.audit.faults import RecordFault
from thulium_portal.audit.models import AuditContent, AuditEntry, ReviewRow
from thulium_portal.audit.review_comparison import line_faults
from thulium_portal.audit.verification import entry_faults
from thulium_portal.lib.pagination import pages
from thulium_portal.lib.spreadsheets.writer import Cell, csv_line, csv_lines, write_xlsx
from thulium_portal.review.labels import STATES, UNNAMED
from thulium_portal.review.snippets import entries_with_text

PAGE = 1000
MOST_NAMED = 20
"""So many entries that were left out are named at the end of a file."""
JOINED = 1000
"""How many lines leave in one piece: a piece a line costs the server more than the line does."""


class Format(TextChoices):
    """The forms an export can take."""

    CSV = "csv", _("CSV (spreadsheet)")
    XLSX = "xlsx", _("Excel")
    JSONL = "jsonl", _("JSON Lines (for programs)")


CONTENT_TYPES = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.JSONL: "application/jsonl; charset=utf-8",
}

Line = dict[str, Any]


@dataclass(frozen=True)
class Table:
    """What an export is made of: columns by name and heading, and where the lines come from."""

    name: str
    key: str
    columns: dict[str, str | Promise]
    lines: Callable[[Sequence[Any]], Iterator[Line]]
    faults: Callable[[Sequence[Any]], Mapping[int, RecordFault]]
    """Tells which rows do not hold, by their keys; they are left out."""


def lines_of(
    table: Table, rows: QuerySet[Any], *, last: int, left_out: list[int] | None = None
) -> Iterator[Line]:
    """Yield the lines of *rows* up to entry *last* in the order they happened, page by page.

    What does not hold is no part of them; its entries are added to *left_out*.
    """
    # Names are read once a page, not once a line.
    rows = rows.filter(**{f"{table.key}__lte": last}).select_related(None)
    for page in pages(rows, table.key, PAGE):
        faults = table.faults(page)
        if left_out is not None:
            left_out += sorted(faults)
        yield from table.lines([row for row in page if getattr(row, table.key) not in faults])


class ExportRows:
    """Lines on their way into a file: how many there were, and whether that was all of them.

    Every thousand lines *still* is asked whether they may go on.
    """

    def __init__(
        self,
        lines: Iterable[Line],
        still: Callable[[], bool] = lambda: True,
        left_out: Sequence[int] = (),
    ) -> None:
        self._lines, self._still = lines, still
        self.left_out = left_out
        """Entries that did not hold and are no lines; they grow as the lines are read."""
        self.count = 0
        self.is_whole = False

    def __iter__(self) -> Iterator[Line]:
        for line in self._lines:
            if self.count % JOINED == 0 and not self._still():
                return
            self.count += 1
            yield line
        self.is_whole = True

    @property
    def end(self) -> str:
        """The last words of the file; without them it is not whole, whatever it looks like."""
        if self.is_whole:
            end = gettext("End of the export. Lines: %(count)d.") % {"count": self.count}
            return f"{end} {self._omission()}".strip()
        return gettext("THE EXPORT WAS BROKEN OFF HERE. THIS FILE IS NOT COMPLETE.")

    def _omission(self) -> str:
        """Which lines are not in the file because they do not hold; empty where all do."""
        if not self.left_out:
            return ""
        named = ", ".join(map(str, self.left_out[:MOST_NAMED]))
        more = "…" if len(self.left_out) > MOST_NAMED else ""
        return gettext(
            "LEFT OUT, because they are not as recorded: %(count)d (entries %(entries)s)."
        ) % {"count": len(self.left_out), "entries": named + more}


def csv(table: Table, lines: ExportRows, zone: tzinfo) -> Iterator[bytes]:
    """Yield *lines* as CSV, with words at its end that say whether it is whole; times in *zone*."""
    rows = _joined(csv_lines(_header(table), _cells(table, lines, zone)))
    return _ended(rows, lambda: csv_line([lines.end, *[None] * (len(table.columns) - 1)]))


def jsonl(lines: ExportRows) -> Iterator[bytes]:
    """Yield *lines* as JSON, one a line, the last of which says whether it is whole; UTC."""
    return _ended(_joined(_json_lines(lines)), partial(_json_end, lines))


def _json_end(lines: ExportRows) -> bytes:
    end: Line = {"end": lines.is_whole, "lines": lines.count}
    if lines.left_out:
        end["left_out"] = list(lines.left_out)
    return f"{json.dumps(end)}\n".encode()


def _ended(pieces: Iterator[bytes], end: Callable[[], bytes]) -> Iterator[bytes]:
    try:
        yield from pieces
    except Exception:
        yield end()
        raise
    yield end()


def _json_lines(lines: Iterable[Line]) -> Iterator[bytes]:
    for line in lines:
        plain = {
            name: timestamp(value) if isinstance(value, datetime) else value
            for name, value in line.items()
        }
        yield f"{json.dumps(plain, ensure_ascii=False)}\n".encode()


def _joined(lines: Iterator[bytes]) -> Iterator[bytes]:
    while piece := b"".join(islice(lines, JOINED)):
        yield piece


def xlsx(table: Table, lines: ExportRows, zone: tzinfo, path: Path) -> None:
    """Write *lines* as an Excel file; times in *zone*."""
    write_xlsx(path, _header(table), _with_end(table, lines, zone))


def _with_end(table: Table, lines: ExportRows, zone: tzinfo) -> Iterator[list[Cell]]:
    yield from _cells(table, lines, zone)
    yield [lines.end]


def xlsx_stream(table: Table, lines: ExportRows, zone: tzinfo) -> Iterator[bytes]:
    """Yield *lines* as an Excel file, which is built on disk and removed when it has been sent."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.xlsx"
        xlsx(table, lines, zone, path)
        with path.open("rb") as file:
            while chunk := file.read(64 * 1024):
                yield chunk


def _header(table: Table) -> list[str]:
    return [str(heading) for heading in table.columns.values()]


def _cells(table: Table, lines: Iterable[Line], zone: tzinfo) -> Iterator[list[Cell]]:
    for line in lines:
        yield [_cell(line.get(name), zone) for name in table.columns]


def _cell(value: Any, zone: tzinfo) -> Cell:
    if isinstance(value, datetime):
        return value.astimezone(zone)
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    return value if isinstance(value, int) or value is None else str(value)


def _reply_lines(rows: Sequence[ReviewRow]) -> Iterator[Line]:
    sequences = [row.opened_sequence for row in rows]
    hashes = dict(AuditEntry.objects.filter(pk__in=sequences).values_list("sequence", "hash"))
    telling = {opened: entry for entry, opened in entries_with_text(rows).items()}
    texts, names = _texts(list(telling.values())), _names(rows)
    for row in rows:
        yield {
            "sequence": row.opened_sequence,
            "at": row.opened_at,
            "person": names.get(row.actor_id, ""),
            "agent_login": row.agent_login,
            "ticket": row.ticket_id,
            "customer": row.customer,
            "recipient": row.recipient,
            "text": texts.get((telling.get(row.opened_sequence, 0), "body_text"), ""),
            "canned_response": row.canned_title,
            "canned_version": row.canned_version,
            "changed_percent": row.changed_percent,
            "state": row.state,
            "outcome": str(STATES.get(row.state, row.state)),
            "reply": row.subject_id,
            "hash": hashes[row.opened_sequence],
        }


def _entry_lines(entries: Sequence[AuditEntry]) -> Iterator[Line]:
    texts, names = contents_of([entry.sequence for entry in entries]), _names(entries)
    for entry in entries:
        record = json.loads(entry.record)
        own = texts.get(entry.sequence, [])
        yield {
            "sequence": entry.sequence,
            "at": entry.at,
            "person": names.get(entry.actor_id) or _unnamed(record),
            "username": record["actor"]["username"],
            "role": record["actor"]["role"],
            "action": entry.action,
            "event": str(Action(entry.action).label),
            "subject_kind": entry.subject_kind,
            "subject_id": entry.subject_id,
            "ticket": entry.ticket_id,
            "state": entry.state,
            "facts": json.dumps(record["facts"], ensure_ascii=False, sort_keys=True),
            "text": next((data for field, _salt, data in own if field == "body_text"), ""),
            "previous_hash": entry.previous_hash,
            "hash": entry.hash,
            "record": entry.record,
            "content": {field: {"salt": salt, "data": data} for field, salt, data in own},
        }


def _unnamed(record: dict[str, Any]) -> str:
    return str(UNNAMED.get(record["actor"]["kind"], ""))


def _names(rows: Sequence[AuditEntry] | Sequence[ReviewRow]) -> dict[int | None, str]:
    people = get_user_model().objects.in_bulk({row.actor_id for row in rows if row.actor_id})
    return {pk: person.get_full_name() for pk, person in people.items()}


def contents_of(sequences: Collection[int]) -> dict[int, list[tuple[str, str, str]]]:
    """Return field, salt in hexadecimal and text of what is kept with each of these entries."""
    found: dict[int, list[tuple[str, str, str]]] = {}
    texts = AuditContent.objects.filter(entry_id__in=sequences).order_by("field")
    rows: Any = texts.values_list("entry_id", "field", "salt", "data")
    for sequence, field, salt, data in rows:
        found.setdefault(sequence, []).append((field, bytes(salt).hex(), data))
    return found


def _texts(sequences: Sequence[int]) -> dict[tuple[int, str], str]:
    found = contents_of(sequences).items()
    return {(sequence, field): data for sequence, own in found for field, _salt, data in own}


REPLIES = Table(
    "replies",
    "opened_sequence",
    {
        "sequence": _("Entry"),
        "at": _("When"),
        "person": _("Who"),
        "agent_login": _("Agent login"),
        "ticket": _("Ticket"),
        "customer": _("Customer"),
        "recipient": _("Customer's address"),
        "text": _("Text of the reply"),
        "canned_response": _("Canned response"),
        "canned_version": _("Version"),
        "changed_percent": _("Changed, %"),
        "outcome": _("Outcome"),
        "reply": _("Reply id"),
        "hash": _("Hash"),
    },
    _reply_lines,
    line_faults,
)

EVENTS = Table(
    "events",
    "sequence",
    {
        "sequence": _("Entry"),
        "at": _("When"),
        "person": _("Who"),
        "username": _("User name"),
        "role": _("Role"),
        "event": pgettext_lazy("in the audit record", "Event"),
        "action": _("Event code"),
        "subject_kind": _("Concerns (kind)"),
        "subject_id": _("Concerns (id)"),
        "ticket": _("Ticket"),
        "state": _("Outcome"),
        "facts": _("Details"),
        "text": _("Text of the reply"),
        "previous_hash": _("Previous hash"),
        "hash": _("Hash"),
    },
    _entry_lines,
    entry_faults,
)
