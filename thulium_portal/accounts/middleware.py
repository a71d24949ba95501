"""Language, time zone and session of the person behind a request."""

import time
from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

IDLE_SECONDS = 2 * 3600
"""A session unused for so long ends: long enough for an interruption, short enough for a lunch."""
LONGEST_SECONDS = 10 * 3600
NOTE_EVERY = 300
GetResponse = Callable[[HttpRequest], HttpResponse]


class SessionLimitsMiddleware:
    """Ends sessions that were idle too long, lasted too long, or whose person was switched off."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """End a session that is over, else note its use every few minutes."""
        if request.user.is_authenticated:
            now = int(time.time())
            began = request.session.setdefault("began", now)
            used = request.session.setdefault("used", now)
            if now - began > LONGEST_SECONDS or now - used > IDLE_SECONDS:
                logout(request)
            elif now - used > NOTE_EVERY:
                request.session["used"] = now
        return self._get_response(request)


class PersonLocaleMiddleware:
    """Speaks the person's language in the person's time zone.

    Signed in: what the person chose. Otherwise the cookie, then the browser, then the setting.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the reader's language."""
        known = request.user.is_authenticated
        language = request.user.language if known else _language_of_stranger(request)
        zone = request.user.zone if known else ZoneInfo(settings.TIME_ZONE)
        with translation.override(language), timezone.override(zone):
            request.LANGUAGE_CODE = language
            response = self._get_response(request)
            response.headers.setdefault("Content-Language", language)
            return response


def _language_of_stranger(request: HttpRequest) -> str:
    allowed = dict(settings.LANGUAGES)
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    if chosen in allowed:
        return chosen
    for part in request.headers.get("Accept-Language", "").split(","):
        language = part.split(";")[0].strip()[:2].lower()
        if language in allowed:
            return language
    return settings.LANGUAGE_CODE


class PortalLoginRequiredMiddleware(LoginRequiredMiddleware):
    """Sends people to the sign-in, and tells scripts so that they need not throw a text away."""

    def handle_no_permission(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseBase:
        """Answer a script's request with 401, anything else with the sign-in page."""
        if request.headers.get("HX-Request") or request.headers.get("X-Requested-With"):
            return JsonResponse({"saved": False, "label": _("You were signed out.")}, status=401)
        response: HttpResponseBase = super().handle_no_permission(request, view_func)
        return response
