"""What changed between two texts: paragraphs first, words inside the changed ones."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import Literal

MOST_WORDS = 4000
"""Above this the word-by-word comparison of one stretch would take seconds and is left out."""

_WORD = re.compile(r"\w+")

ChangeKind = Literal["same", "removed", "added"]


@dataclass(frozen=True)
class Piece:
    """A stretch of text that both have, or only the earlier (removed) or the later (added)."""

    kind: ChangeKind
    text: str


def diff(before: str, after: str) -> list[Piece]:
    """Return the pieces that turn *before* into *after*, in reading order, neighbours joined."""
    pieces: list[Piece] = []
    for piece in _pieces(before, after):
        if pieces and pieces[-1].kind == piece.kind:
            pieces[-1] = Piece(piece.kind, pieces[-1].text + piece.text)
        elif piece.text:
            pieces.append(piece)
    return pieces


def changed_percent(before: str, after: str) -> int:
    """Return which share of the words was changed, 0 to 100; 0 only for the same words.

    Words removed and words added count against all words of both texts.
    """
    counts: dict[ChangeKind, int] = {"same": 0, "removed": 0, "added": 0}
    for piece in diff(before, after):
        counts[piece.kind] += len(_WORD.findall(piece.text))
    changed = counts["removed"] + counts["added"]
    if not changed:
        return 0
    return max(1, round(100 * changed / (changed + 2 * counts["same"])))


def _pieces(before: str, after: str) -> Iterator[Piece]:
    old, new = _paragraphs(before), _paragraphs(after)
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Piece("same", "".join(new[j1:j2]))
        else:
            yield from _words("".join(old[i1:i2]), "".join(new[j1:j2]))


def _words(before: str, after: str) -> Iterator[Piece]:
    old, new = _tokens(before), _tokens(after)
    if len(old) + len(new) > MOST_WORDS:
        yield Piece("removed", before)
        yield Piece("added", after)
        return
    steps = [
        (tag == "equal", "".join(old[i1:i2]), "".join(new[j1:j2]))
        for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    ]
    last = len(steps) - 1
    for same, run in groupby(enumerate(steps), lambda step: _is_same(step[0], step[1], last)):
        texts = [(removed, added) for _number, (_equal, removed, added) in run]
        if same:
            yield Piece("same", "".join(added for _removed, added in texts))
        else:
            yield Piece("removed", "".join(removed for removed, _added in texts))
            yield Piece("added", "".join(added for _removed, added in texts))


def _is_same(place: int, step: tuple[bool, str, str], last: int) -> bool:
    """A blank between two changed words belongs to the change: phrases read better than scraps."""
    equal, text, _added = step
    inside_change = 0 < place < last and text.isspace() and "\n" not in text
    return equal and not inside_change


def _paragraphs(text: str) -> list[str]:
    return re.findall(r"[^\n]*\n+|[^\n]+", text)


def _tokens(text: str) -> list[str]:
    return re.findall(r"\s+|\w+|[^\w\s]", text)
