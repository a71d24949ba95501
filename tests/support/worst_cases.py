"""Texts on which a pattern or a parser is slowest, made from the pattern itself, and a stop-watch.

A pattern that looks back is slow on a text that begins to match again and again and then does not:
so every beginning of what it matches is repeated, and every two of its signs.
"""

import re
from collections.abc import Callable, Iterator
from itertools import islice, product
from re import _constants as code  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from time import thread_time
from typing import Any

MOST_SEEDS = 200
SMALL, LARGE = 1_500, 6_000
"""Signs of a text at the first and the second try."""
NOTICEABLE = 0.002
"""Seconds for a small text below which nothing is slow: linear ones need a tenth of it."""
GROWTH = 10
"""Four times the text may take so many times as long; a square takes sixteen times."""
_SAMPLES = {
    code.CATEGORY_DIGIT: "7",
    code.CATEGORY_SPACE: " ",
    code.CATEGORY_WORD: "a",
    code.CATEGORY_NOT_DIGIT: "x",
    code.CATEGORY_NOT_SPACE: "x",
    code.CATEGORY_NOT_WORD: "-",
}
_REPEATS = {code.MAX_REPEAT, code.MIN_REPEAT, code.POSSESSIVE_REPEAT}
_INNER: dict[Any, Callable[[Any], Any]] = {
    code.SUBPATTERN: lambda given: given[3],
    code.ATOMIC_GROUP: lambda given: given,
    code.ASSERT: lambda given: given[1] if given[0] == 1 else [],
}
_SIGNS: dict[Any, Callable[[Any], str]] = {
    code.LITERAL: chr,
    code.NOT_LITERAL: lambda given: "x" if given != ord("x") else "y",
    code.ANY: lambda _given: "x\n",
}


def seeds(pattern: str, flags: int) -> list[str]:
    """Return short texts whose repetition is hard on *pattern*."""
    parsed = parser.parse(pattern, flags & ~re.UNICODE if flags & re.ASCII else flags)
    begun = list(islice(_beginnings(parsed), 150))
    signs = sorted({sign for text in begun for sign in text})[:14]
    pairs = ["".join(pair) for pair in product([*signs, "~"], repeat=2)]
    return list(dict.fromkeys([*begun, *signs, *pairs]))[:MOST_SEEDS]


def _beginnings(parsed: Any) -> Iterator[str]:
    """Yield examples of ever longer beginnings of what *parsed* matches."""
    known = [""]
    for kind, given in parsed:
        pieces = list(islice(_examples(kind, given), 8))
        if not pieces:
            continue
        known = [text + piece for text in known[:6] for piece in pieces]
        yield from filter(None, known)


def _examples(kind: Any, given: Any) -> Iterator[str]:
    """Yield a few texts that this part of a pattern matches; none for what only looks around."""
    if kind in _INNER:
        yield from _beginnings(_INNER[kind](given))
    elif kind in _REPEATS:
        least, _most, inner = given
        for text in islice(_beginnings(inner), 8):
            yield text * max(1, min(least, 40))
    elif kind is code.BRANCH:
        for branch in given[1]:
            yield from islice(_beginnings(branch), 6)
    elif kind is code.IN:
        yield from _of_class(given)
    elif kind in _SIGNS:
        yield from _SIGNS[kind](given)


def _of_class(members: Any) -> Iterator[str]:
    negated = members[0][0] is code.NEGATE
    for kind, given in members:
        if negated:
            yield from "x ~"
            return
        if kind is code.LITERAL:
            yield chr(given)
        elif kind is code.RANGE:
            yield chr(given[0])
        elif kind is code.CATEGORY:
            yield _SAMPLES[given]


def repeated(seed: str, size: int) -> Iterator[str]:
    """Yield texts of about *size* signs full of *seed*: alone, and with ends that fit nothing."""
    many = seed * (size // len(seed))
    yield many
    yield many + "\x07"
    yield "\n" + many + "<"


def is_slow(job: Callable[[str], object], make: Callable[[int], str]) -> bool:
    """Tell whether *job* takes clearly more than four times as long for four times the text.

    Asked thrice, the quickest of three runs each time, in the time of this thread alone.
    """
    for _attempt in range(3):
        small = _quickest(job, make(SMALL), 3)
        if small < NOTICEABLE:
            return False
        if _quickest(job, make(LARGE), 2) < GROWTH * small:
            return False
    return True


def _quickest(job: Callable[[str], object], text: str, times: int) -> float:
    best = float("inf")
    for _ in range(times):
        began = thread_time()
        job(text)
        best = min(best, thread_time() - began)
        if best < NOTICEABLE / 2:
            break
    return best
