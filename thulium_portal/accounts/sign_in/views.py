"""Signing in and out."""

from http import HTTPStatus
from typing import Any

from allauth.account import views as allauth_views
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from thulium_portal.accounts import guesses


class SignIn(allauth_views.LoginView):  # type: ignore[misc] # allauth has no types
    """The sign-in page, whose refusals have a status of their own."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Try a password, unless none opens the portal."""
        if not settings.PASSWORD_SIGN_IN:
            return render(request, "account/no_passwords.html", status=HTTPStatus.FORBIDDEN)
        response: HttpResponse = super().post(request, *args, **kwargs)
        return response

    def form_invalid(self, form: BaseForm) -> HttpResponse:
        """Show the page again, under the status that tells machines why."""
        wait = guesses.wait_in(form)
        response: HttpResponse = self.render_to_response(
            self.get_context_data(form=form, wait=wait), status=429 if wait else 422
        )
        if wait:
            response["Retry-After"] = str(wait)
        return response


sign_in = login_not_required(never_cache(SignIn.as_view()))
sign_out = login_not_required(never_cache(allauth_views.LogoutView.as_view()))
