"""The lines of the review page and their words, compared with the record that they are made of.

A line is compared as a whole with what the entries of its reply give. What differs is looked at
once more while nobody can write, so a reply on its way is never taken for a forged line.
"""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from thulium_portal.audit.faults import Broken, RecordFault
from thulium_portal.audit.models import AuditContent, AuditEntry, AuditHead, ReviewRow
from thulium_portal.audit.review_index import (
    REPLY,
    WORDS,
    Expected,
    Parsed,
    drop_foreign_lines,
    expected,
    replace_line,
    replace_words,
)

MOST_FOUND = 1000
"""So many faults of lines are told apart; what is beyond is only counted."""
_AT_ONCE = 500
_LINE = (
    *("subject_kind", "subject_id", "ticket_id", "queue_id", "actor_id", "agent_login"),
    *(
        "customer",
        "recipient",
        "excerpt",
        "canned_id",
        "canned_title",
        "canned_version",
        "changed_percent",
    ),
    *("state", "reason", "opened_at", "opened_sequence", "latest_sequence"),
)
_STEP = ("sequence", "at", "actor_id", "ticket_id", "subject_id", "state", "record")


def line_faults(rows: Sequence[ReviewRow]) -> dict[int, RecordFault]:
    """Return what is wrong with lines that are about to be shown, by the entry they begin with."""
    meant = _from_record([row.subject_id for row in rows])
    seen = {row.subject_id: {name: getattr(row, name) for name in _LINE} for row in rows}
    doubted = _doubted(seen, meant, seen.keys())
    found = {broken.sequence: broken.problem for broken in settled(doubted)}
    found |= {row.opened_sequence: RecordFault.LINE_INVENTED
              for row in rows if row.subject_kind != REPLY}  # fmt: skip
    return {key: found[key] for row in rows if (key := row.opened_sequence) in found}


def _doubted(
    seen: Mapping[str, Mapping[str, Any]],
    meant: Mapping[str, Expected | None],
    replies: Collection[str],
) -> list[str]:
    """Return those of *replies* whose line or words are not what they are *meant* to be."""
    own = {each.key: (reply, each.words) for reply, each in meant.items() if each}
    wordy = [(key, *words) for key, (_reply, words) in own.items() if words]
    wrong = WORDS.differing(wordy)
    wrong |= WORDS.known([key for key, (_reply, words) in own.items() if not words])
    differing = {own[key][0] for key in wrong}
    for reply in replies:
        each, line = meant.get(reply), seen.get(reply)
        is_right = _agree(each.line, line) if each and line else not (each or line)
        if not is_right:
            differing.add(reply)
    return sorted(differing)


def _agree(line: Mapping[str, Any], seen: Mapping[str, Any]) -> bool:
    """Tell whether a stored line shows what it is meant to."""
    return line.items() <= seen.items()


def settled(replies: Sequence[str], *, mend: bool = False) -> list[Broken]:
    """Compare the lines of *replies* while nobody writes, and return what is wrong with them.

    With *mend* each is put right.
    """
    found: list[Broken] = []
    for some in _batches(replies):
        with transaction.atomic():
            list(AuditHead.objects.select_for_update())
            meant, seen = _from_record(some), _seen(some)
            for reply in some:
                fault = _fault_of(meant[reply], seen.get(reply))
                if fault:
                    found.append(fault)
                    if mend:
                        _mend(reply, meant[reply], seen.get(reply))
    return found


def _fault_of(meant: Expected | None, seen: Mapping[str, Any] | None) -> Broken | None:
    if meant is None:
        return Broken(seen["opened_sequence"], RecordFault.LINE_INVENTED) if seen else None
    if seen is None:
        return Broken(meant.key, RecordFault.LINE_MISSING)
    if seen["opened_sequence"] != meant.key:
        return Broken(seen["opened_sequence"], RecordFault.LINE)
    if not _agree(meant.line, seen):
        return Broken(meant.key, RecordFault.LINE)
    wrong = (
        WORDS.differing([(meant.key, *meant.words)]) if meant.words else WORDS.known([meant.key])
    )
    return Broken(meant.key, RecordFault.WORDS) if wrong else None


def _mend(reply: str, meant: Expected | None, seen: Mapping[str, Any] | None) -> None:
    if seen and (meant is None or seen["opened_sequence"] != meant.key):
        replace_words(seen["opened_sequence"], None)
    replace_line(reply, meant.line if meant else None)
    if meant:
        replace_words(meant.key, meant.words)


