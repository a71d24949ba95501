"""HTML to plain text, as a person would type it. Feed it sanitised (well-formed) HTML only.

Linear, whatever it is fed: it reads tokens, not a tree.
"""

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from html import unescape

from thulium_portal.lib.html.bounds import ATTRIBUTE, tokens
from thulium_portal.lib.html.markup import SAME_AS

_PARAGRAPHS = {"p", "ul", "ol", "blockquote", "table", "pre"} | {f"h{n}" for n in range(1, 7)}
_LINES = {"li", "tr", "br", "hr", "div"}
_OTHER_BLOCKS = {
    *("address", "article", "aside", "dd", "dl", "dt", "footer", "header", "main", "nav"),
    *("section", "tbody", "td", "tfoot", "th", "thead"),
}
_BLOCKS = _PARAGRAPHS | _LINES | _OTHER_BLOCKS
_HIDDEN = {"script", "style", "head", "title", "template"}


_SPACES = re.compile(r"[ \t\r\n\f]++")
_WHOLE = re.compile(r"-?[0-9]{1,6}")
_STRUCK = "~~"
_RAISED = {
    "sup": str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻"),
    "sub": str.maketrans("0123456789+-", "₀₁₂₃₄₅₆₇₈₉₊₋"),
}
_WITH_ATTRIBUTES = {"a", "ol", "li"}
_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l")),
    *((40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)


def html_to_text(html: str) -> str:
    """Return the text of *html*: paragraphs apart, lists marked, quotes with “> ”, links spelt out.

    A row of a table is one line with “ | ” between its cells, where each of them is one line;
    words that are struck through stand between “~~”. Entities become their characters.
    """
    writer = _Writer()
    writer.feed(html)
    return writer.text()


def bare_text(html: str) -> str:
    """Return the visible text of *html* as it stands, with a space wherever a block begins or ends.

    Nothing is added (no list marks, no addresses of links): for comparing and for a single line.
    """
    reader = _BareReader()
    reader.feed(html)
    return "".join(reader.parts)


Attributes = dict[str, str]


class _Reader(ABC):
    """Knows whether it stands inside of an element that browsers do not show."""

    def __init__(self) -> None:
        self._hidden = 0

    def feed(self, html: str) -> None:
        for token in tokens(html):
            if token.kind == "open":
                is_read = token.name in _WITH_ATTRIBUTES
                self.open(token.name, _attributes(token.written, token.name) if is_read else {})
            elif token.kind == "close":
                self.close(token.name)
            elif token.kind != "comment" and not self._hidden:
                self.words(unescape(token.written))

    def open(self, tag: str, attributes: Attributes) -> None:
        if tag in _HIDDEN:
            self._hidden += 1

    def close(self, tag: str) -> None:
        if tag in _HIDDEN:
            self._hidden = max(0, self._hidden - 1)

    @abstractmethod
    def words(self, text: str) -> None:
        """Take in *text* that is shown, as it was written."""


def _attributes(written: str, tag: str) -> Attributes:
    found = ATTRIBUTE.findall(written[1 + len(tag) : -1])
    return {name.lower(): unescape("".join(values)) for name, *values in reversed(found)}


class _BareReader(_Reader):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []

    def open(self, tag: str, attributes: Attributes) -> None:
        super().open(tag, attributes)
        if tag in _BLOCKS:
            self.parts.append(" ")

    def close(self, tag: str) -> None:
        super().close(tag)
        if tag in _BLOCKS:
            self.parts.append(" ")

    def words(self, text: str) -> None:
        self.parts.append(text)


@dataclass
class _List:
    """An open list: the next number of an ordered one, and how it is counted."""

    number: int | None = None
    kind: str = "1"


@dataclass
class _Row:
    """An open row of a table: where its line stands, None before its first cell."""

    line: int | None = None


class _Writer(_Reader):
    def __init__(self) -> None:
        super().__init__()
        self._lines: list[str] = []
        self._line = ""
        self._gap = False  # an empty line is due before the next text
        self._quotes = 0
        self._pre = 0
        self._lists: list[_List] = []
        self._rows: list[_Row] = []
        self._cells: list[int] = []  # the line at which each open cell began
        self._raised: list[dict[int, int]] = []  # the signs of each open sub- or superscript
        self._marker = ""
        self._link: tuple[str, int] | None = None

    def open(self, tag: str, attributes: Attributes) -> None:
        super().open(tag, attributes)
        tag = SAME_AS.get(tag, tag)
        if tag == "a":
            self._link = (attributes.get("href", ""), len(self._line))
        elif tag in _LINES:
            self._start_line(tag, attributes)
        elif tag in _PARAGRAPHS:
            self._start_paragraph(tag, attributes)
        elif tag in {"td", "th"}:
            self._end_line()
            self._cells.append(len(self._lines))
        elif tag == "s":
            self._line += _STRUCK
        elif tag in _RAISED:
            self._raised.append(_RAISED[tag])

    def close(self, tag: str) -> None:
        super().close(tag)
        tag = SAME_AS.get(tag, tag)
        if tag == "a" and self._link:
            self._spell_out_link()
        elif tag in {"li", "div"}:
            self._end_line()
            self._marker = ""
        elif tag in _PARAGRAPHS:
            self._end_paragraph(tag)
        elif tag in {"td", "th", "tr"}:
            self._end_part_of_table(tag)
        elif tag == "s":
            self._line += _STRUCK
        elif tag in _RAISED and self._raised:
            self._raised.pop()

    def words(self, text: str) -> None:
        if self._raised:
            text = text.translate(self._raised[-1])
        if self._pre:
            *whole, rest = text.split("\n")
            for line in whole:
                self._line += line
                self._end_line(keep_empty=True)
            self._line += rest
            return
        words = _SPACES.sub(" ", text)
        self._line += words.lstrip(" ") if not self._line or self._line.endswith(" ") else words

    def text(self) -> str:
        self._end_line()
        return "\n".join(self._lines).strip("\n")

    def _start_line(self, tag: str, attributes: Attributes) -> None:
        self._end_line(keep_empty=tag == "br")
        if tag == "hr":
            self._line = "---"
            self._end_line()
        elif tag == "tr":
            self._rows.append(_Row())
        elif tag == "li" and self._lists:
            self._marker = self._mark(self._lists[-1], _whole(attributes.get("value")))

    def _mark(self, within: _List, value: int | None) -> str:
        """Return the mark of the next item, which counts as *value* where it has one."""
        if within.number is None:
            return "- "
        number = within.number if value is None else value
        within.number = number + 1
        return f"{_counted(number, within.kind)}. "

    def _start_paragraph(self, tag: str, attributes: Attributes) -> None:
        self._end_line()
        nested_list = tag in {"ul", "ol"} and bool(self._lists)
        self._gap = self._gap or not (nested_list or self._marker)
        if tag == "blockquote":
            self._quotes += 1
        elif tag == "pre":
            self._pre += 1
        elif tag == "ul":
            self._lists.append(_List())
        elif tag == "ol":
            first = _whole(attributes.get("start"))
            self._lists.append(_List(1 if first is None else first, attributes.get("type", "1")))

    def _end_part_of_table(self, tag: str) -> None:
        self._end_line()
        if tag == "tr":
            row = self._rows.pop() if self._rows else _Row()
            if row.line is not None and row.line == len(self._lines) - 1:
                line = self._lines.pop().rstrip(" |")
                self._lines += [line] if line.strip("> ") else []
        elif self._cells and self._rows:
            self._end_cell(self._cells.pop(), self._rows[-1])

    def _end_cell(self, start: int, row: _Row) -> None:
        """Put a cell of one line behind the cell before it; others stay lines of their own."""
        own = self._lines[start : start + 4]
        filled = [line for line in own if line.strip("> ")]
        if len(own) > 3 or len(filled) > 1:
            row.line = None
            return
        quote = "> " * self._quotes
        if row.line is None:
            if not filled:
                self._lines += ["", quote] if self._gap and self._lines else [quote]
            row.line = len(self._lines) - 1
        else:
            del self._lines[start:]
            words = filled[0].removeprefix(quote).strip() if filled else ""
            self._lines[row.line] += f" | {words}"
        self._gap = False

    def _end_paragraph(self, tag: str) -> None:
        self._end_line()
        if tag == "blockquote":
            self._quotes = max(0, self._quotes - 1)
        elif tag == "pre":
            self._pre = max(0, self._pre - 1)
        elif tag in {"ul", "ol"} and self._lists:
            self._lists.pop()
        self._gap = self._gap or not self._lists

    def _end_line(self, *, keep_empty: bool = False) -> None:
        line = self._line.replace("\xa0", " ").rstrip()
        self._line = ""
        if not line and not keep_empty:
            return
        quote = "> " * self._quotes
        if self._gap and self._lines:
            inside_quote = self._lines[-1].startswith(quote)
            self._lines.append(quote.rstrip() if inside_quote else "")
        self._gap = False
        indent = "  " * max(0, len(self._lists) - 1)
        if self._lists and line and not self._marker:
            indent += "  "
        self._lines.append(f"{quote}{indent}{self._marker}{line}".rstrip())
        self._marker = ""

    def _spell_out_link(self) -> None:
        address, since = self._link or ("", 0)
        self._link = None
        shown = self._line[since:].strip()
        target = address.removeprefix("mailto:").removeprefix("tel:")
        if target and target.rstrip("/") not in {shown, shown.rstrip("/")}:
            self._line = f"{self._line.rstrip()} ({target})" if shown else self._line + target


def _whole(written: str | None) -> int | None:
    return int(written) if written and _WHOLE.fullmatch(written) else None


def _counted(number: int, kind: str) -> str:
    """Return *number* as a list of this *kind* counts: 3, c, C, iii or III."""
    if kind not in {"a", "A", "i", "I"} or not 0 < number < 4000:
        return str(number)
    letters = ""
    if kind in {"a", "A"}:
        while number:
            number, letter = divmod(number - 1, 26)
            letters = chr(ord("a") + letter) + letters
    else:
        for value, sign in _ROMAN:
            letters += sign * (number // value)
            number %= value
    return letters if kind.islower() else letters.upper()
