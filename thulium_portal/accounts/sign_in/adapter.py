"""The portal's adapter of django-allauth: nobody signs up, and every sign-in is recorded."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from thulium_portal.accounts import denials, guesses, services
from thulium_portal.accounts.http import visitor_address
from thulium_portal.accounts.middleware import chosen_language
from thulium_portal.accounts.models import User
from thulium_portal.accounts.sessions import known_browsers
from thulium_portal.accounts.sessions import services as sessions
from thulium_portal.accounts.sessions.ways import ways_in
from thulium_portal.audit.actions import Action


class PortalAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth has no types
    """The portal's answers; accounts are made by administrators only."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _("Wrong user name or password. Check both and try again."),
        "enter_current_password": _("This is not your current password. Type it again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return visitor_address(request)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Return the person with that name and password, counted as one try at their account."""
        name = str(credentials["username"])
        with guesses.turn(request, name):
            attempt = guesses.begin(request, name)
            person: User | None = super().authenticate(request, **credentials)
            if person is None:
                attempt.went_wrong()
                if attempt.wait:
                    denials.record_failed_sign_in(name, reason="slowed_down")
            else:
                attempt.went_well()
        return person

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Leave allauth's own limit out, which shuts the owner of an account out with strangers."""

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        super().authentication_failed(request, **credentials)
        denials.record_failed_sign_in(str(credentials["username"]))

    def login(self, request: HttpRequest, user: User) -> None:
        language = chosen_language(request)
        with transaction.atomic():
            super().login(request, user)
            sessions.begin(request)
            by = "+".join(ways_in(request, user))
            services.record_at_the_door(Action.SIGNED_IN, user, by=by)
            if language not in {"", user.language}:
                services.set_language(user, language)
        known_browsers.remember(request, user)

    def get_reauthentication_methods(self, user: User) -> list[dict[str, Any]]:
        """Return by what *user* can confirm who they are; not by a password that opens nothing."""
        ways: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        return [way for way in ways if settings.PASSWORD_SIGN_IN or way["id"] != "reauthenticate"]

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Ask nobody who has nothing to confirm it by: who signs in by the provider alone."""
        ways = self.get_reauthentication_methods(context.request.user)
        return bool(ways) and bool(super().is_reauthentication_required(app=app, **kwargs))

    def logout(self, request: HttpRequest) -> None:
        person, session_key = request.user, request.session.session_key
        with transaction.atomic():
            super().logout(request)
            sessions.forget(session_key)
            if isinstance(person, User):
                services.record_at_the_door(Action.SIGNED_OUT, person)

    def set_password(self, user: User, password: str) -> None:
        """Store the password a person chose for themselves, and record that they did."""
        services.set_own_password(user, password)
        known_browsers.remember(self.request, user)

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Say nothing beside what the pages say."""

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        """Lead to the page to sign in, which says that this browser is signed out."""
        return f"{super().get_logout_redirect_url(request)}?signed_out=1"
