"""Whether a key that ought to be random can be guessed, told from its text alone."""

import re
from functools import cache

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ImproperlyConfigured

SHORTEST = 32
_FRESH = 20
"""So many places of a key must show something new; of 32 random characters nearly all do."""
_WORDS = frozenset({"audit", "django", "insecure", "portal", "reply", "signing", "thulium"})
_LONGEST_WORD = 16
_SENTENCE = re.compile(r"(?:[^\W\d_]+[ ,;.:_-]+){3,}[^\W\d_]+[.!?]?")


def is_guessable(key: str) -> bool:
    """Tell whether *key* is short, repeats itself, counts up or down, or is made of words."""
    if len(key) < SHORTEST or _SENTENCE.fullmatch(key):
        return True
    text = _without_words(key.lower())
    seen: set[str] = set()
    for start in range(len(text) - 2):
        three = text[start : start + 3]
        if not _is_series(three):
            seen.add(three)
    return len(seen) < _FRESH


def require_strong_keys(**keys: str) -> None:
    """Refuse keys that can be guessed, and one key for two purposes."""
    for name, key in keys.items():
        if is_guessable(key):
            raise ImproperlyConfigured(
                f"{name} can be guessed: it is short, repeats itself or is made of words. Put 50 "
                f"random characters of its own into .env; where this key was in use, write it "
                f"into {name}_FALLBACKS."
            )
    if len(set(keys.values())) < len(keys):
        raise ImproperlyConfigured(
            f"{' and '.join(keys)} are the same; put 50 random characters of its own into .env "
            "for SECRET_KEY, and write the former one into SECRET_KEY_FALLBACKS."
        )


def _is_series(three: str) -> bool:
    """Tell whether the characters are the same, or follow one another as in the alphabet."""
    first, second, third = map(ord, three)
    return second - first == third - second and abs(second - first) <= 1


def _without_words(text: str) -> str:
    """Return *text* with each word that many people choose as a password left out."""
    known, kept, start = _common_words(), "", 0
    while start < len(text):
        for end in range(min(len(text), start + _LONGEST_WORD), start + 3, -1):
            if text[start:end] in known:
                start = end
                break
        else:
            kept += text[start]
            start += 1
    return kept


@cache
def _common_words() -> frozenset[str]:
    return frozenset(CommonPasswordValidator().passwords) | _WORDS
