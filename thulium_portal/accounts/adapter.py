"""What django-allauth asks the portal: nobody signs up, and every sign-in is recorded."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from thulium_portal.accounts.models import User
from thulium_portal.accounts.services import note_signing
from thulium_portal.audit.actions import Action


class PortalAccountAdapter(DefaultAccountAdapter):
    """The portal's answers; accounts are made by administrators only."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up."""
        return False

    def login(self, request: HttpRequest, user: User) -> None:
        """Sign in, and record it."""
        super().login(request, user)
        note_signing(Action.SIGNED_IN, user)

    def logout(self, request: HttpRequest) -> None:
        """Sign out, and record it."""
        person = request.user if isinstance(request.user, User) else None
        super().logout(request)
        note_signing(Action.SIGNED_OUT, person)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Record a failed sign-in with the name that was tried."""
        super().authentication_failed(request, **credentials)
        note_signing(Action.SIGN_IN_FAILED, None, username=str(credentials.get("username", "")))

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Say nothing beside what the pages say."""
