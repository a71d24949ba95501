"""Names as forms and other systems hand them over, written as a person would write them."""

import re

from thulium_portal.canned.placeholders.given_names import find

_NOTHING = ("null", "none", "undefined", "nan", "n/a", "n/d", "brak")
_NO_NAME = (
    *("nieznany", "nieznana", "nieznane", "unknown", "anonim", "anonymous", "gość", "guest"),
    *("klient", "klientka", "customer", "client", "user", "użytkownik", "test"),
    *("imię", "imie", "nazwisko", "name", "firstname", "lastname"),
)
_COMPANY = re.compile(
    r"(?<!\w)(?:sp\.? ?[zkjp]\.?|s\.? ?[ack]\.|spółka|firma|p\.?h\.?u\.?|gmbh|ltd\.?|inc\.?|llc|"
    r"fundacja|stowarzyszenie|sklep|biuro|kancelaria|urząd|szkoła|przedszkole|hotel|apteka|"
    r"parafia|gmina|powiat|starostwo|przychodnia|"
    r"szpital|klinika|uniwersytet|politechnika|instytut|liceum|technikum|żłobek|muzeum|biblioteka|"
    r"wspólnota|spółdzielnia|zakład|zakłady|klub|związek|drukarnia|restauracja|hurtownia)(?!\w)",
    re.IGNORECASE,
)
_NO_LETTER = re.compile(r"[\W\d_]*")
_STRANGE = re.compile(r"[@0-9&{}%/\\<>]")
_SHORTEST_WORD = 5
"""A shorter word in capitals may be an abbreviation (IBM, PZU), if no first name is beside it."""
_SMALL = (
    "van",
    "von",
    "der",
    "den",
    "de",
    "da",
    "di",
    "del",
    "du",
    "la",
    "le",
    "af",
    "zu",
    "i",
    "y",
)
_PIECES = re.compile(r"([-'’ ])")


def full_name(given: str) -> str:
    """Return first and last name as written by a person; "" where *given* is no name at all."""
    words = [word for word in given.split() if word.casefold() not in _NOTHING]
    name = " ".join(words)
    if _NO_LETTER.fullmatch(name) or "@" in name or name.casefold() in _NO_NAME:
        return ""
    if _COMPANY.search(name) or _STRANGE.search(name):
        return name
    has_first = any(find(piece) for word in words for piece in word.split("-"))
    if name.isupper():
        return " ".join(
            _capitalised(word, is_first=not at)
            if has_first or len(word) >= _SHORTEST_WORD
            else word
            for at, word in enumerate(words)
        )
    if name.islower() and has_first:
        return " ".join(_capitalised(word, is_first=not at) for at, word in enumerate(words))
    return name


def first_name(given: str) -> str:
    """Return the first name as written by a person; "" for a company, a number and the like."""
    name = full_name(given)
    return "" if _COMPANY.search(name) or _STRANGE.search(name) else name


def _capitalised(word: str, *, is_first: bool) -> str:
    """Return *word* with small letters but for the first of each of its parts."""
    if word.casefold() in _SMALL and not is_first:
        return word.casefold()
    known = find(word)
    return (
        known if known.casefold() == word.casefold() else "".join(map(_part, _PIECES.split(word)))
    )


def _part(part: str) -> str:
    lower = part.lower()
    if lower.startswith("mc") and len(lower) > 4:
        return f"Mc{lower[2:].capitalize()}"
    return lower[:1].upper() + lower[1:]
