"""The HTML of a mail, read once from front to back and written again in neutral markup.

It reads what nh3 wrote, which is well formed: every tag is closed, every attribute is quoted, and
``<`` and ``>`` stand for tags alone.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape, unescape
from urllib.parse import urlsplit

from thulium_portal.lib.html import mail_elements as elements
from thulium_portal.lib.html.mail_marks import Run, hue_of, joined, plain_hues
from thulium_portal.lib.html.mail_styles import (
    Declarations,
    Look,
    declarations,
    is_hidden,
    is_spacer,
    look_of,
)
from thulium_portal.lib.html.quoted_history import History, Line, answers_below, history_of

_TOKEN = re.compile(r"<(/?)([a-z][a-z0-9]*+)([^<>]*+)>|[^<]++")
_ATTRIBUTE = re.compile(r' ([a-z-]++)="([^"]*+)"')
_SPACES = re.compile(r"\A | \Z|  |\t")
_BREAKING_TAG = re.compile(
    rf"<(?:{'|'.join(sorted((elements.WRITTEN_AS.keys() - elements.INLINE) | {'br'}))})[ >]"
)
_BLOCKS = {"block", "table", "table-row", "list-item", "flex", "grid", "flow-root"}
_GOES_ON = re.compile(r"[\w-]|\.\w")
LONGEST_HOST = 253
"""Characters: https://datatracker.ietf.org/doc/html/rfc1035#section-2.3.4."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that is not shown; *place* is where it stands in the document."""

    place: int
    remote: bool


@dataclass(slots=True)
class _Element:
    """An element that is open; *parent* makes the chain of all that are."""

    parent: "_Element | None"
    tag: str
    look: Look
    dropped: bool = False
    quoted: bool = False
    attributes: bool = False
    opening: str = ""
    closing: str = ""
    place: int = 0
    cells: int = 0
    ruled: bool = False
    nested: bool = False
    block: bool = False
    """Its style, not its tag, says that it stands on lines of its own."""


@dataclass(slots=True)
class _Row:
    """A line as it is read: where it begins, in which element, and its words."""

    place: int
    element: _Element
    quoted: bool
    opens_history: bool
    attributes: bool
    words: list[str] = field(default_factory=list)

    def line(self) -> Line:
        return Line("".join(self.words), self.quoted, self.opens_history, self.attributes)


@dataclass(frozen=True)
class Parts:
    """A mail's own words and the history below them, as HTML that has yet to be made safe."""

    own: str
    attribution: str
    history: str
    pictures: tuple[Picture, ...]


def parts_of(html: str) -> Parts:
    """Return what *html*, as nh3 wrote it, says; linear."""
    document = _Document(keeps_lines=_BREAKING_TAG.search(html) is None)
    for token in _TOKEN.finditer(html):
        closing, tag, attributes = token.groups()
        if tag is None:
            document.text(token[0])
        elif closing:
            document.close()
        else:
            found = _ATTRIBUTE.findall(attributes)
            document.open(tag, {name: unescape(value) for name, value in found})
    return document.parts()


