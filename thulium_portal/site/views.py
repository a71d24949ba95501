"""Error pages in the reader's language, the health answers, and the browser's icon request."""

import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import DatabaseError
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponsePermanentRedirect,
    JsonResponse,
)
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from thulium_portal.accounts import denials
from thulium_portal.accounts.door import too_large
from thulium_portal.accounts.http import NotTheirs, written_text
from thulium_portal.accounts.models import User

logger = logging.getLogger(__name__)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Answer 400 without repeating anything of the request; 413 where its texts are too large."""
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return too_large(request)
    return render(request, "400.html", status=400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 403: the page is known, this person's role does not open it. The record notes it."""
    _record_denied(request)
    return render(request, "403.html", status=403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404 with ways on; where there is such a thing, but another's, the record notes it."""
    if isinstance(exception, NotTheirs):
        _record_denied(request, exception.thing)
    return render(request, "404.html", status=404)


def _record_denied(request: HttpRequest, thing: str = "") -> None:
    person, match = getattr(request, "user", None), request.resolver_match
    if not isinstance(person, User) or match is None:
        return
    with _denied_all_the_same():
        denials.record_denied(
            person,
            view=match.view_name,
            method=request.method or "",
            ticket_id=match.kwargs.get("ticket_id"),
            thing=thing,
        )


@contextmanager
def _denied_all_the_same() -> Iterator[None]:
    """Let a refusal be answered where the record cannot be written; the log tells of it."""
    try:
        yield
    except DatabaseError:
        logger.exception("a refusal could not be recorded")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403 to a form that came without a valid token, giving back the text it carried.

    The text is shown only to a signed-in person: forms of foreign sites come without the session.
    The record notes it.
    """
    person, match = getattr(request, "user", None), request.resolver_match
    known = person if isinstance(person, User) else None
    with _denied_all_the_same():
        denials.record_refused_form(known, view=match.view_name if match else "", reason=reason)
    typed = written_text(request) if known else ""
    return render(request, "403_csrf.html", {"typed": typed}, status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500 from a page that touches neither the database nor the session.

    The short reference on it is written to the log, so that an administrator can find the fault.
    """
    reference = secrets.token_hex(4)
    logger.error("An error page was shown, reference %s", reference)
    page = render_to_string("500.html", {"reference": reference, "language": get_language()})
    return HttpResponse(page, status=500)


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Tell that this process answers."""
    return JsonResponse({"status": "alive"})


@login_not_required
@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Send browsers that ask at the root to the icon's real address."""
    return HttpResponsePermanentRedirect(static("img/favicon.svg"))
