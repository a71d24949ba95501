"""The form of one's own new password."""

from typing import Any

from allauth.account.forms import ChangePasswordForm
from django.utils.translation import gettext_lazy as _


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
        self.fields["password1"].help_text = _(
            "At least 12 characters. A few words that only you would put together are easy to "
            "remember and hard to guess."
        )
