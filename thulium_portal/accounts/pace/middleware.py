"""The answer to what goes too fast: a kind sentence, when to go on, and the text back."""

import logging
from collections.abc import Callable
from http import HTTPStatus

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render

from thulium_portal.accounts import denials
from thulium_portal.accounts.http import is_from_script, page_before, written_text
from thulium_portal.accounts.models import User
from thulium_portal.accounts.pace import limits
from thulium_portal.accounts.pace.limits import TooFast

logger = logging.getLogger(__name__)


class PaceMiddleware:
    """Lets what people do by their requests count, and answers 429 where it was too much.

    A view that has a form of its own to say it in catches :class:`TooFast`; its answer becomes 429
    as well. The record is told here, outside of the transaction that was rolled back.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer *request*; where something in it was refused as too fast, say when to go on."""
        if not isinstance(request.user, User):
            return self._get_response(request)
        refused: list[TooFast] = []
        token = limits.refused.set(refused)
        try:
            response = self._get_response(request)
        finally:
            limits.refused.reset(token)
        if refused:
            _record(request, request.user, refused[-1])
        if refused and response.status_code >= 400:
            response.status_code = HTTPStatus.TOO_MANY_REQUESTS
            response.headers["Retry-After"] = str(refused[-1].seconds)
        return response

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponseBase | None:
        """Answer what no view caught, in the form that whoever asks can read."""
        return _answer(request, exception) if isinstance(exception, TooFast) else None


def _answer(request: HttpRequest, refusal: TooFast) -> HttpResponse:
    status = HTTPStatus.TOO_MANY_REQUESTS
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"saved": False, "label": refusal.sentence}, status=status)
    page = {"sentence": refusal.sentence, "typed": written_text(request)}
    if is_from_script(request):
        return render(request, "includes/_too_fast.html", page, status=status)
    is_look = request.method == "GET"
    page["way_on"] = request.get_full_path() if is_look else page_before(request)
    return render(request, "too_fast.html", page, status=status)


def _record(request: HttpRequest, person: User, refusal: TooFast) -> None:
    view = request.resolver_match.view_name if request.resolver_match else ""
    try:
        denials.record_too_fast(person, limit=refusal.limit.name, view=view)
    except DatabaseError:
        logger.exception("a refusal could not be recorded")
