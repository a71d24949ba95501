"""Attributes of elements as our list has them, from what other programs write."""

import re

from thulium_portal.lib.html import styles
from thulium_portal.lib.html.elements import Element
from thulium_portal.lib.html.markup import ATTRIBUTES, LIST_TYPES, SCHEMES

_LINE_SIGNS = re.compile(r"[\t\r\n]")
_MOST_SPAN = 100
_NUMBER = re.compile(r"-?[0-9]{1,6}")
_MARK_OF_LIST = re.compile(r"\s*\(?([0-9]{1,4}|[a-zA-Z]{1,4})[.)]")
_IN_ADDRESS = {'"': "%22", "<": "%3C", ">": "%3E", " ": "%20", "`": "%60", "\xa0": "%C2%A0"}


def address_of(written: str) -> str:
    """Return the address that a link leads to from anywhere; "" for one that leads nowhere."""
    address = _LINE_SIGNS.sub("", written).strip("".join(map(chr, range(33))) + "\xa0")
    if address.lower().startswith("www."):
        address = f"https://{address}"
    elif address.startswith("//"):
        address = f"https:{address}"
    scheme, colon, rest = address.partition(":")
    if not colon or not rest or scheme.lower() not in SCHEMES:
        return ""
    return "".join(_IN_ADDRESS.get(sign, sign) for sign in address)


def style_of(element: Element) -> styles.Style:
    return styles.declarations(element.attributes.get("style", ""))


def list_attributes(tag: str, element: Element) -> dict[str, str]:
    if tag != "ol":
        return {}
    start, kind = element.attributes.get("start", ""), element.attributes.get("type", "")
    counted = style_of(element).get("list-style-type", "")
    first = next((child for child in element.children if isinstance(child, Element)), None)
    counted = counted or (style_of(first).get("list-style-type", "") if first else "")
    named = {style: name for name, style in LIST_TYPES.items()} | {
        "lower-latin": "a",
        "upper-latin": "A",
    }
    kind = kind if kind in LIST_TYPES else named.get(counted, "")
    found = {"start": _number(start), "type": kind}
    return {name: value for name, value in found.items() if value not in {"", "1"}}


def kind_of_list(mark: str) -> str:
    """Return which list Word means by the *mark* before an item."""
    return "ol" if _MARK_OF_LIST.match(mark) else "ul"


def counted_by(kind: str, mark: str) -> dict[str, str]:
    """Return how Word counts a list whose first mark is *mark*."""
    found = _MARK_OF_LIST.match(mark)
    if kind != "ol" or not found:
        return {}
    first = found[1]
    if first.isdecimal():
        return {"start": _number(first)} if _number(first) != "1" else {}
    letters = "i" if first.lower() == "i" else "a"
    return {"type": letters.upper() if first.isupper() else letters}


def item_attributes(element: Element) -> dict[str, str]:
    value = _number(element.attributes.get("value", ""))
    return {"value": value} if value else {}


def cell_attributes(element: Element) -> dict[str, str]:
    found = {}
    for name in sorted(ATTRIBUTES["td"]):
        span = _number(element.attributes.get(name, ""))
        if span and 1 < int(span) <= _MOST_SPAN:
            found[name] = span
    return found


def _number(written: str) -> str:
    found = _NUMBER.fullmatch(written.strip())
    return str(int(found[0])) if found else ""


def shown_value(element: Element) -> str:
    """Return what a form field shows."""
    kind = element.attributes.get("type", "").lower()
    if kind in {"hidden", "password", "file", "image"}:
        return ""
    if kind in {"checkbox", "radio"}:
        return "☑" if "checked" in element.attributes else "☐"
    return element.attributes.get("value", "") or element.attributes.get("placeholder", "")


def without_mark(element: Element) -> tuple[str, Element]:
    """Return the mark that Word wrote before an item, and the item without it."""
    marks: list[str] = []

    def kept(part: Element) -> Element:
        children: list[Element | str] = []
        for child in part.children:
            if isinstance(child, str):
                children.append(child)
            elif "ignore" in style_of(child).get("mso-list", ""):
                marks.append(_words_of(child))
            else:
                children.append(kept(child))
        return Element(part.tag, part.attributes, children)

    rest = kept(element)
    return "".join(marks), rest


def _words_of(element: Element) -> str:
    return "".join(
        child if isinstance(child, str) else _words_of(child) for child in element.children
    )
