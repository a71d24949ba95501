"""Signing in and out."""

from allauth.account import views as allauth_views
from django.contrib.auth.decorators import login_not_required
from django.forms import BaseForm
from django.http import HttpResponse
from django.views.decorators.cache import never_cache


class SignIn(allauth_views.LoginView):  # type: ignore[misc] # allauth has no types
    """The sign-in page, whose refusals have a status of their own."""

    def form_invalid(self, form: BaseForm) -> HttpResponse:
        """Show the page again, under the status that tells machines why."""
        response: HttpResponse = super().form_invalid(form)
        response.status_code = 429 if form.has_error("__all__", "too_many_login_attempts") else 422
        return response


sign_in = login_not_required(never_cache(SignIn.as_view()))
sign_out = login_not_required(never_cache(allauth_views.LogoutView.as_view()))
