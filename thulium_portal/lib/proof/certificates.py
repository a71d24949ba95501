"""X.509 certificates as authorities of time stamps use them, and their way to a trusted one."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from .der import (
    INTEGER,
    OCTETS,
    SEQUENCE,
    SET,
    Node,
    Unreadable,
    algorithm,
    bits,
    moment,
    name_of,
    nodes,
    of,
    one,
    parts,
)
from .signatures import is_signed

MOST = 30
"""So many certificates a time stamp or a file of trusted ones may hold."""
LONGEST_WAY = 6

KEY_USAGE, CONSTRAINTS, POLICIES, PURPOSES = "2.5.29.15", "2.5.29.19", "2.5.29.32", "2.5.29.37"
TIME_STAMPING, COMMON_NAME = "1.3.6.1.5.5.7.3.8", "2.5.4.3"
UNDERSTOOD = {KEY_USAGE, CONSTRAINTS, POLICIES, PURPOSES}
SIGNS, VOUCHES, CERTIFIES = 0x80, 0x40, 0x04
"""Bits of the key usage: digitalSignature, nonRepudiation, keyCertSign."""


class Certificate(NamedTuple):
    """What is used of a certificate; times are UTC as ``YYYYMMDDHHMMSS``."""

    raw: bytes
    signed: bytes
    algorithm: str
    signature: bytes
    serial: bytes
    issuer: bytes
    subject: Node
    begins: str
    ends: str
    key: Node
    extensions: dict[str, tuple[bool, bytes]]

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of the certificate, by which authorities name theirs."""
        return hashlib.sha256(self.raw).hexdigest()

    @property
    def spoken(self) -> str:
        """The fingerprint in groups of four, for people to compare."""
        return " ".join(self.fingerprint[place : place + 4] for place in range(0, 64, 4))

    @property
    def pem(self) -> str:
        """The certificate as files hold it."""
        lines = base64.encodebytes(self.raw).decode()
        return f"-----BEGIN CERTIFICATE-----\n{lines}-----END CERTIFICATE-----\n"

    @property
    def name(self) -> str:
        """The common name of its owner, or nothing."""
        for group in parts(self.subject):
            for each in parts(group, SET):
                kind, value = parts(each, least=2)[:2]
                if name_of(kind) == COMMON_NAME:
                    text = value.body.decode("utf-8", "replace")
                    return "".join(letter for letter in text if letter.isprintable())[:100]
        return ""


def certificate(raw: bytes) -> Certificate:
    """Return what *raw* says in DER; raises :class:`Unreadable`."""
    signed, kind, signature = parts(one(raw), least=3)[:3]
    fields = parts(signed, least=6)
    if fields[0].tag == 0xA0:  # the version; the first one has none
        fields = fields[1:]
    if len(fields) < 6:
        raise Unreadable("a certificate cannot be read")
    serial, inner, issuer, validity, subject, key = fields[:6]
    if inner.raw != kind.raw:
        raise Unreadable("a certificate names two algorithms")
    begins, ends = (moment(each)[:14] for each in parts(validity, least=2)[:2])
    return Certificate(
        raw, signed.raw, algorithm(kind), bits(signature), of(serial, INTEGER).body,
        of(issuer, SEQUENCE).raw, of(subject, SEQUENCE), begins, ends, key,
        dict(_extensions(fields[6:])),
    )  # fmt: skip


def _extensions(fields: Sequence[Node]) -> Iterator[tuple[str, tuple[bool, bytes]]]:
    """Yield each extension's name, whether it is critical, and its value."""
    for field in fields:
        if field.tag == 0xA3:
            for each in parts(one(field.body)):
                kind, *flag, value = parts(each, least=2)
                yield name_of(kind), (bool(flag) and flag[0].body != b"\0", of(value, OCTETS).body)


def from_pem(text: str) -> list[Certificate]:
    """Return the certificates in a file of them; raises :class:`Unreadable`."""
    found = re.findall(r"-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERT", text)
    if not 0 < len(found) <= MOST:
        raise Unreadable(f"the file must hold 1 to {MOST} certificates in PEM")
    try:
        return [certificate(base64.b64decode(each)) for each in found]
    except binascii.Error:
        raise Unreadable("a certificate cannot be read") from None


def require_time_stamping(leaf: Certificate) -> None:
    """Refuse a certificate that is not for time stamps and nothing else (RFC 3161, 2.3)."""
    critical, value = leaf.extensions.get(PURPOSES, (False, b""))
    if not critical or [name_of(each) for each in parts(one(value))] != [TIME_STAMPING]:
        raise Unreadable("its certificate is not for time stamps alone")
    if not _usage(leaf) & (SIGNS | VOUCHES):
        raise Unreadable("its certificate may not sign")


def anchor_of(
    leaf: Certificate, others: Sequence[Certificate], anchors: Sequence[Certificate], at: str
) -> Certificate:
    """Return the trusted one of *anchors* that vouches for *leaf*, by way of *others*.

    All on the way were valid *at* that time (``YYYYMMDDHHMMSS``). Raises :class:`Unreadable`.
    """
    trusted = {each.raw for each in anchors}
    here = leaf
    for below in range(LONGEST_WAY):
        _require_valid(here, at)
        if here.raw in trusted:
            return here
        for above in (*anchors, *others):
            if above.subject.raw == here.issuer and _vouches(above, here, below, at):
                here = above
                break
        else:
            raise Unreadable("none of the trusted certificates vouches for its own")
    raise Unreadable("none of the trusted certificates vouches for its own")


def _require_valid(each: Certificate, at: str) -> None:
    if not each.begins <= at <= each.ends:
        raise Unreadable("a certificate was not valid at its time")
    unknown = {name for name, (critical, _) in each.extensions.items() if critical} - UNDERSTOOD
    if unknown:
        raise Unreadable("a certificate has rules that are not known here")


def _vouches(above: Certificate, here: Certificate, below: int, at: str) -> bool:
    """Tell whether *above* may certify, and did certify *here*, with *below* others under it."""
    rules = parts(one(above.extensions.get(CONSTRAINTS, (False, b"\x30\0"))[1]))
    is_authority = bool(rules) and rules[0].body == b"\xff"
    longest = int.from_bytes(rules[1].body, "big") if len(rules) > 1 else LONGEST_WAY
    if not is_authority or below > longest or not _usage(above) & CERTIFIES:
        return False
    if not above.begins <= at <= above.ends:
        return False
    try:
        return is_signed(above.key, here.algorithm, "", here.signed, here.signature)
    except Unreadable:
        return False  # a key of another kind


def _usage(each: Certificate) -> int:
    """Return the first bits of the key usage; all of them where it says nothing."""
    if KEY_USAGE not in each.extensions:
        return 0xFF
    value = nodes(each.extensions[KEY_USAGE][1])
    return value[0].body[1] if value and len(value[0].body) > 1 else 0
