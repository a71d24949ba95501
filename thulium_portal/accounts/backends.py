"""Finds the person of a session, and of a password where passwords open the portal."""

from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from thulium_portal.accounts.models import User


class PersonBackend(ModelBackend):
    """Django's own, with the agent login read along: every page shows it."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **given: Any,
    ) -> User | None:
        """Return whose *password* that is; nobody's counts where passwords are switched off.

        It is tried in its one spelling, then as it was typed. For a name that nobody has as much is
        hashed, so that time tells nothing.
        """
        if not settings.PASSWORD_SIGN_IN:
            return None
        typed = password or ""
        for spelling in dict.fromkeys((User.normalize_password(typed), typed)):
            person = super().authenticate(request, username, spelling, **given)
            if isinstance(person, User):
                return person
        return None

    def get_user(self, user_id: int) -> User | None:
        """Return the person of a session, if they may still sign in."""
        person = User.objects.select_related("agent_profile").filter(pk=user_id).first()
        return person if person is not None and self.user_can_authenticate(person) else None
