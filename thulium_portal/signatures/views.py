"""Pages on which people keep their signatures, and supervisors those of the office."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from thulium_portal.accounts.http import StaffRequest, get_own_or_404, requires
from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import Permission
from thulium_portal.canned.placeholders.preview import choices, sample_ticket
from thulium_portal.canned.views.editor import sample
from thulium_portal.signatures import services
from thulium_portal.signatures.choice import fill
from thulium_portal.signatures.forms import StandingTextForm, faults, safe_body
from thulium_portal.signatures.models import StandingText

OFFICE = "office"


@never_cache
@require_GET
@requires(Permission.SEND_REPLIES)
def index(request: StaffRequest) -> HttpResponse:
    """One's own signatures, and all that the office has set, as they look on a sample ticket."""
    own = StandingText.objects.filter(Q(person=request.user) | Q(person=None))
    rows = [(row, _sample(row.body, row.language, request.user)) for row in own]
    context = {
        "own": [pair for pair in rows if pair[0].person_id],
        "office": [pair for pair in rows if not pair[0].person_id],
        "may_manage": request.user.may(Permission.MANAGE_SIGNATURES),
        "thulium_adds": settings.THULIUM_ADDS_SIGNATURE,
    }
    return render(request, "signatures/index.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@requires(Permission.SEND_REPLIES)
def new(request: StaffRequest) -> HttpResponse:
    is_office = (request.POST.get("whose") or request.GET.get("whose")) == OFFICE
    if is_office and not request.user.may(Permission.MANAGE_SIGNATURES):
        raise PermissionDenied
    return _form_page(request, None, None if is_office else request.user)


@never_cache
@require_http_methods(["GET", "POST"])
@requires(Permission.SEND_REPLIES)
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    row = _kept_by(request.user, pk)
    return _form_page(request, row, row.person)


@require_POST
@requires(Permission.SEND_REPLIES)
def remove(request: StaffRequest, pk: int) -> HttpResponse:
    """Delete a text around replies."""
    services.remove(_kept_by(request.user, pk), actor=request.user)
    messages.success(request, _("Removed."))
    return redirect("signatures:index")


@require_POST
@requires(Permission.SEND_REPLIES)
def preview(request: StaffRequest) -> HttpResponse:
    """The text being written, on a sample ticket."""
    return render(request, "canned/_sample.html", _shown(request))


@require_POST
@requires(Permission.WRITE_CANNED)
def canned_sample(request: StaffRequest) -> HttpResponse:
    """A canned response being written, as its author would send it: with their own signature."""

    def signature_in(language: str) -> str:
        ticket = sample_ticket(language)
        return services.placeholder_values(ticket, request.user, language)["my_signature"]

    return render(request, "canned/_sample.html", sample(request, signature_in=signature_in))


def _kept_by(person: User, pk: int) -> StandingText:
    """Return the text *pk* where *person* may change it."""
    mine = Q(person=person)
    if person.may(Permission.MANAGE_SIGNATURES):
        mine |= Q(person=None)
    rows = StandingText.objects.filter(mine).select_related("person")
    return get_own_or_404(rows, person, owner="person", pk=pk)


def _form_page(request: StaffRequest, row: StandingText | None, whose: User | None) -> HttpResponse:
    given = request.POST if request.method == "POST" else None
    kind = request.GET.get("kind", "")
    initial = {"kind": kind} if row is None and kind in StandingText.Kind.values else {}
    form = StandingTextForm(given, row=row, is_office=whose is None, initial=initial)
    if form.is_bound and "preview" not in request.POST and form.is_valid():
        try:
            services.save(form.wording(), row=row, whose=whose, actor=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Saved. It applies to replies you begin from now on."))
            return redirect("signatures:index")
    context = {
        "form": form,
        "row": row,
        "is_office": whose is None,
        "choices": [one for one in choices() if ":" not in one.source],
        **_shown(request, *(str(form[name].value() or "") for name in _SHOWN)),
    }
    is_refused = form.is_bound and bool(form.errors) and "preview" not in request.POST
    return render(request, "signatures/edit.html", context, status=422 if is_refused else 200)


_SHOWN = ("body", "body_type", "language")


def _shown(
    request: StaffRequest, body: str = "", body_type: str = "", language: str = ""
) -> dict[str, Any]:
    html = safe_body(request.POST.get("body", body), request.POST.get("body_type", body_type))
    wrong = [error.messages[0] for error in faults(html)]
    language = request.POST.get("language", language)
    return {
        "sample": "" if wrong else _sample(html, language, request.user),
        "sample_faults": wrong,
    }


def _sample(body: str, language: str, person: User) -> SafeString:
    """Return *body* as a made-up customer would read it."""
    language = language if language in dict(settings.LANGUAGES) else person.language
    # Stored bodies have passed clean_reply_html; values are escaped on the way in.
    return mark_safe(fill(body, sample_ticket(language), person, language))  # noqa: S308
