"""The form of one's own profile."""

from functools import cache
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _


@cache
def _zones() -> list[tuple[str, str]]:
    """Return all time zones with a place; looking them up reads many files."""
    return [(zone, zone.replace("_", " ")) for zone in sorted(available_timezones()) if "/" in zone]


def _zone_choices() -> list[tuple[str, str]]:
    return [("", _("The portal's own (%(zone)s)") % {"zone": settings.TIME_ZONE}), *_zones()]


class ProfileForm(forms.Form):
    """One's own name, signature and clock."""

    name = forms.CharField(
        label=_("First and last name"),
        help_text=_("Canned responses that ask for your name put it in."),
        max_length=150,
    )
    signature = forms.CharField(
        label=_("Signature"),
        help_text=_("Put at the end of canned responses that ask for it."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
        required=False,
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        help_text=_("The times you read and choose are in this zone."),
        choices=_zone_choices,
        required=False,
    )
