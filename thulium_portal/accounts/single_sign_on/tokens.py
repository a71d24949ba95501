"""The provider's signed word on who has signed in, checked as OpenID Connect Core 3.1.3.7 asks."""

from typing import Any

import jwt

from thulium_portal.accounts.single_sign_on.identity import plain

_ALGORITHMS = [f"{kind}{size}" for kind in ("RS", "PS", "ES") for size in (256, 384, 512)]
_ALGORITHMS += ["EdDSA"]
"""With keys that the provider alone has: never “none”, never one made of a shared secret."""
_NEEDED = ["iss", "sub", "aud", "exp", "iat"]
_SKEW = 60
"""Seconds by which the provider's clock may differ from ours."""


class TokenRefused(Exception):
    """The token is not what the provider signed for this sign-in; says in a word what is wrong."""


def verified(
    token: object, *, keys: object, issuer: str, audience: str, nonce: str
) -> dict[str, Any]:
    """Return the claims of the ID *token*, made by *issuer* for *audience* and this very sign-in.

    *keys* is the provider's key set as it was answered. Raises :class:`TokenRefused`.
    """
    if not isinstance(token, str) or not isinstance(keys, dict):
        raise TokenRefused("missing")
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            _key(jwt.PyJWKSet.from_dict(keys), jwt.get_unverified_header(token).get("kid")),
            algorithms=_ALGORITHMS,
            issuer=issuer,
            audience=audience,
            leeway=_SKEW,
            options={"require": _NEEDED},
        )
    # What is no key or no number at all is told by Python's own errors.
    except (jwt.PyJWTError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise TokenRefused(type(error).__name__) from error
    if not nonce or claims.get("nonce") != nonce:
        raise TokenRefused("nonce")
    if claims.get("azp", audience) != audience or claims["aud"] not in (audience, [audience]):
        raise TokenRefused("audience")
    if not plain(claims["sub"], 255):
        raise TokenRefused("subject")
    return claims


def _key(keys: jwt.PyJWKSet, name: object) -> Any:
    """Return the key called *name*, or the only one there is where the token names none."""
    found = [key for key in keys.keys if name is None or key.key_id == name]
    if len(found) != 1:
        raise TokenRefused("key")
    return found[0].key
