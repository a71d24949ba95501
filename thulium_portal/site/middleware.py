"""The way back from the address of an act to a page."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import Resolver404, resolve


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
