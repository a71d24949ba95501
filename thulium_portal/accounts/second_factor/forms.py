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

from thulium_portal.accounts.passwords.validation import LONGEST_PASSWORD
from thulium_portal.accounts.second_factor import encryption, services

LONGEST_NAME = 60
LONGEST_CODE = 20
TOO_MANY = "too_many"
WRONG = "wrong"
_LIMITS = {"too_many_login_attempts", "rate_limited"}
# What libraries raise over a passkey's answer that no browser has made.
_UNREADABLE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, struct.error)


def _digits(form: forms.Form) -> str:
    """Let the code be its digits alone, however they were parted by whoever typed them."""
    form.cleaned_data["code"] = re.sub(r"[^0-9]", "", form.cleaned_data["code"])
    return str(form.cleaned_data["code"])


def _refusal(error: ValidationError) -> ValidationError:
    """Return *error* in words of the second step."""
    if error.code in _LIMITS:
        return ValidationError(
            _("Too many wrong tries. To protect the account, it takes no codes for five minutes."),
            code=TOO_MANY,
        )
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
        "autofocus": True,
    }
    field.validators.append(MaxLengthValidator(LONGEST_CODE))


class Code:
    """A code of the app or a recovery code, taken once."""

    fields: dict[str, forms.Field]
    authenticator: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["code"]
        field.label = _("Code")
        field.help_text = _(
            "The six digits your authenticator app shows, or one of your recovery codes."
        )
        _ask_for_digits(field)

    def clean_code(self) -> str:
        code = _digits(self)  # type: ignore[arg-type] # a form, together with allauth's
        try:
            super().clean_code()  # type: ignore[misc]
        except ValidationError as error:
            raise _refusal(error) from error
        is_app = self.authenticator.type == services.Kind.TOTP
        if is_app and not services.take_app_code(self.authenticator, code):
            raise _refusal(ValidationError(""))
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
            raise _refusal(error) from error
        return code

    @property
    def typed_key(self) -> str:
        """The key in groups of four, as people copy it letter by letter."""
        return " ".join(re.findall(".{1,4}", self.secret))


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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        alone = self.fields["passwordless"]
        alone.label = _("Sign in with it alone, without user name and password")
        alone.help_text = _(
            "The device then asks for your finger, your face or its PIN. Untick this for a key "
            "that can do nothing of the kind: it will be your second step after the password."
        )
        alone.initial = True

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

    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()  # type: ignore[misc]
        except _UNREADABLE as error:
            raise _unreadable() from error
        except ValidationError as error:
            raise _refusal(error) if error.code in _LIMITS else _unreadable() from error


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
