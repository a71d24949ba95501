"""What a conversation names and a reply may need again: numbers, days and sums."""

import re
from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from thulium_portal.lib.plain_letters import plain_letters

_MOST = 12
_LONGEST_READ = 20_000
"""Characters of a conversation that are looked through."""


class Kind(StrEnum):
    """What is named."""

    ORDER = "order"
    INVOICE = "invoice"
    PARCEL = "parcel"
    DAY = "day"
    AMOUNT = "amount"


DAY = Kind.DAY

_PATTERNS = {
    Kind.INVOICE: re.compile(r"(?<![\w/])(?:fv|fs|fa|inv)[ /-]?\d[\w/-]{2,24}", re.IGNORECASE),
    Kind.ORDER: re.compile(
        r"(?<![\w/])(?:zk|zam|ord|so)[/-]?\d[\w/-]{2,24}"
        r"|(?:(?<=zamowienie )|(?<=zamowienia )|(?<=order )|(?<=order number ))"
        r"#?[a-z]{0,4}[/-]?\d[\w/-]{2,20}",
        re.IGNORECASE,
    ),
    Kind.PARCEL: re.compile(
        r"(?<![\w/])(?:\d{20,24}|\d{13,14}|[A-Z]{2}\d{9}[A-Z]{2}|1Z\w{16})(?!\w)"
    ),
    Kind.DAY: re.compile(r"(?<![\d./-])(?:\d{4}-\d{2}-\d{2}|\d{1,2}\.\d{1,2}\.\d{4})(?![\d/-])"),
    Kind.AMOUNT: re.compile(
        r"(?<![\w.,])\d{1,3}(?:[ \u00a0]?\d{3})*(?:[.,]\d{2})? ?(?:zl|pln|eur|€|usd|gbp|£)(?!\w)",
        re.IGNORECASE,
    ),
}
_LABELS = {
    Kind.ORDER: re.compile("zamowien|order"),
    Kind.INVOICE: re.compile("faktur|invoice"),
    Kind.PARCEL: re.compile("przesylk|paczk|list przew|parcel|tracking|shipment"),
    Kind.DAY: re.compile("dat|dzien|dnia|termin|day|when"),
    Kind.AMOUNT: re.compile("kwot|kosz|cen[aey]|sum|amount|price|cost"),
}
LABELS = {str(kind): words.pattern for kind, words in _LABELS.items()}
"""Words in a label of a blank, in plain letters, that tell what belongs there."""


def mentioned_in(texts: Iterable[str]) -> str:
    """Return what *texts* name, a line each: its kind, a blank, and it as it was written."""
    found: dict[str, None] = {}
    left = _LONGEST_READ
    for text in texts:
        whole, left = text[:left], left - len(text)
        plain = plain_letters(whole)
        for kind, pattern in _PATTERNS.items():
            for at in pattern.finditer(whole if kind is Kind.PARCEL else plain):
                found.setdefault(f"{kind} {' '.join(whole[at.start() : at.end()].split())}")
        if left <= 0:
            break
    return "\n".join(list(found)[:_MOST])


def pairs(mentioned: str) -> list[tuple[str, str]]:
    """Return kind and words of everything in *mentioned*."""
    parts = (line.partition(" ") for line in mentioned.splitlines())
    return [(kind, words) for kind, _blank, words in parts]


def offers(mentioned: str, label: str, *, most: int = 3) -> list[str]:
    """Return what is offered for the blank *label*: what its words ask for, else anything."""
    plain = plain_letters(label)
    asked = {str(kind) for kind, words in _LABELS.items() if words.search(plain)}
    found = [words for kind, words in pairs(mentioned) if kind in asked or not asked]
    return found[:most]


def day(words: str) -> str:
    """Return a day as a form's field takes it; "" for what is none."""
    parts = words.split(".")[::-1] if "." in words else words.split("-")
    try:
        return date(*map(int, parts)).isoformat()
    except (TypeError, ValueError):
        return ""
