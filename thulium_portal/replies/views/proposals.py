"""What a person changed of a canned response in a real reply, proposed for the text."""

import uuid as uuids

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from thulium_portal.accounts.http import StaffRequest, get_own_or_404, requires
from thulium_portal.accounts.roles import Permission
from thulium_portal.canned.proposals import services
from thulium_portal.replies import canned_usage
from thulium_portal.replies.models import Reply


@require_POST
@requires(Permission.WRITE_CANNED)
def propose(request: StaffRequest, uuid: uuids.UUID) -> HttpResponse:
    """Turn what the author changed into a proposal for the canned response."""
    reply = get_own_or_404(
        Reply.objects.visible_to(request.user), request.user, owner="author", uuid=uuid
    )
    edit = canned_usage.edit_of(reply, request.user)
    if edit is not None and edit.suggestion is None:
        messages.info(
            request, _("The reply and the canned response differ too much to be compared.")
        )
        return redirect("replies:show", uuid=uuid)
    if edit is None or edit.suggestion == edit.version.body:
        messages.info(request, _("There is nothing in this reply to propose."))
        return redirect("replies:show", uuid=uuid)
    try:
        proposal = services.propose(edit, actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("replies:show", uuid=uuid)
    messages.success(request, _("Proposed. A supervisor decides; you will see what came of it."))
    return redirect("canned:proposal", proposal.pk)
