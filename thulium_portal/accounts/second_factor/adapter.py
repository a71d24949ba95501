"""The portal's adapter of django-allauth's second factor: what is stored, and what it is called."""

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from thulium_portal.accounts.models import User
from thulium_portal.accounts.second_factor import encryption


class PortalMFAAdapter(DefaultMFAAdapter):  # type: ignore[misc] # allauth has no types
    """The portal's answers; secrets lie encrypted in the database."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("This did not work. Try again."),
        "cannot_generate_recovery_codes": _(
            "Recovery codes belong to an authenticator app or a passkey. Add one of them first."
        ),
    }

    def encrypt(self, text: str) -> str:
        return encryption.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return encryption.decrypt(encrypted_text)

    def get_totp_issuer(self) -> str:
        """Return what an authenticator app lists the portal by."""
        return gettext("Reply Portal")

    def generate_authenticator_name(self, user: User, type: str) -> str:  # noqa: A002
        """Return a name for a passkey that was given none."""
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return gettext("Passkey %(number)d") % {"number": number}

    def _get_user_identifier(self, user: User) -> str:
        """Return what a person signs in with."""
        return user.username
