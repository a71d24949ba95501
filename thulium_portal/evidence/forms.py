"""What a package is to prove: a ticket, days, or both."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from thulium_portal.evidence.scope import Scope
from thulium_portal.lib.forms import DayField, TicketField, require_days_in_order


class ScopeForm(forms.Form):
    """A ticket's number, a first and a last day; at least one of them."""

    ticket = TicketField(label=_("Ticket number"), required=False)
    since = DayField(label=pgettext_lazy("first day", "From"))
    until = DayField(label=pgettext_lazy("last day", "To"))

    def clean(self) -> dict[str, Any]:
        """Refuse days in the wrong order, and a form that asks for nothing."""
        cleaned = self.cleaned_data
        require_days_in_order(self)
        if not self.errors and not any(value is not None for value in cleaned.values()):
            self.add_error("ticket", _("Enter a ticket number or choose days."))
        return cleaned

    @property
    def scope(self) -> Scope:
        """What is asked for; only for a valid form."""
        return Scope(**self.cleaned_data)
