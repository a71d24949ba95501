"""Asking an authority for a time stamp, and checking one against the certificates trusted."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

from .certificates import MOST, Certificate, anchor_of, certificate, require_time_stamping
from .der import (
    BOOLEAN,
    INTEGER,
    NULL,
    OCTETS,
    SEQUENCE,
    SET,
    Node,
    Unreadable,
    algorithm,
    der,
    identifier,
    moment,
    name_of,
    nodes,
    of,
    one,
    parts,
    whole,
)
from .signatures import HASHES, SHA256, is_signed

LARGEST = 64 * 1024
"""Bytes an answer of an authority may have; real ones have 2,000 to 12,000."""

SIGNED_DATA, TST_INFO = "1.2.840.113549.1.7.2", "1.2.840.113549.1.9.16.1.4"
CONTENT_TYPE, MESSAGE_DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
SIGNING_CERTIFICATE = "1.2.840.113549.1.9.16.2.12"
SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47"


class Stamp(NamedTuple):
    """What a time stamp that holds says: when, and on whose word.

    *time* is UTC, ``2026-11-28T03:50:00Z``; *anchor* is the trusted certificate's SHA-256.
    """

    time: str
    serial: str
    policy: str
    authority: str
    anchor: str


def query(imprint: bytes, nonce: int) -> bytes:
    """Return the request for a time stamp of a SHA-256, with the authority's certificate in it."""
    hashed = der(SEQUENCE, der(SEQUENCE, identifier(SHA256), der(NULL)), der(OCTETS, imprint))
    return der(SEQUENCE, whole(1), hashed, whole(nonce), der(BOOLEAN, b"\xff"))


def token_of(answer: bytes) -> bytes:
    """Return the time stamp in an authority's *answer*; :class:`Unreadable` where it refused."""
    if len(answer) > LARGEST:
        raise Unreadable("the answer is too large")
    status, *token = parts(one(answer), least=1)
    code, *words = parts(status, least=1)
    if of(code, INTEGER).body not in {b"\0", b"\1"} or not token:
        said = b" ".join(each.body for each in nodes(words[0].body)) if words else b""
        text = "".join(letter for letter in said.decode("utf-8", "replace") if letter.isprintable())
        raise Unreadable(f"the authority refused: status {code.body.hex()} {text[:200]}".strip())
    return token[0].raw


def checked(
    token: bytes, imprint: bytes, anchors: Sequence[Certificate], nonce: int | None = None
) -> Stamp:
    """Return what *token* says of *imprint*, a SHA-256; raises :class:`Unreadable` if it is not so.

    One of the trusted *anchors* must vouch for the authority, for its time stamps and at their
    time; *nonce* is that of the request, where there was one just now.
    """
    if len(token) > LARGEST:
        raise Unreadable("it is too large")
    kind, content = parts(one(token), least=2)[:2]
    if name_of(kind) != SIGNED_DATA:
        raise Unreadable("it is no time stamp")
    _version, _digests, inner, *more = parts(one(content.body), least=4)
    signers = parts(more[-1], SET)
    stored = [each for each in more if each.tag == 0xA0]
    raws = [each.raw for each in nodes(stored[0].body) if each.tag == SEQUENCE] if stored else []
    kind, wrapped = parts(inner, least=2)[:2]
    if name_of(kind) != TST_INFO or len(signers) != 1 or len(raws) > MOST:
        raise Unreadable("it is no time stamp")
    told = one(wrapped.body, OCTETS).body
    others = [certificate(raw) for raw in raws]
    leaf = _signer(signers[0], told, [*others, *anchors])
    time, serial, policy = _said(told, imprint, nonce)
    require_time_stamping(leaf)
    anchor = anchor_of(leaf, others, anchors, time[:14])
    y, mo, d, h, mi, s = time[:4], *(time[place : place + 2] for place in range(4, 14, 2))
    when = f"{y}-{mo}-{d}T{h}:{mi}:{s}{time[14:]}Z"
    return Stamp(when, serial, policy, leaf.name, anchor.fingerprint)


