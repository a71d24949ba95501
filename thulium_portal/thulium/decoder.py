"""From the bytes of an answer to JSON: bounded, and exact about what it cannot be.

Numbers too long for a database column come as texts, ``NaN`` as nothing, and an object that names a
key twice as nothing too, since nobody can say which of the two is meant.
"""

import json
import re
from typing import Any

MOST_VALUES = 250_000
"""Values of one answer; a ticket with ten thousand messages has 90,000."""
_LONGEST_NUMBER = 32
_STRINGS = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
_BEGINNINGS = (b",", b"[", b"{")


def decoded(body: bytes) -> Any:
    """Return the JSON in *body*, byte-order mark or not; ``ValueError`` for anything else.

    Bytes that are no UTF-8 become U+FFFD: one of them in one message must not hide the others.
    """
    # No value has more than its own two quotation marks and those of its key.
    if body.count(b'"') - body.count(b'\\"') > 4 * MOST_VALUES:
        raise ValueError("too many texts")
    shape = _STRINGS.sub(b"", body)
    if sum(shape.count(sign) for sign in _BEGINNINGS) > MOST_VALUES:
        raise ValueError("too many values")
    try:
        return json.loads(
            body.decode("utf-8-sig", errors="replace"),
            strict=False,
            parse_int=lambda digits: int(digits) if len(digits) <= _LONGEST_NUMBER else digits,
            parse_float=lambda digits: float(digits) if len(digits) <= _LONGEST_NUMBER else digits,
            parse_constant=lambda _name: None,
            object_pairs_hook=_object,
        )
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any] | None:
    found = dict(pairs)
    return found if len(found) == len(pairs) else None
