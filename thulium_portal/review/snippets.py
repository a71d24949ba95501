"""Where the words that were searched for stand in the replies that were found."""

import re
from collections.abc import Iterable, Mapping

from django.db.models import Max
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from thulium_portal.audit.models import AuditContent, ReviewRow
from thulium_portal.audit.review_index import REPLY
from thulium_portal.lib.folding import fold
from thulium_portal.lib.full_text import words_of
from thulium_portal.review.labels import FIELDS

_WORD = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f])*")
_BEFORE, _SHOWN = 20, 240
"""Characters shown before the first word that was found, and altogether.

A narrow row shows two lines of some 25: the word has to stand in one of them.
"""
_MOST_READ = 20_000
"""Characters of a text that are looked through; a later hit is found, and not shown."""
_PLACES = (
    *("body_text", "ticket_subject", "customer", "recipient", "canned_title", "file_names"),
    "author_name",
)
"""Texts of an entry that are searched, in the order in which a hit in them is shown."""


def snippets(rows: Iterable[ReviewRow], query: str) -> dict[int, SafeString]:
    """Return, by the entry that began each of *rows*, the words around the first hit of *query*.

    Each word found is marked; one that stands elsewhere than in the text of the reply is shown
    under the name of its place. A row has none where nothing of it can be shown.
    """
    rows = list(rows)
    wanted = tuple(words_of(fold(query)))
    keys = [row.opened_sequence for row in rows]
    if not wanted or not keys:
        return {}
    telling = entries_with_text(rows)
    found = AuditContent.objects.filter(entry__in=telling, field__in=_PLACES)
    texts: dict[int, dict[str, str]] = {key: {} for key in keys}
    for entry, name, text in found.values_list("entry_id", "field", "data"):
        texts[telling[entry]][name] = text[:_MOST_READ]
    shown = ((key, _snippet(texts[key], wanted)) for key in keys)
    return {key: snippet for key, snippet in shown if snippet}


def entries_with_text(rows: Iterable[ReviewRow]) -> dict[int, int]:
    """Return the entry that holds the text of each of *rows* now, to the one that began it.

    Another than that where an approver changed the text before it left.
    """
    opened = {row.subject_id: row.opened_sequence for row in rows}
    bodies = AuditContent.objects.filter(
        field="body", entry__subject_kind=REPLY, entry__subject_id__in=opened
    ).exclude(entry__state="")
    newest = bodies.order_by().values_list("entry__subject_id").annotate(Max("entry_id"))
    return {entry: opened[subject] for subject, entry in newest}


def _snippet(texts: Mapping[str, str], wanted: tuple[str, ...]) -> SafeString | None:
    for name in _PLACES:
        text = " ".join(texts.get(name, "").split())
        hits = _hits(text, wanted)
        if hits and name == "body_text":
            return _marked(text, hits)
        if hits:
            return format_html("{}: {}", FIELDS.get(name, name), _marked(text, hits))
    return None


def _hits(text: str, wanted: tuple[str, ...]) -> list[tuple[int, int]]:
    """Return where words of *text* stand that begin as one of those *wanted* does."""
    words = _WORD.finditer(text)
    return [word.span() for word in words if fold(word.group()).startswith(wanted)]


def _marked(text: str, hits: list[tuple[int, int]]) -> SafeString:
    """Return the part of *text* around the first of *hits*, with all hits in it marked."""
    first = hits[0][0]
    begin = 0 if first <= _BEFORE else text.find(" ", first - _BEFORE, first) + 1 or first
    end = begin + _SHOWN
    pieces, at = [], begin
    for start, stop in hits:
        if stop <= end:
            pieces += [format_html("{}<mark>{}</mark>", text[at:start], text[start:stop])]
            at = stop
    head, tail = "…" if begin else "", "…" if end < len(text) else ""
    body = format_html_join("", "{}", ((piece,) for piece in pieces))
    return format_html("{}{}{}{}", head, body, text[at : max(at, end)], tail)
