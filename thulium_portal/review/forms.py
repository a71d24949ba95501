"""The filters of the review page: what an address asks for, and what is wrong with it."""

import re
from functools import partial
from typing import Any, cast

from django import forms
from django.core.cache import cache
from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from thulium_portal.accounts.models import User
from thulium_portal.audit import review_index
from thulium_portal.audit.models import AuditEntry, ReviewRow
from thulium_portal.lib.folding import fold
from thulium_portal.lib.forms import (
    DayField,
    TicketField,
    day_end,
    day_start,
    parse_id,
    require_days_in_order,
)
from thulium_portal.lib.pagination import Page, page_by_key
from thulium_portal.replies.states import ATTENTION, TAKEN_BACK
from thulium_portal.review import scope
from thulium_portal.review.labels import LIGHTLY, STATES, Change
from thulium_portal.review.models import SavedView

_NUMBER = re.compile(r"[0-9]{1,9}")
KEPT = "kept"
"""Asks for every outcome but those of replies that were taken back."""
UNDECIDED = "attention"
"""Asks for every outcome that needs somebody's attention."""
MORE = ("customer", "login", "canned", "version", "changed", "hour")
"""Filters of what only replies have."""
_KEPT_SECONDS = 60
_LOOKED_AT = 2_000
"""Of the newest replies; their canned responses are offered to choose from."""
_CHANGED: dict[str, dict[str, object]] = {
    Change.UNCHANGED: {"changed_percent": 0},
    Change.LIGHT: {"changed_percent__gt": 0, "changed_percent__lte": LIGHTLY},
    Change.HEAVY: {"changed_percent__gt": LIGHTLY},
    Change.NOT_COMPARED: {"canned_id__isnull": False, "changed_percent__isnull": True},
    Change.SCRATCH: {"canned_id__isnull": True},
}


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
        choices=[
            ("", _("Any outcome")),
            (KEPT, _("Any but undone or replaced")),
            (UNDECIDED, pgettext_lazy("replies", "Need attention")),
            *STATES.items(),
        ],
        error_messages={
            "invalid_choice": _("“%(value)s” is not an outcome; choose one from the list.")
        },
    )
    ticket = TicketField(label=_("Ticket number"), required=False)
    customer = forms.CharField(
        label=_("Customer or address"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"max_length": _("Search for at most 200 characters.")},
    )
    login = forms.CharField(
        label=_("Agent login"), required=False, max_length=150, widget=forms.Select
    )
    canned = forms.CharField(label=_("Canned response"), required=False, widget=forms.Select)
    version = forms.CharField(
        label=_("Version"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    changed = forms.ChoiceField(
        label=_("Changed before sending"),
        required=False,
        choices=[("", _("Any amount")), *Change.choices],
        error_messages={
            "invalid_choice": _("“%(value)s” is not on the list; choose an amount from it.")
        },
    )
    hour = forms.CharField(
        label=_("Hour of the day, 0 to 23"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, reader: User | None, **kwargs: Any) -> None:
        """Look for what *reader* sees; None is the command line, which sees everything."""
        super().__init__(*args, **kwargs)
        self._reader = reader
        people = User.objects.order_by("name", "username")
        self._offer(
            "person", _("Anyone"), [(each.get_username(), _in_full(each)) for each in people]
        )
        offered = cache.get_or_set("audit-used-of-late", _used_of_late, _KEPT_SECONDS)
        logins, texts = offered or ([], [])
        self._offer("login", _("Any"), logins)
        self._offer("canned", _("Any"), texts)

    def _offer(self, name: str, nothing: str | Promise, choices: list[tuple[str, str]]) -> None:
        """Offer *choices*; what the address asks for beside them is shown as it stands there."""
        text = str(self[name].value() or "")
        known = {value for value, _label in choices}
        others = [] if text in {"", *known} else [(text, text)]
        widget = cast("forms.Select", self.fields[name].widget)
        widget.choices = [("", nothing), *choices, *others]

    def clean_person(self) -> User | None:
        """Return whom the user name (or the key) names."""
        text = self.cleaned_data["person"]
        if not text:
            return None
        named = User.objects.filter(username__iexact=text).first()
        person = named or User.objects.filter(pk=parse_id(text) or 0).first()
        if person is None:
            words = _("There is nobody with the user name “%(value)s”.")
            raise forms.ValidationError(words, code="unknown", params={"value": text})
        return person

    def clean_canned(self) -> int | None:
        return self._number("canned", _("There is no canned response with this number."))

    def clean_version(self) -> int | None:
        return self._number("version", _("A version is a number, for example 3."))

    def clean_hour(self) -> int | None:
        hour = self._number("hour", _("Choose an hour from 0 to 23."))
        if hour is not None and hour > 23:
            raise forms.ValidationError(_("Choose an hour from 0 to 23."), code="invalid")
        return hour

    def _number(self, name: str, words: str | Promise) -> int | None:
        text = self.cleaned_data[name]
        if text and not _NUMBER.fullmatch(text):
            raise forms.ValidationError(str(words), code="invalid")
        return int(text) if text else None

    def clean(self) -> dict[str, Any]:
        require_days_in_order(self)
        return self.cleaned_data

    @property
    def filters(self) -> dict[str, Any]:
        """The filters that are in use, by field; only for a valid form."""
        given = self.cleaned_data.items()
        return {name: value for name, value in given if value not in ("", None)}

    @property
    def uses_more(self) -> bool:
        """Tell whether any of the filters is used that are not always in sight."""
        return any(self[name].value() for name in MORE)

    def replies(self) -> QuerySet[ReviewRow]:
        """Return the review lines asked for; only for a valid form."""
        words = review_index.looked_for(self.cleaned_data)
        return review_index.matching(self._lines(), words) if words else self._lines()

    def events(self) -> QuerySet[AuditEntry]:
        """Return the entries asked for; what only replies have is looked for in theirs."""
        entries = self._narrowed(scope.entries(self._reader).select_related("actor"), "at")
        if any(name in self.filters for name in ("q", *MORE)):
            replies = self.replies().order_by().values("subject_id")
            entries = entries.filter(subject_kind="reply", subject_id__in=replies)
        return entries

    def page(self, *, size: int, before: int | None, after: int | None) -> Page[ReviewRow]:
        """Return a page of the review lines asked for; only for a valid form."""
        words = review_index.looked_for(self.cleaned_data)
        among = partial(review_index.WORDS.newest, words) if words else None
        return page_by_key(
            self._lines(), "opened_sequence", size=size, before=before, after=after, among=among
        )

    def _lines(self) -> QuerySet[ReviewRow]:
        """Return what every filter but that of words leaves of the review lines."""
        rows = self._narrowed(scope.lines(self._reader).select_related("actor"), "opened_at")
        filters = self.cleaned_data
        wanted = {
            "agent_login__iexact": filters["login"] or None,
            "canned_id": filters["canned"],
            "canned_version": filters["version"],
            "opened_at__hour": filters["hour"],
            **_CHANGED.get(filters["changed"], {}),
        }
        for address in _addresses(filters["customer"]):
            # Its words alone may be those of a name beside another address.
            rows = rows.filter(Q(recipient__icontains=address) | Q(customer__icontains=address))
        rows = rows.none() if review_index.is_wordless(filters) else rows
        return rows.filter(**{name: value for name, value in wanted.items() if value is not None})

    def _narrowed(self, rows: QuerySet[Any], at: str) -> QuerySet[Any]:
        filters = self.cleaned_data
        since, until, state = filters["since"], filters["until"], filters["state"]
        wanted = {
            "actor": filters["person"],
            "ticket_id": filters["ticket"],
            "state": None if state in ("", KEPT, UNDECIDED) else state,
            f"{at}__gte": day_start(since) if since else None,
            f"{at}__lt": day_end(until) if until else None,
        }
        rows = rows.exclude(state__in=TAKEN_BACK) if state == KEPT else rows
        rows = rows.filter(state__in=ATTENTION) if state == UNDECIDED else rows
        return rows.filter(**{name: value for name, value in wanted.items() if value is not None})


class SavedViewForm(forms.Form):
    """The name under which a reviewer keeps the filters of the list."""

    name = forms.CharField(
        label=_("Name of the view"),
        max_length=SavedView.LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": _("Give the view a name."),
            "max_length": _("Use at most %(limit_value)d characters."),
        },
    )
    is_shared = forms.BooleanField(required=False)


def _used_of_late() -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Return the agent logins and the canned responses of the newest replies, by name."""
    lines = ReviewRow.objects.values_list("agent_login", "canned_id", "canned_title")[:_LOOKED_AT]
    logins: set[str] = set()
    titles: dict[str, str] = {}
    for login, pk, title in lines:
        logins.add(login)
        if pk is not None:
            titles.setdefault(str(pk), title or str(pk))
    by_title = sorted(titles.items(), key=lambda each: fold(each[1]))
    return [(login, login) for login in sorted(logins - {""})], by_title


def _addresses(customer: str) -> list[str]:
    """Return the e-mail addresses, or parts of them, among the words of *customer*."""
    words = (word.strip("<>()[],;:.\"'„”") for word in customer.split())
    return [word for word in words if "@" in word and word.isascii()]


def _in_full(person: User) -> str:
    name, username = person.get_full_name(), person.get_username()
    return name if name == username else f"{name} ({username})"
