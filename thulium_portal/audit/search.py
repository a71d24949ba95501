"""Finding review lines by their words, with the index that knows each line's words by its key."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import QuerySet

from thulium_portal.audit.models import ReviewRow
from thulium_portal.lib.folding import fold
from thulium_portal.lib.word_index import Place, Word, WordIndex, words_of

WORDS = WordIndex("audit_words")
MOST_WORDS = 20


def index(row: ReviewRow, text: str) -> None:
    """Let *row* be found by *text*, by its customer, and beside them by its person and its text."""
    marks = f"{_person(row.actor_id)} {_canned(row.canned_id)}"
    WORDS.put([(row.opened_sequence, f"{fold(row.customer)} {marks}", fold(text))])


def forget(sequences: Iterable[int]) -> None:
    """Let the lines that these entries began be found by words no more."""
    WORDS.forget(list(sequences))


def purge() -> None:
    """Overwrite the words of lines that were forgotten; outside of a transaction."""
    WORDS.purge()


def looked_for(asked: Mapping[str, Any]) -> list[Word]:
    """Return what the index is asked for; nothing where neither text nor customer is.

    Whom and which canned response a line is of narrows the hits inside the index already.
    """
    words = [Word(word, Place.REST) for word in words_of(fold(asked.get("q") or ""))]
    words += [Word(word, Place.HEAD) for word in words_of(fold(asked.get("customer") or ""))]
    if not words:
        return []
    person, canned = asked.get("person"), asked.get("canned")
    marks = [_person(person.pk) if person else "", _canned(canned) if canned else ""]
    return words[:MOST_WORDS] + [Word(mark, Place.HEAD) for mark in marks if mark]


def is_wordless(asked: Mapping[str, Any]) -> bool:
    """Tell whether text or customer is asked for by punctuation alone: nothing can be found."""
    given = (asked.get("q") or "", asked.get("customer") or "")
    return any(text.strip() and not words_of(fold(text)) for text in given)


def matching(rows: QuerySet[ReviewRow], words: list[Word]) -> QuerySet[ReviewRow]:
    """Return those of *rows* that hold all *words* (at least one)."""
    return rows.filter(opened_sequence__in=WORDS.holding(words))


# A letter closes the number, so that no other number begins with it.
def _person(number: int | None) -> str:
    return f"person{number}x"


def _canned(number: int | None) -> str:
    return f"canned{number}x"
