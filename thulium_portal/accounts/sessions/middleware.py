"""How long a session lasts."""

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponseBase

from thulium_portal.accounts.http import is_from_script
from thulium_portal.accounts.sessions import known_browsers, services, visitors
from thulium_portal.accounts.sessions.services import BEGAN, LISTED, USED

NOTE_EVERY = 300
"""Seconds between two notes of use, so that reading pages writes nothing."""
GetResponse = Callable[[HttpRequest], HttpResponseBase]


class SessionLimitsMiddleware:
    """Ends sessions that were idle too long or lasted too long; notes the use of the others.

    Those of visitors are few and short.

    A person who was switched off is not found by ``PersonBackend``, so they are out at once.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """End a session that is over, else note its use every few minutes."""
        was_known = request.user.is_authenticated
        if was_known:
            _end_or_note(request)
        response = self._get_response(request)
        if not request.user.is_authenticated:
            response = visitors.keep_few(request, response, was_known=was_known)
        known_browsers.hand_over(request, response)
        return response


def _end_or_note(request: HttpRequest) -> None:
    session, now = request.session, int(time.time())
    began, used = session.setdefault(BEGAN, now), session.setdefault(USED, now)
    if now - began > settings.SESSION_COOKIE_AGE or now - used > settings.SESSION_IDLE_SECONDS:
        services.forget(session.session_key)
        logout(request)
    elif session.get(LISTED, session.session_key) != session.session_key:
        services.note(request)
    elif now - used > NOTE_EVERY and not _asks_by_itself(request):
        session[USED] = now
        services.note(request)


def _asks_by_itself(request: HttpRequest) -> bool:
    """Tell whether a script polls for news, which is no sign that anybody is there."""
    return request.method == "GET" and is_from_script(request)
