"""Numbers and addresses that belong to somebody: of orders, parcels, accounts, telephones.

Dates, times, amounts and years are none; :func:`things` finds days and amounts as well. What
differs in blanks, strokes and capitals only is the same (*FV 12/2026*, *fv/12/2026*); so is a
number written without what stands in front of it.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from thulium_portal.lib.plain_letters import plain_letters

LONGEST = 40
_FEWEST_DIGITS = 3

_BLANK = "[ \u00a0]"
_FOUND = re.compile(
    r"(?P<address>(?<![\w.+%'-])[\w.+%'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8})"
    r"|(?P<web>(?:https?://|www\.)[^\s<>\"]{1,2000})"
    r"|(?P<day>(?<![\w/-])(?:[0-9]{1,2}[./-][0-9]{1,2}[./-](?:20|19)?[0-9]{2}"
    r"|(?:19|20)[0-9]{2}-[01][0-9]-[0-3][0-9])(?![\w/]))"
    r"|(?P<post>(?<![\w/-])[0-9]{2}-[0-9]{3}(?![\w/-]))"
    r"|(?P<time>(?<![\w/])[0-2]?[0-9]:[0-5][0-9](?::[0-5][0-9])?(?!\w))"
    rf"|(?P<amount>(?<![\w/])[0-9]{{1,3}}(?:[.\u00a0 ]?[0-9]{{3}}){{0,3}}(?:[.,][0-9]{{1,2}})?"
    rf"{_BLANK}?(?:zł|zl|pln|eur|euro|usd|gbp|€|\$|£|%|kg|km|cm|mm|gb|mb|szt|proc)(?!\w))"
    rf"|(?P<account>(?<!\w)(?:[a-z]{{2}}{_BLANK}?)?[0-9]{{2}}(?:[ \u00a0-]?[0-9]{{4}}){{5,6}}"
    r"(?!\w))"
    r"|(?P<phone>(?<![\w/.+-])(?:\+|00)[0-9]{1,3}(?:[ \u00a0-]?[0-9]{2,4}){2,5}(?![\w/])"
    r"|(?<![\w/.+-])\(?[0-9]{2,3}\)?(?:[ \u00a0-][0-9]{2,3}){2,3}(?![\w/-]))"
    r"|(?P<mark>(?<![\w/.-])[^\W\d_]{1,6}(?:-[^\W\d_]{1,5}){0,2}(?:\.[0-9]{1,6}){1,4}\.(?:19|20)[0-9]{2}"
    r"(?:\.[^\W\d_]{1,4})?(?![\w/]))"  # of an office: GK.6220.14.2026.AB
    r"|(?P<code>(?<![\w/])(?:(?!nr|no|do|na|od|za|is|of|for|to|by|the|and|order)[a-z]{2,6}"
    r" (?=[0-9]{1,10}[/_-]))?(?:[a-z0-9]{1,30}[/_-]){1,5}[0-9]{1,12}"
    rf"(?:[/_-][a-z0-9]{{1,8}}){{0,2}}(?!\w)|\#{_BLANK}?[0-9]{{3,14}}(?!\w)"
    r"|(?<![\w/#-])(?:[a-z]{1,6}[0-9]{4,28}[a-z]{0,3}|1z[0-9a-z]{16}|[0-9]{4,12}-[a-z]{1,2})(?!\w))"
    r"|(?P<number>(?<![\w/.,-])[0-9]{3,34}(?![\w/-]|[.,][0-9]))",
    re.IGNORECASE,
)
_NOBODYS = frozenset({"day", "amount"})
_APART = re.compile(r"[^A-Z0-9]+")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_RUN = re.compile(r"[A-Z]+|[0-9]+")


@dataclass(frozen=True)
class Identifier:
    """Something that names one order, parcel, account or person, or a day, or a sum.

    ``kind`` is *address*, *phone*, *account*, *code*, *number*, *day* or *amount*; ``key`` is the
    same however it is written, ``start`` and ``end`` say where it stands.
    """

    kind: str
    written: str
    key: str
    start: int
    end: int


def identifiers(text: str) -> Iterator[Identifier]:
    """Yield what names somebody's things in *text*, in its order."""
    for each in things(text):
        if each.kind not in _NOBODYS and (each.kind == "address" or _is_number(each.key)):
            yield each


def things(text: str) -> Iterator[Identifier]:
    """Yield what names something in *text*, days and amounts too, in its order."""
    for found in _FOUND.finditer(text):
        kind, written = found.lastgroup or "", found[0]
        if kind in {"web", "post", "time"}:
            continue
        if kind == "address":
            written = written.rstrip(".'-")
        key = key_of(written)
        if len(key) <= LONGEST:
            kind = "code" if kind == "mark" else kind
            yield Identifier(kind, written, key, found.start(), found.start() + len(written))


def _is_number(key: str) -> bool:
    return sum(map(str.isdigit, key)) >= _FEWEST_DIGITS and not _YEAR.fullmatch(key)


def key_of(written: str) -> str:
    """Return what is the same of an identifier however it is *written*: *FV/12/2026*."""
    if "@" in written:
        return written.lower()
    return _APART.sub("/", plain_letters(written).upper()).strip("/")


def shape(key: str) -> str:
    """Return what numbers of one kind have in common: letters, and how many runs of digits."""
    runs = _RUN.findall(key)
    return "/".join(run if run.isalpha() else "0" for run in runs)


class Known:
    """Identifiers by their keys, to ask whether one of them is meant."""

    def __init__(self, keys: Iterable[str]) -> None:
        self.keys = frozenset(keys)
        self._digits = {
            digits for key in self.keys if len(digits := _digits(key)) >= _FEWEST_DIGITS
        }

    def has(self, key: str) -> bool:
        """Tell whether *key* is among them, whole or by the end of its number."""
        if key in self.keys:
            return True
        digits = "" if "@" in key else _digits(key)
        return bool(digits) and any(_ends_alike(digits, known) for known in self._digits)

    def alike(self, key: str) -> list[str]:
        """Return those that look like *key*: of its kind, with other digits."""
        wanted = shape(key)
        return sorted(known for known in self.keys if shape(known) == wanted and known != key)


def _digits(key: str) -> str:
    return "" if "@" in key else "".join(char for char in key if char in "0123456789")


def _ends_alike(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return len(short) >= _FEWEST_DIGITS and (long.endswith(short) or long.startswith(short))
