"""The words a stop rule looks for: how they are written, and how a text is searched for them.

A line is a word or a phrase. Case and the marks of letters do not matter, nor does what stands
between the words of a phrase; an asterisk at the end of a word stands for whatever ending. All of a
text is taken apart once, whatever the number of rules: then a word costs one look into a table.
"""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from thulium_portal.lib.folding import fold

MOST_LINES = 100
MOST_WORDS = 8
"""Words of one phrase."""
_MOST_LOOKS = 50_000
"""So many places of a text are looked at for the phrases of one rule: milliseconds."""
_WORD = re.compile(r"[^\W_]+")
_HIDDEN = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""Signs that nobody sees and that would part a word."""
_STAR = "*"


class BadLine(Exception):
    """A line that can never be found, or cannot be understood."""

    NO_LETTERS = "no_letters"
    STAR_ALONE = "star_alone"
    STAR_INSIDE = "star_inside"
    TOO_MANY_WORDS = "too_many_words"

    def __init__(self, line: str, reason: str) -> None:
        super().__init__(reason)
        self.line, self.reason = line, reason


class TooMuch(Exception):
    """A text has so many beginnings of phrases that it was looked at often enough."""


@dataclass(frozen=True)
class Phrase:
    """Words that stand one after the other; each folded, with an asterisk for any ending."""

    words: tuple[str, ...]
    line: str
    """As it was written."""

    @property
    def is_broad(self) -> bool:
        """Whether nearly every text has it: a single word of a letter or two."""
        return len(self.words) == 1 and len(self.words[0].rstrip(_STAR)) < 3


@dataclass
class Words:
    """The words of a text, folded, in their order."""

    text: str
    looks: int = field(default=0, init=False)
    """How many places were looked at for phrases; a search for other ones begins at 0 again."""

    @cached_property
    def in_order(self) -> Sequence[str]:
        return _WORD.findall(fold(_cleared(self.text)))

    @cached_property
    def places(self) -> dict[str, list[int]]:
        """Return where each word stands."""
        found: dict[str, list[int]] = {}
        for place, word in enumerate(self.in_order):
            found.setdefault(word, []).append(place)
        return found

    @cached_property
    def sorted(self) -> list[str]:
        return sorted(self.places)

    def beginning_with(self, head: str) -> Iterator[str]:
        """Return the words of the text that begin so."""
        at = bisect_left(self.sorted, head)
        while at < len(self.sorted) and self.sorted[at].startswith(head):
            yield self.sorted[at]
            at += 1

    def find(self, phrase: Phrase) -> tuple[int, int] | None:
        """Return where *phrase* stands first: its first word and the one behind its last."""
        words = phrase.words
        if len(words) == 1:
            place = next(self._places_of(words[0]), None)
            return None if place is None else (place, place + 1)
        counts = [self._count(word) for word in words]
        rarest = counts.index(min(counts))
        starts = (place - rarest for place in self._places_of(words[rarest]))
        start = next((start for start in starts if self._stands(words, start)), None)
        return None if start is None else (start, start + len(words))

    def shown(self, start: int, end: int) -> str:
        """Return these words as they are spelt in the text, with what stands between them."""
        start, end = max(start, 0), min(end, len(self.in_order))
        text, spelt = self._spelt
        if len(spelt) != len(self.in_order):
            return " ".join(self.in_order[start:end])
        return " ".join(text[spelt[start][0] : spelt[end - 1][1]].split()) if start < end else ""

    @cached_property
    def _spelt(self) -> tuple[str, Sequence[tuple[int, int]]]:
        text = _cleared(self.text)
        return text, [found.span() for found in _WORD.finditer(text)]

    def _variants(self, word: str) -> Iterable[str]:
        if word.endswith(_STAR):
            return self.beginning_with(word[:-1])
        return (word,) if word in self.places else ()

    def _count(self, word: str) -> int:
        count = 0
        for variant in self._variants(word):
            self._look()
            count += len(self.places[variant])
        return count

    def _places_of(self, word: str) -> Iterator[int]:
        for variant in self._variants(word):
            yield from self.places[variant]

    def _stands(self, words: Sequence[str], start: int) -> bool:
        self._look()
        here = self.in_order[start : start + len(words)] if start >= 0 else ()
        return len(here) == len(words) and all(map(_is, here, words))

    def _look(self) -> None:
        self.looks += 1
        if self.looks > _MOST_LOOKS:
            raise TooMuch


def _cleared(text: str) -> str:
    """Return *text* without signs that nobody sees, each letter as one sign with its mark."""
    return unicodedata.normalize("NFC", _HIDDEN.sub("", text))


def _is(word: str, wanted: str) -> bool:
    return word.startswith(wanted[:-1]) if wanted.endswith(_STAR) else word == wanted


@lru_cache(maxsize=1000)
def phrases_in(written: str) -> tuple[Phrase, ...]:
    """Return what the lines of *written* look for; raises :class:`BadLine` for the first bad one.

    Kept for the lines last asked for, since every reply that is sent asks for the same ones.
    """
    lines = [line.strip() for line in written.splitlines()]
    return tuple(_phrase(line) for line in dict.fromkeys(lines) if line)


def _phrase(line: str) -> Phrase:
    shown = _cleared(line)
    if _STAR in shown:
        _require_stars_at_ends(line, shown)
    words = [word for part in shown.split() for word in _words_of(part)]
    if not words:
        raise BadLine(line, BadLine.NO_LETTERS)
    if len(words) > MOST_WORDS:
        raise BadLine(line, BadLine.TOO_MANY_WORDS)
    return Phrase(tuple(words), line)


def _words_of(part: str) -> list[str]:
    """Return the folded words of what stands between two blanks, some with their asterisk."""
    found: list[str] = []
    pieces = part.split(_STAR)
    for number, piece in enumerate(pieces):
        words = _WORD.findall(fold(piece))
        if words and number < len(pieces) - 1:
            words[-1] += _STAR
        found += words
    return found


def _require_stars_at_ends(line: str, shown: str) -> None:
    """Raise for an asterisk that stands alone, or with a letter behind it."""
    padded = f" {shown} "
    for at, sign in enumerate(padded):
        if sign == _STAR and not padded[at - 1].isalnum():
            raise BadLine(line, BadLine.STAR_ALONE)
        if sign == _STAR and padded[at + 1].isalnum():
            raise BadLine(line, BadLine.STAR_INSIDE)
