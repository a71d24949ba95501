"""How much HTML the parsers may be asked to read: past these bounds it is shown as text.

A parser of HTML5 opens formatting elements that were left open again in every block that follows,
so that a few kilobytes can become millions of elements. ``is_bounded`` counts what a parser would
make of a text without making it: one pass, linear, and never less than the truth (tags are read by
the rules of https://html.spec.whatwg.org/multipage/parsing.html; a closing tag of which it is not
sure counts for nothing). Within the bounds nh3 needs less than half a second.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

MOST_CHARACTERS = 1_000_000
MOST_TAGS = 20_000
"""Tags as written, comments and declarations among them."""
MOST_REOPENED = 100_000
"""Elements that a parser adds because formatting was left open."""
MOST_DEPTH = 400
"""Elements inside one another; browsers stop at 512."""
MOST_FORMATTING = 200
"""Formatting elements open at the same time."""
MOST_ATTRIBUTES = 200
"""Of one tag."""
MOST_AMPERSANDS = 100_000

TokenKind = Literal["text", "open", "close", "comment", "unfinished"]


@dataclass(frozen=True, slots=True)
class Token:
    """A stretch of HTML as written; *name* is that of a tag, in lower case."""

    kind: TokenKind
    written: str
    name: str = ""


# No two parts of these can match the same characters, and none gives back what it took.
_TAG = re.compile(
    r"</?([a-zA-Z][^\t\n\r\f />]*+)"
    r"(?>[\t\n\r\f /]++|[^\t\n\r\f />][^\t\n\r\f />=]*+"
    r"(?:[\t\n\r\f ]*+=[\t\n\r\f ]*+(?:\"[^\"]*+\"|'[^']*+'|(?![\"'])[^\t\n\r\f >]*+)"
    r"|(?![\t\n\r\f ]*+=)))*+>"
)
ATTRIBUTE = re.compile(
    r"([^\t\n\r\f />][^\t\n\r\f />=]*+)"
    r"(?:[\t\n\r\f ]*+=[\t\n\r\f ]*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\t\n\r\f >]*+)))?+"
)
"""One attribute of a tag, to be searched for behind the tag's name: its name, then its value."""
_COMMENT = re.compile(r"<!--(?:-?>|(?:[^-]++|-(?!-!?>))*+--!?>)")
_DECLARATION = re.compile(r"<(?:\?|!(?!--)|/(?![a-zA-Z]))[^>]*+>")
_TAG_START = re.compile(r"<(?=[a-zA-Z/!?])")

_RAW = {
    *("script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes", "noscript"),
}
_RAW_END = {name: re.compile(rf"</{name}(?=[\t\n\r\f />])", re.IGNORECASE) for name in _RAW}
_UNSURE = {"svg", "math", "select", "frameset"}
"""Inside of these other rules hold for what tags mean."""

_FORMATTING = {
    *("a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong"),
    *("tt", "u"),
}
_BARRIERS = {
    *("applet", "caption", "marquee", "object", "table", "td", "template", "th"),
    *("math", "select", "svg", "button"),
}
_INSIDE_TABLE = {"caption", "td", "th"}
_NEVER_DEEP = {
    *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param"),
    *("source", "track", "wbr", "html", "head", "body"),
    # closed by the next of their kind
    *("p", "li", "dd", "dt", "option", "optgroup", "tr", "tbody", "thead", "tfoot", "colgroup"),
    *("rb", "rp", "rt", "rtc"),
}


def is_bounded(html: str) -> bool:
    """Return whether parsers may read *html*; linear, whatever it holds."""
    if len(html) > MOST_CHARACTERS or html.count("&") > MOST_AMPERSANDS:
        return False
    count = _Count()
    return all(count.take(token) for token in tokens(html))


def tokens(html: str) -> Iterator[Token]:
    """Yield what *html* is made of, in order; together they are *html* to the letter.

    What begins as a tag, a comment or a declaration and never ends is one unfinished token, the
    last. The text of elements that hold no tags (scripts, styles) comes as one text.
    """
    place = 0
    while place < len(html):
        start = _TAG_START.search(html, place)
        begin = start.start() if start else len(html)
        if begin > place:
            yield Token("text", html[place:begin])
        if not start:
            return
        token = _markup(html, begin)
        yield token
        place = begin + len(token.written)
        if token.kind == "open" and token.name in _RAW:
            end = _RAW_END[token.name].search(html, place)
            stop = end.start() if end else len(html)
            if stop > place:
                yield Token("text", html[place:stop])
            place = stop


def _markup(html: str, place: int) -> Token:
    tag = _TAG.match(html, place)
    if tag:
        kind: TokenKind = "close" if html[place + 1] == "/" else "open"
        return Token(kind, tag[0], tag[1].lower())
    comment = _COMMENT.match(html, place) or _DECLARATION.match(html, place)
    return Token("comment", comment[0]) if comment else Token("unfinished", html[place:])


class _Count:
    """What a parser would hold open at one place of the text, and what it made until there."""

    def __init__(self) -> None:
        self._tags = 0
        self._reopened = 0
        self._depth = 0
        self._formatting = 0
        self._barriers: list[str] = []
        self._open: list[Counter[str]] = [Counter()]  # for each barrier, and outside of all
        self._raw = ""
        self._unsure = False

    def take(self, token: Token) -> bool:
        """Add *token*; return whether all is still within the bounds."""
        if token.kind == "text":
            return not self._raw or self._is_sure(token.written)
        self._raw = ""
        self._tags += 1
        if token.kind == "open":
            self._open_tag(token)
            if len(ATTRIBUTE.findall(token.written)) > MOST_ATTRIBUTES:
                return False
        elif token.kind == "close":
            self._close_tag(token.name)
        elif self._unsure and "<![" in token.written:
            return False
        return (
            self._tags <= MOST_TAGS
            and self._reopened <= MOST_REOPENED
            and self._depth <= MOST_DEPTH
            and self._formatting <= MOST_FORMATTING
        )

    def _is_sure(self, text: str) -> bool:
        """Is it certain where the raw text *text*, between two tags, ends?"""
        if self._raw == "script" and "<!--" in text:
            return "<script" not in text.lower()
        return not self._unsure or "<" not in text

    def _open_tag(self, token: Token) -> None:
        name = token.name
        self._unsure = self._unsure or name in _UNSURE
        if name in _RAW:
            self._raw = name
        elif name in _FORMATTING:
            self._formatting += 1
            self._open[-1][name] += 1
        else:
            self._reopened += self._formatting
            if name in _BARRIERS:
                self._barriers.append(name)
                self._open.append(Counter())
                self._depth += 1
            elif name not in _NEVER_DEEP:
                self._open[-1][name] += 1
                self._depth += 1

    def _close_tag(self, name: str) -> None:
        if name in _BARRIERS:
            self._lift(name)
        elif self._open[-1][name] > 0:
            self._open[-1][name] -= 1
            if name in _FORMATTING:
                self._formatting -= 1
            else:
                self._depth -= 1
        if name not in _FORMATTING:
            self._reopened += self._formatting

    def _lift(self, name: str) -> None:
        """Close the innermost barrier if it is *name*; a table closes its last cell with it."""
        place = len(self._barriers) - 1
        if name == "table":
            while place >= 0 and self._barriers[place] in _INSIDE_TABLE:
                place -= 1
        if place < 0 or self._barriers[place] != name:
            return
        while len(self._barriers) > place:
            self._barriers.pop()
            self._depth -= 1
            for left, times in self._open.pop().items():
                if left in _FORMATTING:
                    self._open[-1][left] += times
                else:
                    self._depth -= times
