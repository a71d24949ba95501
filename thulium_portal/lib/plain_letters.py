"""Polish words in plain letters, one for one: places found there are places in the text itself.

Unlike ``folding.fold`` nothing becomes longer or shorter, so that a pattern written without strokes
finds *załącznik* as well as *zalacznik*, and the words as they were typed can be shown.
"""

_LETTERS = str.maketrans(
    "ąćęłńóśźżĄĆĘŁŃÓŚŹŻABCDEFGHIJKLMNOPQRSTUVWXYZ\u00a0’",
    "acelnoszzacelnoszzabcdefghijklmnopqrstuvwxyz '",
)


def plain_letters(text: str) -> str:
    """Return *text* in small plain letters, every character in its place."""
    return text.translate(_LETTERS)


def words_of(listed: str) -> frozenset[str]:
    """Return the words of a list that is written out."""
    return frozenset(listed.split())
