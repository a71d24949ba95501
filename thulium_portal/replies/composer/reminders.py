"""When to remind a person of a ticket whose customer does not answer: the fields to choose it."""

from datetime import date, timedelta
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import Permission
from thulium_portal.lib.forms import DayField
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import UNSETTLED, WAS_SENT
from thulium_portal.tickets import reminders
from thulium_portal.tickets.models import Reminder

_ERROR = gettext_lazy("You can be reminded in 1 to 60 days.")
_NO_DAY = gettext_lazy("Choose the day of the reminder.")


class DaysField(forms.IntegerField):
    """How many days to wait for an answer; none where nobody is to be reminded.

    A draft is kept whatever is chosen (``is_lenient``).
    """

    widget = forms.Select
    is_lenient = False

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            required=False,
            min_value=1,
            max_value=reminders.FARTHEST,
            error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), _ERROR),
            **kwargs,
        )

    def clean(self, value: Any) -> int | None:
        """Return the number; None for none, and for junk in a draft."""
        try:
            return cast("int | None", super().clean(value))
        except forms.ValidationError:
            if self.is_lenient:
                return None
            raise


class ReminderForm(forms.Form):
    """A number of days or a day, to be reminded of a ticket; neither ends the reminder."""

    days = DaysField()
    due_on = DayField()

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._person = person

    def clean_due_on(self) -> date | None:
        day: date | None = self.cleaned_data["due_on"]
        if day is None and "due_on" in self.data:
            raise forms.ValidationError(_NO_DAY, code="required")
        first, last = bounds(self._person)
        if day and not first <= day <= last:
            raise forms.ValidationError(_ERROR, code="days")
        return day

    @property
    def day(self) -> date | None:
        """The day that was chosen; only for a valid form."""
        days = reminders.in_days(self._person, self.cleaned_data["days"])
        return self.cleaned_data["due_on"] or days


def choices(*, current: object = None) -> list[tuple[object, str]]:
    """Return what can be chosen in a :class:`DaysField`, with the number that is chosen now."""
    offered = set(reminders.PRESETS)
    if str(current or "").isdecimal() and 1 <= len(str(current)) <= 2:
        offered |= {int(str(current))} - {0}
    words = [
        (days, ngettext("after %(days)d day", "after %(days)d days", days) % {"days": days})
        for days in sorted(offered)
    ]
    return [("", _("no reminder")), *words]


def offer(bound: forms.BoundField, *, is_lenient: bool) -> None:
    """Let a :class:`DaysField` of a form offer its choices."""
    field = cast("DaysField", bound.field)
    field.is_lenient = is_lenient
    cast("forms.Select", field.widget).choices = choices(current=bound.value())


def bounds(person: User) -> tuple[date, date]:
    """Return the first and the last day on which *person* can be reminded."""
    today = reminders.today(person)
    return today + timedelta(days=1), today + timedelta(days=reminders.FARTHEST)


def page_context(person: User, ticket_id: int, newest: int | None) -> dict[str, Any]:
    """Return what ``replies/_reminder.html`` shows: the reminder of *person*, what they can choose.

    *newest* is the number of the newest message that the page shows.
    """
    reminder: Reminder | None = reminders.of(person).filter(ticket_id=ticket_id).first()
    first, last = bounds(person)
    return {
        "reminder": reminder,
        "reminder_days": reminders.PRESETS,
        "reminder_first": first,
        "reminder_last": last,
        "reminder_newest": newest,
    }


def reply_context(person: User, reply: Reply) -> dict[str, Any]:
    """Return what the page of one's own reply offers: while it is on its way, and once it left."""
    if reply.author_id != person.pk or not person.may(Permission.SEND_REPLIES):
        return {}
    if reply.state in UNSETTLED:
        return {"remind_choices": choices(current=reply.remind_after)}
    if reply.state in WAS_SENT:
        return page_context(person, reply.ticket_id, reply.newest_message_id)
    return {}
