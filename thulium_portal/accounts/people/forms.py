"""A person as administrators see them."""

from dataclasses import fields
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from thulium_portal.accounts import agent_logins, labels
from thulium_portal.accounts.agent_check import AgentCheck, LoginStatus, check_agent_login
from thulium_portal.accounts.models import TAKEN_USERNAME, User
from thulium_portal.accounts.passwords.validation import LONGEST_PASSWORD
from thulium_portal.accounts.roles import Role
from thulium_portal.accounts.services import PersonText
from thulium_portal.lib.forms import parse_id
from thulium_portal.lib.mail_addresses import is_same_mailbox

_TYPED_LETTER_BY_LETTER = {
    "autocapitalize": "none",
    "autocomplete": "off",
    "autocorrect": "off",
    "spellcheck": "false",
}


class FirstSignIn(models.TextChoices):
    """How a new person comes to a password."""

    MAIL = "mail", _("Invitation by e-mail: they choose a password themselves")
    LINK = "link", _("A link that you hand over: they choose a password themselves")
    PASSWORD = "password", _("A first password that you type and tell them")


class QueuesField(forms.TypedMultipleChoiceField):
    """Numbers of queues; the page offers those that tickets were seen in, by their names."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(coerce=int, **kwargs)

    def valid_value(self, value: Any) -> bool:
        """Tell whether *value* is a number of Thulium's; which queues there are it may change."""
        return parse_id(str(value)) is not None


