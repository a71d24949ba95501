"""Where a person is signed in, and signing out there."""

from allauth.account.decorators import reauthentication_required
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, npgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from thulium_portal.accounts.http import StaffRequest, refuse_anothers, requires
from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import Permission
from thulium_portal.accounts.sessions import services


@never_cache
@require_http_methods(["GET", "POST"])
@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator]
def index(request: StaffRequest) -> HttpResponse:
    """One's own sessions; a post ends all but this one, once the password was typed again."""
    if request.method == "POST":
        _tell(request, services.end_others(request, request.user))
        return redirect("usersessions_list")
    if services.LISTED not in request.session:
        services.note(request)
    sessions = services.sessions_of(request.user, request)
    context = {
        "sessions": sessions,
        "others": len(sessions) - 1,
        "idle": _after(settings.SESSION_IDLE_SECONDS),
        "longest": _after(settings.SESSION_COOKIE_AGE),
    }
    return render(request, "account/sessions.html", context)


@never_cache
@require_POST
@reauthentication_required  # type: ignore[untyped-decorator]
def end(request: StaffRequest, number: int) -> HttpResponse:
    """End one of one's own sessions."""
    refuse_anothers(UserSession, request.user, owner="user", pk=number)
    device = services.end(request.user, number)
    if device is None:
        messages.info(request, _("This session was over already."))
    else:
        messages.success(request, _("Signed out there: %(device)s.") % {"device": device})
    return redirect("usersessions_list")


@never_cache
@require_POST
@requires(Permission.MANAGE_PEOPLE)
def end_of_person(request: StaffRequest, pk: int) -> HttpResponse:
    """End all sessions of a person, for an administrator."""
    person = get_object_or_404(User, pk=pk)
    _tell(request, services.sign_out_everywhere(person, actor=request.user))
    return redirect("people:edit", pk)


def _tell(request: StaffRequest, ended: int) -> None:
    words = ngettext("%(count)d session was ended.", "%(count)d sessions were ended.", ended)
    messages.success(request, words % {"count": ended})


def _after(seconds: int) -> str:
    """Return a time as it stands behind “after”: in hours where it is whole ones."""
    hours, rest = divmod(seconds, 3600)
    if rest:
        count, words = (
            seconds // 60,
            npgettext("after", "%(count)d minute", "%(count)d minutes", seconds // 60),
        )
    else:
        count, words = hours, npgettext("after", "%(count)d hour", "%(count)d hours", hours)
    return words % {"count": count}
