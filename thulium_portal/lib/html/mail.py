"""What customers write, made safe to show.

Whatever leaves this module was written by nh3 from our own list of allowed tags.
"""

import re
from dataclasses import dataclass
from html import escape, unescape
from urllib.parse import urlsplit

import nh3

_TAGS = {
    *("p", "div", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "code"),
    *("strong", "b", "em", "i", "u", "s", "sub", "sup", "a", "ul", "ol", "li"),
    *("table", "thead", "tbody", "tfoot", "tr", "td", "th", "caption", "center", "address"),
    *("article", "section", "header", "footer", "small", "del", "ins", "dl", "dt", "dd", "q"),
    *("cite", "abbr", "tt", "samp", "kbd"),
}
_ATTRIBUTES = {
    "a": {"href"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
_SCHEMES = {"http", "https", "mailto", "tel"}
_DROPPED_WITH_CONTENT = {"script", "style", "title", "template", "noscript", "svg", "math"}

_KNOWN_TAGS = (
    "a abbr acronym address applet area article aside audio b base basefont bdi bdo bgsound big "
    "blink blockquote body br button canvas caption center cite code col colgroup data datalist dd "
    "del details dfn dialog dir div dl dt em embed fieldset figcaption figure font footer form "
    "frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html i iframe img input ins kbd label "
    "legend li link listing main map mark marquee menu meta meter nav nobr noembed noframes "
    "noscript object ol optgroup option output p param picture plaintext pre progress q rp rt ruby "
    "s samp script search section select small source span strike strong style sub summary sup "
    "svg table tbody td template textarea tfoot th thead time title tr track tt u ul var video wbr "
    "xmp"
)
_BARE_ATTRIBUTES = (
    "allowfullscreen async autofocus border checked compact controls defer disabled hidden ismap "
    "loop multiple muted noshade novalidate nowrap open readonly required reversed selected"
)
_KNOWN_TAG = re.compile(
    rf"</?(?:{_KNOWN_TAGS.replace(' ', '|')})"
    r"(?:\s*+/?>|\s++(?:[a-z_:][^\s=<>\"']*+\s*+="
    rf"|(?:{_BARE_ATTRIBUTES.replace(' ', '|')})\b)[^<>]*+>)"
    r"|<!doctype\s[^<>]*+>",
    re.IGNORECASE,
)
"""A tag of HTML; “a <b and c> d” holds none, since no attribute is called “and”."""

# nh3 escapes angle brackets and quotes in attributes, so these read its output exactly.
_PICTURE = re.compile(r'<img(?: alt="([^"]*)")?>')
_LINK = re.compile(r'<a href="([^"]*)"[^<>]*>(.*?)</a>', re.DOTALL)
_TAG = re.compile(r"<[^<>]*>")


@dataclass(frozen=True)
class CleanedMail:
    """A customer's message made safe, and how many pictures were left out of it."""

    html: str
    blocked_pictures: int


def is_html(body: str) -> bool:
    """Tell whether the *body* of a message is HTML: where a tag that HTML knows is in it.

    An address in angle brackets, ``a < b`` or ``<3`` are text, as they were meant.
    """
    return _KNOWN_TAG.search(body) is not None


def clean_mail_html(html: str) -> CleanedMail:
    """Return a customer's message without pictures, styles, scripts and relative links.

    A picture leaves its description in brackets; a link that hides where it leads names the host.
    """
    marked = _clean(html, _TAGS | {"img"}, _ATTRIBUTES | {"img": {"alt"}})
    without_pictures, pictures = _PICTURE.subn(_picture_in_words, marked)
    named = _LINK.sub(_link_with_host, without_pictures)
    return CleanedMail(_clean(named, _TAGS, _ATTRIBUTES), pictures)


def _clean(html: str, tags: set[str], attributes: dict[str, set[str]]) -> str:
    return nh3.clean(
        html.encode("utf-8", "replace").decode("utf-8"),  # JSON may hold half surrogate pairs
        tags=tags,
        attributes=attributes,
        clean_content_tags=_DROPPED_WITH_CONTENT,
        url_schemes=_SCHEMES,
        url_relative="deny",
        link_rel="noopener noreferrer",
    )


def _picture_in_words(picture: re.Match[str]) -> str:
    words = unescape(picture[1] or "").strip()
    return escape(f"[{words}]") if words else ""


def _link_with_host(link: re.Match[str]) -> str:
    host = _host(unescape(link[1]))
    words = unescape(_TAG.sub("", link[2]))
    shown = rf"(?<![\w.-]){re.escape(host)}(?![\w.-])"
    if not host or re.search(shown, words, re.IGNORECASE):
        return link[0]
    return f"{link[0]} ({escape(host)})"


def _host(address: str) -> str:
    """Return the host a web address leads to; other addresses and broken ones have none."""
    try:
        parts = urlsplit(address)
        return (parts.hostname or "") if parts.scheme in {"http", "https"} else ""
    except ValueError:
        return ""
