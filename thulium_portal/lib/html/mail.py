"""What customers write, made safe to show.

Whatever leaves this module was written by nh3 from our own list of allowed tags.
"""

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from html import unescape

import nh3

from thulium_portal.lib.html import mail_elements as elements
from thulium_portal.lib.html.bounds import is_bounded, tokens
from thulium_portal.lib.html.mail_document import parts_of
from thulium_portal.lib.html.markup import SCHEMES
from thulium_portal.lib.html.plain_mail import own_lines, plain_parts
from thulium_portal.lib.html.plain_text import html_to_text

MOST_SHOWN = 100_000
"""Characters of HTML that a page carries of one mail, its history included."""
MOST_LINES = 20_000
"""Lines of a body that are read as HTML."""
LONGEST_READ, LONGEST_TEXT = 200_000, 20_000
"""Characters of a body, and of the text in it, that are compared and searched."""
EXCERPT_READ, EXCERPT_SHOWN = 20_000, 2_000
"""Characters of a message of which only the beginning is shown."""


_BARE_ATTRIBUTES = (
    "allowfullscreen async autofocus border checked compact controls defer disabled hidden ismap "
    "loop multiple muted noshade novalidate nowrap open readonly required reversed selected"
)
_TAG = re.compile(
    r"</?+([a-z][a-z0-9]*+)(?:\s*+/?>|\s++(?:[a-z_:][^\s=<>\"']*+\s*+="
    rf"|(?:{_BARE_ATTRIBUTES.replace(' ', '|')})\b)[^<>]*+>)"
    r"|<!(doctype)\s[^<>]*+>",
    re.IGNORECASE,
)
"""What could be a tag of HTML; “a <b and c> d” is none, since no attribute is called “and”."""
_ADDRESS_AS_TAG = re.compile(
    r"<(?=[^\s<>@\"'=/]{1,200}@[^\s<>\"'=]{1,200}>|(?:https?://|mailto:|www\.)[^\s<>]{1,2000}>)"
)
_PICTURE_AS_TEXT = re.compile(r"(src\s*+=\s*+[\"']?+\s*+data:)[^\"'<>]*+", re.IGNORECASE)
_BARE_TAG = re.compile(r"<(?=([a-zA-Z][^\s<>/:=\"'&-]{0,40})>)")
_CLOSED = re.compile(r"</([a-zA-Z][^\s<>/]{0,40})>")
_ROOT_TAG = re.compile(r"<(?:html|body)(?=[\s>])", re.IGNORECASE)
_LINE_ENDS = re.compile(r"\r\n?")
_BLANKS = re.compile(r"[ \t\r\n\f]++")
_EMPTY_LINES = re.compile(r"\n(?:[ \t]*+\n){2,}+")


@dataclass(frozen=True)
class Mail:
    """A customer's message, safe to show."""

    own: str
    """HTML of what the writer wrote anew; all of it where nothing but a quote was sent."""
    attribution: str = ""
    """Plain text: who wrote the history, and when, as the mail says it."""
    history: str = ""
    """HTML of what the mail quotes below its own words."""
    pasted_pictures: int = 0
    remote_pictures: int = 0
    """Pictures to be fetched from the internet; spacers and pixels that count readers are none."""
    is_cut: bool = False
    """More was written than is held here."""


def is_html(body: str) -> bool:
    """Tell whether the *body* of a message is HTML: where a tag that HTML knows is in it.

    An address in angle brackets, ``a < b`` or ``<3`` are text, as they were meant; so is a ``<b>``
    or ``<u>`` that is never closed.
    """
    closed: set[str] | None = None
    for tag in _TAG.finditer(body):
        name = (tag[1] or "").lower()
        if name in elements.INLINE and len(tag[0]) == len(name) + 2:
            closed = _closed(body) if closed is None else closed
            if name not in closed:
                continue
        if tag[2] or name in elements.KNOWN_TAGS:
            return True
    return False


def read_mail(body: str, *, most: int = MOST_SHOWN) -> Mail:
    """Return the *body* of a message as its writer meant it, cut after *most* characters.

    HTML that parsers had better not read is shown as its text.
    """
    mail = whole_mail(body)
    if mail is None:
        plain = _plain(whole_text(body[: most * 10]), most)
        return replace(plain, is_cut=plain.is_cut or is_html(body))
    if len(mail.own) + len(mail.history) <= most:
        return mail
    if mail.history and len(mail.own) <= most:
        return replace(mail, history="", is_cut=True)
    beginning = mail.own[: mail.own.rfind("<", 0, most * 2)]
    return replace(_plain(html_to_text(beginning), most), is_cut=True)