class _Document:
    def __init__(self, *, keeps_lines: bool) -> None:
        """With *keeps_lines*, no tag breaks lines, so that those of the text count."""
        self._root = _Element(None, "", Look(lines=keeps_lines, spaces=keeps_lines))
        self._element = self._root
        self._pieces: list[str | Run] = []
        self._rows: list[_Row] = []
        self._pictures: list[Picture] = []
        self._tables: list[_Element] = []
        self._link: tuple[str, list[str]] | None = None
        self._in_line = False
        self._opens_history = False
        self._break_due = False  # before the next words, if they go on in the same line
        self._boundary: tuple[int, _Element] | None = None  # where the next line may be parted
        self._boundary_stays = False

    def open(self, tag: str, attributes: dict[str, str]) -> None:
        style = declarations(attributes.get("style", ""))
        parent = self._element
        element = _Element(
            parent,
            tag,
            look_of(parent.look, attributes, style, tag),
            parent.dropped or is_hidden(attributes, style, inline=not _breaks(tag)),
            parent.quoted or elements.is_quote(tag, attributes, style),
            parent.attributes or elements.attributes_quote(attributes),
        )
        if tag in elements.VOID:
            if not element.dropped:
                self._void(tag, attributes, style, element.look)
            return
        element.block = not _breaks(tag) and style.get("display") in _BLOCKS
        if not element.dropped:
            self._write_opening(element, attributes, style)
        self._element = element

    def close(self) -> None:
        element = self._element
        if element.parent is None:
            return
        self._element = element.parent
        if element.dropped:
            return
        if element.tag == "table":
            self._end_table(element)
        self._pieces.append(element.closing)
        if element.tag == "a":
            self._end_link(element.look)
        self._break_due = self._break_due or element.block
        if _breaks(element.tag):
            self._in_line = False
            if not self._boundary_stays:
                self._boundary = (len(self._pieces), self._element)

    def text(self, text: str) -> None:
        """Add *text*, escaped as nh3 left it."""
        element = self._element
        if element.dropped or element.tag == "xml":
            return
        if element.tag in elements.NO_TEXT_INSIDE and not text.strip():
            return
        if not element.look.lines:
            self._words(text, unescape(text), element.look)
            return
        for number, line in enumerate(text.split("\n")):
            if number:
                self._line_break()
            if line:
                self._words(line, unescape(line), element.look)

    def parts(self) -> Parts:
        lines = [row.line() for row in self._rows]
        history = history_of(lines)
        pictures = tuple(self._pictures)
        if history is None or self._is_answered_inside(lines, history):
            return Parts(joined(self._pieces), "", "", pictures)
        whose, first = self._rows[history.attribution], self._rows[history.start]
        own = joined(self._pieces[: whose.place])
        own += "".join(each.closing for each in _chain(whose.element))
        below = "".join(each.opening for each in reversed(list(_chain(first.element))))
        below += joined(self._pieces[first.place :])
        attribution = " ".join(line.text for line in lines[history.attribution : history.start])
        seen = tuple(picture for picture in pictures if picture.place < whose.place)
        return Parts(own, attribution, below, seen)

    def _is_answered_inside(self, lines: list[Line], history: History) -> bool:
        """Tell whether answers stand in the history: said above it, and marked in it."""
        if not answers_below(" ".join(line.text for line in lines[: history.attribution])):
            return False
        pieces = self._pieces[self._rows[history.start].place :]
        runs = [piece for piece in pieces if isinstance(piece, Run)]
        plain = plain_hues(runs)
        return any(run.look.struck or hue_of(run, plain) for run in runs)

    def _write_opening(
        self, element: _Element, attributes: dict[str, str], style: Declarations
    ) -> None:
        tag = element.tag
        if _breaks(tag):
            self._break()
        self._break_due = self._break_due or element.block
        self._opens_history = self._opens_history or elements.opens_history(attributes)
        if tag == "a":
            self._link = (attributes.get("href", ""), [])
        elif tag == "table":
            self._start_table(element, attributes)
        elif tag in {"td", "th"} and self._tables:
            table = self._tables[-1]
            table.cells += 1
            table.ruled = table.ruled or tag == "th" or _is_ruled(style)
        written = elements.WRITTEN_AS.get(tag, "")
        kept = elements.kept_attributes(written, attributes, style)
        element.opening, element.closing = _tags(written, kept)
        element.place = len(self._pieces)
        self._pieces.append(element.opening)
        if tag == "optgroup" and attributes.get("label"):
            self._words(escape(attributes["label"]), attributes["label"], element.look)

    def _void(self, tag: str, attributes: dict[str, str], style: Declarations, look: Look) -> None:
        if tag == "br":
            self._line_break()
        elif tag == "hr":
            self._break()
            self._pieces.append("<hr>")
        elif tag == "img" and not is_spacer(attributes, style):
            self._picture(attributes, look)
        elif tag == "input":
            self._input(attributes, look)

    def _picture(self, attributes: dict[str, str], look: Look) -> None:
        source = attributes.get("src", "").strip().lower()
        words = attributes.get("alt", "").strip()
        if not source and not words:
            return
        if source:
            remote = source.startswith(("http:", "https:", "//"))
            self._pictures.append(Picture(len(self._pieces), remote))
        shown = f"[{words}]" if words else "\ufffc"
        html = escape(shown) if words else '<span class="picture"></span>'
        self._words(html, shown, look)

    def _input(self, attributes: dict[str, str], look: Look) -> None:
        kind, value = attributes.get("type", "text").lower(), attributes.get("value", "")
        if kind in {"checkbox", "radio"}:
            value = "☑" if "checked" in attributes else "☐"
        elif kind in {"hidden", "password"}:
            return
        elif kind == "image":
            value = attributes.get("alt", "")
        if value.strip():
            self._words(f' <span class="field">{escape(value)}</span> ', value, look)

    def _words(self, html: str, words: str, look: Look) -> None:
        """Add text; what can be seen begins a line, if none has begun."""
        if not look.is_shown:
            return
        if look.spaces and _SPACES.search(html):
            html = f'<span class="pre">{html}</span>'
        if not words.strip():
            self._pieces.append(html)
            return
        if self._break_due and self._in_line:
            self._line_break()
        self._break_due = False
        if not self._in_line:
            place, element = self._boundary or (0, self._root)
            inner = self._element
            row = _Row(place, element, inner.quoted, self._opens_history, inner.attributes)
            self._rows.append(row)
            self._opens_history = False
            self._in_line = True
        self._boundary, self._boundary_stays = None, False
        self._rows[-1].words.append(words)
        if self._link:
            self._link[1].append(words)
        self._pieces.append(Run(html, len(words), look, self._link is not None))

    def _line_break(self) -> None:
        self._pieces.append("<br>")
        self._in_line = False
        if not self._boundary_stays:
            self._boundary = (len(self._pieces), self._element)
            self._boundary_stays = True

    def _break(self) -> None:
        """Begin a block."""
        self._in_line = False
        if not self._boundary_stays:
            self._boundary = self._boundary or (len(self._pieces), self._element)
            self._boundary_stays = True

    def _start_table(self, element: _Element, attributes: dict[str, str]) -> None:
        for table in self._tables[-1:]:
            table.nested = True
        element.ruled = attributes.get("border", "0") not in {"0", ""}
        self._tables.append(element)

    def _end_table(self, element: _Element) -> None:
        self._tables.pop()
        if element.ruled and not element.nested and element.cells > 1:
            element.opening = element.opening.replace("<table", '<table class="data"', 1)
            self._pieces[element.place] = element.opening

    def _end_link(self, look: Look) -> None:
        """Name the host behind a link whose words hide where it leads."""
        address, words = self._link or ("", [])
        self._link = None
        host = _host(address)
        if words and host and not _names("".join(words), host):
            self._words(f" ({escape(host)})", f" ({host})", look)


