"""The way to a password of one's own, for whom somebody else chose the present one."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from thulium_portal.accounts.http import is_from_script, page_before, written_text
from thulium_portal.accounts.models import User
from thulium_portal.accounts.sessions.ways import SINGLE_SIGN_ON, ways_in

_OPEN = frozenset({"account_change_password", "account_logout", "accounts:language"})


class FirstPasswordMiddleware:
    """Opens nothing but the change of the password to people who were given theirs.

    A text that was being written is given back, and scripts are told by 401, so that they keep it.
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
        is_for_strangers = not getattr(view_func, "login_required", True)
        if is_for_strangers or not isinstance(person, User) or not must_change(person):
            return None
        if SINGLE_SIGN_ON in ways_in(request, person):
            return None  # they may not know the password that they did not come in by
        if request.resolver_match and request.resolver_match.view_name in _OPEN:
            return None
        answer = _to_change(request)
        add_never_cache_headers(answer)
        return answer


def must_change(person: User) -> bool:
    """Tell whether *person* signs in with a password that somebody else chose."""
    has_one = settings.PASSWORD_SIGN_IN and person.has_usable_password()
    return has_one and person.must_change_password


def _to_change(request: HttpRequest) -> HttpResponseBase:
    page = request.get_full_path() if request.method == "GET" else page_before(request)
    url = f"{reverse('account_change_password')}?{urlencode({'next': page}, safe='/')}"
    if is_from_script(request):
        label = _("Choose a password of your own first, then go on here.")
        headers = {"X-Person": str(request.user.pk)}
        return JsonResponse({"saved": False, "label": label}, status=401, headers=headers)
    if text := written_text(request):
        context = {"typed": text, "change_url": url}
        return render(request, "account/first_password.html", context, status=403)
    return HttpResponseRedirect(url)
