"""Customers' view of a message: the words of an HTML mail, without its markup."""

import re
from html.parser import HTMLParser

_BLOCKS = re.compile(
    r"address|article|aside|blockquote|d[dlt]|div|fig(caption|ure)|footer|form|h[1-6]|header|hr|li"
    r"|main|nav|ol|p|pre|section|table|tr|ul"
)
_BREAKS = {"p": "\n\n", "/p": "\n\n", "li": "\n• ", "/li": "", "/ul": "\n\n", "/ol": "\n\n"}
_SILENT = frozenset({"script", "style", "head", "title", "template"})


def words_of(html: str) -> str:
    """Return the visible words of *html*, one line for each block, links with their address."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    lines = (re.sub(r"[ \t\r\f\v\xa0]+", " ", line).strip() for line in reader.text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[str] = []
        self._silent = 0
        self._links: list[str] = []

    @property
    def text(self) -> str:
        return "".join(self._parts)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag == "br":
            self._parts.append("\n")
        elif tag == "a":
            self._links.append(dict(attrs).get("href") or "")
        elif _BLOCKS.fullmatch(tag):
            self._break(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag == "a" and self._links:
            address = self._links.pop()
            if address and not self.text.endswith(address):
                self._parts.append(f" ({address})")
        elif _BLOCKS.fullmatch(tag):
            self._break("/" + tag)

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._parts.append(re.sub(r"\s+", " ", data))

    def _break(self, tag: str) -> None:
        self._parts.append(_BREAKS.get(tag, "\n"))
