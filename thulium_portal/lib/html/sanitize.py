"""HTML made safe: what staff write, and plain text turned into HTML.

What is on our list (``markup``) stays, the rest becomes readable text with line breaks. Whatever
leaves this module was written by nh3 from that list.
"""

import re
from dataclasses import dataclass
from html import escape, unescape

import nh3

from thulium_portal.lib.html.attributes import address_of
from thulium_portal.lib.html.bounds import ATTRIBUTE, MOST_CHARACTERS, Token, is_bounded, tokens
from thulium_portal.lib.html.canonical import canonical
from thulium_portal.lib.html.markup import (
    ATTRIBUTES,
    DROPPED_WITH_CONTENT,
    LINES,
    LINK_REL,
    SAME_AS,
    SCHEMES,
    TAGS,
    UNWRAPPED,
)
from thulium_portal.lib.html.readable import readable

_READ_TAGS = (TAGS | set(SAME_AS) | LINES | UNWRAPPED) - DROPPED_WITH_CONTENT
_READ_ATTRIBUTES = {
    **{tag: set(names) for tag, names in ATTRIBUTES.items()},
    "*": {"style", "color", "bgcolor", "hidden"},
    "img": {"alt"},
    "input": {"type", "value", "placeholder", "checked"},
}
_TABLE_TAG = re.compile(
    r"<(/?)(table|caption|colgroup|tbody|thead|tfoot|tr|td|th)(?=[\s/>])", re.IGNORECASE
)
_BLANK_LINES = re.compile(r"\n[ \t]*\n\s*")
_KNOWN_NAMES = TAGS | set(SAME_AS) | {"div"}
"""Tags of which nothing is left out, "div" among them: its words stand on lines of their own."""


@dataclass(frozen=True)
class Cleaned:
    """What staff wrote, made safe; ``lost`` names what it held that texts of ours cannot hold.

    These are ``pictures``, ``colours``, ``hidden`` (words not meant to be seen) and ``form`` (all
    of it, where there was too much to be read as HTML).
    """

    html: str
    lost: frozenset[str] = frozenset()


def clean_reply_html(html: str) -> str:
    """Return what a member of staff wrote, holding nothing but our markup and safe links."""
    return clean(html).html


def clean(html: str) -> Cleaned:
    """Return what a member of staff wrote in our markup, and what of it was lost.

    Past the bounds it becomes plain text. Cleaned text, cleaned again, stays as it is.
    """
    html = _writable(html)
    if not is_bounded(html):
        words = html if len(html) > MOST_CHARACTERS else readable(html)
        words = plain_to_html(words).replace("\xa0", "&nbsp;")
        return Cleaned(words, frozenset({"form"}))
    read = nh3.clean(
        _with_tables_whole(html),
        tags=_READ_TAGS,
        attributes=_READ_ATTRIBUTES,
        clean_content_tags=set(DROPPED_WITH_CONTENT),
        url_schemes=set(SCHEMES),
        url_relative="pass_through",
        link_rel=None,
    )
    written, lost = canonical(read)
    safe = _safe(written)
    # An address that nh3 cannot read loses its link, which then has to go as well.
    return Cleaned(_safe(canonical(safe)[0]) if "<a rel=" in safe else safe, lost)


def not_allowed(html: str) -> list[str]:
    """Return the tags, as written, of which ``clean_reply_html`` would leave something out.

    Of what is too much to be read as HTML the first tag stands for all.
    """
    html = _writable(html)
    found = (token.written for token in tokens(html) if not _is_kept(token))
    if not is_bounded(html):
        first = next((token.written for token in tokens(html) if token.kind != "text"), "")
        return [first] if first else []
    return list(dict.fromkeys(found))


def plain_to_html(text: str) -> str:
    """Return plain text as HTML: a paragraph for each block, a break for each line."""
    text = _writable(text).replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    if not text.strip():
        return ""
    blocks = (block.strip("\n") for block in _BLANK_LINES.split(text))
    return "".join(f"<p>{_with_breaks(block)}</p>" for block in blocks if block)


def _safe(html: str) -> str:
    return nh3.clean(
        html,
        tags=set(TAGS),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        clean_content_tags=set(DROPPED_WITH_CONTENT),
        url_schemes=set(SCHEMES),
        url_relative="deny",
        link_rel=LINK_REL,
    )


def _with_tables_whole(html: str) -> str:
    """Return *html* with parts of a table that stand in none as lines; parsers glue them."""
    depth = 0

    def named(tag: re.Match[str]) -> str:
        nonlocal depth
        if tag[2].lower() == "table":
            depth = max(0, depth - 1) if tag[1] else depth + 1
            return tag[0]
        return tag[0] if depth else f"<{tag[1]}div"

    return _TABLE_TAG.sub(named, html)


def _is_kept(token: Token) -> bool:
    if token.kind in {"text", "close"}:
        return True
    if token.kind in {"comment", "unfinished"} or token.name not in _KNOWN_NAMES:
        return False
    tag = SAME_AS.get(token.name, token.name)
    given = ATTRIBUTE.findall(token.written[1 + len(token.name) : -1])
    return all(_is_kept_attribute(tag, name.lower(), "".join(rest)) for name, *rest in given)


def _is_kept_attribute(tag: str, name: str, value: str) -> bool:
    if tag == "a":
        return name == "rel" or (name == "href" and bool(address_of(unescape(value))))
    return name in ATTRIBUTES.get(tag, ())


def _with_breaks(text: str) -> str:
    return escape(text, quote=False).replace("\n", "<br>")


def _writable(text: str) -> str:
    """Replace half surrogate pairs, which JSON may hold but neither UTF-8 nor nh3 can."""
    return text.encode("utf-8", "replace").decode("utf-8")
