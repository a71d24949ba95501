"""One's own new password."""

from allauth.account import views as allauth_views
from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpResponse
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from thulium_portal.accounts.passwords.forms import PasswordForm


class ChangePassword(allauth_views.PasswordChangeView):  # type: ignore[misc] # allauth has no types
    """One's own new password; the adapter stores and records it."""

    form_class = PasswordForm
    success_url = reverse_lazy("accounts:profile")

    def form_valid(self, form: BaseForm) -> HttpResponse:
        """Store it, which ends the other sessions and keeps this one."""
        response: HttpResponse = super().form_valid(form)
        messages.success(self.request, _("Your password was changed."))
        return response

    def form_invalid(self, form: BaseForm) -> HttpResponse:
        response: HttpResponse = super().form_invalid(form)
        response.status_code = 422
        return response


change_password = never_cache(ChangePassword.as_view())
