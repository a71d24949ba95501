"""The pages of the second factor: django-allauth's own views, in the portal's words and record."""

from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from allauth.account import views as account
from allauth.account.internal.stagekit import get_pending_stage
from allauth.mfa.base import views as base
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.contrib import messages
from django.db import transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from thulium_portal.accounts import guesses
from thulium_portal.accounts.denials import record_not_admitted
from thulium_portal.accounts.http import StaffRequest, requires
from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import Permission
from thulium_portal.accounts.second_factor import forms, services
from thulium_portal.accounts.second_factor.middleware import GO_ON
from thulium_portal.accounts.second_factor.services import Kind


class _Page:
    """What all these pages have in common: they are one's own, and kept by no cache."""

    http_method_names: tuple[str, ...] = ("get", "head", "options")
    request: HttpRequest

    @method_decorator(never_cache)
    @method_decorator(sensitive_post_parameters())
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Refuse other methods before anything else: the library's views know more of them."""
        if str(request.method).lower() not in self.http_method_names:
            return HttpResponseNotAllowed(self.http_method_names)
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc, no-any-return]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        if self.request.user.is_authenticated:
            found["factor"] = services.second_factor_of(self.person)
            found["go_on"] = self.request.session.get(GO_ON, "")
        return found

    @property
    def person(self) -> User:
        """Who is signed in, or about to be."""
        assert isinstance(self.request.user, User)  # noqa: S101 - the sign-in stands before
        return self.request.user


class _FormPage(_Page):
    """A form is one transaction with its entries; the status of a refusal tells machines why."""

    http_method_names = ("get", "head", "post", "options")

    @method_decorator(transaction.atomic)
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().post(request, *args, **kwargs)  # type: ignore[misc, no-any-return]

    def form_valid(self, form: BaseForm) -> HttpResponse:
        """Do what the form is for, and record a recovery code that was used up for it."""
        response: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        if isinstance(form, forms.Code) and form.authenticator.type == Kind.RECOVERY_CODES:
            services.record_code_used(self.person)
        return response

    def form_invalid(self, form: BaseForm) -> HttpResponse:
        """Show the page again, and record a wrong code or passkey."""
        if _is_refused(form, forms.WRONG) and isinstance(form, forms.Code | forms.Passkey):
            kind = Kind.TOTP if isinstance(form, forms.Code) else Kind.WEBAUTHN
            record_not_admitted(self.person, by=str(kind))
        wait = guesses.wait_in(form)
        status = HTTPStatus.TOO_MANY_REQUESTS if wait else HTTPStatus.UNPROCESSABLE_ENTITY
        headers = {"Retry-After": str(wait)} if wait else {}
        page: HttpResponse = self.render_to_response(  # type: ignore[attr-defined]
            self.refused(form), status=status, headers=headers
        )
        return page

    def refused(self, form: BaseForm) -> dict[str, Any]:
        """Return what the page shows around a refused *form*."""
        # Some of the library's views would look at the answer anew, and count it twice.
        return self.get_context_data(form=form) | {"form": form}

    def say(self, words: str) -> None:
        messages.success(self.request, words)


def _is_refused(form: BaseForm, code: str) -> bool:
    return any(error.code == code for field in form.errors.as_data().values() for error in field)


# Signing in


class SecondStep(_FormPage, base.AuthenticateView):  # type: ignore[misc] # allauth has no types
    """What follows the password: a code or a passkey."""

    form_class = forms.CodeForm
    webauthn_form_class = forms.PasskeyForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Begin anew where the person was switched off meanwhile, or lost their second factor."""
        stage = get_pending_stage(request)
        person = stage.login.user if stage else None
        if person and not (person.is_active and services.has_one(person)):
            answer: HttpResponseBase = stage.abort()
            return answer
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        factor = services.second_factor_of(self.person)
        return super().get_context_data(**kwargs) | {"factor": factor}

    def refused(self, form: BaseForm) -> dict[str, Any]:
        return self.get_context_data() | {"refused": form}

    @property
    def person(self) -> User:
        person: User = self.stage.login.user
        return person


class PasskeySignIn(_FormPage, webauthn.LoginWebAuthnView):  # type: ignore[misc]
    """Signing in with a passkey alone."""

    form_class = forms.PasskeyAloneForm

    def form_invalid(self, form: BaseForm) -> HttpResponse:
        """Lead back to the sign-in page, which says what went wrong."""
        record_not_admitted(None, by=str(Kind.WEBAUTHN))
        for error in form.errors.get("credential", []):
            messages.error(self.request, str(error))
        answer: HttpResponse = webauthn.LoginWebAuthnView.form_invalid(self, form)
        return answer


# Showing once more who is there, before something important


class PasswordAgain(_FormPage, account.ReauthenticateView):  # type: ignore[misc]
    """By the password; the account's adapter records a wrong one."""

    form_class = forms.PasswordAgainForm


