"""Who the provider says has signed in, as far as the portal goes by it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

Claims = Mapping[str, Any]

_GOOGLE = ("https://accounts.google.com", "accounts.google.com")
_YES = (True, 1, "1", "true")
"""How providers write that an address was checked; JSON knows more than one way."""


@dataclass(frozen=True)
class Identity:
    """One account at the provider.

    ``issuer`` and ``subject`` together name it for ever. ``address`` is empty unless the provider
    vouches for it, ``agent_login`` unless the claim of the settings holds one.
    """

    issuer: str
    subject: str
    address: str = ""
    agent_login: str = ""

    @classmethod
    def of(cls, claims: Claims, more: Claims, *, login_claim: str) -> Self:
        """Read the *claims* of the signed token, and where they are silent *more* of the same.

        *more* is what the provider answered besides, about the same subject.
        """
        more = {**more, "iss": claims["iss"]}
        return cls(
            issuer=claims["iss"],
            subject=claims["sub"],
            address=vouched_address(claims) or vouched_address(more),
            agent_login=plain(claims.get(login_claim), 150) or plain(more.get(login_claim), 150),
        )

    @property
    def key(self) -> str:
        """A name for the account of one length, whatever the provider's own are like."""
        return hashlib.sha256(f"{self.issuer}\n{self.subject}".encode()).hexdigest()


def vouched_address(claims: Claims) -> str:
    """Return the e-mail address of *claims* if the provider answers for it, else "".

    Entra never says ``email_verified``. Its ``email`` is a line that may be typed into the
    directory, so it counts only beside ``xms_edov``: the owner of the address's domain was checked.
    Google says it also of private accounts whose owner once read that mailbox; the company's own
    have ``hd``.
    """
    address = plain(claims.get("email"), 254)
    checked = claims.get("email_verified", claims.get("xms_edov"))
    if not address or isinstance(checked, float) or checked not in _YES:
        return ""
    is_private = claims.get("iss") in _GOOGLE and not plain(claims.get("hd"), 254)
    if is_private and not address.lower().endswith("@gmail.com"):
        return ""
    try:
        validate_email(address)
    except ValidationError:
        return ""
    return address


def plain(value: object, most: int) -> str:
    """Return *value* if it is a line of at most *most* printable characters, else ""."""
    text = value.strip() if isinstance(value, str) else ""
    return text if text.isprintable() and len(text) <= most else ""
