"""A reply shown exactly as it would leave."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from thulium_portal.accounts.http import StaffRequest, requires
from thulium_portal.accounts.roles import Permission
from thulium_portal.replies.composer.forms import ComposeForm
from thulium_portal.replies.composer.preview import preview

_NOT_CARRIED = frozenset({"csrfmiddlewaretoken", "q", "insert"})


@never_cache
@require_POST
@requires(Permission.READ_TICKETS)
def show(request: StaffRequest, ticket_id: int) -> HttpResponse:
    """What the posted form would send; without scripts a page whose way back keeps the text."""
    form = ComposeForm(request.POST, request.FILES, ticket_id=ticket_id, user=request.user)
    seen = preview(form)
    context = {
        "ticket_id": ticket_id,
        "preview": seen,
        "undo_seconds": settings.UNDO_SECONDS,
        "carried": _carried(request),
        "choose_again": [file.name for file in request.FILES.getlist("attachments")],
    }
    is_fragment = bool(request.headers.get("HX-Request"))
    name = "replies/_preview.html" if is_fragment else "replies/preview.html"
    return render(request, name, context, status=200 if seen.text else 422)


def _carried(request: StaffRequest) -> list[tuple[str, str]]:
    """Return the fields that the way back takes along; a browser keeps no chosen files."""
    return [
        (name, value)
        for name, values in request.POST.lists()
        if name not in _NOT_CARRIED
        for value in values
    ]
