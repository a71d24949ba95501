"""Requests behind the sign-in, and the check of who may."""

from collections.abc import Callable
from functools import wraps
from typing import IO, Any, Concatenate, ParamSpec, TypeVar
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase

from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import Permission
from thulium_portal.lib.addresses import parse_address
from thulium_portal.lib.html.readable import readable

P = ParamSpec("P")
Row = TypeVar("Row", bound=Model)
NO_ADDRESS = "::"
"""What stands for the address of a visitor who comes without one, as through a local socket."""


class StaffRequest(HttpRequest):
    """A request whose ``user`` is a signed-in person."""

    user: User


def visitor_address(request: HttpRequest) -> str:
    """Return the address a request came from; what proxies say of it was judged before."""
    return str(parse_address(request.META.get("REMOTE_ADDR", "")) or NO_ADDRESS)


class NotTheirs(Http404):
    """There is such a thing, but not for this person: answered as though there was none.

    ``thing`` names it for the record, by kind and id.
    """

    def __init__(self, thing: str) -> None:
        super().__init__()
        self.thing = thing


def get_own_or_404(rows: QuerySet[Row], person: User, *, owner: str, **asked: Any) -> Row:
    """Return the row of *rows*, those that *person* may see; else ``Http404``.

    Of a row that is there but is another's, by its column *owner*, the record is told.
    """
    found = rows.filter(**asked).first()
    if found is not None:
        return found
    refuse_anothers(rows.model, person, owner=owner, **asked)
    raise Http404


def refuse_anothers(model: type[Model], person: User, *, owner: str, **asked: Any) -> None:
    """Raise :class:`NotTheirs` where there is a row of *model* that is asked for, but another's."""
    others = model._default_manager.filter(**asked).exclude(**{owner: person})
    if others.exists():
        raise NotTheirs(f"{model._meta.model_name} {next(iter(asked.values()))}")


def is_from_script(request: HttpRequest) -> bool:
    """Tell whether a page's script asks, who can read an answer that is no page."""
    headers = request.headers
    return (
        "HX-Request" in headers
        or "X-Requested-With" in headers
        or headers.get("Sec-Fetch-Dest") == "empty"
    )


def written_text(request: HttpRequest) -> str:
    """Return the text that a form carries, as plain words; empty where it carries none.

    It may be a stranger's, for whom nothing is parsed: its tags are only left out. A note has none
    and comes back as it is.
    """
    note = request.POST.get("note", "")
    if note.strip() and not request.POST.get("body"):
        return note
    text = request.POST.get("body", "")[: settings.MAX_BODY_CHARACTERS]
    return (text if request.POST.get("body_type") == "PLAIN" else readable(text)).strip()


def page_before(request: HttpRequest) -> str:
    """Return the address of the page whose form was sent; what forms lead to may show no page."""
    try:
        page = urlsplit(request.headers.get("Referer", ""))
    except ValueError:
        return request.path
    is_ours = page.netloc == request.get_host() and page.path.startswith("/")
    # Without its host, a path that begins like this would name another one.
    is_ours = is_ours and not page.path.startswith(("//", "/\\"))
    return page._replace(scheme="", netloc="", fragment="").geturl() if is_ours else request.path


def download(
    open_file: Callable[[], IO[bytes]], name: str, *, content_type: str = "application/octet-stream"
) -> FileResponse:
    """Answer with a file to be saved as *name*; ``Http404`` where it cannot be opened.

    Never shown in the browser, whatever it holds: it would run with the portal's own rights.
    """
    try:
        file = open_file()
    except OSError as error:
        raise Http404 from error
    return FileResponse(file, as_attachment=True, filename=name, content_type=content_type)


def with_own_sign_in(
    view: Callable[Concatenate[HttpRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Let a page be there only where people sign in at the portal itself (else 404)."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not settings.PASSWORD_SIGN_IN:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def requires(
    permission: Permission,
) -> Callable[
    [Callable[Concatenate[StaffRequest, P], HttpResponseBase]],
    Callable[Concatenate[StaffRequest, P], HttpResponseBase],
]:
    """Let a view be reached only by people whose role holds *permission* (else 403).

    Anonymous visitors have been sent to the sign-in by ``LoginRequiredMiddleware`` before.
    """

    def decorate(
        view: Callable[Concatenate[StaffRequest, P], HttpResponseBase],
    ) -> Callable[Concatenate[StaffRequest, P], HttpResponseBase]:
        @wraps(view)
        def guarded(
            request: StaffRequest, /, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponseBase:
            if not request.user.may(permission):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate
