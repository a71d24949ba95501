"""The way to the set-up of a second factor, for those whose role needs one."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from thulium_portal.accounts.http import is_from_script, page_before, written_text
from thulium_portal.accounts.models import User
from thulium_portal.accounts.second_factor import services

GO_ON = "second_factor_go_on"
"""Where in the session the page is kept that was asked for before the set-up."""
_OPEN = frozenset(
    {"account_change_password", "account_logout", "account_reauthenticate", "accounts:language"}
)
"""Pages that stay open beside those of the second factor itself."""


class SecondFactorMiddleware:
    """Opens nothing but the set-up to people who lack the second factor that their role needs.

    Asked at every request, so that a new role or setting counts at once. A text that was being
    written is given back, and scripts are told by 401, so that they keep it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self._get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        """Return None where the view may be called, else the answer in its place."""
        person = request.user
        if not isinstance(person, User) or _is_open(request, view_func):
            return None
        if not services.is_missing(person):
            return None
        answer = _to_set_up(request)
        add_never_cache_headers(answer)
        return answer


def _is_open(request: HttpRequest, view_func: Callable[..., HttpResponseBase]) -> bool:
    """Tell whether a page is there for everybody: also strangers may open it, or it is set-up."""
    name = request.resolver_match.view_name if request.resolver_match else ""
    is_for_strangers = not getattr(view_func, "login_required", True)
    return is_for_strangers or name.startswith("mfa_") or name in _OPEN


def _to_set_up(request: HttpRequest) -> HttpResponseBase:
    if is_from_script(request):
        label = _("Your role needs two-step sign-in. Set it up, then go on here.")
        told = {"saved": False, "label": label}
        headers = {"X-Person": str(request.user.pk)}
        return JsonResponse(told, status=HTTPStatus.UNAUTHORIZED, headers=headers)
    is_page = request.method == "GET"
    request.session[GO_ON] = request.get_full_path() if is_page else page_before(request)
    if text := written_text(request):
        page = {"typed": text}
        return render(request, "mfa/required.html", page, status=HTTPStatus.FORBIDDEN)
    return HttpResponseRedirect(reverse("mfa_index"))
