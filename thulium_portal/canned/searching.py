"""Finding canned responses: accents and case do not matter, every word counts."""

import re

from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable

from thulium_portal.accounts.models import User
from thulium_portal.canned.access import usable_by
from thulium_portal.canned.models import CannedResponse
from thulium_portal.lib.folding import fold

MOST_WORDS = 8
SHORTEST_IN_TEXT = 3
"""Letters a word needs to be looked for in the texts themselves."""
_EXACT_SHORTCUT = 64
_WORD = re.compile(r"[^\W_]+")
_WEIGHTS = {
    "folded_title": 16,
    "folded_shortcut": 16,
    "folded_keywords": 8,
    "folded_use_when": 4,
    "folded_text": 1,
}


def folded_words(text: str) -> str:
    """Return the words of *text* without accents, each after a space."""
    return "".join(f" {word}" for word in _WORD.findall(fold(text)))


def matching(responses: QuerySet[CannedResponse], query: str) -> QuerySet[CannedResponse]:
    """Return those of *responses* in which every word of *query* begins some word.

    The best come first: title and shortcut weigh most, then keywords, “use when”, the text.
    """
    words = _WORD.findall(fold(query))[:MOST_WORDS]
    if query.strip() and not words:
        responses = responses.none()
    rank: Combinable = Value(0, IntegerField())
    for word in words:
        where = {name: Q(**{f"{name}__contains": f" {word}"}) for name in _fields(word)}
        responses = responses.filter(_any(where))
        for name, condition in where.items():
            rank = rank + Case(When(condition, then=Value(_WEIGHTS[name])), default=Value(0))
        exactly = Q(folded_shortcut=f" {word}")
        rank = rank + Case(When(exactly, then=Value(_EXACT_SHORTCUT)), default=Value(0))
    return responses.annotate(rank=rank).order_by("-rank", "folded_title", "id")


def search(
    user: User,
    query: str,
    *,
    among: QuerySet[CannedResponse] | None = None,
    language: str = "",
    limit: int = 20,
) -> list[CannedResponse]:
    """Return up to *limit* live texts for *user*, those in *language* first, then the best match.

    *among* may leave out some, as those of other teams on a ticket. ``current`` is loaded with
    them. An empty query gives the first of the alphabet.
    """
    offered = usable_by(user) if among is None else among
    found = matching(offered, query).select_related("current")
    if language:
        other = Case(When(language=language, then=Value(0)), default=Value(1))
        found = found.order_by(other, F("rank").desc(), "folded_title", "id")
    return list(found[:limit])


def _fields(word: str) -> list[str]:
    """Return where *word* is looked for; a letter or two are in the text of nearly everything."""
    return [name for name in _WEIGHTS if name != "folded_text" or len(word) >= SHORTEST_IN_TEXT]


def _any(conditions: dict[str, Q]) -> Q:
    together = Q()
    for condition in conditions.values():
        together |= condition
    return together
