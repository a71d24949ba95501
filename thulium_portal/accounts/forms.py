"""What people write about themselves and administrators about people."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from thulium_portal.accounts.checking import AgentCheck, Found, check_agent_login
from thulium_portal.accounts.models import AgentProfile, User
from thulium_portal.accounts.roles import Role
from thulium_portal.accounts.services import PersonText


class ProfileForm(forms.Form):
    """One's own name, signature and clock."""

    name = forms.CharField(label=gettext_lazy("First and last name"), max_length=150)
    signature = forms.CharField(
        label=gettext_lazy("Signature"),
        help_text=gettext_lazy("Put at the end of canned responses that ask for it."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
        required=False,
    )
    time_zone = forms.ChoiceField(label=gettext_lazy("Time zone"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        usual = _("The portal's own (%(zone)s)") % {"zone": settings.TIME_ZONE}
        zones = sorted(zone for zone in available_timezones() if "/" in zone)
        self.fields["time_zone"] = forms.ChoiceField(
            label=gettext_lazy("Time zone"),
            choices=[("", usual), *((zone, zone) for zone in zones)],
            required=False,
        )


class PersonForm(forms.Form):
    """A person as an administrator adds or changes them."""

    name = forms.CharField(label=gettext_lazy("First and last name"), max_length=150)
    username = forms.CharField(
        label=gettext_lazy("User name"),
        help_text=gettext_lazy(
            "What they type to sign in; capital and small letters are the same."
        ),
        max_length=150,
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )
    agent_login = forms.CharField(
        label=gettext_lazy("Agent login in Thulium"),
        help_text=gettext_lazy("Replies leave under it. Without one a person can read, not send."),
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=Role.choices)
    email = forms.EmailField(label=gettext_lazy("E-mail"), required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES)
    password = forms.CharField(
        label=gettext_lazy("New password"),
        help_text=gettext_lazy(
            "At least 12 characters. Give it to the person; they can change it."
        ),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    is_active = forms.BooleanField(label=gettext_lazy("May sign in"), required=False)

    def __init__(self, *args: Any, person: User | None = None, **kwargs: Any) -> None:
        if person is not None:
            kwargs["initial"] = _initial(person)
        else:
            kwargs["initial"] = {"language": settings.LANGUAGE_CODE, "is_active": True}
        super().__init__(*args, **kwargs)
        self._person = person
        self.check: AgentCheck | None = None
        if person is None:
            self.fields["password"].required = True
            self.fields["password"].label = _("First password")

    def clean_username(self) -> str:
        """Refuse a user name that another person has."""
        username = str(self.cleaned_data["username"]).strip()
        others = User.objects.filter(username__iexact=username)
        if others.exclude(pk=self._pk).exists():
            raise ValidationError(_("Somebody signs in with this user name. Choose another."))
        return username

    def clean_agent_login(self) -> str:
        """Ask Thulium for the login; refuse an unknown one and one that another person has."""
        login = str(self.cleaned_data["agent_login"]).strip()
        if not login:
            return ""
        self.check = check_agent_login(login)
        if self.check.found is Found.UNKNOWN:
            raise ValidationError(
                _("Thulium has no agent “%(login)s”. Check the spelling in Thulium's panel."),
                params={"login": login},
            )
        taken = AgentProfile.objects.filter(login__iexact=self.check.login).exclude(user=self._pk)
        holder = taken.select_related("user").first()
        if holder is not None:
            raise ValidationError(
                _("%(name)s already sends as “%(login)s”. Each person needs their own."),
                params={"name": str(holder.user), "login": login},
            )
        return self.check.login

    @property
    def _pk(self) -> int:
        return self._person.pk if self._person else 0

    def text(self) -> PersonText:
        """Return what was written, for the service."""
        given = self.cleaned_data
        return PersonText(
            username=given["username"],
            name=given["name"],
            email=given["email"],
            role=given["role"],
            language=given["language"],
            is_active=given["is_active"],
        )


def _initial(person: User) -> dict[str, object]:
    return {
        "name": person.name,
        "username": person.username,
        "agent_login": person.agent_login,
        "role": person.role,
        "email": person.email,
        "language": person.language,
        "is_active": person.is_active,
    }
