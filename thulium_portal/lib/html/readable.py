"""The words of HTML that no parser is to read."""

import re
from html import unescape

from thulium_portal.lib.html.bounds import tokens
from thulium_portal.lib.html.markup import CONTAINERS, DROPPED_WITH_CONTENT, LINES, TEXT_BLOCKS

_CELLS = {"td", "th"}
_BLOCKS = (LINES | set(TEXT_BLOCKS) | set(CONTAINERS)) - _CELLS
_SPACES = re.compile(r"[ \t\r\f]+")
_BLANK_LINES = re.compile(r"\n{3,}+")


def readable(html: str) -> str:
    """Return the words of *html*, a line for each block, with its tags left out.

    One pass over the tokens, linear: nothing is made of it but text. What cannot be told from text
    stays.
    """
    parts: list[str] = []
    within, is_begun = "", False
    for token in tokens(html):
        if token.kind in {"text", "unfinished"}:
            words = "" if within in DROPPED_WITH_CONTENT else unescape(token.written)
            _before, line_end, last = words.rpartition("\n")
            is_begun = bool(last.strip()) or (is_begun and not line_end)
        else:
            words = _between(token.name, is_closing=token.kind == "close", is_begun=is_begun)
            is_begun = is_begun and "\n" not in words
        parts.append(words)
        within = token.name if token.kind == "open" else ""
    lines = (_SPACES.sub(" ", line).strip(" ") for line in "".join(parts).split("\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip("\n ")


def _between(name: str, *, is_closing: bool, is_begun: bool) -> str:
    """Return what stands in a text for the tag *name*; *is_begun* tells of words before it."""
    if name in {"br", "hr"}:
        return "\n"
    if name in _CELLS:
        return " "
    if name not in _BLOCKS:
        return ""
    line_end = "\n" if is_begun else ""
    if name in TEXT_BLOCKS:
        return f"{line_end}\n" if is_begun or is_closing else ""
    return f"{line_end}- " if name == "li" and not is_closing else line_end
