"""The one provider of the settings, and what is asked of it: discovery, tokens, keys, claims."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

from thulium_portal.accounts.single_sign_on.identity import Claims, Identity, plain
from thulium_portal.accounts.single_sign_on.tokens import TokenRefused, verified
from thulium_portal.lib.addresses import is_protected

PROVIDER_ID = "sso"
"""The provider's place in addresses: /accounts/oidc/sso/…"""

_SILENT = "sign-on-provider-silent"
_MOMENT = 10
"""Seconds in which a provider that did not answer is not asked again."""
_METHODS = "token_endpoint_auth_methods_supported"
_ADDRESSES = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class ProviderFailed(OAuth2Error):  # type: ignore[misc] # allauth has no types
    """The provider could not be reached or made no sense; says in a word how."""


@contextmanager
def _unless_silent() -> Iterator[None]:
    """Ask the provider in the block, unless it did not answer a moment ago.

    Otherwise everybody who tried in the meantime would hold up a thread. Raises
    :class:`ProviderFailed` for whatever went wrong on the way.
    """
    if cache.get(_SILENT):
        raise ProviderFailed("silent a moment ago")
    try:
        yield
    # Whatever requests raises is an OSError; where there is a response, somebody answered.
    except OSError as error:
        if getattr(error, "response", None) is None:
            cache.set(_SILENT, "yes", _MOMENT)
        raise ProviderFailed(type(error).__name__) from error


class Conversation(OpenIDConnectOAuth2Adapter):  # type: ignore[misc] # allauth has no types
    """allauth's conversation with the provider, believing nothing that is not signed for us."""

    nonce = ""
    """What this sign-in alone was begun with; the token has to hold it."""

    @cached_property
    def openid_config(self) -> dict[str, Any]:
        """The discovery document. Raises :class:`ProviderFailed`.

        It has to name the very issuer of the settings: one document for many tenants (Entra's
        “common”) speaks for people of whom the company knows nothing.
        """
        document = self._asked(self.get_provider().server_url)
        issuer = document.get("issuer")
        if not isinstance(issuer, str) or issuer.rstrip("/") != settings.OIDC_ISSUER.rstrip("/"):
            raise ProviderFailed("issuer")
        for name in _ADDRESSES:
            address = document.get(name)
            if not isinstance(address, str) or not is_protected(address):
                raise ProviderFailed(name)
        if not isinstance(document.get(_METHODS), list):
            document.pop(_METHODS, None)
        return document

    def get_access_token_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Redeem the code. Raises :class:`ProviderFailed`."""
        try:
            with _unless_silent():
                answer = super().get_access_token_data(*args, **kwargs)
        except (OAuth2Error, LookupError, ValueError, RecursionError) as error:
            raise ProviderFailed("code") from error
        if not isinstance(answer, dict):
            raise ProviderFailed("code")
        return answer

    def parse_token(self, data: dict[str, Any]) -> SocialToken:
        """Return the access token; it is never stored, and forgotten when the answer is given."""
        return SocialToken(token=str(data["access_token"]))

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any
    ) -> SocialLogin:
        """Return who has signed in. Raises :class:`ProviderFailed`."""
        keys = self._asked(self.openid_config["jwks_uri"])
        try:
            claims = verified(
                kwargs["response"].get("id_token"),
                keys=keys,
                issuer=self.openid_config["issuer"],
                audience=app.client_id,
                nonce=self.nonce,
            )
        except TokenRefused as error:
            raise ProviderFailed(f"token {error}") from error
        login_claim = settings.OIDC_AGENT_LOGIN_CLAIM
        identity = Identity.of(claims, {}, login_claim=login_claim)
        if not identity.address or not identity.agent_login:
            more = self._more(identity.subject, token.token)
            identity = Identity.of(claims, more, login_claim=login_claim)
        account = SocialAccount(
            provider=PROVIDER_ID, uid=identity.key, extra_data=vars(identity).copy()
        )
        return SocialLogin(provider=self.get_provider(), account=account)

    def _more(self, subject: str, access_token: str) -> Claims:
        """Return what the provider tells of *subject* besides the token; nothing of anybody else.

        Its answer is not signed; whose it is has to be compared (OpenID Connect Core 5.3.2).
        """
        address = self.openid_config.get("userinfo_endpoint")
        if not isinstance(address, str) or not is_protected(address):
            return {}
        claims = self._asked(address, headers={"Authorization": f"Bearer {access_token}"})
        if plain(claims.get("sub"), 255) != subject:
            raise ProviderFailed("userinfo of somebody else")
        return claims

    def _asked(self, address: str, **given: Any) -> dict[str, Any]:
        """Return the JSON object at an *address* of the provider."""
        try:
            with _unless_silent(), get_adapter().get_requests_session() as session:
                answer = session.get(address, **given)
                answer.raise_for_status()
                data = answer.json()
        # JSON may be nested deeper than Python reads it.
        except (ValueError, RecursionError) as error:
            raise ProviderFailed(type(error).__name__) from error
        if not isinstance(data, dict):
            raise ProviderFailed("no object")
        return data


class SignOnProvider(OpenIDConnectProvider):  # type: ignore[misc] # allauth has no types
    """The provider as people are sent to it."""

    oauth2_adapter_class = Conversation

    def start(self, request: HttpRequest, *, next_url: str, as_another: bool) -> str:
        """Return the provider's address that begins a sign-in. Raises :class:`ProviderFailed`.

        Nothing of the request goes into it: allauth would take the process, the scope and further
        parameters from there. *as_another* has the provider ask again who it is.
        """
        nonce = secrets.token_urlsafe(32)
        wish = {"prompt": "login"} if as_another else {}
        answer: HttpResponse = self.redirect(
            request,
            process=AuthProcess.LOGIN,
            next_url=next_url,
            auth_params={"nonce": nonce, **wish},
            nonce=nonce,
        )
        return answer["Location"]


class Return(OAuth2CallbackView):  # type: ignore[misc] # allauth has no types
    """The way back from the provider: the state names the sign-in, which named its nonce."""

    def _get_state(self, *args: Any) -> tuple[dict[str, Any] | None, HttpResponse | None]:
        state, answer = super()._get_state(*args)
        self.adapter.nonce = (state or {}).get("nonce", "")
        return state, answer


def configured() -> SocialApp | None:
    """Return the provider of the settings as allauth knows it, None where there is none."""
    if not settings.OIDC_ISSUER:
        return None
    return SocialApp(
        provider=OpenIDConnectProvider.id,
        provider_id=PROVIDER_ID,
        name=settings.OIDC_NAME,
        client_id=settings.OIDC_CLIENT_ID,
        secret=settings.OIDC_CLIENT_SECRET,
        settings={"server_url": settings.OIDC_ISSUER.rstrip("/"), "oauth_pkce_enabled": True},
    )
