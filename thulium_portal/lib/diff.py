"""What changed between two texts: paragraphs first, words inside the changed ones.

Comparing has a budget, counted in work and not in time, so that the same two texts always end the
same way: what is too long or too repetitive is *not compared*, which is None.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import Match, SequenceMatcher
from itertools import accumulate, groupby
from typing import Literal

MOST_WORK = 6_000_000
"""Words looked at, and pairs of equal words: a third of a second's work at most."""

_WORD = re.compile(r"\w+")
_PARAGRAPH = re.compile(r"[^\n]*\n+|[^\n]+")
_TOKEN = re.compile(r"(\w+|[^\w\s]|\A)(\s*)")
"""A word or a mark, and the blanks behind it; at the very beginning blanks alone."""

ChangeKind = Literal["same", "removed", "added"]
_Step = tuple[bool, int, int, int, int]


@dataclass(frozen=True)
class Piece:
    """A stretch of text that both have, or only the earlier (removed) or the later (added)."""

    kind: ChangeKind
    text: str


class _OverBudget(Exception):
    """The comparison would take too long."""


def diff(before: str, after: str) -> list[Piece] | None:
    """Return the pieces that turn *before* into *after*, in reading order, neighbours joined.

    None where the texts are not compared: past the budget.
    """
    try:
        pieces = [piece for piece in _pieces(before, after) if piece.text]
    except _OverBudget:
        return None
    joined: list[Piece] = []
    for same, run in groupby(pieces, lambda piece: piece.kind == "same"):
        texts: dict[ChangeKind, list[str]] = {"same": []} if same else {"removed": [], "added": []}
        for piece in run:
            texts[piece.kind].append(piece.text)
        joined += (Piece(kind, "".join(parts)) for kind, parts in texts.items())
    return [piece for piece in joined if piece.text]


def changed_percent(before: str, after: str) -> int | None:
    """Return which share of the words was changed, 0 to 100; 0 only for the same words.

    Words removed and words added count against all words of both texts. None where the texts are
    not compared: past the budget.
    """
    old, new = _WORD.findall(before), _WORD.findall(after)
    try:
        same = sum(i2 - i1 for equal, i1, i2, _j1, _j2 in _Budget().steps(old, new) if equal)
    except _OverBudget:
        return None
    changed = len(old) + len(new) - 2 * same
    if not changed:
        return 0
    return max(1, round(100 * changed / (changed + 2 * same)))


class _Budget:
    """What is left of the work that one comparison may take."""

    def __init__(self) -> None:
        self.left = MOST_WORK

    def take(self, work: int) -> None:
        self.left -= work
        if self.left < 0:
            raise _OverBudget

    def steps(self, old: Sequence[str], new: Sequence[str]) -> Iterator[_Step]:
        """Yield what is equal and what is not, by places in both; the same ends are set aside."""
        self.take(len(old) + len(new))
        start = _same_start(old, new)
        end = _same_start(old[start:][::-1], new[start:][::-1])
        middle = _Matcher(old[start : len(old) - end], new[start : len(new) - end], self)
        if start:
            yield True, 0, start, 0, start
        for tag, i1, i2, j1, j2 in middle.get_opcodes():
            yield tag == "equal", i1 + start, i2 + start, j1 + start, j2 + start
        if end:
            yield True, len(old) - end, len(old), len(new) - end, len(new)


class _Matcher(SequenceMatcher[str]):
    """The library's, asked what each step costs before it is taken."""

    def __init__(self, old: Sequence[str], new: Sequence[str], budget: _Budget) -> None:
        super().__init__(None, old, new, autojunk=False)
        times = Counter(new)
        self._budget = budget
        self._cost = list(accumulate((1 + times[word] for word in old), initial=0))

    def find_longest_match(
        self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None
    ) -> Match:
        """Find as the library does, within the budget."""
        self._budget.take(self._cost[len(self._cost) - 1 if ahi is None else ahi] - self._cost[alo])
        return super().find_longest_match(alo, ahi, blo, bhi)


def _same_start(old: Sequence[str], new: Sequence[str]) -> int:
    """Return how many of the first are the same in both."""
    shorter = min(len(old), len(new))
    return next((place for place in range(shorter) if old[place] != new[place]), shorter)


def _pieces(before: str, after: str) -> Iterator[Piece]:
    budget = _Budget()
    old, new = _PARAGRAPH.findall(before), _PARAGRAPH.findall(after)
    for equal, i1, i2, j1, j2 in budget.steps(old, new):
        if equal:
            yield Piece("same", "".join(new[j1:j2]))
        else:
            yield from _words("".join(old[i1:i2]), "".join(new[j1:j2]), budget)


def _words(before: str, after: str, budget: _Budget) -> Iterator[Piece]:
    """Yield what two stretches share and what not; blanks go with the word before them."""
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    steps = budget.steps([word for word, _blank in old], [word for word, _blank in new])
    for equal, i1, i2, j1, j2 in steps:
        if equal:
            for (word, blank), (_word, new_blank) in zip(old[i1:i2], new[j1:j2], strict=True):
                yield Piece("same", word)
                yield from _changed(blank, new_blank)
        else:
            yield from _changed(_joined(old[i1:i2]), _joined(new[j1:j2]))


def _changed(before: str, after: str) -> Iterator[Piece]:
    """Yield a stretch that differs; the same blanks at its end are no part of the change."""
    blank = before if before == after else before[len(before.rstrip()) :]
    if not after.endswith(blank):
        blank = ""
    yield Piece("removed", before.removesuffix(blank))
    yield Piece("added", after.removesuffix(blank))
    yield Piece("same", blank)


def _joined(tokens: Sequence[tuple[str, str]]) -> str:
    return "".join(word + blank for word, blank in tokens)
