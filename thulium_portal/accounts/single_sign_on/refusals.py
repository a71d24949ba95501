"""The page of everybody who was not let in by single sign-on, and what is kept of it."""

import logging
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

from thulium_portal.accounts.single_sign_on.identity import Identity
from thulium_portal.accounts.single_sign_on.services import NotAdmitted, Why, record_refusal

_logger = logging.getLogger(__name__)

_SHOWN = {
    Why.UNVERIFIED: "unverified",
    Why.PROVIDER: "provider",
    Why.STATE: "state",
    Why.CANCELLED: "cancelled",
}
"""What the page tells apart. Of people it tells nothing: who is here is no stranger's business."""
_STATUS = {
    "people": HTTPStatus.FORBIDDEN,
    "unverified": HTTPStatus.FORBIDDEN,
    "provider": HTTPStatus.SERVICE_UNAVAILABLE,
    "state": HTTPStatus.BAD_REQUEST,
    "cancelled": HTTPStatus.OK,
}


def refuse(
    request: HttpRequest, refusal: NotAdmitted, identity: Identity | None = None, detail: str = ""
) -> HttpResponse:
    """Record the *refusal* and answer with its page; *detail*, for the log, holds no secret."""
    record_refusal(refusal, identity)
    if refusal.why == Why.PROVIDER:
        _logger.warning("Single sign-on failed at the provider: %s", detail)
    shown = _SHOWN.get(refusal.why, "people")
    page = {"why": shown}
    response = render(request, "socialaccount/refused.html", page, status=_STATUS[shown])
    add_never_cache_headers(response)
    return response
