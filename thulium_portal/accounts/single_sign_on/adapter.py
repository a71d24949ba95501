"""The portal's adapter of allauth's single sign-on: one provider, and nobody signs up."""

from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount import app_settings
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.base.constants import AuthError
from django.http import HttpRequest

from thulium_portal.accounts.single_sign_on import services
from thulium_portal.accounts.single_sign_on.identity import Identity
from thulium_portal.accounts.single_sign_on.provider import (
    ProviderFailed,
    SignOnProvider,
    configured,
)
from thulium_portal.accounts.single_sign_on.refusals import refuse
from thulium_portal.accounts.single_sign_on.services import NotAdmitted, Why
from thulium_portal.accounts.single_sign_on.transport import BoundedSession


class SignOnAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc] # allauth has no types
    """The portal's answers; whom it lets in is decided by ``services``."""

    def list_apps(self, request: HttpRequest, *args: Any, **kwargs: Any) -> list[SocialApp]:
        """The provider of the settings, and none that somebody put into the database."""
        app = configured()
        return [app] if app else []

    def get_provider(self, request: HttpRequest, *args: Any, **kwargs: Any) -> SignOnProvider:
        """Raises ``SocialApp.DoesNotExist`` where there is no single sign-on."""
        return SignOnProvider(request, app=self.get_app(request, *args, **kwargs))

    def get_requests_session(self) -> BoundedSession:
        """Return a session that neither waits long nor reads much."""
        return BoundedSession(app_settings.REQUESTS_TIMEOUT)

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Let in whom the rules admit; everybody else is answered here, and goes no further."""
        identity = Identity(**sociallogin.account.extra_data)
        try:
            sociallogin.account = services.admit(identity, sociallogin.account)
        except NotAdmitted as refusal:
            raise ImmediateHttpResponse(refuse(request, refusal, identity)) from refusal
        sociallogin.user = sociallogin.account.user
        services.take_agent_login(sociallogin.user, sociallogin.account)

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: SignOnProvider,
        error: str | None = None,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,
    ) -> None:
        """Say on our page that the way to the provider and back went wrong."""
        if error == AuthError.CANCELLED:
            why = Why.CANCELLED
        elif exception is None and "state" not in (extra_context or {}):
            why = Why.STATE
        else:
            why = Why.PROVIDER
        ours = isinstance(exception, ProviderFailed)
        detail = str(exception) if ours else type(exception).__name__
        page = refuse(request, NotAdmitted(why), detail=detail)
        raise ImmediateHttpResponse(page)
