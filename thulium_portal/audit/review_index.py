"""The lines of the review page and the index of their words: one line for each reply.

Kept beside the chain, compared with it (``review_comparison``) and rebuilt from it at will.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from thulium_portal.audit.models import AuditContent, AuditEntry, ReviewRow
from thulium_portal.lib.folding import fold
from thulium_portal.lib.full_text import Place, Word, WordIndex, words_of

WORDS = WordIndex("audit_words")
MOST_WORDS = 20
REPLY = "reply"
_SEARCHED = (
    *("body_text", "customer", "recipient", "ticket_subject", "canned_title", "file_names"),
    "author_name",
)
_EXCERPT = 300
_LONGEST_ADDRESS = 320


def keep_row(entry: AuditEntry, facts: Mapping[str, Any], content: Mapping[str, str]) -> None:
    """Bring the review line of the entry's reply up to date.

    A line begins with the entry that tells what is to be sent (it holds the text and a state);
    drafts that never were submitted have none.
    """
    if entry.subject_kind != REPLY:
        return
    subject = {"subject_kind": entry.subject_kind, "subject_id": entry.subject_id}
    latest: dict[str, Any] = {"latest_sequence": entry.sequence}
    if entry.state:
        latest |= {"state": entry.state, "reason": facts.get("reason") or ""}
    if "body" in content and entry.state:
        # Who wrote it is told by the first entry: a later one may be a colleague's, who approved.
        whose = {"actor_id": entry.actor_id, "ticket_id": entry.ticket_id}
        columns = columns_of(facts, content)
        opened = whose | {"opened_at": entry.at, "opened_sequence": entry.sequence}
        if ReviewRow.objects.filter(**subject).update(**columns, **latest):
            row = ReviewRow.objects.get(**subject)
        else:
            row = ReviewRow.objects.create(**subject, **columns, **latest, **opened)
        WORDS.put([(row.opened_sequence, *words_told(row.actor_id, columns, content))])
    else:
        if "changed_percent" in facts:
            latest["changed_percent"] = facts["changed_percent"]
        rows = ReviewRow.objects.filter(**subject)
        if entry.state and "recipient" in content:
            _go_on_to(rows, latest, content["recipient"])
        else:
            rows.update(**latest)


def _go_on_to(rows: QuerySet[ReviewRow], latest: Mapping[str, Any], recipient: str) -> None:
    """Bring the line of a reply, the one of *rows*, up to date as it is sent to *recipient*.

    A line that began with an entry without a recipient, as older ones did, goes on naming none.
    """
    address = recipient[:_LONGEST_ADDRESS]
    if rows.filter(recipient=address).update(**latest) or not rows.update(**latest):
        return
    row = rows.get()
    kept = AuditContent.objects.filter(
        entry__subject_kind=row.subject_kind, entry__subject_id=row.subject_id
    )
    texts = kept.filter(field="body").exclude(entry__state="").order_by("-entry_id")
    opening = texts.values_list("entry_id", flat=True).first()
    told = dict(kept.filter(entry_id=opening).values_list("field", "data"))
    if "recipient" in told:
        rows.update(recipient=address)
        columns = {"customer": row.customer, "recipient": address, "canned_id": row.canned_id}
        put = words_told(row.actor_id, columns, told | {"recipient": recipient})
        WORDS.put([(row.opened_sequence, *put)])


def erase_rows(sequences: list[int]) -> None:
    """Take the words out of the lines that these entries began."""
    ReviewRow.objects.filter(opened_sequence__in=sequences).update(
        customer="", recipient="", excerpt="", canned_title=""
    )
    forget(sequences)


def replace_line(subject_id: str, line: Mapping[str, Any] | None) -> None:
    """Put *line*, every column of it, in the place of what is listed of a reply; None: nothing.

    The words are put by :func:`replace_words`.
    """
    rows = ReviewRow.objects.filter(subject_kind=REPLY, subject_id=subject_id)
    if line is None:
        rows.delete()
        return
    # What sits in its place is no line of that entry: it is told of on its own.
    seated = ReviewRow.objects.filter(opened_sequence=line["opened_sequence"])
    seated.exclude(subject_kind=REPLY, subject_id=subject_id).delete()
    if not rows.update(**line):
        ReviewRow.objects.create(**line)


def drop_foreign_lines() -> None:
    """Take away lines of what is no reply; the portal makes none."""
    ReviewRow.objects.exclude(subject_kind=REPLY).delete()


def replace_words(key: int, words: tuple[str, str] | None) -> None:
    """Put head and rest in the place of the words known of the line that entry *key* began."""
    if words is None:
        forget([key])
    else:
        WORDS.put([(key, *words)])


def columns_of(facts: Mapping[str, Any], content: Mapping[str, str]) -> dict[str, Any]:
    """Return what a line shows of the entry that holds its text: columns by name."""
    text = " ".join(content.get("body_text", "").split())
    return {
        "agent_login": facts.get("agent_login") or "",
        "queue_id": facts.get("queue_id"),
        "customer": content.get("customer", "")[:300],
        "recipient": content.get("recipient", "")[:_LONGEST_ADDRESS],
        "excerpt": text if len(text) <= _EXCERPT else text[: _EXCERPT - 1] + "…",
        "canned_id": facts.get("canned_id"),
        "canned_title": content.get("canned_title", "")[:120],
        "canned_version": facts.get("canned_version"),
        "changed_percent": facts.get("changed_percent"),
    }


def words_told(
    actor_id: int | None, columns: Mapping[str, Any], content: Mapping[str, str]
) -> tuple[str, str]:
    """Return a line's words: customer with address, person and canned response as its head.

    The texts are the rest.

    *columns* are those of :func:`columns_of`, *content* the texts of the same entry.
    """
    marks = f"{_person(actor_id)} {_canned(columns['canned_id'])}"
    text = " ".join(content.get(name, "") for name in _SEARCHED)
    customer = " ".join(filter(None, (columns["customer"], columns["recipient"])))
    return f"{fold(customer)} {marks}", fold(text)


@dataclass(frozen=True)
class Expected:
    """The line and the words that the record gives for a reply; no words where they were erased."""

    line: dict[str, Any]
    words: tuple[str, str] | None

    @property
    def key(self) -> int:
        """The entry that the line begins with."""
        return int(self.line["opened_sequence"])


Parsed = tuple[Any, Mapping[str, Any]]
"""The row of an entry and the fields of its record."""


def expected(steps: Iterable[Parsed], contents: Mapping[int, Mapping[str, str]]) -> Expected | None:
    """Return what the entries of one reply give, in their order; None where it was never submitted.

    *contents* are the texts still kept with them, by entry and field. What
    :func:`keep_row` builds step by step is told here from the whole.
    """
    line: dict[str, Any] | None = None
    told: Mapping[str, str] = {}
    erased = False
    for entry, fields in steps:
        facts = fields["facts"]
        if entry.state and "body" in fields["commit"]:
            told = contents.get(entry.sequence, {})
            erased = erased or "body" not in told
            line = (line or _opened(entry)) | _columns(facts, told)
        elif line is None:
            continue
        else:
            told = _gone_on(line, (entry, fields), told, contents)
        line["latest_sequence"] = entry.sequence
        if entry.state:
            line["state"], line["reason"] = entry.state, facts.get("reason") or ""
    if line is None:
        return None
    if erased:
        blank = dict.fromkeys(("customer", "recipient", "excerpt", "canned_title"), "")
        return Expected(line | blank, None)
    return Expected(line, words_told(line["actor_id"], line, told))


def _columns(facts: Mapping[str, Any], told: Mapping[str, str]) -> dict[str, Any]:
    columns = columns_of(facts, told)
    if "queue_id" not in facts:
        # Older entries hold none; their lines have got it from the replies themselves.
        del columns["queue_id"]
    return columns


def _gone_on(
    line: dict[str, Any],
    step: Parsed,
    told: Mapping[str, str],
    contents: Mapping[int, Mapping[str, str]],
) -> Mapping[str, str]:
    """Let *line* say what a later entry says anew; returns its texts, those *told* but for that."""
    entry, fields = step
    if "changed_percent" in fields["facts"]:
        line["changed_percent"] = fields["facts"]["changed_percent"]
    if entry.state and "recipient" in fields["commit"] and "recipient" in told:
        told = {**told, "recipient": contents.get(entry.sequence, {}).get("recipient", "")}
        line["recipient"] = columns_of({}, told)["recipient"]
    return told


def _opened(entry: Any) -> dict[str, Any]:
    return {
        "subject_kind": REPLY,
        "subject_id": entry.subject_id,
        "ticket_id": entry.ticket_id,
        "actor_id": entry.actor_id,
        "opened_at": entry.at,
        "opened_sequence": entry.sequence,
    }


def forget(sequences: Iterable[int]) -> None:
    """Take the lines that these entries began out of the index of words."""
    WORDS.forget(list(sequences))


def purge() -> None:
    """Overwrite the words of lines that were forgotten; outside of a transaction."""
    WORDS.purge()


def looked_for(filters: Mapping[str, Any]) -> list[Word]:
    """Return the words that *filters* look for; none where neither text nor customer is given.

    A person and a canned response narrow the hits inside the index already.
    """
    words = [Word(word, Place.REST) for word in words_of(fold(filters.get("q") or ""))]
    words += [Word(word, Place.HEAD) for word in words_of(fold(filters.get("customer") or ""))]
    if not words:
        return []
    person, canned = filters.get("person"), filters.get("canned")
    marks = [_person(person.pk) if person else "", _canned(canned) if canned else ""]
    return words[:MOST_WORDS] + [Word(mark, Place.HEAD) for mark in marks if mark]


def is_wordless(filters: Mapping[str, Any]) -> bool:
    """Tell whether *filters* hold a text or customer of punctuation alone, which finds nothing."""
    given = (filters.get("q") or "", filters.get("customer") or "")
    return any(text.strip() and not words_of(fold(text)) for text in given)


def matching(rows: QuerySet[ReviewRow], words: list[Word]) -> QuerySet[ReviewRow]:
    """Return those of *rows* that hold all *words* (at least one)."""
    return rows.filter(opened_sequence__in=WORDS.holding(words))


# Words are found by their beginnings: a letter closes the key, so that 12 does not find 123.
def _person(pk: int | None) -> str:
    return f"person{pk}x"


def _canned(pk: int | None) -> str:
    return f"canned{pk}x"
