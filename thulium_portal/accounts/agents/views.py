"""Thulium's agents: who of the people here sends as which, and who is still to be added."""

from collections.abc import Sequence

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from thulium_portal.accounts.agents import directory, matching, services
from thulium_portal.accounts.agents.directory import Directory
from thulium_portal.accounts.agents.matching import Row
from thulium_portal.accounts.http import StaffRequest, requires
from thulium_portal.accounts.labels import no_agents_sentences
from thulium_portal.accounts.roles import Permission
from thulium_portal.lib.folding import fold

MOST_ROWS = 200
"""How many agents one page lists, and takes at once; the search finds the others."""
OPEN, HELD, INACTIVE, ALL = "open", "held", "inactive", "all"


@never_cache
@require_GET
@requires(Permission.MANAGE_PEOPLE)
def index(request: StaffRequest) -> HttpResponse:
    """Every agent of Thulium: whose they are here, or may be."""
    if request.GET.get("fresh"):
        directory.forget()
        return redirect("people:agents")
    known = directory.read_on()
    rows = matching.rows_of(known.agents)
    query = request.GET.get("q", "").strip()[:100]
    shown = request.GET.get("show", OPEN)
    found = [row for row in rows if _is_shown(row, shown) and fold(query) in row.words]
    for row in found[:MOST_ROWS]:
        row.is_chosen = bool(request.GET.get("choose")) and row.is_open and not row.is_inactive
    context = {"query": query, "shown": shown, "found": len(found)}
    return _page(request, known, rows, found[:MOST_ROWS], context)


def _is_shown(row: Row, shown: str) -> bool:
    if shown == ALL:
        return True
    if shown == INACTIVE:
        return row.is_inactive
    return row.is_open if shown == OPEN else not row.is_open


@require_POST
@requires(Permission.MANAGE_PEOPLE)
def take(request: StaffRequest) -> HttpResponse:
    """Add the chosen agents as people, or give them to who is there; both may be repeated."""
    known = directory.read_on()
    rows = matching.rows_of(known.agents)
    wanted = {login.casefold() for login in request.POST.getlist("agent")[:MOST_ROWS]}
    chosen = [row for row in rows if row.agent.login.casefold() in wanted and row.is_open]
    for row in chosen:
        row.is_chosen = True
        row.choice = request.POST.get(f"for:{row.agent.login}", "")
        row.confirmation = request.POST.get(f"confirm:{row.agent.login}", "")
    invites = _may_invite() and request.POST.get("invite") == "yes"
    taken = services.take(chosen, actor=request.user, invites=invites)
    _tell(request, taken)
    if any(row.errors for row in chosen):
        left = sorted((row for row in chosen if not row.is_taken), key=lambda row: not row.errors)
        context = {"shown": OPEN, "found": len(left), "is_refused": True, "invites": invites}
        return _page(request, known, rows, left, context, status=422)
    if not chosen:
        messages.info(request, _("Nobody was chosen who is not here yet."))
    return redirect("people:agents")


def _page(
    request: StaffRequest,
    known: Directory,
    rows: Sequence[Row],
    shown: Sequence[Row],
    context: dict[str, object],
    status: int = 200,
) -> HttpResponse:
    context |= {
        "directory": known,
        "problem": no_agents_sentences(known.problem) if known.problem else [],
        "rows": shown,
        "counts": {name: sum(_is_shown(row, name) for row in rows) for name in _LISTS},
        "may_invite": _may_invite(),
    }
    return render(request, "people/agents.html", context, status=status)


_LISTS = (OPEN, HELD, INACTIVE, ALL)


def _may_invite() -> bool:
    return bool(settings.MAIL_OFFERED and settings.PASSWORD_SIGN_IN)


def _tell(request: StaffRequest, taken: services.Taken) -> None:
    if taken.added:
        words = ngettext("%(count)d person was added.", "%(count)d people were added.", taken.added)
        messages.success(request, words % {"count": taken.added})
    if taken.matched:
        words = ngettext(
            "%(count)d person got their agent login.",
            "%(count)d people got their agent logins.",
            taken.matched,
        )
        messages.success(request, words % {"count": taken.matched})
    if taken.invited:
        words = ngettext(
            "%(count)d invitation is on its way.",
            "%(count)d invitations are on their way.",
            taken.invited,
        )
        messages.success(request, words % {"count": taken.invited})
