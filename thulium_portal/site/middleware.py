"""What every answer says of itself; the way back from an act; requests without NUL; small pages."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.http import (
    HttpRequest,
    HttpResponseBase,
    HttpResponseRedirect,
    QueryDict,
    UnreadablePostError,
)
from django.middleware.gzip import GZipMiddleware
from django.urls import Resolver404, resolve
from django.utils.cache import add_never_cache_headers

_PASSKEYS = ("publickey-credentials-create", "publickey-credentials-get")
_UNUSED = (
    *("accelerometer", "autoplay", "camera", "clipboard-read", "display-capture"),
    *("encrypted-media", "fullscreen", "geolocation", "gyroscope", "hid", "idle-detection"),
    *("magnetometer", "microphone", "midi", "payment", "picture-in-picture", "screen-wake-lock"),
    *("serial", "usb", "xr-spatial-tracking"),
)
PERMISSIONS_POLICY = ", ".join(
    [*(f"{name}=(self)" for name in _PASSKEYS), *(f"{name}=()" for name in _UNUSED)]
)


class PermissionsMiddleware:
    """Tells browsers, with each answer, what no page of the portal asks of a computer.

    No other site may show what is answered here. It stands outermost: static files and error pages
    say it as well.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer *request*, camera and the like switched off."""
        response = self._get_response(request)
        response.headers["Permissions-Policy"] = PERMISSIONS_POLICY
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        return response


class NoStoreMiddleware:
    """Lets no browser or proxy keep what the portal answers.

    Static files are answered before it and are kept under their hashed names.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer *request* for this one look."""
        response = self._get_response(request)
        add_never_cache_headers(response)
        return response


class LeadBackMiddleware:
    """Leads a browser that opens the address of an act (Undo, Insert…) to the act's page.

    Acts are posted to. Whoever reloads by hand, signs in or switches the language after one comes
    back by its address, and would stand before an empty page.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer *request*; programs, which do not ask for HTML, keep their 405."""
        response = self._get_response(request)
        by_hand = request.method == "GET" and "text/html" in request.headers.get("Accept", "")
        if response.status_code == 405 and by_hand:
            return HttpResponseRedirect(_page_above(request.path))
        return response


def _page_above(path: str) -> str:
    """Return the nearest address above *path* that the site map knows."""
    while path != "/":
        path = path.rstrip("/").rpartition("/")[0] + "/"
        try:
            resolve(path)
        except Resolver404:
            continue
        return path
    return path


class NoNulMiddleware:
    """Takes the sign NUL out of whatever a request brings.

    Nobody types it, but it comes with texts copied out of other programs; PostgreSQL keeps none,
    and forms would refuse the whole text for it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer *request*, without cookies that hold one: the portal sets none such."""
        request.COOKIES = {
            name: value for name, value in request.COOKIES.items() if "\0" not in value
        }
        if "%00" in request.META.get("QUERY_STRING", ""):
            request.GET = _without_nul(request.GET)
        return self._get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> None:
        """Clean the form, which is read for the view right afterwards in any case."""
        with suppress(UnreadablePostError):
            if any("\0" in value for _name, values in request.POST.lists() for value in values):
                request.POST = _without_nul(request.POST)


class CompressPagesMiddleware(GZipMiddleware):
    """Compresses pages and their parts, which shrink to a quarter; files and exports stay.

    What a page holds in secret (its token) is masked anew in each answer, and every answer gets a
    random length: how far it shrinks tells nothing of its words.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> Any:
        """Compress *response* for a browser that takes it, where it is HTML and not streamed."""
        is_html = response.headers.get("Content-Type", "").startswith("text/html")
        if response.streaming or not is_html:
            return response
        return super().process_response(request, response)


def _without_nul(given: QueryDict) -> Any:
    clean = given.copy()
    for name, values in given.lists():
        clean.setlist(name, [value.replace("\0", "") for value in values])
    clean._mutable = False
    return clean
