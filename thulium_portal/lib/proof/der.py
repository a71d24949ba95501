"""DER, the way ASN.1 is written in certificates and time stamps: reading and writing it."""

from __future__ import annotations

import re
from datetime import datetime
from typing import NamedTuple

INTEGER, BITS, OCTETS, NULL, OID, UTC, GENERALIZED = 2, 3, 4, 5, 6, 23, 24
BOOLEAN, SEQUENCE, SET = 1, 48, 49


class Unreadable(ValueError):
    """What is wrong with a time stamp or a certificate, in a few words."""


class Node(NamedTuple):
    """One value in DER: its tag, what it holds, and all of it as it was written."""

    tag: int
    body: bytes
    raw: bytes


def nodes(data: bytes) -> list[Node]:
    """Return the values that stand one after the other in *data*."""
    found, at = [], 0
    while at < len(data):
        if len(data) < at + 2 or data[at] & 31 == 31:
            raise Unreadable("it cannot be read")
        length, begins = data[at + 1], at + 2
        if length & 128:
            size = length & 127
            length = int.from_bytes(data[begins : begins + size], "big")
            begins += size
            if not 0 < size <= 4:
                raise Unreadable("it cannot be read")
        ends = begins + length
        if ends > len(data):
            raise Unreadable("it is cut off")
        found.append(Node(data[at], data[begins:ends], data[at:ends]))
        at = ends
    return found


def one(data: bytes, tag: int = SEQUENCE) -> Node:
    """Return the one value that *data* is."""
    found = nodes(data)
    if len(found) != 1:
        raise Unreadable("it cannot be read")
    return of(found[0], tag)


def of(node: Node, tag: int) -> Node:
    """Return *node*, which must be of this *tag*."""
    if node.tag != tag:
        raise Unreadable("it cannot be read")
    return node


def parts(node: Node, tag: int = SEQUENCE, least: int = 0) -> list[Node]:
    """Return what a value of this *tag* is made of, *least* values or more."""
    found = nodes(of(node, tag).body)
    if len(found) < least:
        raise Unreadable("it cannot be read")
    return found


def name_of(node: Node) -> str:
    """Return an object identifier as people write it."""
    numbers, number = [], 0
    for byte in of(node, OID).body[:32]:
        number = number << 7 | byte & 127
        if not byte & 128:
            numbers.append(number)
            number = 0
    if not numbers:
        raise Unreadable("it cannot be read")
    first = min(numbers[0] // 40, 2)
    return ".".join(map(str, [first, numbers[0] - 40 * first, *numbers[1:]]))


def algorithm(node: Node) -> str:
    return name_of(parts(node, least=1)[0])


def bits(node: Node) -> bytes:
    """Return a string of whole bytes."""
    if not of(node, BITS).body[:1] == b"\0":
        raise Unreadable("it cannot be read")
    return node.body[1:]


def moment(node: Node) -> str:
    """Return a time as ``YYYYMMDDHHMMSS``, of a time stamp with its fraction behind a point.

    A leap second is none that Python knows: it cannot be read.
    """
    text = node.body.decode("ascii", "replace")
    if node.tag == UTC and re.fullmatch(r"[0-9]{12}Z", text):
        text = ("19" if text >= "5" else "20") + text
    elif node.tag != GENERALIZED or not re.fullmatch(r"[0-9]{14}(\.[0-9]{1,9})?Z", text):
        raise Unreadable("its time cannot be read")
    try:
        datetime.strptime(f"{text[:14]}+0000", "%Y%m%d%H%M%S%z")
    except ValueError:
        raise Unreadable("its time is none") from None
    return text[:-1]


def der(tag: int, *bodies: bytes) -> bytes:
    """Return a value in DER."""
    body = b"".join(bodies)
    size = len(body)
    if size < 128:
        return bytes([tag, size]) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 128 | len(length)]) + length + body


def whole(number: int) -> bytes:
    return der(INTEGER, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def identifier(name: str) -> bytes:
    """Return an object identifier in DER."""
    first, second, *others = map(int, name.split("."))
    body = b""
    for number in (40 * first + second, *others):
        digits = [number & 127]
        while number := number >> 7:
            digits.append(number & 127 | 128)
        body += bytes(reversed(digits))
    return der(OID, body)
