"""HTML made safe: what staff write, and plain text turned into HTML.

Whatever leaves this module was written by nh3 from our own list of allowed tags.
"""

import re
from html import escape
from html.parser import HTMLParser

import nh3

_WRITTEN_TAGS = {
    *("p", "div", "br", "hr", "h1", "h2", "h3", "h4", "blockquote", "pre", "code"),
    *("strong", "b", "em", "i", "u", "s", "sub", "sup", "a", "ul", "ol", "li"),
    *("table", "thead", "tbody", "tfoot", "tr", "td", "th"),
}
_ATTRIBUTES = {
    "a": {"href"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
_SCHEMES = {"http", "https", "mailto", "tel"}
_DROPPED_WITH_CONTENT = {"script", "style", "title", "template", "noscript", "svg", "math"}

_OPEN_TAG = re.compile(r"<[a-zA-Z/!?][^>]*\Z")
_END = "\ue000"
_BLANK_LINES = re.compile(r"\n[ \t]*\n\s*")


def clean_reply_html(html: str) -> str:
    """Return what a member of staff wrote, holding nothing but plain formatting and safe links."""
    return _clean(html, _WRITTEN_TAGS)


def not_allowed(html: str) -> list[str]:
    """Return the tags, as written, of which ``clean_reply_html`` would leave something out."""
    finder = _Finder()
    finder.feed(_writable(html))
    finder.close()
    return finder.found + _unfinished(html)


def plain_to_html(text: str) -> str:
    """Return plain text as HTML: a paragraph for each block, a break for each line."""
    text = _writable(text).replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    if not text.strip():
        return ""
    blocks = (block.strip("\n") for block in _BLANK_LINES.split(text))
    return "".join(f"<p>{_with_breaks(block)}</p>" for block in blocks if block)


class _Finder(HTMLParser):
    """Collects what is not on our list, in order of place, each once."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        allowed = _ATTRIBUTES.get(tag, set()) | ({"rel"} if tag == "a" else set())
        kept = all(name in allowed and _is_kept(name, value or "") for name, value in attrs)
        if tag not in _WRITTEN_TAGS or not kept:
            self._add(self.get_starttag_text() or f"<{tag}>")

    def handle_comment(self, data: str) -> None:
        self._add(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self._add(f"<!{decl}>")

    def handle_pi(self, data: str) -> None:
        self._add(f"<?{data}>")

    def unknown_decl(self, data: str) -> None:
        self._add(f"<![{data}]>")

    def _add(self, written: str) -> None:
        if written not in self.found:
            self.found.append(written)


def _unfinished(html: str) -> list[str]:
    """Return the last tag if it never ends: whatever follows it, even our mark, is lost with it."""
    if _END in _clean(html + _END, _WRITTEN_TAGS):
        return []
    return _OPEN_TAG.findall(html) or [html[html.rfind("<") :]]


def _is_kept(attribute: str, value: str) -> bool:
    return attribute != "href" or value.strip().partition(":")[0].lower() in _SCHEMES


def _with_breaks(text: str) -> str:
    return escape(text, quote=False).replace("\n", "<br>")


def _clean(html: str, tags: set[str]) -> str:
    return nh3.clean(
        _writable(html),
        tags=tags,
        attributes=_ATTRIBUTES,
        clean_content_tags=_DROPPED_WITH_CONTENT,
        url_schemes=_SCHEMES,
        url_relative="deny",
        link_rel="noopener noreferrer",
    )


def _writable(text: str) -> str:
    """Replace half surrogate pairs, which JSON may hold but neither UTF-8 nor nh3 can."""
    return text.encode("utf-8", "replace").decode("utf-8")
