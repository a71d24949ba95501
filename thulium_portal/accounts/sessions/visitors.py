"""Sessions of visitors who are not signed in: few for each address, and soon forgotten.

A passkey's question, a way to the provider or a chosen language is remembered in a row that a
stranger could otherwise have written as often as they ask.
"""

import math
import time
from http import HTTPStatus

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils.crypto import salted_hmac
from django.utils.translation import ngettext

from thulium_portal.accounts.http import is_from_script, page_before, visitor_address
from thulium_portal.lib.addresses import line_of

LIFETIME = 5400
"""Seconds that what a visitor began is kept: longer than a link for a new password holds."""
MOST = 300
"""New sessions from one address within ``WINDOW``: a whole office signing in at eight."""
WINDOW = 600
"""In seconds."""


def keep_few(
    request: HttpRequest, response: HttpResponseBase, *, was_known: bool
) -> HttpResponseBase:
    """Return *response*, with what it began for a visitor kept for a while.

    The one too many from an address keeps nothing and is answered by 429. Two requests at once may
    count as one: some few more pass. Who *was_known* came with a session of their own, which the
    new one replaces.
    """
    session = request.session
    if not session.modified or session.is_empty():
        return response
    is_new = session.session_key is None and not was_known
    if is_new and (wait := _wait(visitor_address(request))):
        session.flush()
        return _refusal(request, wait)
    session.set_expiry(LIFETIME)
    return response


def _wait(address: str) -> int:
    """Count one more session from *address*; return the seconds to wait where it is too many."""
    now = time.time()
    parts = f"{line_of(address)}\0{int(now // WINDOW)}"
    key = "visitors:" + salted_hmac("accounts.sessions.visitors", parts).hexdigest()
    count = cache.get(key, 0)
    if count >= MOST:
        return math.ceil(WINDOW - now % WINDOW)
    cache.set(key, count + 1, WINDOW)
    return 0


def _refusal(request: HttpRequest, seconds: int) -> HttpResponse:
    minutes = math.ceil(seconds / 60)
    sentence = ngettext(
        "Very many visits came from your network just now. "
        "Wait %(minutes)d minute, then try again.",
        "Very many visits came from your network just now. "
        "Wait %(minutes)d minutes, then try again.",
        minutes,
    ) % {"minutes": minutes}
    response: HttpResponse
    if is_from_script(request) or "json" in request.headers.get("Accept", ""):
        response = JsonResponse({"label": sentence}, status=HTTPStatus.TOO_MANY_REQUESTS)
    else:
        way_on = request.get_full_path() if request.method == "GET" else page_before(request)
        page = {"sentence": sentence, "way_on": way_on}
        response = render(request, "too_fast.html", page, status=HTTPStatus.TOO_MANY_REQUESTS)
    response.headers["Retry-After"] = str(seconds)
    return response
