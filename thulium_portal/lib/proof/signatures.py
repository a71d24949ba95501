"""Signatures by RSA (PKCS #1 v1.5) and by ECDSA on P-256 and P-384, with the SHA-2 hashes."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import NamedTuple

from .der import INTEGER, Node, Unreadable, bits, name_of, of, one, parts

RSA, EC = "1.2.840.113549.1.1.1", "1.2.840.10045.2.1"
SHA256 = "2.16.840.1.101.3.4.2.1"
HASHES = {SHA256: "sha256", SHA256[:-1] + "2": "sha384", SHA256[:-1] + "3": "sha512"}
BY_RSA = {RSA[:-1] + "11": "sha256", RSA[:-1] + "12": "sha384", RSA[:-1] + "13": "sha512"}
BY_EC = {f"1.2.840.10045.4.3.{2 + n}": name for n, name in enumerate(HASHES.values())}
# What stands before the digest in an RSA signature (RFC 8017, 9.2).
PREFIXES = {
    "sha256": bytes.fromhex("3031300d060960864801650304020105000420"),
    "sha384": bytes.fromhex("3041300d060960864801650304020205000430"),
    "sha512": bytes.fromhex("3051300d060960864801650304020305000440"),
}


class Curve(NamedTuple):
    """A curve y² = x³ - 3x + b over the integers modulo p, with a point (x, y) of order n."""

    p: int
    b: int
    n: int
    x: int
    y: int


def _curve(p: int, *digits: str) -> Curve:
    return Curve(p, *(int(each, 16) for each in digits))


CURVES = {
    "1.2.840.10045.3.1.7": _curve(
        2**256 - 2**224 + 2**192 + 2**96 - 1,
        "5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b",
        "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
        "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296",
        "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5",
    ),
    "1.3.132.0.34": _curve(
        2**384 - 2**128 - 2**96 + 2**32 - 1,
        "b3312fa7e23ee7e4988e056be3f82d19181d9c6efe814112"
        "0314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aef",
        "ffffffffffffffffffffffffffffffffffffffffffffffff"
        "c7634d81f4372ddf581a0db248b0a77aecec196accc52973",
        "aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b98"
        "59f741e082542a385502f25dbf55296c3a545e3872760ab7",
        "3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147c"
        "e9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5f",
    ),
}


def is_signed(key: Node, way: str, digest: str, message: bytes, signature: bytes) -> bool:
    """Tell whether *signature*, made in that *way*, is that of *message* by *key*.

    A *way* that names no hash goes by *digest*. Raises :class:`Unreadable` for one not known here.
    """
    described, public = parts(key, least=2)[:2]
    kind, *more = parts(described, least=1)
    name, value = name_of(kind), bits(public)
    digest = BY_RSA.get(way, digest)
    if name == RSA and (way in BY_RSA or way == RSA) and digest:
        return by_rsa(value, digest, message, signature)
    if name == EC and way in BY_EC and more and name_of(more[0]) in CURVES:
        return by_ec(CURVES[name_of(more[0])], value, BY_EC[way], message, signature)
    raise Unreadable("it is signed in a way that is not known here")


def by_rsa(key: bytes, digest: str, message: bytes, signature: bytes) -> bool:
    """Tell whether a signature by RSA holds (RFC 8017, 8.2.2)."""
    n, e = (int.from_bytes(of(each, INTEGER).body, "big") for each in parts(one(key), least=2)[:2])
    size = (n.bit_length() + 7) // 8
    if not (2048 <= n.bit_length() <= 8192 and 3 <= e < 2**32 and len(signature) == size):
        return False
    told = PREFIXES[digest] + hashlib.new(digest, message).digest()
    expected = b"\0\1" + b"\xff" * (size - len(told) - 3) + b"\0" + told
    return pow(int.from_bytes(signature, "big"), e, n).to_bytes(size, "big") == expected


def doubled(curve: Curve, point: tuple[int, ...]) -> tuple[int, ...]:
    """Return a point in Jacobian coordinates added to itself; one with z = 0 is at infinity."""
    x, y, z = point
    y2, z2 = y * y, z * z
    slope, side = 3 * (x - z2) * (x + z2), 4 * x * y2
    above = (slope * slope - 2 * side) % curve.p
    return above, (slope * (side - above) - 8 * y2 * y2) % curve.p, 2 * y * z % curve.p


def plus(curve: Curve, a: tuple[int, ...], b: tuple[int, ...]) -> tuple[int, ...]:
    """Return the sum of two points in Jacobian coordinates."""
    if not a[2] or not b[2]:
        return a if a[2] else b
    az, bz = a[2] * a[2], b[2] * b[2]
    x, y = a[0] * bz % curve.p, a[1] * bz * b[2] % curve.p
    h, r = (b[0] * az - x) % curve.p, (b[1] * az * a[2] - y) % curve.p
    if not h:
        return (0, 1, 0) if r else doubled(curve, a)
    h2, h3 = h * h, h * h * h
    above = (r * r - h3 - 2 * x * h2) % curve.p
    return above, (r * (x * h2 - above) - y * h3) % curve.p, h * a[2] * b[2] % curve.p


def times(curve: Curve, number: int, point: tuple[int, ...]) -> tuple[int, ...]:
    """Return *point* added to itself *number* times."""
    total: tuple[int, ...] = (0, 1, 0)
    while number:
        total = plus(curve, total, point) if number & 1 else total
        point, number = doubled(curve, point), number >> 1
    return total


# The certificates of one authority come with each of its time stamps.
@lru_cache(maxsize=64)
def by_ec(curve: Curve, key: bytes, digest: str, message: bytes, signature: bytes) -> bool:
    """Tell whether a signature by ECDSA holds (FIPS 186-5, 6.4.2)."""
    size = (curve.p.bit_length() + 7) // 8
    x, y = (int.from_bytes(key[place : place + size], "big") for place in (1, 1 + size))
    on_curve = x < curve.p and y < curve.p and (y * y - x**3 + 3 * x - curve.b) % curve.p == 0
    r, s = (int.from_bytes(of(e, INTEGER).body, "big") for e in parts(one(signature), least=2)[:2])
    if not (key[:1] == b"\4" and len(key) == 1 + 2 * size and on_curve):
        return False
    if not (0 < r < curve.n and 0 < s < curve.n):
        return False
    hashed = hashlib.new(digest, message).digest()
    number = int.from_bytes(hashed, "big") >> max(0, 8 * len(hashed) - curve.n.bit_length())
    inverse = pow(s, -1, curve.n)
    first = times(curve, number * inverse % curve.n, (curve.x, curve.y, 1))
    found = plus(curve, first, times(curve, r * inverse % curve.n, (x, y, 1)))
    if not found[2]:
        return False
    return found[0] * pow(found[2], -2, curve.p) % curve.p % curve.n == r
