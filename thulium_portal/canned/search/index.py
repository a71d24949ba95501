"""The index of words of canned responses: accents and case do not matter, every word counts."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable

from thulium_portal.canned.models import CannedResponse
from thulium_portal.lib.folding import fold
from thulium_portal.lib.full_text import Place, Word, WordIndex, marked_stems, words_of
from thulium_portal.lib.stems import stem_of

MOST_WORDS = 8
SHORTEST_IN_TEXT = 3
"""Letters a word needs to be looked for in the bodies as well."""
_EXACT_SHORTCUT = 64
WORDS = WordIndex("canned_words")
_WEIGHTS = {"folded_title": 16, "folded_shortcut": 16, "folded_keywords": 8, "folded_use_when": 4}
_STEMS = {"folded_title": "title_stems", "folded_keywords": "keyword_stems"}
_CALLED = {name: _WEIGHTS[name] for name in ("folded_title", "folded_shortcut")}


def index(responses: Iterable[CannedResponse]) -> None:
    """Index *responses* by what they say now; in the transaction that saves them."""
    WORDS.put(
        (row.pk, marked_stems(_head(row)), marked_stems(row.folded_text)) for row in responses
    )


def forget(response: CannedResponse) -> None:
    """Remove *response*, about to be deleted, from the index."""
    WORDS.forget([response.pk])


def matching(
    responses: QuerySet[CannedResponse], query: str, *, at_head: bool = False
) -> QuerySet[CannedResponse]:
    """Return those of *responses* in which every word of *query* begins or forms a word.

    The best come first: title and shortcut weigh most, then keywords, “use when”, the text, and a
    word as it was typed before its other forms; with *at_head* the bodies are left out.
    """
    words = words_in(query)
    if query.strip() and not words:
        responses = responses.none()
    if words:
        responses = responses.filter(holding(words, at_head=at_head))
    return ranked(responses, words)


def holding(words: Iterable[str], *, at_head: bool = False) -> Q:
    """Return the condition that every one of *words* is held."""
    return Q(pk__in=WORDS.holding([_looked_for(word, at_head=at_head) for word in words]))


def ranked(responses: QuerySet[CannedResponse], words: Iterable[str]) -> QuerySet[CannedResponse]:
    """Return *responses* with their ``rank`` for *words*, the best first."""
    return responses.annotate(rank=_rank(words)).order_by("-rank", "folded_title", "id")


def best(
    responses: QuerySet[CannedResponse], query: str, order: Sequence[Any], *, limit: int
) -> list[int]:
    """Return the ids of the *limit* first in *order*.

    Only where the heads of too few fit are the bodies searched: a short beginning is in many.
    Nothing is found by a query without words.
    """
    found: list[int] = []
    for at_head in (True, False):
        if words_in(query) and len(found) < limit:
            fitting = matching(responses, query, at_head=at_head)
            found = list(fitting.order_by(*order).values_list("pk", flat=True)[:limit])
    return found


def words_in(query: str) -> list[str]:
    """Return the words of *query* that are looked for."""
    return words_of(fold(query))[:MOST_WORDS]


def _looked_for(word: str, *, at_head: bool) -> Word:
    if len(word) < SHORTEST_IN_TEXT:
        return Word(word, Place.HEAD)
    return Word(word, Place.HEAD if at_head else Place.ANYWHERE, stem_of(word))


def _head(response: CannedResponse) -> str:
    return "".join(getattr(response, name) for name in _WEIGHTS)


def _rank(words: Iterable[str]) -> Combinable:
    rank: Combinable = Value(0, IntegerField())
    for word in words:
        # A single letter begins a word of nearly everything; what a text is called must do.
        counted = _WEIGHTS if len(word) > 1 else _CALLED
        for name, weight in counted.items():
            here = [When(**{f"{name}__contains": f" {word}"}, then=Value(weight))]
            if name in _STEMS and len(word) >= SHORTEST_IN_TEXT:
                form = {f"{_STEMS[name]}__contains": f" {stem_of(word)} "}
                here.append(When(**form, then=Value(weight * 3 // 4)))
            rank = rank + Case(*here, default=Value(0))
        exactly = Q(folded_shortcut=f" {word}")
        rank = rank + Case(When(exactly, then=Value(_EXACT_SHORTCUT)), default=Value(0))
    return rank