def excerpt(body: str) -> Mail:
    """Return how the *body* of a message begins, as plain text; in no time."""
    text = whole_text(body[:EXCERPT_READ])
    cut = _plain(text, EXCERPT_SHOWN)
    return replace(cut, is_cut=len(body) > EXCERPT_READ or cut.is_cut)


def whole_mail(body: str) -> Mail | None:
    """Return all that *body* says; None where no parser may read it, so that it is text alone."""
    body = _PICTURE_AS_TEXT.sub(r"\1", _writable(body))
    if not is_html(body) or body.count("\n") > MOST_LINES or not is_bounded(body):
        return None
    return _html(body)


def whole_text(body: str) -> str:
    """Return all that *body* says as plain text; linear, however long it is."""
    body = _LINE_ENDS.sub("\n", _writable(body)).replace("\0", "")
    return text_of(body) if is_html(body) else body


def own_text(body: str) -> str:
    """Return what the writer of *body* wrote anew, as plain text, as far as it is short."""
    return _own_text(body[:LONGEST_READ])


# One reading of a ticket asks for its language, its question and what it names.
@lru_cache(maxsize=16)
def _own_text(body: str) -> str:
    mail = whole_mail(body)
    text = html_to_text(mail.own) if mail else own_lines(whole_text(body))
    return text[:LONGEST_TEXT]


def text_of(html: str) -> str:
    """Return the text of *html* read without a parser: in one pass, whatever it holds."""
    parts, is_raw, lines_count = [], False, False
    for token in tokens(html):
        if token.kind == "text":
            text = token.written if lines_count else _BLANKS.sub(" ", token.written)
            parts.append("" if is_raw else unescape(text))
        elif token.kind == "unfinished" or _ADDRESS_AS_TAG.match(token.written):
            parts.append(token.written)
        elif token.name in elements.NEW_LINE:
            parts.append("\n")
        if token.name == "pre":
            lines_count = token.kind == "open"
        is_raw = token.kind == "open" and token.name in elements.DROPPED_WITH_CONTENT
    return _EMPTY_LINES.sub("\n\n", "".join(parts)).strip()


def _plain(text: str, most: int) -> Mail:
    is_cut = len(text) > most
    if is_cut:
        text = text[: max(text.rfind("\n", 0, most), most // 2)]
    own, attribution, history = plain_parts(text)
    return Mail(_safe(own), attribution, _safe(history), is_cut=is_cut)


def _html(body: str) -> Mail:
    body = _with_words_in_brackets(_ADDRESS_AS_TAG.sub("&lt;", body))
    body = _ROOT_TAG.sub("<div", body, count=2)  # else nh3 drops the direction they give
    read = nh3.clean(
        body,
        tags=elements.READ_TAGS,
        attributes=elements.READ_ATTRIBUTES,
        clean_content_tags=elements.DROPPED_WITH_CONTENT,
        url_schemes=elements.READ_SCHEMES,
        url_relative="pass_through",
        link_rel=None,
    )
    parts = parts_of(read)
    return Mail(
        _safe(parts.own),
        " ".join(parts.attribution.split()),
        _safe(parts.history),
        pasted_pictures=sum(1 for picture in parts.pictures if not picture.remote),
        remote_pictures=sum(1 for picture in parts.pictures if picture.remote),
    )


def _closed(body: str) -> set[str]:
    """Return the names, in small letters, of the tags that *body* closes somewhere."""
    return {name.lower() for name in _CLOSED.findall(body)}


def _with_words_in_brackets(body: str) -> str:
    """Return *body* with “order <number>” as text; parsers would leave the word out.

    Tags of other languages than HTML have a colon, a hyphen or an end.
    """
    kept = elements.KNOWN_TAGS | elements.READ_TAGS | {"html", "head", "body"} | _closed(body)

    def as_text(found: re.Match[str]) -> str:
        return "<" if found[1].lower() in kept else "&lt;"

    return _BARE_TAG.sub(as_text, body)


def _safe(html: str) -> str:
    return nh3.clean(
        html,
        tags=elements.WRITTEN_TAGS,
        attributes=elements.WRITTEN_ATTRIBUTES,
        allowed_classes=elements.WRITTEN_CLASSES,
        clean_content_tags=elements.DROPPED_WITH_CONTENT,
        url_schemes=set(SCHEMES),
        url_relative="deny",
        link_rel="noopener noreferrer",
    )


def _writable(text: str) -> str:
    """Replace half surrogate pairs, which JSON may hold but neither UTF-8 nor nh3 can."""
    return text.encode("utf-8", "replace").decode("utf-8")
