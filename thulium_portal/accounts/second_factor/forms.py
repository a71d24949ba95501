"""The forms of the second factor, in the portal's words and safe from what no browser sends."""

import re
import struct
from typing import Any

from allauth.account.forms import ReauthenticateForm
from allauth.core import context
from allauth.mfa.base import forms as base
from allauth.mfa.totp import forms as totp
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from thulium_portal.accounts import guesses
from thulium_portal.accounts.models import User
from thulium_portal.accounts.passwords.validation import LONGEST_PASSWORD
from thulium_portal.accounts.second_factor import encryption, services

LONGEST_NAME = 60
LONGEST_CODE = 20
LONGEST_ANSWER = 20_000
"""Characters of a passkey's answer, which has about two thousand."""
WRONG = "wrong"
_REGISTERED = ("clientDataJSON", "attestationObject")
# What libraries raise over a passkey's answer that no browser has made.
_UNREADABLE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, struct.error)


def _digits(form: forms.Form) -> str:
    """Let the code be its digits alone, however they were parted by whoever typed them."""
    form.cleaned_data["code"] = re.sub(r"[^0-9]", "", form.cleaned_data["code"])
    return str(form.cleaned_data["code"])


def _wrong_code() -> ValidationError:
    return ValidationError(
        _(
            "This code is not right. Look at the app again and type the newest one; each code "
            "counts only once."
        ),
        code=WRONG,
    )


def _ask_for_digits(field: forms.Field) -> None:
    field.widget.attrs = {
        "inputmode": "numeric",
        "autocomplete": "one-time-code",
        "maxlength": LONGEST_CODE,
    }
    field.validators.append(MaxLengthValidator(LONGEST_CODE))


class Code:
    """A code of the app or a recovery code, taken once."""

    fields: dict[str, forms.Field]
    user: User
    authenticator: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["code"]
        field.label = _("Code")
        field.help_text = _(
            "The six digits your authenticator app shows, or one of your recovery codes."
        )
        _ask_for_digits(field)
        field.widget.attrs["autofocus"] = True

    def clean_code(self) -> str:
        """Return a code that is right and comes for the first time. Raises ``TooManyTries``."""
        code = _digits(self)  # type: ignore[arg-type] # a form, together with allauth's
        attempt = guesses.begin(context.request, self.user.username, step="code")
        try:
            super().clean_code()  # type: ignore[misc]
        except ValidationError as error:
            attempt.went_wrong()
            raise _wrong_code() from error
        is_app = self.authenticator.type == services.Kind.TOTP
        if is_app and not services.take_app_code(self.authenticator, code):
            attempt.went_wrong()
            raise _wrong_code()
        attempt.went_well()
        return code


class CodeForm(Code, base.AuthenticateForm):  # type: ignore[misc] # allauth has no types
    """The second step of signing in."""


class CodeAgainForm(Code, base.ReauthenticateForm):  # type: ignore[misc] # allauth has no types
    """The code that shows, before something important, who is there."""


class PasswordAgainForm(ReauthenticateForm):  # type: ignore[misc] # allauth has no types
    """The password that shows, before something important, who is there."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["password"]
        field.label, field.help_text = _("Password"), ""
        del field.widget.attrs["placeholder"]
        field.widget.attrs["autofocus"] = True
        field.validators.append(MaxLengthValidator(LONGEST_PASSWORD))


class AddAppForm(totp.ActivateTOTPForm):  # type: ignore[misc] # allauth has no types
    """An authenticator app to add; its key waits encrypted in the session.

    It stays the same until a code has proven that the app has it, also where the page is opened
    once more.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kept = context.request.session.get(SECRET_SESSION_KEY)
        super().__init__(*args, **kwargs)
        if kept:
            self.secret = encryption.decrypt(kept)
        context.request.session[SECRET_SESSION_KEY] = kept or encryption.encrypt(self.secret)
        field = self.fields["code"]
        field.label = _("Code from the app")
        field.help_text = _("Six digits. They change every half minute.")
        _ask_for_digits(field)

    def clean_code(self) -> str:
        code = _digits(self)
        try:
            super().clean_code()
        except ValidationError as error:
            raise _wrong_code() from error
        return code

    @property
    def typed_key(self) -> str:
        """The key in groups of four, as people copy it letter by letter."""
        return " ".join(re.findall(".{1,4}", self.secret))


class CredentialField(forms.JSONField):
    """What the browser answers about a passkey: an object, and never a long one."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        """Return the object; refuse what is none, also where reading it is too much for Python."""
        text = str(value or "")[: LONGEST_ANSWER + 1]
        try:
            told = super().to_python(text) if len(text) <= LONGEST_ANSWER else None
        except (ValueError, RecursionError, ValidationError) as error:
            raise _unreadable() from error
        if not isinstance(told, dict):
            raise _unreadable()
        return told


def _name_field() -> forms.CharField:
    return forms.CharField(
        label=_("Name of the passkey"),
        help_text=_("So that you recognise it among others, for example: phone, laptop, blue key."),
        max_length=LONGEST_NAME,
        required=False,
    )


class AddPasskeyForm(webauthn.AddWebAuthnForm):  # type: ignore[misc] # allauth has no types
    """A passkey to add."""

    name = _name_field()
    credential = CredentialField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        alone = self.fields["passwordless"]
        alone.label = _("Sign in with it alone, without user name and password")
        alone.help_text = _(
            "The device then asks for your finger, your face or its PIN. Untick this for a key "
            "that can do nothing of the kind: it will be your second step after the password."
        )
        alone.initial = True

    def clean_credential(self) -> dict[str, Any]:
        """Return of the browser's answer what is read later, so that nothing else is stored."""
        told = self.cleaned_data["credential"]
        try:
            response = {name: told["response"][name] for name in _REGISTERED}
            is_known_by_device = (told.get("clientExtensionResults") or {}).get("credProps", {})
            known = {"credProps": {"rk": is_known_by_device.get("rk") is True}}
            named = {"id": told["id"], "rawId": told["rawId"], "type": "public-key"}
        except _UNREADABLE as error:
            raise _unreadable() from error
        return {**named, "response": response, "clientExtensionResults": known}

    def clean(self) -> dict[str, Any]:
        try:
            return dict(super().clean())
        except _UNREADABLE as error:
            raise _unreadable() from error


class RenamePasskeyForm(webauthn.EditWebAuthnForm):  # type: ignore[misc] # allauth has no types
    """Another name for a passkey."""

    name = _name_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = True


class Passkey:
    """A passkey's answer to the question who is there."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credential"] = CredentialField()

    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()  # type: ignore[misc]
        except (*_UNREADABLE, ValidationError) as error:
            raise _unreadable() from error


class PasskeyForm(Passkey, webauthn.AuthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey as the second step of signing in."""


class PasskeyAgainForm(Passkey, webauthn.ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey that shows, before something important, who is there."""


class PasskeyAloneForm(Passkey, webauthn.LoginWebAuthnForm):  # type: ignore[misc]
    """A passkey that signs in by itself."""

    def clean_credential(self) -> Any:
        """Refuse people who are switched off as if their passkey were not known."""
        authenticator = super().clean_credential()
        if not authenticator.user.is_active:
            raise _unreadable()
        return authenticator


def _unreadable() -> ValidationError:
    return ValidationError(
        _("The passkey did not work here. Try again, or use another way."), code=WRONG
    )
