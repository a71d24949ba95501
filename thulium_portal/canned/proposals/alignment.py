"""What was sent, aligned with the canned response it began from.

So the values and answers of one customer are found and turned back into their placeholders.
"""

import re

from thulium_portal.canned.placeholders.nodes import Literal
from thulium_portal.canned.placeholders.parser import parts_of

_SHORTEST_VALUE = 3
_END, _START = re.compile(r"(?:[^<>]{1,14}|<[^<>]*>)$"), re.compile(r"[^<>]{1,14}|<[^<>]*>")
"""What stands next to an answer in the canned response, and finds it again."""
_TAG = re.compile(r"(<[^>]*>)")


def with_placeholders(body: str, given: str, sent: str) -> str:
    """Return *sent* with placeholders for the values that *given* has in place of those of *body*.

    All three are HTML: the canned response, what it gave for one ticket, what left. Answers to its
    questions stand in *sent* only and are found by the words around them.
    """
    sources = _sources(body, given)
    pieces = _TAG.split(_with_questions(body, sent))
    return "".join(
        piece if piece.startswith("<") else _replaced(piece, sources) for piece in pieces
    )


def _sources(body: str, given: str) -> dict[str, str]:
    """Return value → placeholder for every value that *given* has in place of a placeholder."""
    found: dict[str, str] = {}
    start, waiting = 0, ""
    for part in parts_of(body):
        if not isinstance(part, Literal):
            waiting = "" if waiting else part.source
            continue
        end = given.find(part.html, start)
        if end < 0:
            return found
        _keep(found, given[start:end], waiting)
        start, waiting = end + len(part.html), ""
    _keep(found, given[start:], waiting)
    return found


def _with_questions(body: str, sent: str) -> str:
    """Return *sent* with the answers turned back into questions, where the words around stand."""
    parts = parts_of(body)
    for before, part, after in zip(parts, parts[1:], parts[2:], strict=False):
        if isinstance(part, Literal):
            continue
        left = _END.search(before.html) if isinstance(before, Literal) else None
        right = _START.match(after.html) if isinstance(after, Literal) else None
        if left and right:
            answer = f"({re.escape(left[0])})[^<{{]{{1,120}}?(?={re.escape(right[0])})"
            found = re.search(answer, sent)
            if found:
                sent = sent[: found.end(1)] + part.source + sent[found.end() :]
    return sent


def _keep(found: dict[str, str], value: str, source: str) -> None:
    if source and len(value) >= _SHORTEST_VALUE and not re.search(r"[<{]", value):
        found.setdefault(value, source)


def _replaced(words: str, sources: dict[str, str]) -> str:
    if not sources:
        return words
    longest_first = sorted(sources, key=len, reverse=True)
    values = "|".join(re.escape(value) for value in longest_first)
    return re.sub(rf"(?<!\w)(?:{values})(?!\w)", lambda value: sources[value[0]], words)