class CodeAgain(_FormPage, base.ReauthenticateView):  # type: ignore[misc]
    """By a code."""

    form_class = forms.CodeAgainForm


class PasskeyAgain(_FormPage, webauthn.ReauthenticateWebAuthnView):  # type: ignore[misc]
    """By a passkey."""

    form_class = forms.PasskeyAgainForm


# Setting it up


class Index(_Page, base.IndexView):  # type: ignore[misc]
    """What one has, and what one may add."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Offer the page that was asked for before the set-up once, when that is done."""
        found = super().get_context_data(**kwargs)
        if found["factor"].is_on:
            self.request.session.pop(GO_ON, None)
        return found


class AddApp(_FormPage, totp.ActivateTOTPView):  # type: ignore[misc]
    """An authenticator app, proven by its first code."""

    form_class = forms.AddAppForm

    def form_valid(self, form: BaseForm) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        app = services.second_factor_of(self.person).app
        assert app is not None  # noqa: S101 - it was stored a line above
        services.take_app_code(app, form.cleaned_data["code"])
        with_codes = self.did_generate_recovery_codes
        services.record_added(self.person, Kind.TOTP, with_codes=with_codes)
        self.say(_("The authenticator app was added. You will be asked for its code at sign-in."))
        return response


class RemoveApp(_FormPage, totp.DeactivateTOTPView):  # type: ignore[misc]
    def form_valid(self, form: BaseForm) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        services.record_removed(self.person, Kind.TOTP)
        self.say(_("The authenticator app was removed."))
        return response


class AddPasskey(_FormPage, webauthn.AddWebAuthnView):  # type: ignore[misc]
    form_class = forms.AddPasskeyForm

    def form_valid(self, form: BaseForm) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        with_codes = self.did_generate_recovery_codes
        services.record_added(self.person, Kind.WEBAUTHN, with_codes=with_codes)
        self.say(_("The passkey was added."))
        return response


class RenamePasskey(_FormPage, webauthn.EditWebAuthnView):  # type: ignore[misc]
    form_class = forms.RenamePasskeyForm
    success_url = reverse_lazy("mfa_index")

    def form_valid(self, form: BaseForm) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        services.record_renamed(self.person, Kind.WEBAUTHN)
        self.say(_("The passkey was renamed."))
        return response


class RemovePasskey(_FormPage, webauthn.RemoveWebAuthnView):  # type: ignore[misc]
    success_url = reverse_lazy("mfa_index")

    def form_valid(self, form: BaseForm) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        services.record_removed(self.person, Kind.WEBAUTHN)
        self.say(_("The passkey was removed."))
        return response


class MakeCodes(_FormPage, codes.GenerateRecoveryCodesView):  # type: ignore[misc]
    """New recovery codes, which end the former ones."""

    def form_valid(self, form: BaseForm) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        services.record_codes_made(self.person)
        return response


class ShowCodes(_Page, codes.ViewRecoveryCodesView):  # type: ignore[misc]
    """The recovery codes, the one time they are shown."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the codes, also as a file that the page itself holds."""
        found = super().get_context_data(**kwargs)
        lines = [_("Recovery codes"), self.request.get_host(), "", *found["unused_codes"], ""]
        file = f"data:text/plain;charset=utf-8,{quote(chr(10).join(lines))}"
        return found | {"codes_file": file, "done": reverse("mfa_index")}


@require_POST
@requires(Permission.MANAGE_PEOPLE)
def take_away(request: StaffRequest, pk: int) -> HttpResponse:
    """Remove the second factor of somebody else, who lost theirs; one's own has its own page."""
    person = get_object_or_404(User, pk=pk)
    if person == request.user:
        return redirect("mfa_index")
    if services.remove_all(person, actor=request.user):
        words = _("%(name)s's second step was removed, and their sessions ended.")
        messages.success(request, words % {"name": person.get_full_name()})
    return redirect("people:edit", pk=pk)