def _said(told: bytes, imprint: bytes, nonce: int | None) -> tuple[str, str, str]:
    """Return time, serial and policy of the signed statement; it must be of *imprint*."""
    version, policy, hashed, serial, time, *more = parts(one(told), least=5)
    kind, digest = parts(hashed, least=2)[:2]
    if of(version, INTEGER).body != b"\1" or algorithm(kind) != SHA256:
        raise Unreadable("it is no time stamp of a SHA-256")
    if of(digest, OCTETS).body != imprint:
        raise Unreadable("it is the time stamp of something else")
    nonces = [each.body for each in more if each.tag == INTEGER]
    if nonce is not None and [int.from_bytes(each, "big") for each in nonces] != [nonce]:
        raise Unreadable("it answers another request")
    return moment(time), of(serial, INTEGER).body.hex(), name_of(policy)


def _signer(signer: Node, told: bytes, known: Sequence[Certificate]) -> Certificate:
    """Return the certificate by which *signer* signed what is *told* (RFC 5652, 5.4)."""
    _version, who, digest_kind, attributes, *rest = parts(signer, least=6)
    digest = HASHES.get(algorithm(digest_kind), "")
    if attributes.tag != 0xA0 or not digest:
        raise Unreadable("it is signed in a way that is not known here")
    said = _attributes(attributes)
    if name_of(one(said[CONTENT_TYPE].raw, said[CONTENT_TYPE].tag)) != TST_INFO:
        raise Unreadable("it is no time stamp")
    if of(said[MESSAGE_DIGEST], OCTETS).body != hashlib.new(digest, told).digest():
        raise Unreadable("what it says was changed")
    leaf = next((each for each in known if _is_named(each, said)), None)
    if leaf is None or not _is_issued(leaf, who):
        raise Unreadable("the certificate it was signed with is missing")
    way, signature = algorithm(rest[0]), of(rest[1], OCTETS).body
    message = bytes([SET]) + attributes.raw[1:]
    if not is_signed(leaf.key, way, digest, message, signature):
        raise Unreadable("its signature does not hold")
    return leaf


def _attributes(attributes: Node) -> dict[str, Node]:
    """Return the signed attributes, of which each is there once and has one value."""
    found: dict[str, Node] = {}
    for each in nodes(attributes.body):
        kind, values = parts(each, least=2)[:2]
        name, held = name_of(kind), parts(values, SET)
        if name in found or len(held) != 1:
            raise Unreadable("it says something twice")
        found[name] = held[0]
    if CONTENT_TYPE not in found or MESSAGE_DIGEST not in found:
        raise Unreadable("it is no time stamp")
    return found


def _is_named(each: Certificate, said: dict[str, Node]) -> bool:
    """Tell whether the signature is bound to this certificate (RFC 5816; its elder by SHA-1)."""
    if SIGNING_CERTIFICATE_V2 in said:
        fields = parts(parts(parts(said[SIGNING_CERTIFICATE_V2], least=1)[0], least=1)[0], least=1)
        kind = HASHES.get(algorithm(fields[0]), "") if fields[0].tag == SEQUENCE else "sha256"
        digest = fields[1] if fields[0].tag == SEQUENCE and len(fields) > 1 else fields[0]
        return bool(kind) and hashlib.new(kind, each.raw).digest() == digest.body
    if SIGNING_CERTIFICATE in said:
        first = parts(parts(parts(said[SIGNING_CERTIFICATE], least=1)[0], least=1)[0], least=1)[0]
        return hashlib.sha1(each.raw, usedforsecurity=False).digest() == first.body
    raise Unreadable("it does not name its certificate")


def _is_issued(leaf: Certificate, who: Node) -> bool:
    """Tell whether *who* names that certificate, by its issuer and number where it does so."""
    if who.tag != SEQUENCE:
        return True  # by an identifier of the key, which the bound certificate makes needless
    issuer, serial = parts(who, least=2)[:2]
    return issuer.raw == leaf.issuer and of(serial, INTEGER).body == leaf.serial