class PersonForm(forms.Form):
    """A person as an administrator adds or changes them."""

    name = forms.CharField(
        label=_("First and last name"),
        max_length=150,
        error_messages={"required": _("Type the first and last name.")},
    )
    username = forms.CharField(
        label=_("User name"),
        help_text=_("What they type to sign in; capital and small letters are the same."),
        max_length=150,
        error_messages={"required": _("Type a user name.")},
        widget=forms.TextInput(attrs=_TYPED_LETTER_BY_LETTER),
    )
    role = forms.ChoiceField(
        label=_("Role"),
        help_text=_(
            "Agents answer tickets. Supervisors also look after canned responses and read the "
            "audit. Administrators also look after people. Auditors read the audit and everybody's "
            "replies, and write nothing."
        ),
        choices=Role.choices,
    )
    agent_login = forms.CharField(
        label=_("Agent login in Thulium"),
        help_text=_("Replies are sent under it. Without one a person can read but not send."),
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs=_TYPED_LETTER_BY_LETTER),
    )
    confirmation = forms.CharField(
        label=_("The agent login once more"),
        help_text=_(
            "Replies may leave under another agent's name. It stands in the record, and all "
            "administrators are told."
        ),
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs=_TYPED_LETTER_BY_LETTER),
    )
    queues = QueuesField(
        label=_("Only these queues"),
        help_text=_(
            "Leave all unticked for every queue. Tickets of other queues, and colleagues' replies "
            "to them, are not shown to this person. Administrators always see all."
        ),
        required=False,
    )
    first_sign_in = forms.ChoiceField(
        label=_("How they get in for the first time"),
        choices=FirstSignIn.choices,
        required=False,
        widget=forms.RadioSelect,
    )
    password = forms.CharField(
        label=_("New password"),
        help_text=_(
            "At least 12 characters. Give it to the person, who chooses another one at the next "
            "sign-in. Leave empty to keep the current one."
        ),
        required=False,
        strip=False,
        max_length=LONGEST_PASSWORD,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    email = forms.EmailField(label=_("E-mail"), required=False)
    is_active = forms.BooleanField(
        label=_("May sign in"),
        help_text=_(
            "Untick this when somebody leaves: they are signed out at once, nothing more is sent "
            "in their name, and their replies keep their name."
        ),
        required=False,
    )

    def __init__(self, *args: Any, actor: User, person: User | None = None, **kwargs: Any) -> None:
        ways = list(FirstSignIn.choices)[0 if settings.MAIL_OFFERED else 1 :]
        kwargs["initial"] = _initial(person) | {"first_sign_in": ways[0][0]}
        super().__init__(*args, **kwargs)
        self._person = person
        self.check: AgentCheck | None = None
        if person is None:
            self.fields["first_sign_in"].choices = ways  # type: ignore[attr-defined]
            self.fields["is_active"].help_text = ""
        if person is None or not person.has_usable_password():
            self.fields["password"].label = _("First password")
            self.fields["password"].help_text = (
                _("At least 12 characters. They choose another one at the first sign-in.")
                if person is None
                else _("Only in the place of an invitation. At least 12 characters.")
            )
        if person is not None or not settings.PASSWORD_SIGN_IN:
            del self.fields["first_sign_in"]
        if person == actor or not settings.PASSWORD_SIGN_IN:
            del self.fields["password"]
        if person == actor:
            self._leave_own_rights_alone()
        if settings.OIDC_ISSUER:
            self.fields["email"].help_text = _(
                "By it the portal finds who signs in with %(name)s for the first time. Only they "
                "may have it."
            ) % {"name": settings.OIDC_NAME}
            self.fields["email"].required = person is None and not settings.PASSWORD_SIGN_IN

    def _leave_own_rights_alone(self) -> None:
        """Keep administrators from locking themselves out; their password has a page of its own."""
        hint = _("This is your own; only another administrator can change it.")
        for name in ("role", "is_active"):
            self.fields[name].disabled = True
            self.fields[name].help_text = hint

    def clean_username(self) -> str:
        username = User.normalize_username(self.cleaned_data["username"])
        others = User.objects.exclude(pk=self._person.pk if self._person else 0)
        if others.filter(username__iexact=username).exists():
            raise ValidationError(TAKEN_USERNAME)
        return username

    def clean_email(self) -> str:
        """Refuse an address of two people where single sign-on goes by it: it admits neither."""
        email = str(self.cleaned_data["email"])
        others = User.objects.exclude(email="").exclude(pk=self._person.pk if self._person else 0)
        holder = next((one for one in others if is_same_mailbox(one.email, email)), None)
        if holder and settings.OIDC_ISSUER:
            raise ValidationError(
                _("%(name)s has this e-mail already. With one address neither could sign in."),
                params={"name": str(holder)},
            )
        return email

    def clean_agent_login(self) -> str:
        """Ask Thulium for the login; refuse an unknown one and one that another person has.

        One the person has already is not refused: whoever left Thulium has to be switched off here.
        """
        login = str(self.cleaned_data["agent_login"])
        if not login:
            return ""
        self.check = check_agent_login(login)
        kept = _login_of(self._person) == login
        if self.check.status is LoginStatus.UNKNOWN and not kept:
            raise ValidationError(
                _("Thulium has no agent “%(login)s”. Check the spelling in Thulium's panel."),
                params={"login": login},
            )
        if holder := agent_logins.holder_of(self.check.login, besides=self._person):
            raise ValidationError(
                _("%(name)s already sends as “%(login)s”. Each person needs their own."),
                params={"name": str(holder), "login": self.check.login},
            )
        return self.check.login

    def clean(self) -> None:
        """Look at what two fields say together."""
        if self.check and {"agent_login", "email", "name"} <= self.cleaned_data.keys():
            self._require_confirmation(self.check)
        if "first_sign_in" in self.fields:
            self._clean_first_sign_in()

    def _require_confirmation(self, check: AgentCheck) -> None:
        """Have a login typed once more where Thulium does not say that it is this person's own."""
        email, present = self.cleaned_data["email"], _login_of(self._person)
        doubt = agent_logins.needs_confirmation(check, email, present=present)
        typed, name = self.cleaned_data.get("confirmation", ""), self.cleaned_data["name"]
        if doubt and not agent_logins.is_confirmed(typed, check, name):
            self.add_error("confirmation", labels.doubt_sentence(doubt, check, email))
            self.add_error("confirmation", labels.confirmation_wanted(check.login))

    def _clean_first_sign_in(self) -> None:
        """See that the chosen way in has what it needs; forms of scripts may name none."""
        given = self.cleaned_data
        typed = FirstSignIn.PASSWORD if given.get("password") else self.initial["first_sign_in"]
        way = given["first_sign_in"] = given.get("first_sign_in") or typed
        if way != FirstSignIn.PASSWORD:
            given["password"] = ""
        elif not given.get("password") and not self.has_error("password"):
            self.add_error("password", _("Type the first password, or choose an invitation."))
        if way == FirstSignIn.MAIL and not given.get("email") and not self.has_error("email"):
            self.add_error("email", _("The invitation needs an e-mail address to go to."))

    def ask_for_password_again(self) -> None:
        """Say that a password which was typed into a refused form has to be typed once more."""
        way = self.cleaned_data.get("first_sign_in", FirstSignIn.PASSWORD)
        if (
            self.data.get("password")
            and way == FirstSignIn.PASSWORD
            and "password" in self.fields
            and not self.errors.get("password")
        ):
            self.add_error(
                "password", _("Type the password once more; it is never sent back to a page.")
            )

    def text(self) -> PersonText:
        return PersonText(**{name: self.cleaned_data[name] for name in _TEXT})


_TEXT = [field.name for field in fields(PersonText)]


def _login_of(person: User | None) -> str:
    return person.agent_login if person else ""


def _initial(person: User | None) -> dict[str, object]:
    if person is None:
        return {"language": settings.LANGUAGE_CODE, "is_active": True}
    return {name: getattr(person, name) for name in (*_TEXT, "agent_login")}
