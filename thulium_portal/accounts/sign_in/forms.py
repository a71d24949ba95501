"""The form of the sign-in page."""

from typing import Any

from allauth.account.forms import LoginForm
from django.core.validators import MaxLengthValidator

from thulium_portal.accounts.passwords.validation import LONGEST_PASSWORD


class SignInForm(LoginForm):  # type: ignore[misc] # allauth has no types
    """User name and password, no longer than either can be: anybody may post them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, most in (("login", 150), ("password", LONGEST_PASSWORD)):
            self.fields[name].validators.append(MaxLengthValidator(most))
