"""Signatures as words: whether a text has one already, and how one is put below it.

Pure and linear; texts are compared line by line, whatever their formatting.
"""

import re
from html import unescape

from thulium_portal.lib.html.plain_text import html_to_text

PLAIN = "PLAIN"
_QUOTED = re.compile(r"</?blockquote\b[^>]*>", re.IGNORECASE)
_FIRST_LINE = re.compile(r"(<(p|div)\b[^>]*>)([^<]*)(</\2>|<br ?/?>)", re.IGNORECASE)
_WORD = re.compile(r"\w+")


def put_below(body: str, body_type: str, signature: str) -> str:
    """Return *body* with the HTML *signature* below it, in the body's own kind of text.

    A body without words stays as it is, and so does one that has the signature already. A line that
    ends the body and begins the signature (“Kind regards”) stands there once.
    """
    if not signature or not lines_of(body, body_type) or holds(body, body_type, signature):
        return body
    signature = _without_repeated_line(signature, lines_of(body, body_type)[-1])
    if body_type == PLAIN:
        return f"{body.rstrip()}\n\n{html_to_text(signature).strip()}"
    return body + signature


def holds(body: str, body_type: str, signature: str) -> bool:
    """Tell whether the lines of the HTML *signature* stand in *body*, one below the other.

    What is quoted does not count: that is another message's.
    """
    wanted, lines = lines_of(signature, "HTML"), lines_of(body, body_type)
    # Joined by what no line holds, so that a search for whole lines is one search for characters.
    return bool(wanted) and "\n".join(["", *wanted, ""]) in "\n".join(["", *lines, ""])


def lines_of(body: str, body_type: str) -> list[str]:
    """Return the words of each line of *body* that has any and is not quoted."""
    text = body if body_type == PLAIN else html_to_text(_without_quotes(body))
    lines = (" ".join(_WORD.findall(line.casefold())) for line in text.splitlines() if _own(line))
    return [line for line in lines if line]


def _own(line: str) -> bool:
    return not line.lstrip().startswith(">")


def _without_quotes(html: str) -> str:
    kept, depth, at = [], 0, 0
    for tag in _QUOTED.finditer(html):
        if not depth:
            kept += [html[at : tag.start()], "<br>"]
        depth = max(0, depth - 1) if tag[0].startswith("</") else depth + 1
        at = tag.end()
    return "".join([*kept, "" if depth else html[at:]])


def _without_repeated_line(signature: str, last: str) -> str:
    first = _FIRST_LINE.match(signature)
    if not first or lines_of(unescape(first[3]), PLAIN) != [last]:
        return signature
    rest = signature[first.end() :]
    if not lines_of(rest, "HTML"):
        return signature
    return rest if first[4].startswith("</") else first[1] + rest
