"""The portal's adapter of django-allauth: nobody signs up, and every sign-in is recorded."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from thulium_portal.accounts import services
from thulium_portal.accounts.models import User
from thulium_portal.audit.actions import Action


class PortalAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth has no types
    """The portal's answers; accounts are made by administrators only."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _("Wrong user name or password. Check both and try again."),
        "too_many_login_attempts": _(
            "Too many tries with this user name. To protect the account, signing in pauses for "
            "five minutes. If you forgot the password, ask an administrator for a new one."
        ),
        "enter_current_password": _("This is not your current password. Type it again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Count the tries for one person together, however the name and the host are spelled.

        allauth's own key holds the Host header, whose port a visitor may choose at will.
        """
        return User.normalize_username(credentials["username"])

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        super().authentication_failed(request, **credentials)
        services.record_failed_sign_in(str(credentials["username"]))

    def login(self, request: HttpRequest, user: User) -> None:
        with transaction.atomic():
            super().login(request, user)
            services.record_at_the_door(Action.SIGNED_IN, user)

    def logout(self, request: HttpRequest) -> None:
        person = request.user
        with transaction.atomic():
            super().logout(request)
            if isinstance(person, User):
                services.record_at_the_door(Action.SIGNED_OUT, person)

    def set_password(self, user: User, password: str) -> None:
        """Store the password a person chose for themselves, and record that they did."""
        services.set_password(user, password, actor=user)

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Say nothing beside what the pages say."""