def _chain(element: _Element) -> Iterable[_Element]:
    """Yield *element* and all that it stands in, from the inside out."""
    inner: _Element | None = element
    while inner is not None:
        yield inner
        inner = inner.parent


def _breaks(tag: str) -> bool:
    return tag in elements.WRITTEN_AS and tag not in elements.INLINE


def _tags(written: str, attributes: str) -> tuple[str, str]:
    """Return the opening and the closing of an element written as *written*."""
    if written == "field":
        return ' <span class="field">', "</span> "
    if written == "label":
        return " ", " "
    if not written or (written == "span" and not attributes):
        return "", ""
    return f"<{written}{attributes}>", f"</{written}>"


def _is_ruled(style: Declarations) -> bool:
    borders = (value for name, value in style.items() if name.startswith("border"))
    return any(value[:1] not in {"", "0"} and not value.startswith("none") for value in borders)


def _names(words: str, host: str) -> bool:
    """Tell whether *host* stands in *words* by itself, not as a part of another name."""
    name = host.removeprefix("www.")
    words = f" {words.lower().replace('www.', '')} "
    place = words.find(name)
    while place >= 0:
        before, after = words[place - 1], words[place + len(name) : place + len(name) + 2]
        is_alone = not (before.isalnum() or before in "_.-")
        if is_alone and not _GOES_ON.match(after):
            return True
        place = words.find(name, place + len(name))
    return False


def _host(address: str) -> str:
    """Return the host a web address leads to; other addresses and broken ones have none."""
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "") if parts.scheme in {"http", "https"} else ""
    except ValueError:
        return ""
    return host if len(host) <= LONGEST_HOST else f"{host[:LONGEST_HOST]}…"
