"""The keys that sign checkpoints: Ed25519, derived from settings, told apart by an id."""

import hashlib
from dataclasses import dataclass
from functools import cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_PURPOSE = b"portal-audit-checkpoint-v1"


@dataclass(frozen=True)
class SigningKey:
    """A signing key with its id: the first 16 digits of its public key's SHA-256."""

    id: str
    private: Ed25519PrivateKey

    @property
    def public(self) -> Ed25519PublicKey:
        """The half with which anyone can check."""
        return self.private.public_key()

    @property
    def public_hex(self) -> str:
        """The public half as hexadecimal digits, to hand to an auditor."""
        return self.public.public_bytes_raw().hex()

    @property
    def fingerprint(self) -> str:
        """What people compare by telephone: 32 digits of that SHA-256, in groups of four."""
        digits = hashlib.sha256(self.public.public_bytes_raw()).hexdigest()
        return " ".join(digits[place : place + 4] for place in range(0, 32, 4))

    @property
    def revoked_from(self) -> int | None:
        """The entry from which on its signatures no longer count; None for a key that is good."""
        return settings.AUDIT_REVOKED_KEYS.get(self.id)


def current_key() -> SigningKey:
    """Return the key of ``AUDIT_SIGNING_KEY``, with which new checkpoints are signed."""
    return _derive(settings.AUDIT_SIGNING_KEY)


def known_keys() -> list[SigningKey]:
    """Return the current key and, after it, the former ones that still count."""
    former = [_derive(secret) for secret in settings.AUDIT_SIGNING_KEY_FALLBACKS]
    return [current_key(), *former]


def key_of(key_id: str) -> SigningKey | None:
    """Return the key with this id, current or former; None for a strange one."""
    return next((key for key in known_keys() if key.id == key_id), None)


def id_of(secret: str) -> str:
    """Return the id of the key that is derived from a value of ``AUDIT_SIGNING_KEY``."""
    return _derive(secret).id


def sign(statement: str) -> str:
    """Return the current key's signature of *statement*, as hexadecimal digits."""
    return current_key().private.sign(statement.encode()).hex()


def is_signed(statement: str, signature: str, key_id: str) -> bool:
    """Tell whether the key *key_id*, current or former, signed *statement*."""
    key = key_of(key_id)
    if key is None:
        return False
    try:
        key.public.verify(bytes.fromhex(signature), statement.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


@cache
def _derive(secret: str) -> SigningKey:
    seed = HKDF(SHA256(), length=32, salt=None, info=_PURPOSE).derive(secret.encode())
    private = Ed25519PrivateKey.from_private_bytes(seed)
    key_id = hashlib.sha256(private.public_key().public_bytes_raw()).hexdigest()[:16]
    return SigningKey(key_id, private)
