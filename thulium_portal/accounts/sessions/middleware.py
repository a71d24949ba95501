"""How long a session lasts."""

import time
from collections.abc import Callable

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponseBase

from thulium_portal.accounts.http import is_from_script

IDLE_SECONDS = 2 * 3600
"""A session unused for so long ends: long enough for an interruption, short enough for a lunch."""
LONGEST_SECONDS = 10 * 3600
"""A working day; nobody stays signed in overnight."""
NOTE_EVERY = 300
"""Seconds between two notes of use, so that reading pages writes nothing."""
GetResponse = Callable[[HttpRequest], HttpResponseBase]


class SessionLimitsMiddleware:
    """Ends sessions that were idle too long or lasted too long.

    A person who was switched off is not found by ``PersonBackend``, so they are out at once.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """End a session that is over, else note its use every few minutes."""
        if request.user.is_authenticated:
            now = int(time.time())
            began = request.session.setdefault("began", now)
            used = request.session.setdefault("used", now)
            if now - began > LONGEST_SECONDS or now - used > IDLE_SECONDS:
                logout(request)
            elif now - used > NOTE_EVERY and not _asks_by_itself(request):
                request.session["used"] = now
        return self._get_response(request)


def _asks_by_itself(request: HttpRequest) -> bool:
    """Tell whether a script polls for news, which is no sign that anybody is there."""
    return request.method == "GET" and is_from_script(request)
