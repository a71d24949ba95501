"""What the pages of bulk replies share: whose they are, and what a press leads to."""

import uuid as uuids
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from thulium_portal.accounts.http import StaffRequest, get_own_or_404
from thulium_portal.bulk.models import BulkReply
from thulium_portal.replies.transitions import StateConflict


def own(request: StaffRequest, uuid: uuids.UUID) -> BulkReply:
    """Return the bulk reply of the person who asks; 404 for anybody else's."""
    rows = BulkReply.objects.filter(author=request.user)
    rows = rows.select_related("canned_response", "canned_version")
    return get_own_or_404(rows, request.user, owner="author", uuid=uuid)


def carry_out(request: StaffRequest, bulk: BulkReply, wish: Callable[[], object]) -> HttpResponse:
    """Carry out one wish and show where it led; one that came too late is said so, not hidden."""
    try:
        wish()
    except StateConflict:
        messages.warning(request, _("Too late for that: it has moved on. This is how it stands."))
    return redirect("bulk:show", uuid=bulk.uuid)
