"""Thulium's webhook: a hint to read a ticket again, never the truth about it."""

import base64
import binascii
import hmac
import json
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, QueryDict, UnreadablePostError
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from thulium_portal.lib.forms import parse_id
from thulium_portal.tickets.index.hints import hint

USER = "thulium"
MOST_BYTES = 64 * 1024
MOST_EVENTS = 100


@csrf_exempt
@login_not_required
@never_cache
@require_POST
def hook(request: HttpRequest) -> HttpResponse:
    """Let the tickets that an event names be read now; 204 whatever is known of them.

    Who asks proves it by the Basic password of the settings; without one there is no webhook,
    nor is there one by a line that everybody can read.
    """
    is_open = settings.SECURE_SSL_REDIRECT and not request.is_secure()
    if not settings.WEBHOOK_PASSWORD or is_open:
        return HttpResponse(status=403)
    if not _is_thulium(request.headers.get("Authorization", "")):
        return HttpResponse(status=401, headers={"WWW-Authenticate": 'Basic realm="webhook"'})
    try:
        body = request.read(MOST_BYTES + 1)
    except (UnreadablePostError, RequestDataTooBig):
        return HttpResponse(status=400)
    if len(body) > MOST_BYTES:
        return HttpResponse(status=413)
    tickets = {ticket_id for event in _events(body) if (ticket_id := _ticket_of(event))}
    if not tickets:
        return HttpResponse(status=400)
    for ticket_id in sorted(tickets):
        if not hint(ticket_id):
            break
    return HttpResponse(status=204)


def _is_thulium(authorization: str) -> bool:
    """Tell whether the header holds the password, in a time that says nothing about it."""
    kind, _space, coded = authorization.partition(" ")
    try:
        given = base64.b64decode(coded.strip(), validate=True) if kind.lower() == "basic" else b""
    except (binascii.Error, ValueError):
        given = b""
    return hmac.compare_digest(given, f"{USER}:{settings.WEBHOOK_PASSWORD}".encode())


def _events(body: bytes) -> list[Any]:
    """Return the events in JSON or in a form's fields; none in anything else."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        try:
            told = QueryDict(body, encoding="utf-8").dict()
        except (ValueError, TooManyFieldsSent):
            return []
    return (told if isinstance(told, list) else [told])[:MOST_EVENTS]


def _ticket_of(event: Any) -> int | None:
    """Return the ticket an event is of, named in it or in what it carries."""
    return next(filter(None, map(parse_id, _numbers(event))), None)


def _numbers(event: Any) -> Iterator[str]:
    if not isinstance(event, dict):
        return
    for told in (event, *event.values()):
        number = told.get("ticket_id") if isinstance(told, dict) else None
        if isinstance(number, str | int) and not isinstance(number, bool):
            yield str(number)
