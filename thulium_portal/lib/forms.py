"""Fields and readings of numbers and days that several forms share."""

import re
from datetime import date, datetime, time, timedelta
from typing import Any, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

_ID = re.compile(r"[0-9]{1,18}")
"""18 digits surely fit a column of 64 bits."""
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_YEARS = range(2000, 2101)
_LONGEST_TYPED = 12
"""Digits of a ticket number that people type; longer ones are other numbers."""


def parse_id(text: str | None) -> int | None:
    """Return the number that *text* (of an address or a form) holds, None for anything else."""
    return int(text) if text and _ID.fullmatch(text) else None


def day_start(day: date) -> datetime:
    """Return the first moment of *day* in the reader's time zone."""
    return timezone.make_aware(datetime.combine(day, time.min))


def day_end(day: date) -> datetime:
    """Return the first moment after *day* in the reader's time zone."""
    return day_start(day + timedelta(days=1))


class DayInput(forms.DateInput):
    """The browser's own calendar; it can show real days only."""

    input_type = "date"

    def format_value(self, value: Any) -> str | None:
        """Return what the calendar is set to: nothing where the address names no day."""
        text = str(value or "")
        return text if _DAY.fullmatch(text) else None


class DayField(forms.DateField):
    """A day as an address names it: ``2026-11-23``."""

    widget = DayInput
    default_error_messages = {
        "invalid": _("This is not a date; choose one, or write it like 2026-11-23."),
        "year": _("Choose a date from the years 2000 to 2100."),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, input_formats=["%Y-%m-%d"], **kwargs)

    def clean(self, value: Any) -> date | None:
        """Return the day, None for none; refuse years whose ends no time zone can express."""
        day = cast("date | None", super().clean(value))
        if day and day.year not in _YEARS:
            raise forms.ValidationError(self.error_messages["year"], code="year")
        return day


def require_days_in_order(form: forms.Form) -> None:
    """Add an error to *form* where its ``until`` is before its ``since``."""
    since, until = form.cleaned_data.get("since"), form.cleaned_data.get("until")
    if since and until and until < since:
        form.add_error("until", _("The last day is before the first one."))


class TicketField(forms.CharField):
    """A ticket's number, with or without the sign people write before it."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
    default_error_messages = {
        "invalid": _("A ticket number is made of digits only, for example 1234."),
    }

    def clean(self, value: Any) -> int | None:
        """Return the number, None for none."""
        text = super().clean(value)
        ticket_id = parse_id(text.removeprefix("#"))
        if text and ticket_id is None:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return ticket_id


def ticket_number(text: str) -> int | None:
    """Return the ticket's number in what a person typed or pasted, or None.

    Accepts a number, ``#1234`` and any address whose path ends in the number.
    """
    text = text.strip()
    numbers = re.findall(r"[0-9]+", text.split("?")[0].split("#")[0] if "/" in text else text)
    if not numbers:
        numbers = re.findall(r"[0-9]+", text)
    if not numbers or ("/" not in text and len(numbers) > 1):
        return None
    number = numbers[-1]
    return int(number) if len(number) <= _LONGEST_TYPED and int(number) > 0 else None
