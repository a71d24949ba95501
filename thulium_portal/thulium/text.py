"""Texts of Thulium's JSON, made fit to be shown, compared and stored, once, where they come in."""

import re
from html import unescape

MOST_DIGITS = 19
"""So many digits has 2⁶³ − 1, the largest number a database column holds."""
LARGEST_NUMBER = 2**63 - 1
_NO_NUMBERS = (float("inf"), float("-inf"))
_EXACT = 2**53
"""Above it a float no longer tells one whole number from the next."""

_HALF = re.compile("[\ud800-\udfff\ufffe\uffff]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
_LONGEST_ENTITY = 34
_BETWEEN = re.compile(r"[\s<>()\"',;]+")
_IN_BRACKETS = re.compile(r"<\s{0,5}([^\s<>@]{1,200}@[^\s<>@]{1,200})\s{0,5}>")
_SPACE = re.compile(r"\s+")
_ENTITY = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]{1,30}|#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6});")
_CODED = re.compile(r"&(?:amp|lt|gt|quot|apos|#0?39|#x27);", re.IGNORECASE)


def text(value: object) -> str:
    """Return *value* as a text of several lines; what PHP writes for nothing is "".

    Half characters become U+FFFD, control characters but tab and line feed go, and those that
    Windows calls dashes and quotes become them. Raises ``ValueError`` for what is no text at all.
    """
    if value is None or value is False or value in ([], {}):
        return ""
    if value is True or not isinstance(value, str | int | float) or value in _NO_NUMBERS:
        raise ValueError("no text")
    return clean(str(value))


def clean(words: str) -> str:
    """Return *words* without what no page, database or export can hold."""
    words = _HALF.sub("\ufffd", words.replace("\r\n", "\n").replace("\r", "\n"))
    return _CONTROL.sub(lambda found: _WINDOWS.get(found[0], ""), words)


_WINDOWS = {
    chr(code): bytes([code]).decode("cp1252")
    for code in range(0x80, 0xA0)
    if code not in {0x81, 0x8D, 0x8F, 0x90, 0x9D}
}
"""What the second block of control characters means where Windows wrote it, as in HTML."""


def line(value: object, most: int, *, escaped: bool | None = None) -> str:
    """Return *value* on one line of at most *most* characters; "" where it is no text.

    Characters that turn the direction of what follows are taken out: in a subject or a name they
    reach into the page's own words. *escaped* says whether this Thulium escapes its texts; None is
    not known, and then a text is read once more where every sign in it that HTML escapes is.
    """
    try:
        words = text(value)
    except ValueError:
        return ""
    words = words[: most * _LONGEST_ENTITY]
    if escaped or (escaped is None and is_escaped(words)):
        words = clean(unescape(words))
    words = _SPACE.sub(" ", _BIDI.sub("", words)).strip()
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def is_escaped(words: str) -> bool:
    """Tell whether *words* were escaped for HTML: a sign is, and none is left as it was."""
    if not _CODED.search(words) or "<" in words or ">" in words:
        return False
    return words.count("&") == sum(1 for _found in _ENTITY.finditer(words))


def number(value: object) -> int | None:
    """Return the id that *value* is, 1 to 2⁶³ − 1; None for anything else."""
    return size(value) or None


def size(value: object) -> int | None:
    """Return the whole number that *value* is, 0 to 2⁶³ − 1; None for anything else."""
    found: int | None = None
    if isinstance(value, str):
        digits = value.strip()
        if digits.isascii() and digits.isdigit() and len(digits.lstrip("0")) <= MOST_DIGITS:
            found = int(digits.lstrip("0") or "0")
    elif isinstance(value, float):
        found = int(value) if 0 <= value < _EXACT and value.is_integer() else None
    elif isinstance(value, int) and not isinstance(value, bool):
        found = value
    return found if found is not None and 0 <= found <= LARGEST_NUMBER else None


def address(sender: str) -> str:
    """Return the address in ``Maria <maria@example.org>``, or *sender* where there is none.

    ``email.utils`` splits at the comma of an unquoted ``Wiśniewska, Maria <…>``. Of several
    addresses without brackets the first one counts: what follows may be of another header.
    """
    if found := _IN_BRACKETS.search(sender):
        return found[1]
    parts = [part for part in _BETWEEN.split(sender) if 0 < part.find("@", 1) < len(part) - 1]
    return parts[0] if parts else sender.strip()
