"""The forms of one's own new password."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import ChangePasswordForm
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from thulium_portal.accounts import services
from thulium_portal.accounts.models import User
from thulium_portal.accounts.passwords.validation import LONGEST_PASSWORD

_HINT = _(
    "At least 12 characters. A few words that only you would put together are easy to remember "
    "and hard to guess."
)


class PasswordForm(ChangePasswordForm):  # type: ignore[misc] # allauth has no types
    """One's own new password, in the portal's words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = {
            "oldpassword": _("Current password"),
            "password1": _("New password"),
            "password2": _("New password once more"),
        }
        for name, label in words.items():
            self.fields[name].label = label
            self.fields[name].help_text = ""
            del self.fields[name].widget.attrs["placeholder"]
        self.fields["password1"].help_text = _HINT
        if self.user.must_change_password:
            self.fields["oldpassword"].label = _("The password you were given")

    def clean_oldpassword(self) -> str:
        """Take the present password in any spelling that signs in."""
        typed = str(self.cleaned_data["oldpassword"])
        if not self.user.has_password(typed):
            raise get_adapter().validation_error("enter_current_password")
        return typed

    def clean(self) -> dict[str, Any]:
        """Refuse a password that somebody else chose as one's own."""
        cleaned: dict[str, Any] = super().clean()
        is_same = cleaned.get("password1") == cleaned.get("oldpassword", "")
        if is_same and self.user.must_change_password:
            self.add_error("password1", services.GIVEN_PASSWORD)
        return cleaned


class NewPasswordForm(forms.Form):
    """A password for who came by a link; once, since the page can show it."""

    password = forms.CharField(
        label=_("New password"),
        help_text=_HINT,
        strip=False,
        max_length=LONGEST_PASSWORD,
        error_messages={"required": _("Type a password.")},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._person = person
        self.fields["password"].widget.attrs["autofocus"] = not self.is_bound

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        validate_password(password, self._person)
        return password


class ResetForm(forms.Form):
    """Who forgot a password."""

    login = forms.CharField(
        label=_("User name or e-mail"),
        error_messages={"required": _("Type your user name or your e-mail address.")},
        max_length=320,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs["autofocus"] = not self.is_bound
