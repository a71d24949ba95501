"""Folding of text for searching: “Łódź”, “lodz” and “LODZ” are the same word."""

import unicodedata

# With every change of `fold` the stored folded columns must be filled anew.

# Letters that Unicode does not take apart into a letter and a mark.
_LETTERS = str.maketrans(
    {"ł": "l", "Ł": "l", "đ": "d", "Đ": "d", "ø": "o", "Ø": "o", "ß": "ss", "ı": "i"}
    | {"æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe", "þ": "th", "Þ": "th", "ð": "d", "Ð": "d"}
)


def fold(text: str) -> str:
    """Return *text* without case, accents and repeated blanks, for comparing and searching."""
    if text.isascii():  # nothing to take apart; most words are, and guards fold hundreds
        return " ".join(text.lower().split())
    taken_apart = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    bare = "".join(char for char in taken_apart if not unicodedata.combining(char))
    return " ".join(bare.casefold().split())
