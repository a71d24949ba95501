"""Being reminded of a ticket whose customer does not answer."""

import uuid as uuids
from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from thulium_portal.accounts.http import StaffRequest, get_own_or_404, page_before, requires
from thulium_portal.accounts.roles import Permission
from thulium_portal.lib.forms import parse_id
from thulium_portal.replies import services
from thulium_portal.replies.composer.reminders import ReminderForm
from thulium_portal.replies.models import Reply
from thulium_portal.replies.transitions import StateConflict
from thulium_portal.replies.views.support import LONGEST_TICKET_NUMBER
from thulium_portal.tickets import reminders


@require_POST
@requires(Permission.SEND_REPLIES)
def remind(request: StaffRequest, ticket_id: int) -> HttpResponse:
    """Set, move or end one's reminder of a ticket, and lead back to the page it was chosen on."""
    if not 0 < ticket_id < LONGEST_TICKET_NUMBER:
        raise Http404
    form = ReminderForm(request.POST, person=request.user)
    if form.is_valid():
        newest = parse_id(request.POST.get("newest"))
        reminders.remind(request.user, ticket_id, form.day, newest=newest)
        messages.success(request, _said(form.day))
    else:
        _say_errors(request, form)
    before = page_before(request)
    if before == request.path:
        return redirect("replies:compose", ticket_id=ticket_id)
    return HttpResponseRedirect(before)


@require_POST
@requires(Permission.SEND_REPLIES)
def remind_after(request: StaffRequest, uuid: uuids.UUID) -> HttpResponse:
    """Choose how many days after sending to be reminded of one's own reply."""
    reply = get_own_or_404(
        Reply.objects.filter(author=request.user), request.user, owner="author", uuid=uuid
    )
    form = ReminderForm(request.POST, person=request.user)
    if not form.is_valid():
        _say_errors(request, form)
        return redirect("replies:show", uuid=uuid)
    try:
        services.remind_after(reply, form.cleaned_data["days"], actor=request.user)
    except StateConflict:
        messages.warning(
            request, _("Too late for that: the reply has moved on. This is its state now.")
        )
    else:
        messages.success(request, _("The reminder was saved."))
    return redirect("replies:show", uuid=uuid)


def _said(day: date | None) -> str:
    if day is None:
        return _("The reminder was removed.")
    words = {"day": date_format(day, "DATE_FORMAT")}
    return _("You will be reminded on %(day)s, unless the customer answers first.") % words


def _say_errors(request: StaffRequest, form: ReminderForm) -> None:
    for errors in form.errors.values():
        messages.error(request, " ".join(str(error) for error in errors))
