"""The list of replies: which ones an address asks for, so that every number can lead to its own."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET

from thulium_portal.accounts.http import StaffRequest, requires
from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import Permission
from thulium_portal.canned.models import CannedResponse
from thulium_portal.lib.forms import (
    DayField,
    day_end,
    day_start,
    parse_id,
    require_days_in_order,
)
from thulium_portal.replies import response_times
from thulium_portal.replies.models import Reply, ReplyQuerySet
from thulium_portal.replies.states import ATTENTION, UNSETTLED, WAS_SENT, State
from thulium_portal.tickets.index.lists import NO_QUEUE
from thulium_portal.tickets.models import KnownQueue

PAGE = 50
SENT = "was-sent"
EVERYBODY = "all"
_GROUPS = {
    "attention": (ATTENTION, _("Needing attention")),
    "on-its-way": (UNSETTLED, _("Not finished yet")),
    SENT: (WAS_SENT, pgettext_lazy("replies", "Sent")),
}


def address(**filters: object) -> str:
    """Return the address of the list with *filters*."""
    return f"{reverse('replies:index')}?{urlencode(filters)}"


class ListForm(forms.Form):
    """Any of: state, first and last day of sending, whose, queue, canned response."""

    state = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[
            ("", _("All replies")),
            *((name, label) for name, (_states, label) in _GROUPS.items()),
            *((name, label) for name, label in State.choices if name != State.CANCELLED),
        ],
    )
    since = DayField(label=pgettext_lazy("replies, first day", "Sent from"))
    until = DayField(label=pgettext_lazy("replies, last day", "to"))
    who = forms.CharField(required=False, widget=forms.HiddenInput)
    queue = forms.CharField(required=False, widget=forms.HiddenInput)
    canned = forms.CharField(required=False, widget=forms.HiddenInput)
    waited = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._person = person

    def clean(self) -> dict[str, Any]:
        require_days_in_order(self)
        return self.cleaned_data

    def replies(self) -> ReplyQuerySet:
        """Return the replies asked for, the person's own or everybody's.

        Raises ``PermissionDenied`` for who asks for everybody's and may not see them.
        """
        person = self._person
        rows = Reply.objects.exclude(state=State.CANCELLED)
        if self.is_of_everybody:
            if not person.may(Permission.SEE_ALL_REPLIES):
                raise PermissionDenied
            rows = rows.visible_to(person).exclude(state=State.DRAFT)
        else:
            rows = rows.filter(author=person)
        return self._narrowed(self._of_days(self._in_state(rows)))

    @property
    def is_of_everybody(self) -> bool:
        """Tell whether everybody's are asked for; who writes none has no others to look at."""
        writes = self._person.may(Permission.SEND_REPLIES)
        return self.cleaned_data.get("who") == EVERYBODY or not writes

    @property
    def shows_waits(self) -> bool:
        """Tell whether only replies are asked for whose response time is known."""
        return bool(self.cleaned_data.get("waited"))

    @property
    def is_of_days(self) -> bool:
        return bool(self.cleaned_data.get("since") or self.cleaned_data.get("until"))

    @property
    def _queue(self) -> int | None:
        return parse_id(self.cleaned_data.get("queue"))

    @property
    def is_narrowed(self) -> bool:
        return any(self.cleaned_data.values())

    def about(self) -> list[str]:
        """Return the names of the queue and the canned response that are asked for."""
        names = []
        if self._queue == NO_QUEUE:
            names.append(str(_("Without a queue")))
        elif self._queue is not None:
            known = KnownQueue.objects.filter(queue_id=self._queue).first()
            names.append(str(known or self._queue))
        if canned := parse_id(self.cleaned_data.get("canned")):
            names += CannedResponse.objects.filter(pk=canned).values_list("title", flat=True)
        return names

    def address(self, **more: object) -> str:
        """Return the address that asks for the same, and for *more*."""
        given = {name: self.data.get(name) for name in self.fields if self.data.get(name)}
        return address(**given, **more)

    def _in_state(self, rows: ReplyQuerySet) -> ReplyQuerySet:
        state = self.cleaned_data.get("state")
        if state in _GROUPS:
            return rows.filter(state__in=_GROUPS[state][0])
        return rows.filter(state=state) if state else rows

    def _of_days(self, rows: ReplyQuerySet) -> ReplyQuerySet:
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since or until:
            rows = rows.left(day_start(since) if since else None, day_end(until) if until else None)
        return response_times.known(rows) if self.shows_waits else rows

    def _narrowed(self, rows: ReplyQuerySet) -> ReplyQuerySet:
        canned = self.cleaned_data.get("canned")
        if self._queue == NO_QUEUE:
            rows = rows.filter(queue_id__isnull=True)
        elif self._queue is not None:
            rows = rows.filter(queue_id=self._queue)
        return rows.filter(canned_response=parse_id(canned) or 0) if canned else rows


@require_GET
@requires(Permission.READ_REPLIES)
def index(request: StaffRequest) -> HttpResponse:
    """Replies, newest first: one's own, or everybody's; what is asked for is in the address."""
    form = ListForm(request.GET, person=request.user)
    form.is_valid()
    found = form.replies()
    before = parse_id(request.GET.get("before", ""))
    rows = found if before is None else found.filter(pk__lt=before)
    page = list(rows.select_related("author").order_by("-id")[: PAGE + 1])
    for reply in page:
        waits = response_times.each([(reply.waiting_since, reply.wire_at)])
        reply.response_time = next(waits, None)  # type: ignore[attr-defined]
    context = {
        "form": form,
        "replies": page[:PAGE],
        "older": form.address(before=page[PAGE - 1].pk) if len(page) > PAGE else "",
        "total": found.count() if form.is_of_days else None,
    }
    return render(request, "replies/index.html", context)
