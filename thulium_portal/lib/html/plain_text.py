"""HTML to plain text, as a person would type it. Feed it sanitised (well-formed) HTML only."""

import re
from html.parser import HTMLParser

_PARAGRAPHS = {"p", "ul", "ol", "blockquote", "table", "pre"} | {f"h{n}" for n in range(1, 7)}
_LINES = {"li", "tr", "br", "hr", "div"}
_OTHER_BLOCKS = {
    *("address", "article", "aside", "dd", "dl", "dt", "footer", "header", "main", "nav"),
    *("section", "tbody", "td", "tfoot", "th", "thead"),
}
_BLOCKS = _PARAGRAPHS | _LINES | _OTHER_BLOCKS
_HIDDEN = {"script", "style", "head", "title", "template"}


def html_to_text(html: str) -> str:
    """Return the text of *html*: paragraphs apart, lists marked, quotes with “> ”, links spelt out.

    Linear in its input and not recursive; entities become their characters.
    """
    writer = _Writer()
    writer.feed(html)
    writer.close()
    return writer.text()


def bare_text(html: str) -> str:
    """Return the visible text of *html* as it stands, with a space wherever a block begins or ends.

    Nothing is added (no list marks, no addresses of links): for comparing and for a single line.
    """
    reader = _BareReader()
    reader.feed(html)
    reader.close()
    return "".join(reader.parts)


class _Reader(HTMLParser):
    """Knows whether it stands inside of an element that browsers do not show."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _HIDDEN:
            self._hidden += 1

    def handle_endtag(self, tag: str) -> None:
        if tag in _HIDDEN:
            self._hidden = max(0, self._hidden - 1)


class _BareReader(_Reader):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        super().handle_starttag(tag, attrs)
        if tag in _BLOCKS:
            self.parts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        super().handle_endtag(tag)
        if tag in _BLOCKS:
            self.parts.append(" ")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(data)


class _Writer(_Reader):
    def __init__(self) -> None:
        super().__init__()
        self._lines: list[str] = []
        self._line = ""
        self._gap = False  # an empty line is due before the next text
        self._quotes = 0
        self._pre = 0
        self._lists: list[int | None] = []  # the next number of each open list, None for bullets
        self._marker = ""
        self._link: tuple[str, int] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        super().handle_starttag(tag, attrs)
        values = dict(attrs)
        if tag == "a":
            self._link = (values.get("href") or "", len(self._line))
        elif tag in _LINES:
            self._start_line(tag)
        elif tag in _PARAGRAPHS:
            self._start_paragraph(tag, values.get("start"))
        elif tag in {"td", "th"} and self._line.strip():
            self._line += " "

    def handle_endtag(self, tag: str) -> None:
        super().handle_endtag(tag)
        if tag == "a" and self._link:
            self._spell_out_link()
        elif tag in {"li", "div"}:
            self._end_line()
            self._marker = ""
        elif tag in _PARAGRAPHS:
            self._end_paragraph(tag)

    def handle_data(self, data: str) -> None:
        if self._hidden:
            return
        if self._pre:
            *whole, rest = data.split("\n")
            for line in whole:
                self._line += line
                self._end_line(keep_empty=True)
            self._line += rest
            return
        words = re.sub(r"[ \t\r\n\f]+", " ", data)
        self._line += words.lstrip(" ") if not self._line or self._line.endswith(" ") else words

    def text(self) -> str:
        self._end_line()
        return "\n".join(self._lines).strip("\n")

    def _start_line(self, tag: str) -> None:
        self._end_line(keep_empty=tag == "br")
        if tag == "hr":
            self._line = "---"
            self._end_line()
        elif tag == "li" and self._lists:
            number = self._lists[-1]
            self._marker = "- " if number is None else f"{number}. "
            self._lists[-1] = None if number is None else number + 1

    def _start_paragraph(self, tag: str, start: str | None) -> None:
        self._end_line()
        nested_list = tag in {"ul", "ol"} and bool(self._lists)
        self._gap = self._gap or not (nested_list or self._marker)
        if tag == "blockquote":
            self._quotes += 1
        elif tag == "pre":
            self._pre += 1
        elif tag in {"ul", "ol"}:
            first = int(start) if start and re.fullmatch(r"-?[0-9]{1,6}", start) else 1
            self._lists.append(first if tag == "ol" else None)

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
