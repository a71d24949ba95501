"""Is this message on the ticket the reply we sent? Pure; the measured rule of anchored containment.

Thulium may wrap, re-escape and sign what it was given, so equality finds a third of the replies
only. The sent words, contiguous and beginning within the first twelve words of the message, find
99 % and take almost nobody else's; texts of fewer than five words must match exactly.
"""

import re
import unicodedata
from enum import StrEnum
from html import unescape
from html.parser import HTMLParser

ANCHOR = 12
"""Within how many leading words of the message the sent text must begin."""
SHORT = 5
"""Below this many words containment proves little."""

_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "br",
        "dd",
        "div",
        "dl",
        "dt",
        "footer",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
_SILENT = frozenset({"script", "style", "head", "title", "template"})
_QUOTES = str.maketrans({**dict.fromkeys("„”“«»‟", '"'), **dict.fromkeys("’‘‚‛", "'")})
_WORD = re.compile(r"\w+(?:[^\w\s]+\w+)*", re.UNICODE)


class Match(StrEnum):
    """How surely a message is the reply."""

    STRONG = "strong"
    WEAK = "weak"
    NONE = "none"


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        if tag in _BLOCKS:
            self.parts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT and self._silent:
            self._silent -= 1
        if tag in _BLOCKS:
            self.parts.append(" ")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)


def words(text: str, *, is_html: bool = True) -> list[str]:
    """Return the folded words of *text*: tags, entities, case, quotes and dashes do not matter."""
    if is_html:
        parser = _Words()
        parser.feed(text)
        parser.close()
        text = unescape("".join(parser.parts))
    text = unicodedata.normalize("NFKC", text)
    text = "".join(
        " " if unicodedata.category(char) in {"Cc", "Zl", "Zp", "Zs"} else char
        for char in text
        if unicodedata.category(char) != "Cf"
    )
    text = re.sub(r"[‐-―−]", "-", text.translate(_QUOTES).casefold())
    return _WORD.findall(text)


def match(sent: list[str], message: str, *, signature: list[str] | None = None) -> Match:
    """Compare the words that were *sent* with a *message* as the ticket shows it.

    *signature* holds words that Thulium is known to append; a short text may be followed by them.
    """
    found = words(message)
    if not sent:
        return Match.WEAK
    if len(sent) < SHORT:
        if found in (sent, sent + (signature or [])):
            return Match.STRONG
        return Match.WEAK if _begins_within(sent, found) else Match.NONE
    return Match.STRONG if _begins_within(sent, found) else Match.NONE


def _begins_within(sent: list[str], found: list[str]) -> bool:
    last = min(ANCHOR, len(found) - len(sent) + 1)
    return any(found[start : start + len(sent)] == sent for start in range(last))
