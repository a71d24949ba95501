"""What a password may be: long, and nothing that guessers try first. Passphrases are welcome.

Django's own validators ask for twelve characters and refuse what is common or like the person's
name. These look at what they let pass because it is long.
"""

import re
from collections.abc import Iterable
from itertools import chain, pairwise
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from thulium_portal.accounts.models import User
from thulium_portal.lib.folding import fold

LONGEST_PASSWORD = 1000
LEAST_LETTERS = 5
"""So many different signs a password has at least."""
SHORT_PIECE = 12
"""A piece shorter than that is no password, so that repeating it makes none."""
LEAST_OF_ONES_OWN = 6
"""So many letters have to be left of a password without the words that everybody knows."""

_ROWS = (
    *("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "yxcvbnm"),
    *("1qaz", "2wsx", "3edc", "4rfv", "5tgb", "6yhn", "7ujm", "8ik", "9ol"),
    "abcdefghijklmnopqrstuvwxyz",
)
_BESIDE = frozenset(
    {pair for row in _ROWS for pair in chain(pairwise(row), pairwise(reversed(row)))}
)
_KNOWN = ("thulium", "portal", "odpowiedzi", "reply", "haslo", "password")
_ON_EVERY_HOST = frozenset({"www", "com", "net", "org", "edu", "localhost"})
_LETTERS = re.compile(r"[^\W\d_]+")


class LongestValidator:
    """Refuses what no form of the sign-in would take."""

    def validate(self, password: str, user: User | None = None) -> None:
        if len(password) > LONGEST_PASSWORD:
            raise ValidationError(
                _("A password has %(most)d characters at most."),
                code="password_too_long",
                params={"most": LONGEST_PASSWORD},
            )


class VarietyValidator:
    """Refuses one letter repeated, a short piece repeated, and keys side by side."""

    def validate(self, password: str, user: User | None = None) -> None:
        signs = fold(password).replace(" ", "")[:LONGEST_PASSWORD]
        if len(set(signs)) < LEAST_LETTERS or _piece(signs) < min(SHORT_PIECE, len(signs)):
            raise ValidationError(
                _("This repeats the same few signs. Put a few unrelated words together."),
                code="password_repeats",
            )
        if 3 * _fresh(signs) <= len(signs):
            raise ValidationError(
                _(
                    "These are keys side by side or letters in a row, which are guessed first. "
                    "Put a few unrelated words together."
                ),
                code="password_in_a_row",
            )


class KnownWordsValidator:
    """Refuses the names of the company, the portal and the person, with digits around them."""

    def validate(self, password: str, user: User | None = None) -> None:
        folded = left = fold(password)[:LONGEST_PASSWORD]
        known = {*_KNOWN, *_of_the_company(), *(_of_the_person(user) if user else ())}
        for word in sorted(known, key=len, reverse=True):
            left = left.replace(word, " ")
        has_words = sum(map(len, _LETTERS.findall(left))) >= LEAST_OF_ONES_OWN
        is_enough = has_words or _fresh(left.replace(" ", "")) >= SHORT_PIECE
        if left != folded and not is_enough:
            raise ValidationError(
                _(
                    "This is little more than a name that everybody here knows. Put a few "
                    "unrelated words together."
                ),
                code="password_is_known",
            )


def _piece(signs: str) -> int:
    """Return the length of the piece that *signs* repeat to their end; their own where none is."""
    borders = [0] * len(signs)
    for place in range(1, len(signs)):
        border = borders[place - 1]
        while border and signs[border] != signs[place]:
            border = borders[border - 1]
        borders[place] = border + (signs[border] == signs[place])
    piece = len(signs) - borders[-1] if signs else 0
    return piece if 2 * piece <= len(signs) else len(signs)


def _fresh(signs: str) -> int:
    """Return how many signs neither repeat the one before nor lie beside it."""
    return 1 + sum(one != other and (one, other) not in _BESIDE for one, other in pairwise(signs))


def _of_the_company() -> set[str]:
    hosts = [*settings.ALLOWED_HOSTS, settings.EMAIL_FROM.rpartition("@")[2]]
    hosts += [urlsplit(url).hostname or "" for url in (settings.PORTAL_URL, settings.THULIUM_URL)]
    return _words(hosts) - _ON_EVERY_HOST


def _of_the_person(person: User) -> set[str]:
    return _words([person.username, person.name, person.email])


def _words(texts: Iterable[str]) -> set[str]:
    return {word for text in texts for word in _LETTERS.findall(fold(text)) if len(word) > 2}
