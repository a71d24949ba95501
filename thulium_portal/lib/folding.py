"""Folding of text for searching: “Łódź”, “lodz” and “LODZ” are the same word."""

import re
import unicodedata

# With every change of `fold` the stored folded columns must be filled anew.

# Letters that Unicode does not take apart into a letter and a mark.
_LETTERS = (
    {"ł": "l", "Ł": "l", "đ": "d", "Đ": "d", "ø": "o", "Ø": "o", "ß": "ss", "ı": "i"}
    | {"æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe", "þ": "th", "Þ": "th", "ð": "d", "Ð": "d"}
)  # fmt: skip
_LETTER = re.compile(f"[{''.join(_LETTERS)}]")
# Patterns do this several times as fast as a look at every letter; a check of the record folds
# every text in it. All marks of Latin letters are in this one block.
_MARKS = re.compile("[\u0300-\u034e\u0350-\u036f]+")
_BEYOND_MARKS = re.compile("[\u0370-\U0010ffff]")


def fold(text: str) -> str:
    """Return *text* without case, accents and repeated blanks, for comparing and searching."""
    if text.isascii():  # nothing to take apart; most words are, and guards fold hundreds
        return " ".join(text.lower().split())
    plain = _LETTER.sub(lambda letter: _LETTERS[letter[0]], text)
    bare = _MARKS.sub("", unicodedata.normalize("NFKD", plain))
    if _BEYOND_MARKS.search(bare):
        bare = "".join(char for char in bare if not unicodedata.combining(char))
    return " ".join(bare.casefold().split())
