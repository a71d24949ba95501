"""Gives each request an id, which its audit entries and its answer carry."""

import secrets
from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from thulium_portal.audit import context


class RequestIdMiddleware:
    """Sets ``context.request_id`` for the length of a request and answers with ``X-Request-ID``."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer *request* under a fresh id; what the browser sends is not trusted."""
        token = context.request_id.set(secrets.token_hex(8))
        try:
            response = self.get_response(request)
            response.headers["X-Request-ID"] = context.request_id.get()
            return response
        finally:
            context.request_id.reset(token)
