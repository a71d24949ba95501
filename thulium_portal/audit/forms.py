"""The filters of the review page: what an address asks for, and what is wrong with it."""

import re
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from thulium_portal.audit.labels import STATES, TAKEN_BACK
from thulium_portal.audit.models import AuditEntry, ReviewRow
from thulium_portal.audit.search import matching

if TYPE_CHECKING:
    from thulium_portal.accounts.models import User

_TICKET = re.compile(r"#?([0-9]{1,18})")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_YEARS = range(2000, 2101)
KEPT = "kept"
"""Asks for every outcome but those of replies that were taken back."""


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


class FilterForm(forms.Form):
    """Any of: words, ticket number, person (user name), state, first and last day."""

    q = forms.CharField(
        label=_("Search in the text"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
        error_messages={"max_length": _("Search for at most 200 characters.")},
    )
    since = DayField(label=pgettext_lazy("first day", "From"))
    until = DayField(label=pgettext_lazy("last day", "To"))
    person = forms.CharField(label=_("Person"), required=False, widget=forms.Select)
    state = forms.ChoiceField(
        label=_("Outcome"),
        required=False,
        choices=[("", _("Any outcome")), (KEPT, _("Any but undone or replaced")), *STATES.items()],
        error_messages={
            "invalid_choice": _("“%(value)s” is not an outcome; choose one from the list.")
        },
    )
    ticket = forms.CharField(
        label=_("Ticket number"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = _people().order_by("name", "username")
        names = [(person.get_username(), _in_full(person)) for person in people]
        widget = cast("forms.Select", self.fields["person"].widget)
        widget.choices = [("", _("Anyone")), *names]

    def clean_person(self) -> "User | None":
        """Return whom the user name (or the internal number) names."""
        asked = self.cleaned_data["person"]
        if not asked:
            return None
        people = _people().filter(username__iexact=asked)
        if not people and asked.isascii() and asked.isdigit() and len(asked) < 19:
            people = _people().filter(pk=int(asked))
        if not people:
            words = _("There is nobody with the user name “%(value)s”.")
            raise forms.ValidationError(words, code="unknown", params={"value": asked})
        return people[0]

    def clean_ticket(self) -> int | None:
        """Return the ticket's number."""
        asked = self.cleaned_data["ticket"]
        number = _TICKET.fullmatch(asked)
        if asked and not number:
            words = _("A ticket number is made of digits only, for example 1234.")
            raise forms.ValidationError(words, code="invalid")
        return int(number[1]) if number else None

    def clean(self) -> dict[str, Any]:
        """Refuse days in the wrong order."""
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and until < since:
            self.add_error("until", _("The last day is before the first one."))
        return self.cleaned_data

    @property
    def asked(self) -> dict[str, Any]:
        """What is asked for, without what is not; only for a valid form."""
        return {name: value for name, value in self.cleaned_data.items() if value}

    def replies(self) -> QuerySet[ReviewRow]:
        """Return the review lines asked for; only for a valid form."""
        rows = self._narrowed(ReviewRow.objects.select_related("actor"), "opened_at")
        return matching(rows, self.cleaned_data["q"])

    def events(self) -> QuerySet[AuditEntry]:
        """Return the entries asked for; words are looked for in the replies they belong to."""
        entries = self._narrowed(AuditEntry.objects.select_related("actor"), "at")
        if self.cleaned_data["q"]:
            found = matching(ReviewRow.objects.all(), self.cleaned_data["q"])
            entries = entries.filter(
                subject_kind="reply", subject_id__in=found.values("subject_id")
            )
        return entries

    def _narrowed(self, rows: QuerySet[Any], at: str) -> QuerySet[Any]:
        asked = self.cleaned_data
        since, until, state = asked["since"], asked["until"], asked["state"]
        wanted = {
            "actor": asked["person"],
            "ticket_id": asked["ticket"],
            "state": None if state in ("", KEPT) else state,
            f"{at}__gte": day_start(since) if since else None,
            f"{at}__lt": day_start(until + timedelta(days=1)) if until else None,
        }
        rows = rows.exclude(state__in=TAKEN_BACK) if state == KEPT else rows
        return rows.filter(**{name: value for name, value in wanted.items() if value is not None})


def day_start(day: date) -> datetime:
    """Return the first moment of *day* in the reader's time zone."""
    return timezone.make_aware(datetime.combine(day, time.min))


def _people() -> "QuerySet[User]":
    return get_user_model().objects.all()


def _in_full(person: "User") -> str:
    name, username = person.get_full_name(), person.get_username()
    return name if name == username else f"{name} ({username})"
