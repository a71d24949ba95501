"""Texts around replies, stored as their pages would."""

from collections.abc import Callable
from typing import Any

import pytest

from thulium_portal.accounts.models import User
from thulium_portal.signatures.models import StandingText
from thulium_portal.signatures.services import Wording, save


@pytest.fixture
def keep(anna: User, ewa: User) -> Callable[..., StandingText]:
    """Return a function that stores a text, the office's (by Ewa) unless it is Anna's own."""

    def keep(body: str, *, kind: str = "signature", own: bool = False, **given: Any) -> Any:
        whose = anna if own else None
        save(Wording(kind, body, **given), row=None, whose=whose, actor=anna if own else ewa)
        return StandingText.objects.latest("pk")

    return keep
