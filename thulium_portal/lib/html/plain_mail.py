"""A mail that is plain text, as HTML: its lines, columns and quotes kept, its addresses links."""

import re
from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby

from thulium_portal.lib.html.quoted_history import Line, history_of

MOST_QUOTES_DEEP = 12
MOST_STEPS = 2_000
"""Quotes that begin or end in one mail; past it, “>” stays as it was typed."""
LONGEST_ADDRESS = 2_000

_QUOTE_MARKS = re.compile(r"(?:>[ ]?)++")
_WORD = re.compile(r"[^\s<>\"„”“«»]++")
_WEB = re.compile(r"(?:https?://|www\.)", re.IGNORECASE)
_MAIL = re.compile(r"(?:mailto:)?[\w.+%'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_TRAILING = ".,;:!?'’)]}*_…"
_COLUMNS = re.compile(r"\S(?: {3,}+|\t)[^\s]")


def plain_parts(text: str) -> tuple[str, str, str]:
    """Return a mail's own words, what says whose the history is, and that history; linear.

    The first and the last are HTML.
    """
    own, attribution, history = _parted(text)
    columns = sum(1 for line in own + history if _COLUMNS.search(line[:1_000])) > 1
    return (
        _blocks(own, columns=columns),
        " ".join(attribution),
        _blocks(history, columns=columns),
    )


def own_lines(text: str) -> str:
    """Return what a mail says above the history it quotes."""
    return "\n".join(_parted(text)[0])


def without_quotes(text: str) -> str:
    """Return what a reply's plain *text* says itself: no quoted line, no history below it."""
    own = own_lines(text.replace("\r\n", "\n"))
    return "\n".join(line for line in own.split("\n") if not line.lstrip().startswith(">"))


def _parted(text: str) -> tuple[list[str], list[str], list[str]]:
    lines = text.split("\n")
    numbers = [number for number, line in enumerate(lines) if line.strip()]
    history = history_of([Line(lines[number]) for number in numbers])
    if history is None:
        return _trimmed(lines), [], []
    whose, start = numbers[history.attribution], numbers[history.start]
    return _trimmed(lines[:whose]), _trimmed(lines[whose:start]), _trimmed(lines[start:])


def _trimmed(lines: list[str]) -> list[str]:
    first, last = 0, len(lines)
    while last > first and not lines[last - 1].strip():
        last -= 1
    while first < last and not lines[first].strip():
        first += 1
    return lines[first:last]


def _blocks(lines: Sequence[str], *, columns: bool) -> str:
    """Return *lines* as blocks of text, in as many quotes as they have marks in front."""
    depths = [_depth(line) for line in lines]
    steps = sum(abs(after - before) for before, after in zip([0, *depths], depths, strict=False))
    if steps > MOST_STEPS:
        depths = [0] * len(lines)
    name = "text columns" if columns else "text"
    written: list[str] = []
    now = 0
    for depth, numbered in groupby(enumerate(lines), key=lambda pair: depths[pair[0]]):
        written += ["<blockquote>"] * (depth - now) + ["</blockquote>"] * (now - depth)
        now = depth
        block = "\n".join(_linked(_without_marks(line, depth)) for _number, line in numbered)
        written.append(f'<div class="{name}">{block}</div>')
    written += ["</blockquote>"] * now
    return "".join(written)


def _depth(line: str) -> int:
    marks = _QUOTE_MARKS.match(line)
    return min(MOST_QUOTES_DEEP, marks[0].count(">")) if marks else 0


def _without_marks(line: str, depth: int) -> str:
    place = 0
    for _mark in range(depth):
        place = line.index(">", place) + 1
    return line[place:].removeprefix(" ") if depth else line


def _linked(line: str) -> str:
    return "".join(_pieces(line))


def _pieces(line: str) -> Iterator[str]:
    place = 0
    for word in _WORD.finditer(line):
        yield escape(line[place : word.start()], quote=False)
        yield _address(word[0])
        place = word.end()
    yield escape(line[place:], quote=False)


def _address(word: str) -> str:
    """Return *word* as HTML: with a link where it is an address of the web or of a person."""
    if len(word) > LONGEST_ADDRESS or not ("@" in word or "/" in word or "www." in word.lower()):
        return escape(word, quote=False)
    web = _WEB.search(word)
    start = web.start() if web else len(word) - len(word.lstrip("([{'*_"))
    end = _end(word, start)
    shown = word[start:end]
    if web and len(shown) > len(web[0]):
        target = shown if "://" in web[0] else f"https://{shown}"
    elif _MAIL.fullmatch(shown):
        target = shown if shown.startswith("mailto:") else f"mailto:{shown}"
    else:
        return escape(word, quote=False)
    before, after = escape(word[:start], quote=False), escape(word[end:], quote=False)
    return f'{before}<a href="{escape(target)}">{escape(shown, quote=False)}</a>{after}'


def _end(word: str, start: int) -> int:
    """Return where the address ends: before the sentence's own signs, but with “(…)” in it."""
    end = len(word)
    opened = word.count("(", start)
    closed = word.count(")", start)
    while end > start and word[end - 1] in _TRAILING:
        if word[end - 1] == ")":
            if closed <= opened:
                break
            closed -= 1
        end -= 1
    return end
