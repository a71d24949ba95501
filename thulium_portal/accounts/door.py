"""The door: what a request may weigh, asked before any of it is read.

It stands before everything that reads a form (the check for forged forms does), and behind what
knows the person and their language.
"""

import logging
from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, parse_cookie
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from thulium_portal.accounts import denials
from thulium_portal.accounts.http import is_from_script, page_before
from thulium_portal.accounts.models import User
from thulium_portal.storage.virus_scan import infected

logger = logging.getLogger(__name__)


class DoorMiddleware:
    """Turns away requests that are too large; of people not signed in, keeps files outside.

    A stranger's form is read up to a size that a reply without files has, so that whoever was
    signed out in the meantime gets their text back. Their files are never stored, not for a moment.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer *request*, or say what is wrong with its size."""
        if "chunked" in request.headers.get("Transfer-Encoding", "").lower():
            return too_large(request, HTTPStatus.LENGTH_REQUIRED)
        size = _size(request)
        if not size:
            return self._get_response(request)
        if not request.user.is_authenticated:
            if size > settings.MAX_STRANGERS_REQUEST_BYTES:
                return too_large(request)
            request.upload_handlers = [_NoFiles(request)]
        elif size > settings.MAX_REQUEST_BYTES:
            return too_large(request)
        return self._and_record_infected(request)

    def _and_record_infected(self, request: HttpRequest) -> HttpResponseBase:
        """Answer *request*; whichever page refused infected files in it, the record tells."""
        names: list[str] = []
        token = infected.set(names)
        try:
            response = self._get_response(request)
        finally:
            infected.reset(token)
        person, match = request.user, request.resolver_match
        if names and isinstance(person, User) and match:
            try:
                denials.record_infected_files(person, names, view=match.view_name)
            except DatabaseError:
                logger.exception("an infected file could not be recorded")
        return response


class _NoFiles(FileUploadHandler):
    """Stores no file."""

    def new_file(self, *args: object, **kwargs: object) -> None:
        raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        return None

    def file_complete(self, file_size: int) -> None:
        return None


def is_signed_in(cookies: str) -> bool:
    """Tell whether the header *cookies* is that of a person who is signed in.

    For the web server, which asks before it keeps a large request; the answer to the request itself
    is given by all of the middleware.
    """
    request = HttpRequest()
    request.COOKIES = parse_cookie(cookies)
    try:
        SessionMiddleware(lambda _request: HttpResponse()).process_request(request)
        return get_user(request).is_authenticated
    except DatabaseError:
        return True  # the page itself tells that the database is away


def _size(request: HttpRequest) -> int:
    """Return how many bytes follow, by the request itself; Django reads no more than that."""
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def too_large(
    request: HttpRequest, status: HTTPStatus = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
) -> HttpResponseBase:
    """Answer a request that is not read: to a script in its own form, to a person in words."""
    known = request.user.is_authenticated
    most = settings.MAX_REQUEST_BYTES // (1024 * 1024)
    answer: HttpResponseBase
    if not is_from_script(request):
        page = {"known": known, "most": most, "page_before": page_before(request)}
        answer = render(request, "413.html", page, status=status)
    elif known:
        label = _("This is too large: all files together may have %(most)d MB.") % {"most": most}
        answer = JsonResponse({"saved": False, "label": label}, status=status)
    else:
        label = _("You were signed out.")
        answer = JsonResponse({"saved": False, "label": label}, status=HTTPStatus.UNAUTHORIZED)
    add_never_cache_headers(answer)
    return answer
