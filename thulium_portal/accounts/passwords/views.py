"""One's own new password, with the old one or by a link."""

from typing import Any

from allauth.account import views as allauth_views
from allauth.account.adapter import get_adapter
from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.mail import EmailMessage
from django.forms import BaseForm
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
)
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from thulium_portal.accounts import mails
from thulium_portal.accounts.denials import record_mistyped_password
from thulium_portal.accounts.http import StaffRequest
from thulium_portal.accounts.models import User
from thulium_portal.accounts.passwords import reset
from thulium_portal.accounts.passwords.forms import NewPasswordForm, PasswordForm, ResetForm
from thulium_portal.accounts.passwords.links import PasswordByLink
from thulium_portal.accounts.passwords.middleware import must_change
from thulium_portal.accounts.sessions import known_browsers


class ChangePassword(allauth_views.PasswordChangeView):  # type: ignore[misc] # allauth has no types
    """One's own new password; the adapter stores and records it.

    Whoever was sent here to choose one is led on to the page they had asked for.
    """

    form_class = PasswordForm
    success_url = reverse_lazy("accounts:profile")

    def dispatch(self, request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Let people without a password, who sign in another way, go on to their settings."""
        if not request.user.has_usable_password():
            return redirect("accounts:profile")
        self._is_first = must_change(request.user)
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "is_first": self._is_first}

    def form_valid(self, form: BaseForm) -> HttpResponse:
        """Store it, which ends the other sessions and keeps this one."""
        response: HttpResponse = super().form_valid(form)
        messages.success(self.request, _("Your password was changed."))
        return response

    def form_invalid(self, form: BaseForm) -> HttpResponse:
        if form.has_error("oldpassword", "enter_current_password"):
            record_mistyped_password(self.request.user)
        response: HttpResponse = super().form_invalid(form)
        response.status_code = 422
        return response


change_password = never_cache(ChangePassword.as_view())


class _ThenMails(HttpResponseRedirect):
    """Mails leave once the browser has its answer, whose time tells nothing of them."""

    def __init__(self, url: str, written: list[EmailMessage]) -> None:
        super().__init__(url)
        self._written = written

    def close(self) -> None:
        super().close()
        mails.post(self._written)


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def ask_for_reset(request: HttpRequest) -> HttpResponse:
    """Ask for a link by mail. Whoever is named, the answer is the same, after the same work."""
    if request.method == "POST" and not settings.MAIL_OFFERED:
        raise Http404
    form = ResetForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        typed = form.cleaned_data["login"]
        name = User.normalize_username(typed)
        is_allowed = ratelimit.consume(request, action="reset_password", key=name)
        written = reset.ask(typed) if is_allowed else []
        return _ThenMails(reverse("account_reset_password_done"), written)
    context = {"form": form, "mail_offered": settings.MAIL_OFFERED}
    return render(
        request, "account/password_reset.html", context, status=422 if form.is_bound else 200
    )


@login_not_required
@never_cache
@require_GET
def reset_asked(request: HttpRequest) -> HttpResponse:
    """What to do next, the same for everybody."""
    return render(request, "account/password_reset_done.html")


class ResetPassword(PasswordByLink):
    """A new password, then the sign-in: a second factor is asked for there."""

    kind = "reset"
    form_url = "account_reset_password_form"

    def token(self, key: str) -> str | None:
        return key if reset.find(key) else None

    def holder(self, token: str) -> User | None:
        return reset.find(token)

    def form_valid(self, form: NewPasswordForm) -> HttpResponse:
        """Store it; whoever was signed in here is signed out."""
        try:
            person = reset.choose(self.request.session[self.kind], form.cleaned_data["password"])
        except reset.LinkOver:
            return self.over()
        self.request.session.pop(self.kind, None)
        if self.request.user.is_authenticated:
            get_adapter().logout(self.request)
        # Strangers who guess meanwhile keep nobody out who has just shown whose account it is.
        known_browsers.remember(self.request, person)
        messages.success(self.request, _("Your password was changed. Sign in with the new one."))
        return redirect("account_login")


reset_password = ResetPassword.as_view()
