"""Which month, and whose: what the address of the report asks for."""

import re
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from thulium_portal.accounts.models import User
from thulium_portal.reports.statistics import Month

_MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")


class MonthInput(forms.TextInput):
    """The browser's own choice of a month, a text box where it has none."""

    input_type = "month"


class PeriodForm(forms.Form):
    """A month as ``2026-11`` and, if asked for, a person's user name (else everybody)."""

    month = forms.CharField(label=_("Month"), widget=MonthInput)
    person = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Person"),
        required=False,
        to_field_name="username",
        empty_label=_("Everyone"),
        error_messages={"invalid_choice": _("There is nobody with this user name.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people: forms.ModelChoiceField = self.fields["person"]  # type: ignore[assignment]
        people.queryset = User.objects.order_by("name", "username")

    def clean_month(self) -> Month:
        found = _MONTH.fullmatch(self.cleaned_data["month"])
        if not found:
            raise forms.ValidationError(_("Write the month like 2026-11."), code="invalid")
        return Month(date(int(found[1]), int(found[2]), 1))
