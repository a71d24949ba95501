"""Forms to find a customer, to hold their data and to erase it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from thulium_portal.lib.folding import fold
from thulium_portal.privacy.customers import Customer, IdentifierKind, same, ticket_of
from thulium_portal.privacy.models import LONGEST_CUSTOMER, LONGEST_REASON
from thulium_portal.privacy.services import Basis

LEAST_LETTERS = 3
_TOO_LONG = _("Use at most %(limit_value)d characters; there are %(show_value)d.")


class FindForm(forms.Form):
    """One box; *kind* comes with a customer that was chosen from the list."""

    q = forms.CharField(
        label=_("E-mail address, name or ticket number"),
        max_length=LONGEST_CUSTOMER,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={
            "required": _("Type an e-mail address, a name or a ticket number."),
            "max_length": _TOO_LONG,
        },
    )
    kind = forms.ChoiceField(
        choices=IdentifierKind.choices,
        required=False,
        widget=forms.HiddenInput,
        error_messages={"invalid_choice": _("Look for the customer once more.")},
    )

    def clean_q(self) -> str:
        """Return the words; fewer than three letters would find nearly everybody."""
        words: str = self.cleaned_data["q"]
        letters = sum(char.isalnum() for char in fold(words))
        if ticket_of(words) is None and letters < LEAST_LETTERS:
            raise forms.ValidationError(
                _("Type at least three letters of the name or the address, or a ticket number.")
            )
        return words

    def clean(self) -> dict[str, Any]:
        """Refuse a ticket without a number."""
        cleaned = self.cleaned_data
        if (
            cleaned.get("kind") == IdentifierKind.TICKET
            and "q" in cleaned
            and ticket_of(cleaned["q"]) is None
        ):
            self.add_error("q", _("A ticket number is made of digits only, for example 1234."))
        return cleaned

    @property
    def customer(self) -> Customer | None:
        """The chosen customer, None where nobody was chosen yet; only for a valid form."""
        kind, words = self.cleaned_data["kind"], self.cleaned_data["q"]
        ticket = ticket_of(words)
        if kind == IdentifierKind.TICKET:
            words = str(ticket)
        return Customer(IdentifierKind(kind), words) if kind else None


class ChosenForm(FindForm):
    """Base of the forms about one customer, who is in hidden fields."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].required = True
        self.fields["q"].widget = forms.HiddenInput()


class HoldForm(ChosenForm):
    """Why the data must be kept."""

    reason = forms.CharField(
        label=_("Why the data must be kept"),
        max_length=LONGEST_REASON,
        error_messages={
            "required": _("Write why the data must be kept, for example the number of a case."),
            "max_length": _TOO_LONG,
        },
    )


class EraseForm(ChosenForm):
    """Why the data is erased, and whose, typed once more."""

    basis = forms.ChoiceField(
        label=_("Legal ground"),
        choices=[("", _("Choose…")), *Basis.choices],
        error_messages={"required": _("Choose the legal ground.")},
    )
    note = forms.CharField(
        label=_("Note (optional)"),
        help_text=_("For example the number of the request. It stays, so leave the name out."),
        max_length=LONGEST_REASON,
        required=False,
        error_messages={"max_length": _TOO_LONG},
    )
    elsewhere = forms.BooleanField(
        label=_("Also erase the replies to others in which the address is written"), required=False
    )
    confirm = forms.CharField(
        label=_("To confirm, type it once more"),
        max_length=LONGEST_CUSTOMER,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Type it once more to confirm."), "max_length": _TOO_LONG},
    )

    def clean(self) -> dict[str, Any]:
        """Refuse a confirmation that is not the customer's words."""
        cleaned = super().clean()
        words = cleaned.get("q", "")
        if "confirm" in cleaned and not same(cleaned["confirm"], words):
            complaint = _("This is something else. Type exactly: %(words)s") % {"words": words}
            self.add_error("confirm", complaint)
        return cleaned
