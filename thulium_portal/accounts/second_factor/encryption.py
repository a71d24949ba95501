"""Secrets in the database, encrypted under keys that are made out of ``SECRET_KEY``."""

import base64
import logging
import secrets

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

logger = logging.getLogger(__name__)


def encrypt(text: str) -> str:
    return MultiFernet(_keys()).encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    """Return what was encrypted under the present key or a former one.

    Where no key opens it, something random comes back: a secret that nobody has lets nobody in,
    while an empty one would let in whoever guesses that it is empty.
    """
    try:
        return MultiFernet(_keys()).decrypt(token).decode()
    except InvalidToken:
        logger.exception(
            "a second factor cannot be read; put the key it was stored under into "
            "SECRET_KEY_FALLBACKS"
        )
        return base64.b32encode(secrets.token_bytes(20)).decode()


def renewed(token: str) -> str:
    """Return *token* under the present key; as it is where that opens it, or where none does."""
    present, *_former = keys = _keys()
    try:
        present.decrypt(token)
    except InvalidToken:
        try:
            return MultiFernet(keys).rotate(token).decode()
        except InvalidToken:
            return token
    return token


def _keys() -> list[Fernet]:
    """Return the present key and the former ones, made for this purpose alone."""
    return [
        Fernet(base64.urlsafe_b64encode(_derivation().derive(key.encode())))
        for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    ]


def _derivation() -> HKDF:
    return HKDF(SHA256(), length=32, salt=None, info=b"second factor")