def _from_record(replies: Sequence[str]) -> dict[str, Expected | None]:
    """Return what the record gives for each of *replies*."""
    steps: dict[str, list[Parsed]] = {reply: [] for reply in replies}
    for some in _batches(replies):
        entries = AuditEntry.objects.filter(subject_kind=REPLY, subject_id__in=some)
        for entry in entries.order_by("sequence").values_list(*_STEP, named=True):
            steps[entry.subject_id].append((entry, _fields(entry.record)))
    telling = [entry.sequence for own in steps.values() for entry, fields in own
               if entry.state and _SHOWN_TEXTS & fields["commit"].keys()]  # fmt: skip
    contents: dict[int, dict[str, str]] = {}
    for few in _batches(telling):
        texts = AuditContent.objects.filter(entry_id__in=few)
        for sequence, name, data in texts.values_list("entry_id", "field", "data"):
            contents.setdefault(sequence, {})[name] = data
    return {reply: expected(own, contents) for reply, own in steps.items()}


_NOTHING: Mapping[str, Any] = {"facts": {}, "commit": {}}
_SHOWN = ('"body":', '"changed_percent":', '"reason":', '"recipient":')
_SHOWN_TEXTS = {"body", "recipient"}


def _fields(record: str) -> Mapping[str, Any]:
    """Return the fields of a record; nothing of one that was tampered with, which is told of.

    Most entries of a reply hold nothing that its line shows; those are not parsed.
    """
    if not any(name in record for name in _SHOWN):
        return _NOTHING
    try:
        fields: dict[str, Any] = json.loads(record)
        return {"facts": {**fields["facts"]}, "commit": {**fields["commit"]}}
    except (ValueError, KeyError, TypeError):
        return _NOTHING


