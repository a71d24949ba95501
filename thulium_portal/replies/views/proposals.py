"""What a person changed of a canned response in a real reply, proposed for the text."""

import uuid as uuids

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from thulium_portal.accounts.http import StaffRequest, requires
from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import Permission
from thulium_portal.canned.proposals import services
from thulium_portal.canned.proposals.services import Edit
from thulium_portal.lib.html.sanitize import plain_to_html
from thulium_portal.replies.models import BodyType, Reply


@require_POST
@requires(Permission.WRITE_CANNED)
def propose(request: StaffRequest, uuid: uuids.UUID) -> HttpResponse:
    """Turn what the author changed into a proposal for the canned response."""
    reply = get_object_or_404(Reply.objects.visible_to(request.user), uuid=uuid)
    edit = edit_of(reply, request.user)
    if edit is None:
        messages.info(request, _("There is nothing in this reply to propose."))
        return redirect("replies:show", uuid=uuid)
    try:
        proposal = services.propose(edit, actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("replies:show", uuid=uuid)
    messages.success(request, _("Proposed. A supervisor decides; you will see what came of it."))
    return redirect("canned:proposal", proposal.pk)


def may_propose(reply: Reply, person: User) -> bool:
    """Tell whether *person* can propose what they changed in *reply*."""
    edit = edit_of(reply, person)
    return edit is not None and services.may_propose(edit, person)


def edit_of(reply: Reply, person: User) -> Edit | None:
    """Return what *person* changed of the canned response in their own *reply*, if anything."""
    version = reply.canned_version
    if version is None or reply.author_id != person.pk or not reply.canned_text:
        return None
    sent = reply.body if reply.body_type == BodyType.HTML else plain_to_html(reply.body)
    if sent == reply.canned_text:
        return None
    return Edit(version, reply.canned_text, sent, reply.uuid)
