"""What comes nearest where nothing fits: a word mistyped, or one word too many.

Words are compared with those that texts are called by (title, shortcut, keywords), among the texts
that begin alike; of a large library so many are looked at and no more.
"""

from difflib import get_close_matches
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from thulium_portal.canned.models import CannedResponse
from thulium_portal.canned.search.index import WORDS, holding, ranked, words_in
from thulium_portal.lib.full_text import Place, Word, words_of

_SHORTEST = 4
"""Letters of a word from which a mistake in it is looked for."""
_MOST_READ = 2_000
"""Texts whose names are compared with one word."""
_ALIKE = 0.75
_NAMES = ("folded_title", "folded_shortcut", "folded_keywords")


def nearest(responses: QuerySet[CannedResponse], query: str) -> QuerySet[CannedResponse]:
    """Return those of *responses* that come near a *query* which none of them fits, best first."""
    guessed = [_guess(responses, word) for word in words_in(query)]
    words = [word for word in guessed if word]
    if not words:
        return ranked(responses.none(), ())
    all_of_them = responses.filter(holding(words))
    if all_of_them.exists():
        return ranked(all_of_them, words)
    # Which of them are held decides the order: a text with two of three words before one with one.
    return ranked(responses.filter(reduce(or_, (holding([word]) for word in words))), words)


def _guess(responses: QuerySet[CannedResponse], word: str) -> str:
    """Return *word* where some text holds it, else the word it is likeliest to be, else nothing."""
    if responses.filter(holding([word])).exists():
        return word
    if len(word) < _SHORTEST:
        return ""
    known = _named_like(responses, word)
    # Somebody who is still typing compares with the beginning of a word.
    cut = {name[: len(word)]: name for name in sorted(known)}
    near = get_close_matches(word, {*known, *cut}, n=1, cutoff=_ALIKE)
    return near[0] if near else ""


def _named_like(responses: QuerySet[CannedResponse], word: str) -> set[str]:
    """Return the words of names that begin nearly as *word* does."""
    beginnings = {word[:2], word[1] + word[0], word[0] + word[2], word[1:3]}
    begun = (Q(pk__in=WORDS.holding([Word(each, Place.HEAD)])) for each in beginnings)
    rows = responses.filter(reduce(or_, begun)).order_by("-pk").values_list(*_NAMES)[:_MOST_READ]
    named = {each for row in rows for each in words_of("".join(row))}
    return {each for each in named if each.startswith(tuple(beginnings))}
