"""HTML of any program written anew with nothing but the markup of our list.

Marks stand in one order, blocks where the editor's schema has them, and what is not on the list
leaves its words on lines of their own. The result is the form that the editor writes as well
(``static/js/canonical.js`` does the same to what is pasted; ``tests/site`` compares the two), and
written anew it stays as it is.

It reads what nh3 wrote, whose form is exact, and its result passes nh3 once more.
"""

import re
from dataclasses import dataclass, replace
from html import escape

from thulium_portal.lib.html import styles
from thulium_portal.lib.html.attributes import (
    address_of,
    cell_attributes,
    counted_by,
    item_attributes,
    kind_of_list,
    list_attributes,
    shown_value,
    style_of,
    without_mark,
)
from thulium_portal.lib.html.elements import Element, Run, read, trimmed, written
from thulium_portal.lib.html.markup import DROPPED_WITH_CONTENT, LINES, MARKS, SAME_AS, TEXT_BLOCKS

_SPACES = re.compile(r"[ \t\r\n\f]+")
_LINE_ENDS = re.compile(r"\r\n?|\n")
_LEVEL = re.compile(r"\blevel([1-9])\b")
_BLANK = {"made": "blank"}
_SECTIONS = ("thead", "tbody", "tfoot")


@dataclass(frozen=True)
class _Look:
    """How words look at one place: their marks, with the address of a link."""

    marks: frozenset[str] = frozenset()
    address: str = ""
    keeps_lines: bool = False
    is_dead_link: bool = False

    def in_order(self) -> tuple[str, ...]:
        link = (f'a href="{escape(self.address)}"',) if self.address else ()
        return (*link, *(mark for mark in MARKS if mark in self.marks))


def canonical(html: str) -> tuple[str, frozenset[str]]:
    """Return what nh3 wrote in our markup, and which kinds of things were lost.

    These are ``pictures``, ``colours`` and ``hidden`` (words that were not to be seen).
    """
    writer = _Writer()
    writer.content(read(html), _Look())
    writer.end_line()
    return "".join(written(writer.root)), frozenset(writer.lost)


