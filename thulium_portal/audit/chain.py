"""What is hashed, and how: canonical bytes, links, commitments. Pure; no database, no Django."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

Fact = int | str | bool | None | list[int] | list[str]
"""What an entry may hold beside its fixed fields: no floats, no nesting, no personal data."""

CHAIN = "portal"
VERSION = 1
GENESIS = "0" * 64
_PREFIX = b"portal-audit-v1\n"
_ENCODER = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
)


def canonical(record: Mapping[str, Any]) -> str:
    """Return *record* in its one canonical JSON form; integers, texts and truth values only."""
    return _ENCODER.encode(record)


def checked(facts: Mapping[str, Fact]) -> dict[str, Fact]:
    """Return *facts*; ``TypeError`` for one that has no single canonical form, as floats have."""
    for name, value in facts.items():
        for item in value if isinstance(value, list) else [value]:
            if not (item is None or isinstance(item, int | str)):
                raise TypeError(f"an audit entry cannot hold a {type(item).__name__} as {name}")
    return dict(facts)


def digest(record: str) -> str:
    """Return the hash of an entry from its canonical JSON, as hexadecimal digits."""
    return hashlib.sha256(_PREFIX + record.encode()).hexdigest()


def commitment(salt: bytes, field: str, data: str) -> str:
    """Return what an entry holds in place of *data*; without the salt it tells nothing."""
    raw = data.encode()
    message = b"%s\n%d\n%s" % (field.encode(), len(raw), raw)
    return hmac.new(salt, message, hashlib.sha256).hexdigest()


def timestamp(at: datetime) -> str:
    """Return *at* in UTC, in a form whose width never varies."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
