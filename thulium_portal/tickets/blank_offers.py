"""What a conversation names and a reply may need again, offered for the blanks of canned responses.

Numbers, days and sums are found as everywhere (``lib.identifiers``); here is told what they are.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from enum import StrEnum

from thulium_portal.lib.identifiers import Identifier, things
from thulium_portal.lib.plain_letters import plain_letters

_MOST = 12
_LONGER_THAN_PHONES = 20
_LONGEST_READ = 20_000
"""Characters of a conversation that are looked through."""


class Kind(StrEnum):
    """What is named."""

    ORDER = "order"
    INVOICE = "invoice"
    PARCEL = "parcel"
    DAY = "day"
    AMOUNT = "amount"
    PRODUCT = "product"


DAY = Kind.DAY

_NUMBERS = {
    Kind.INVOICE: re.compile(r"(?:FV|FS|FA|INV)[ /_-]?[0-9].*"),
    Kind.ORDER: re.compile(r"(?:ZK|ZAM|ORD|SO)[ /_-]?[0-9].*"),
    Kind.PARCEL: re.compile(r"[0-9]{20,24}|[0-9]{13,14}|[A-Z]{2}[0-9]{9}[A-Z]{2}|1Z[0-9A-Z]{16}"),
}
_ORDER_BEFORE = re.compile(r"(?:zamowieni[ae]|zamowieniu|order|order number)(?: nr| no\.?)?:? ?$")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4}")
_CURRENCY = re.compile(r"(?:zl|pln|euro?|usd|gbp|[€$£])$")
_BEFORE = 24
_PRODUCT = re.compile(
    r"(?<!\w)(?:produkt\w{0,3}|towar\w{0,3}|artykul\w{0,3}|model\w{0,3}|product|item|article)"
    r"(?: o nazwie| nr| called)?:? ?[\"„“‘']?"
    r"(?P<name>[^\s\"„“”‘’',.;:!?()][^\"„“”‘’',.;:!?()\n]{1,60})"
)
_CAPITAL = re.compile(
    r"(?:[A-ZĄĆĘŁŃÓŚŹŻ0-9][\w+-]{0,30})(?: (?:[A-ZĄĆĘŁŃÓŚŹŻ0-9][\w+-]{0,30})){0,4}"
)
_LABELS = {
    Kind.ORDER: re.compile("zamowien|order"),
    Kind.INVOICE: re.compile("faktur|invoice"),
    Kind.PARCEL: re.compile("przesylk|paczk|list przew|parcel|tracking|shipment"),
    Kind.DAY: re.compile("dat|dzien|dnia|termin|day|when"),
    Kind.AMOUNT: re.compile("kwot|kosz|cen[aey]|sum|amount|price|cost"),
    Kind.PRODUCT: re.compile("produkt|towar|artykul|model|product|item|article"),
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
        named = [*_named(whole, plain), *_products(whole, plain)]
        for kind, words in named:
            found.setdefault(f"{kind} {' '.join(words.split())}")
        if left <= 0:
            break
    return "\n".join(list(found)[:_MOST])


def _named(whole: str, plain: str) -> Iterator[tuple[Kind, str]]:
    for each in things(whole):
        before = plain[max(0, each.start - _BEFORE) : each.start]
        kind = _kind(each, before)
        if kind is not None:
            yield kind, each.written.removeprefix("#") if kind is Kind.ORDER else each.written


def _kind(each: Identifier, before: str) -> Kind | None:
    """Return what *each* is of; None where nobody can tell."""
    if each.kind == "day":
        return Kind.DAY if _DAY.fullmatch(each.written) else None
    if each.kind == "amount":
        return Kind.AMOUNT if _CURRENCY.search(plain_letters(each.written)) else None
    for kind, pattern in _NUMBERS.items():
        if pattern.fullmatch(each.written.upper()):
            return (
                kind if each.kind != "phone" or len(each.written) >= _LONGER_THAN_PHONES else None
            )
    is_number = each.kind in {"code", "number"}
    return Kind.ORDER if is_number and _ORDER_BEFORE.search(before) else None


def _products(whole: str, plain: str) -> Iterator[tuple[Kind, str]]:
    """Yield what is called a product by name: *model Trek 5*, *produkt „Lampa Orion”*."""
    for found in _PRODUCT.finditer(plain):
        start, end = found.span("name")
        is_quoted = whole[start - 1 : start] in set("\"„“‘'")
        if is_quoted:
            yield Kind.PRODUCT, whole[start:end].strip()
        elif (name := _CAPITAL.match(whole, start)) and name.end() <= end:
            yield Kind.PRODUCT, name[0]


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
