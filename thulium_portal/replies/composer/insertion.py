"""A canned response joins a text that has its greeting or its closing already: no second of either.

Only the inserted text's own greeting, and its own closing with what is signed under it, are left
out, never a word that stands in the reply, and never a passage that must be kept.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from thulium_portal.canned import must_keep
from thulium_portal.lib.html.bounds import is_bounded, tokens
from thulium_portal.lib.html.plain_text import html_to_text
from thulium_portal.lib.manners import is_closing, is_greeting
from thulium_portal.replies.models import BodyType

GREETING, CLOSING = "greeting", "closing"
_FIRST_LINES = 3
"""Lines among which a reply greets."""
_LAST_LINES = 15
"""Lines among which a reply closes: below stand a signature and what was quoted."""
_MOST_SIGNED, _LONGEST_SIGNED = 8, 90
_VOID = frozenset({"br", "hr", "img", "wbr"})
_BREAK = re.compile(r"<br\s*/?>")
_TAG = re.compile(r"<(/?)([a-z0-9]+)[^>]*>")
_PARAGRAPH = re.compile(r"(<p(?:\s[^>]*)?>)(.*)(</p>)", re.DOTALL)


@dataclass(frozen=True)
class LeftOut:
    """A part of a canned response that was not inserted."""

    what: str
    html: str

    @property
    def words(self) -> str:
        """Return the part on one line."""
        return " ".join(html_to_text(self.html).split())


@dataclass(frozen=True)
class Joined:
    """A canned response as it goes into a reply."""

    html: str
    left_out: tuple[LeftOut, ...] = ()


def joined(html: str, into: str, kept: Sequence[str] = ()) -> Joined:
    """Return *html* as it joins the plain text *into*; passages in *kept* are never left out."""
    if not into.strip() or not is_bounded(html):
        return Joined(html)
    blocks = _blocks(html)
    left: list[LeftOut] = []
    for what, stands, parted in (
        (GREETING, _greets(into), _parted_greeting),
        (CLOSING, closing_of(into) != "", _parted_closing),
    ):
        part, rest = parted(blocks) if stands else ("", blocks)
        if part and _still_keeps(kept, blocks, rest) and html_to_text("".join(rest)).strip():
            blocks = rest
            left.append(LeftOut(what, part))
    return Joined("".join(blocks), tuple(left))


def plain(body: str, body_type: str) -> str:
    """Return the words of a reply as it is being written."""
    if body_type == BodyType.PLAIN or "<" not in body:
        return body
    return html_to_text(body) if is_bounded(body) else ""


def closing_of(text: str) -> str:
    """Return the line of plain *text* that closes it; "" where none does."""
    return next((line for line in reversed(_own(text)[-_LAST_LINES:]) if is_closing(line)), "")


def above_closing(body: str, added: str) -> str:
    """Return the HTML *body* with *added* above its closing, or at its end where it has none."""
    blocks = _blocks(body) if is_bounded(body) else [body]
    for place in range(len(blocks) - 1, max(-1, len(blocks) - 1 - _LAST_LINES), -1):
        lines = _said(blocks[place])
        if lines and is_closing(lines[0]):
            return "".join([*blocks[:place], added, *blocks[place:]])
    return body + added


def lines_above_closing(text: str, added: str) -> str:
    """Return plain *text* with *added* above its closing, or at its end where it has none."""
    lines = text.rstrip().splitlines()
    closing = closing_of(text)
    if not closing:
        return "\n\n".join(part for part in (text.rstrip(), added) if part)
    place = len(lines) - 1 - [line.strip() for line in reversed(lines)].index(closing)
    above, below = "\n".join(lines[:place]).rstrip(), "\n".join(lines[place:])
    return "\n\n".join(part for part in (above, added, below) if part)


def _own(text: str) -> list[str]:
    """Return the lines of *text* that say something and quote nobody."""
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith(">")]


def _greets(text: str) -> bool:
    """Tell whether *text* begins with a greeting, on a line of its own or before its sentence."""
    return any(
        is_greeting(line) or is_greeting(f"{re.split('[,!.]', line, maxsplit=1)[0]},")
        for line in _own(text)[:_FIRST_LINES]
    )


def _still_keeps(kept: Sequence[str], before: list[str], after: list[str]) -> bool:
    whole, rest = (html_to_text("".join(blocks)) for blocks in (before, after))
    return must_keep.missing(kept, rest) == must_keep.missing(kept, whole)


def _parted_greeting(blocks: list[str]) -> tuple[str, list[str]]:
    """Return the greeting of *blocks*, and what follows it."""
    first = next((at for at, block in enumerate(blocks) if _said(block)), None)
    if first is None:
        return "", blocks
    lines = _said(blocks[first])
    if not is_greeting(lines[0]):
        return "", blocks
    if len(lines) == 1:
        rest = blocks[first + 1 :]
        while rest and not _said(rest[0]):
            rest = rest[1:]
        return blocks[first], rest
    head, tail = _broken(blocks[first], 1)
    return head, [tail, *blocks[first + 1 :]] if head else blocks


def _parted_closing(blocks: list[str]) -> tuple[str, list[str]]:
    """Return the closing of *blocks* with what is signed under it, and what stands above."""
    for place in range(len(blocks) - 1, max(-1, len(blocks) - 1 - _MOST_SIGNED), -1):
        closes = next((at for at, line in enumerate(_said(blocks[place])) if is_closing(line)), -1)
        if closes < 0:
            continue
        signed = _said("".join(blocks[place:]))[closes + 1 :]
        if len(signed) > _MOST_SIGNED or any(len(line) > _LONGEST_SIGNED for line in signed):
            return "", blocks
        if closes == 0:
            return "".join(blocks[place:]), blocks[:place]
        head, tail = _broken(blocks[place], closes)
        below = "".join(blocks[place + 1 :])
        return (tail + below, [*blocks[:place], head]) if head else ("", blocks)
    return "", blocks


def _said(html: str) -> list[str]:
    """Return the lines of *html* that say something."""
    return [line for line in html_to_text(html).splitlines() if line.strip()]


def _broken(block: str, line: int) -> tuple[str, str]:
    """Return a paragraph in two, parted before its *line*; ("", block) where it cannot be."""
    whole = _PARAGRAPH.fullmatch(block.strip())
    lines = _BREAK.split(whole[2]) if whole else []
    said = [at for at, each in enumerate(lines) if _said(each)]
    if whole is None or len(said) <= line:
        return "", block
    halves = ["<br>".join(lines[: said[line]]), "<br>".join(lines[said[line] :])]
    while halves[0].endswith("<br>"):
        halves[0] = halves[0].removesuffix("<br>")
    if not all(map(_is_balanced, halves)):
        return "", block
    head, tail = (f"{whole[1]}{half}{whole[3]}" for half in halves)
    return head, tail


def _is_balanced(html: str) -> bool:
    open_tags: list[str] = []
    for closes, name in _TAG.findall(html):
        if not closes and name not in _VOID:
            open_tags.append(name)
        elif closes and (not open_tags or open_tags.pop() != name):
            return False
    return not open_tags


def _blocks(html: str) -> list[str]:
    """Return the pieces that *html* has at its top, in order; together they are *html*."""
    blocks, piece, depth = [], "", 0
    for token in tokens(html):
        piece += token.written
        if token.kind == "open" and token.name not in _VOID:
            depth += 1
        elif token.kind == "close":
            depth = max(0, depth - 1)
            if not depth:
                blocks.append(piece)
                piece = ""
    return [*blocks, piece] if piece else blocks