class _Writer:
    """Takes in elements of any kind and puts together those of our list."""

    def __init__(self) -> None:
        self.root = Element("")
        self.lost: set[str] = set()
        self._at = self.root
        self._block = ""  # the kind of text block that is being filled; "" for none
        self._line: list[Run] = []
        self._is_due = False  # a line break is due before the next words

    def content(self, element: Element, look: _Look) -> None:
        for child in element.children:
            if isinstance(child, str):
                self._text(child, look)
            else:
                self._element(child, look)

    def end_line(self, *, keep_empty: bool = False) -> None:
        """Put the line that was filled into its block."""
        line, self._line, self._is_due = self._line, [], False
        if self._block != "pre":
            line = trimmed(line)
        if not line and not keep_empty:
            return
        place = self._place()
        last = place.children[-1] if place.children else None
        if not self._block and isinstance(last, Element) and not last.tag:
            last.line += [Run(None), *line]
            return
        made = Element(self._block, line=line)
        if not self._block and all(run.text is None for run in line):
            made = Element("p", _BLANK, line=line)
        place.children.append(made)

    def _place(self) -> Element:
        """Return what takes a block here: of a list its last item."""
        if self._at.tag not in {"ul", "ol"}:
            return self._at
        if not self._at.children:
            self._at.children.append(Element("li"))
        item = self._at.children[-1]
        assert isinstance(item, Element)  # noqa: S101
        return item

    # --- words ------------------------------------------------------------------------------

    def _text(self, text: str, look: _Look) -> None:
        if self._block == "pre":
            self._words(text if self._line else text.lstrip("\n"), look)
        elif look.keeps_lines:
            for number, line in enumerate(_LINE_ENDS.split(text)):
                if number:
                    self._break(look)
                before = self._line[-1].text if self._line and not self._is_due else None
                self._words(_visible_spaces(line, before[-1] if before else None), look)
        else:
            words = _SPACES.sub(" ", text)
            last = self._line[-1].text if self._line else None
            is_start = last is None or last.endswith(" ") or self._is_due
            self._words(words.lstrip(" ") if is_start else words, look)

    def _words(self, words: str, look: _Look) -> None:
        if not words:
            return
        if self._is_due:
            self._line.append(Run(None))
            self._is_due = False
        self._line.append(Run(words, look.in_order()))

    def _break(self, look: _Look) -> None:
        if self._is_due:
            self._line.append(Run(None))
            self._is_due = False
        self._line.append(Run(None, look.in_order()))

    def _boundary(self) -> None:
        """Let what follows begin on a line of its own."""
        self._is_due = bool(self._line) and self._line[-1].text is not None

    # --- elements ---------------------------------------------------------------------------

    def _element(self, element: Element, look: _Look) -> None:
        tag = SAME_AS.get(element.tag, element.tag)
        style = style_of(element)
        if tag in DROPPED_WITH_CONTENT:
            return
        if styles.is_hidden(style) or "hidden" in element.attributes:
            self.lost.add("hidden")
            return
        look = self._look(tag, element, style, look)
        if tag in TEXT_BLOCKS:
            self._text_block(tag, element, style, look)
        elif tag in LINES:
            self._boundary()
            self.content(element, look)
            self._boundary()
        else:
            self._structure(tag, element, look)

    def _structure(self, tag: str, element: Element, look: _Look) -> None:
        if tag == "hr":
            self.end_line()
            self._place().children.append(Element("hr"))
        elif tag in {"ul", "ol", "blockquote"}:
            self._container(Element(tag, list_attributes(tag, element)), element, look)
        elif tag == "li":
            self._item(element, look)
        elif tag == "table":
            self._table(element, look)
        elif tag == "br":
            self._break(look)
        else:
            self._inline(tag, element, look)

    def _inline(self, tag: str, element: Element, look: _Look) -> None:
        if tag == "img":
            self.lost.add("pictures")
            words = " ".join(element.attributes.get("alt", "").split())
            self._words(f"[{words}]" if words else "", look)
        elif tag == "input":
            self._apart(shown_value(element), look)
        else:
            mark = '"' if tag == "q" else ""
            self._words(mark, look)
            self.content(element, look)
            self._words(mark, look)

    def _apart(self, words: str, look: _Look) -> None:
        """Add the *words* of a form field, apart from those around it."""
        if words:
            self._text(" ", look)
            self._text(f"{words} ", look)

    def _look(self, tag: str, element: Element, style: styles.Style, outer: _Look) -> _Look:
        """Return how the words inside *element* look."""
        marks = set(outer.marks)
        is_bare = tag in MARKS and tag != "a"
        if is_bare:
            marks.add(tag)
        look = outer
        if tag == "a":
            address = address_of(element.attributes.get("href", ""))
            is_dead = not address and "href" in element.attributes
            look = replace(look, address=address or outer.address, is_dead_link=is_dead)
        said = styles.marks_of(style)
        if look.address or look.is_dead_link:
            said.pop("u", None)  # how links look, not what is said of the words
        elif styles.is_coloured(style) or {"color", "bgcolor"} & set(element.attributes):
            colour = element.attributes.get("color") or element.attributes.get("bgcolor") or ""
            shown = {**style, **({"color": colour.lower()} if colour else {})}
            if styles.is_coloured(shown):
                self.lost.add("colours")
        if tag == "mark":
            self.lost.add("colours")
        marks -= {mark for mark, is_set in said.items() if not is_set and _ends(mark, tag)}
        marks |= {mark for mark, is_set in said.items() if is_set}
        if look.is_dead_link:
            marks.discard("u")
        keeps_lines = styles.keeps_lines(style, outer.keeps_lines)
        return replace(look, marks=frozenset(marks), keeps_lines=keeps_lines)

    def _text_block(self, tag: str, element: Element, style: styles.Style, look: _Look) -> None:
        if self._block:
            self._boundary()
            self.content(element, look)
            self._boundary()
            return
        self.end_line()
        level = style.get("mso-list", "")
        if tag == "p" and level and "ignore" not in level:
            self._word_item(element, level, look)
            return
        place = self._place()
        before = len(place.children)
        self._block = tag
        self.content(element, look)
        self.end_line(keep_empty=len(place.children) == before)
        self._block = ""

    def _container(self, made: Element, element: Element, look: _Look) -> None:
        """Fill *made* with the content of *element*, and keep it unless it stayed empty."""
        self.end_line()
        place, at, block = self._place(), self._at, self._block
        self._at, self._block = made, ""
        self.content(element, look)
        self.end_line()
        self._at, self._block = at, block
        if made.children or made.tag in {"li", "td", "th"}:
            place.children.append(made)

    def _item(self, element: Element, look: _Look) -> None:
        """An item of a list; outside of lists it makes one."""
        self.end_line()
        if self._at.tag in {"ul", "ol"}:
            made = Element("li", item_attributes(element) if self._at.tag == "ol" else {})
            self._at.children.append(made)
            self._fill(made, element, look)
            return
        place = self._place()
        last = place.children[-1] if place.children else None
        if not (isinstance(last, Element) and last.attributes.get("made") == "items"):
            last = Element("ul", {"made": "items"})
            place.children.append(last)
        last.children.append(made := Element("li"))
        self._fill(made, element, look)

    def _fill(self, made: Element, element: Element, look: _Look) -> None:
        at, block = self._at, self._block
        self._at, self._block = made, ""
        self.content(element, look)
        self.end_line()
        self._at, self._block = at, block
        only = made.children[0] if len(made.children) == 1 else None
        if isinstance(only, Element) and only.attributes == _BLANK and len(only.line) == 1:
            made.children.clear()

    def _word_item(self, element: Element, level: str, look: _Look) -> None:
        """A paragraph that Word shows as an item: put it into a list of its level and kind."""
        mark, rest = without_mark(element)
        kind = kind_of_list(mark)
        found = _LEVEL.search(level)
        place = self._place()
        for deep in range(int(found[1]) if found else 1):
            last = place.children[-1] if place.children else None
            is_last = not found or deep + 1 == int(found[1])
            fits = isinstance(last, Element) and last.attributes.get("made") == "word"
            if not fits or (is_last and isinstance(last, Element) and last.tag != kind):
                last = Element(kind, {"made": "word", **counted_by(kind, mark)})
                place.children.append(last)
            assert isinstance(last, Element)  # noqa: S101
            if is_last or not last.children:
                last.children.append(Element("li"))
            place = last.children[-1]  # type: ignore[assignment]
        at, self._at, self._block = self._at, place, "p"
        self.content(rest, look)
        self.end_line(keep_empty=True)
        self._at, self._block = at, ""

    # --- tables -----------------------------------------------------------------------------

    def _table(self, element: Element, look: _Look) -> None:
        """A table with its sections, rows and cells; what stands between those goes before it."""
        self.end_line()
        table = Element("table")
        self._rows(element, table, "tbody", look)
        self.end_line()
        if table.children:
            self._place().children.append(table)

    def _rows(self, element: Element, table: Element, section: str, look: _Look) -> None:
        for child in element.children:
            if isinstance(child, str):
                self._text(child, look)
            elif child.tag in _SECTIONS:
                inner = self._look(child.tag, child, style_of(child), look)
                self._rows(child, table, child.tag, inner)
            elif child.tag == "tr":
                self._row(child, table, section, look)
            else:
                self._element(child, look)

    def _row(self, element: Element, table: Element, section: str, look: _Look) -> None:
        row = Element("tr")
        look = self._look("tr", element, style_of(element), look)
        for child in element.children:
            if isinstance(child, str) or child.tag not in {"td", "th"}:
                self._text(child, look) if isinstance(child, str) else self._element(child, look)
                continue
            line, is_due = self._line, self._is_due
            self._line, self._is_due = [], False
            cell = Element(child.tag, cell_attributes(child))
            row.children.append(cell)
            self._fill(cell, child, self._look(child.tag, child, style_of(child), look))
            self._line, self._is_due = line, is_due
        if not row.children:
            return
        last = table.children[-1] if table.children else None
        if not isinstance(last, Element) or last.tag != section:
            table.children.append(last := Element(section))
        last.children.append(row)


def _visible_spaces(text: str, last: str | None) -> str:
    """Return *text*, which follows the sign *last*, so that each of its spaces shows."""
    shown = []
    for sign in text.replace("\t", " " * 4):
        last = "\xa0" if sign == " " and last in {None, " "} else sign
        shown.append(last)
    return "".join(shown)


def _ends(mark: str, tag: str) -> bool:
    """Lines that were drawn further out go on, whatever an inner style says of lines."""
    return mark not in {"u", "s"} or mark == tag
