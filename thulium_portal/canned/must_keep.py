"""Must-keep passages: words of a canned response that a reply keeps, or says why it does not."""

import re
from collections.abc import Iterable

_QUOTES = str.maketrans({"„": '"', "”": '"', "“": '"', "’": "'", "‘": "'"})
_PLACEHOLDER = re.compile(r"\{\{|\}\}")


def passages(typed: str) -> tuple[str, ...]:
    """Return the passages of a text box, one a line, each once, with even spaces."""
    lines = (" ".join(line.split()) for line in typed.splitlines())
    return tuple(dict.fromkeys(line for line in lines if line))


def with_placeholders(kept: Iterable[str]) -> list[str]:
    """Return the passages that hold a placeholder: those differ from customer to customer."""
    return [passage for passage in kept if _PLACEHOLDER.search(passage)]


def missing(kept: Iterable[str], text: str) -> list[str]:
    """Return the passages that the plain *text* does not hold word for word.

    Line breaks, runs of spaces and the shape of quotation marks make no difference.
    """
    words = _even(text)
    return [passage for passage in kept if _even(passage) not in words]


def _even(text: str) -> str:
    return " ".join(text.translate(_QUOTES).split())
