"""Folded beginnings of words, by which messages are compared."""

import re

from thulium_portal.lib.folding import fold

_STEM = 5
"""Letters by which two forms of a Polish word are taken for one."""
_MOST_STEMS = 80
_WORD = re.compile(r"[^\W\d_]{3,}")


def stems_of(text: str) -> str:
    """Return the folded beginnings of the words of a message, each once, apart by spaces.

    Numbers, names' endings and the order of words are gone; what is left is erasable all the same.
    """
    words = (word[:_STEM] for word in _WORD.findall(fold(text)))
    return " ".join(list(dict.fromkeys(words))[:_MOST_STEMS])
