"""Language and time zone of the person behind a request, and what they have to do first."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from thulium_portal.accounts.http import is_from_script, page_before, written_text
from thulium_portal.accounts.models import User

LANGUAGE_COOKIE_SECONDS = 365 * 24 * 3600
_CHOSEN = "chosen_language"
GetResponse = Callable[[HttpRequest], HttpResponseBase]


class PersonLocaleMiddleware:
    """Speaks the person's language in the person's time zone.

    Signed in: what the person chose. Otherwise the cookie, then the browser, then the setting.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer in the reader's language, which the sign-in page then speaks as well."""
        person = request.user if isinstance(request.user, User) else None
        language = person.language if person else translation.get_language_from_request(request)
        zone = person.zone if person else ZoneInfo(settings.TIME_ZONE)
        with translation.override(language), timezone.override(zone):
            request.LANGUAGE_CODE = language
            response = self._get_response(request)
        response.headers.setdefault("Content-Language", language)
        if person and request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME) != language:
            set_language_cookie(response, language)
        return response


def set_language_cookie(response: HttpResponseBase, language: str) -> None:
    """Let the browser remember the language for the time before the next sign-in."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=LANGUAGE_COOKIE_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def choose_language(request: HttpRequest, language: str) -> None:
    """Remember for this session that a visitor chose a language; it becomes theirs at sign-in.

    The cookie alone tells nothing: whoever used this browser before may have left it.
    """
    request.session[_CHOSEN] = language


def chosen_language(request: HttpRequest) -> str:
    """Return the language a visitor chose in this session, empty where they did not."""
    return str(request.session.get(_CHOSEN, ""))


class PortalLoginRequiredMiddleware(LoginRequiredMiddleware):
    """Sends people to the sign-in, but never at the price of what they have written.

    A script is told by 401, so that it keeps the text; a form that carries a text gets it back.
    """

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: tuple[Any, ...],
        view_kwargs: dict[Any, Any],
    ) -> HttpResponseBase | None:
        """Return None where the view may be called, else the answer in its place."""
        to_sign_in = super().process_view(request, view_func, view_args, view_kwargs)
        if to_sign_in is None:
            return _signed_out() if _is_anothers(request) else None
        answer: HttpResponseBase = to_sign_in
        if is_from_script(request):
            answer = _signed_out()
        elif text := written_text(request):
            page = {"typed": text, "page_before": page_before(request)}
            answer = render(request, "account/session_ended.html", page, status=401)
        add_never_cache_headers(answer)
        return answer


class GateMiddleware(ABC):
    """Opens nothing but the way past it to people who have something to do first.

    A text that was being written is given back, and scripts are told by 401, so that they keep it.
    """

    open_pages: ClassVar[frozenset[str]]
    """Names of the pages that stay open, beside those that strangers may open."""
    label: ClassVar[str | Promise]
    """What a script is told to say."""
    template: ClassVar[str]
    """Gives the text back and leads to ``way_on``."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer *request*."""
        return self._get_response(request)

    @abstractmethod
    def stops(self, request: HttpRequest, person: User) -> bool:
        """Tell whether *person* has something to do first."""

    @abstractmethod
    def way_on(self, request: HttpRequest) -> str:
        """Return the address of what is to be done, which leads back to the page asked for."""

    def is_open(self, name: str) -> bool:
        """Tell whether the page of that *name* is a part of what is to be done."""
        return name in self.open_pages

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        """Return None where the view may be called, else the answer in its place."""
        person = request.user
        is_for_strangers = not getattr(view_func, "login_required", True)
        name = request.resolver_match.view_name if request.resolver_match else ""
        if is_for_strangers or self.is_open(name) or not isinstance(person, User):
            return None
        if not self.stops(request, person):
            return None
        answer = self._answer(request)
        add_never_cache_headers(answer)
        return answer

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        if is_from_script(request):
            told = {"saved": False, "label": str(self.label)}
            return JsonResponse(told, status=401, headers={"X-Person": str(request.user.pk)})
        address = self.way_on(request)
        if text := written_text(request):
            page = {"typed": text, "way_on": address}
            return render(request, self.template, page, status=403)
        return HttpResponseRedirect(address)


def page_asked_for(request: HttpRequest) -> str:
    """Return the page to come back to: the one that was opened, or whose form was sent."""
    return request.get_full_path() if request.method == "GET" else page_before(request)


def _is_anothers(request: HttpRequest) -> bool:
    """Tell whether the page is another person's, who signed out in this browser meanwhile."""
    named = request.headers.get("X-Person", "")
    return bool(named) and named != str(request.user.pk)


def _signed_out() -> JsonResponse:
    return JsonResponse({"saved": False, "label": _("You were signed out.")}, status=401)
