"""What looks unfinished in a reply: brackets, XXX and ___ somebody meant to fill in.

Blanks between double braces are another matter: ``canned.placeholders.leftovers`` finds those, and
nothing lets them pass. What is found here may be meant, so a person can say so.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString

_NEAR = 24
_LETTERS = r"0-9A-Za-z_\u00c0-\u02af\u0370-\u1fff"
UNFINISHED_PATTERN = (
    rf"^[ \t]*_{{10,}}[ \t]*$|(?<![{_LETTERS}])[a-z]{{2,20}}:\/\/\S+"
    rf"|(\[[^\[\]\n]{{0,80}}\]|(?<![{_LETTERS}])X{{3,}}(?![{_LETTERS}])|_{{3,}})"
)
"""Group 1 is what looks unfinished; to be read line by line, in capitals and small letters alike.

Addresses may hold any of these signs, and a long stroke alone on its line only parts a text. The
browser looks with the same pattern; it has letters for ``\\b``, which means other words there.
"""
_UNFINISHED = re.compile(UNFINISHED_PATTERN, re.IGNORECASE | re.MULTILINE)
_BLANK = re.compile(r"\{\{[^{}\n]*\}\}|(?P<stray>\}\})")


@dataclass(frozen=True)
class Place:
    """A spot of a reply, as plain text with its neighbourhood."""

    words: str
    before: str
    after: str

    def shown(self, message: str) -> SafeString:
        """Return *message* with the spot marked behind it."""
        return format_html(
            '{} <q class="fault">{}<mark>{}</mark>{}</q>',
            message,
            self.before,
            self.words,
            self.after,
        )


def unfinished(text: str) -> list[Place]:
    """Return what looks unfinished in the plain *text*, each wording once."""
    found = (match for match in _UNFINISHED.finditer(text) if match[1])
    return _once(_place(text, match) for match in found)


def stray_braces(text: str) -> list[Place]:
    """Return ``}}`` that closes nothing."""
    return _once(_place(text, match) for match in _BLANK.finditer(text) if match["stray"])


def _once(places: Iterable[Place]) -> list[Place]:
    by_words: dict[str, Place] = {}
    for place in places:
        by_words.setdefault(place.words, place)
    return list(by_words.values())


def _place(text: str, match: re.Match[str]) -> Place:
    return Place(
        match[0],
        text[max(0, match.start() - _NEAR) : match.start()].rpartition("\n")[2],
        text[match.end() : match.end() + _NEAR].partition("\n")[0],
    )
