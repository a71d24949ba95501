"""The text of a row: plain or HTML, within bounds, and holding nothing that would not be kept."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from django.utils.translation import gettext as _

from thulium_portal.canned.transfer.cells import lines, lines_of
from thulium_portal.lib.html.bounds import is_bounded
from thulium_portal.lib.html.plain_text import html_to_text
from thulium_portal.lib.html.sanitize import clean_reply_html, not_allowed, plain_to_html
from thulium_portal.lib.leftovers import leftovers

_MARKUP = re.compile(r"<[a-zA-Z/!?]|&#?\w+;")
_ADDRESS = re.compile(r"<(?:[^<>\s@]{1,100}@[^<>\s@]{1,200}|https?://[^<>\s]{1,2000})>")
_LONGEST_SHOWN = 80
_MOST_TAGS = 3


@dataclass(frozen=True)
class Body:
    """The text of a row as HTML, "" where it cannot be read.

    ``fault`` says what is wrong with it, ``note`` what was left out of it. ``can_be_cleaned`` tells
    that nothing but formatting is wrong.
    """

    html: str
    fault: str = ""
    note: str = ""
    can_be_cleaned: bool = False


def is_markup(cell: str) -> bool:
    """Tell whether *cell* is HTML; an address in angle brackets is text."""
    return _MARKUP.search(_ADDRESS.sub("", cell)) is not None


def as_cell(html: str) -> str:
    """Return *html* as a cell that is read as HTML again, also where no tag is in it."""
    if is_markup(html) or not html:
        return html
    return f"&#{ord(html[0])};{html[1:]}"


def meant_cell(words: Iterable[str]) -> str:
    """Return wordings that belong into a text, though they look left over, as one cell."""
    return lines(" ".join(wording.split()) for wording in words)


def meant_in(html: str, cell: str) -> tuple[str, ...]:
    """Return what looks left over in *html* and is meant by the word of *cell*."""
    meant = set(lines_of(cell))
    if not meant or not is_bounded(html):
        return ()
    found = leftovers(html_to_text(html))
    return tuple(place.words for place in found if " ".join(place.words.split()) in meant)


def read_body(cell: str, *, clean: bool) -> Body:
    """Return the text that *cell* writes; with *clean*, without what the editor would not keep."""
    if not is_markup(cell):
        return Body(plain_to_html(cell.strip()))
    html = _ADDRESS.sub(lambda address: escape(address[0], quote=False), cell)
    if not is_bounded(html):
        return Body("", _("The text’s HTML is too long or too deeply nested to be read."))
    left_out = not_allowed(html)
    if not left_out:
        return Body(html)
    shown = ", ".join(tag[:_LONGEST_SHOWN] for tag in left_out[:_MOST_TAGS])
    if clean:
        words = _("Formatting left out: %(tags)s")
        return Body(clean_reply_html(html), note=words % {"tags": shown})
    words = _("This HTML is not allowed: %(tag)s")
    return Body(html, words % {"tag": shown}, can_be_cleaned=True)