def _seen(replies: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return the lines of *replies* as they are stored, by reply."""
    rows = ReviewRow.objects.filter(subject_kind=REPLY, subject_id__in=replies).order_by()
    return {row["subject_id"]: row for row in rows.values(*_LINE)}


def _batches(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(items), _AT_ONCE):
        yield items[start : start + _AT_ONCE]


@dataclass
class ReviewComparison:
    """Compares the lines beside a check that walks the record, page by page.

    With *whole* false the lines of all replies that a page touches are compared in full, and the
    newest of the list; otherwise those that begin within it, of which most end there as well.
    """

    whole: bool
    begun_after: int = 0
    found: dict[tuple[int, str], Broken] = field(default_factory=dict)
    count: int = 0

    def page(self, steps: Sequence[Parsed], texts: Mapping[int, Sequence[Any]], upto: int) -> None:
        """Compare the lines of a page that ends with entry *upto*.

        *steps* are its entries, *texts* what is kept with them.
        """
        own: dict[str, list[Parsed]] = {}
        for step in steps:
            if step[0].subject_kind == REPLY:
                own.setdefault(step[0].subject_id, []).append(step)
        above = self.begun_after or None
        rows = _between(above, upto)
        here = {row["subject_id"]: row for row in rows if row["subject_kind"] == REPLY}
        meant = {
            reply: expected(own.get(reply, ()), _contents(own.get(reply, ()), texts))
            for reply, row in here.items()
            if row["latest_sequence"] <= upto
        }
        doubted = set(_doubted(here, meant, meant.keys()))
        doubted |= here.keys() - meant.keys()
        doubted |= self._elsewhere({reply: own[reply] for reply in own.keys() - here.keys()})
        self.tell(settled_quickly(sorted(doubted)))
        self.tell(_words_of_nothing(above, upto))
        self.begun_after = upto

    def end(self) -> None:
        """Compare what stands behind the last entry of the check; nothing may, but what is new."""
        self.tell(_of_no_reply())
        behind = ReviewRow.objects.filter(opened_sequence__gt=self.begun_after)
        replies = list(behind.values_list("subject_id", flat=True)[:MOST_FOUND])
        if not self.whole:
            newest = ReviewRow.objects.values_list("subject_id", flat=True)[:_AT_ONCE]
            replies = list(dict.fromkeys([*replies, *newest]))
        self.tell(settled_quickly(replies))
        self.tell(_words_of_nothing(self.begun_after, None))

    def _elsewhere(self, own: Mapping[str, Sequence[Parsed]]) -> set[str]:
        """Return the replies among *own* to be doubted; their lines do not begin in this page."""
        if not self.whole:
            return set(own)
        doubted = set()
        for some in _batches(list(own)):
            rows = ReviewRow.objects.filter(subject_kind=REPLY, subject_id__in=some).order_by()
            ends = rows.values_list("subject_id", "opened_sequence", "latest_sequence")
            seen = {reply: (opened, latest) for reply, opened, latest in ends}
            for reply in some:
                steps = own[reply]
                opens = any(entry.state and "body" in fields["commit"] for entry, fields in steps)
                opened, latest = seen.get(reply, (None, 0))
                if opened is None:
                    is_doubted = opens
                else:
                    first, last = steps[0][0].sequence, steps[-1][0].sequence
                    is_doubted = latest < last or (opens and opened > first)
                if is_doubted:
                    doubted.add(reply)
        return doubted

    @property
    def faults(self) -> list[Broken]:
        """What was found, by entry."""
        return sorted(self.found.values(), key=lambda each: each.sequence)

    def tell(self, broken: Iterable[Broken]) -> None:
        """Add what was found, each fault once."""
        for each in broken:
            key = (each.sequence, str(each.problem))
            if key not in self.found:
                self.count += 1
                if len(self.found) < MOST_FOUND:
                    self.found[key] = each


def settled_quickly(replies: Sequence[str]) -> list[Broken]:
    """Return what is wrong with *replies*; writers wait only where something seems to be."""
    return settled(_doubted(_seen(replies), _from_record(replies), replies)) if replies else []


def _contents(
    steps: Iterable[Parsed], texts: Mapping[int, Sequence[Any]]
) -> dict[int, dict[str, str]]:
    return {
        entry.sequence: {text.field: text.data for text in texts.get(entry.sequence, ())}
        for entry, fields in steps
        if _SHOWN_TEXTS & fields["commit"].keys()
    }


def _between(above: int | None, upto: int) -> list[dict[str, Any]]:
    rows = ReviewRow.objects.filter(opened_sequence__lte=upto).order_by()
    if above is not None:
        rows = rows.filter(opened_sequence__gt=above)
    return list(rows.values(*_LINE))


def _words_of_nothing(above: int | None, upto: int | None) -> list[Broken]:
    """Return words of entries that begin no line, looked at again while nobody writes."""
    if not (_homeless(above, upto)):
        return []
    with transaction.atomic():
        list(AuditHead.objects.select_for_update())
        keys = _homeless(above, upto)
    return [Broken(key, RecordFault.WORDS) for key in sorted(keys)]


def _of_no_reply() -> list[Broken]:
    """Return lines of what is no reply; the portal makes none."""
    rows = ReviewRow.objects.exclude(subject_kind=REPLY).values_list("opened_sequence", flat=True)
    return [Broken(key, RecordFault.LINE_INVENTED) for key in rows[:MOST_FOUND]]


def _homeless(above: int | None, upto: int | None) -> set[int]:
    keys = WORDS.keys(above=above, upto=upto)
    if not keys:
        return keys
    rows = ReviewRow.objects.all().order_by()
    rows = rows if above is None else rows.filter(opened_sequence__gt=above)
    rows = rows if upto is None else rows.filter(opened_sequence__lte=upto)
    return keys - set(rows.values_list("opened_sequence", flat=True))


def rebuild(progress: Callable[[int], object] | None = None) -> list[Broken]:
    """Put every line and all words right from the record, and return what was wrong.

    *progress* is called with how many more replies were looked at. People go on working: writers
    wait only while one batch of lines is mended.
    """
    found: list[Broken] = []
    for source in (AuditEntry.objects, ReviewRow.objects):
        for replies in _replies_of(source):
            wrong = _doubted(_seen(replies), _from_record(replies), replies)
            found += settled(wrong, mend=True)
            if progress and source.model is AuditEntry:
                progress(len(replies))
    found += _of_no_reply()
    drop_foreign_lines()
    nothing = _words_of_nothing(None, None)
    for broken in nothing:
        replace_words(broken.sequence, None)
    return found + nothing


def index_words() -> None:
    """Fill the empty search with the words that the record gives."""
    for replies in _replies_of(AuditEntry.objects):
        meant = [each for each in _from_record(replies).values() if each]
        WORDS.put((each.key, *each.words) for each in meant if each.words)


def _replies_of(rows: Any) -> Iterator[list[str]]:
    """Yield the ids of the replies that *rows* are about, each once, some at a time."""
    ids = (
        rows.filter(subject_kind=REPLY)
        .order_by("subject_id")
        .values_list("subject_id", flat=True)
        .distinct()
    )
    page = list(ids[:_AT_ONCE])
    while page:
        yield page
        page = list(ids.filter(subject_id__gt=page[-1])[:_AT_ONCE])
