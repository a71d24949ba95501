"""Customers' data: find it, see it, hold it, erase it. No address on the web names a customer."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from thulium_portal.accounts.http import StaffRequest, requires
from thulium_portal.accounts.roles import Permission
from thulium_portal.audit.actions import Action
from thulium_portal.audit.models import AuditEntry
from thulium_portal.privacy import customers, presenters, retention, services
from thulium_portal.privacy.customers import Customer
from thulium_portal.privacy.forms import ChosenForm, EraseForm, FindForm, HoldForm
from thulium_portal.privacy.inventory import DataInventory
from thulium_portal.privacy.models import LegalHold
from thulium_portal.review.presenters import EntryView, entry_views

MOST_CUSTOMERS = 50
MOST_ERASURES = 5
LOOKED_AT = 60
"""Erasures among which those are sought that took something: many a night finds nothing."""
_COUNTS = ("texts", "replies", "files")


@never_cache
@require_http_methods(["GET", "POST"])
@requires(Permission.ERASE_DATA)
def index(request: StaffRequest) -> HttpResponse:
    """The box to look for a customer; POST shows what is held, or whom the words may mean."""
    if request.method == "GET":
        return _start_page(request, FindForm(auto_id="find_%s"))
    form = FindForm(request.POST, auto_id="find_%s")
    if not form.is_valid():
        return _start_page(request, form, status=422)
    chosen, words = form.customer, form.cleaned_data["q"]
    meant = [chosen] if chosen else customers.alike(words)
    if len(meant) > 1:
        services.record_search(words, found=len(meant), actor=request.user)
        return _start_page(request, form, meant=meant)
    found = DataInventory(meant[0])
    count = found.count + len(found.elsewhere)
    services.record_search(words, found=count, actor=request.user)
    if not count and not found.standing_holds:
        return _start_page(request, form, nothing=True)
    return _found_page(request, found)


@never_cache
@require_POST
@requires(Permission.ERASE_DATA)
def erase(request: StaffRequest) -> HttpResponse:
    """Erase what is held of the customer in the form, once their words were typed again."""
    form = EraseForm(request.POST)
    customer = _customer(form)
    if customer is None:
        return _start_page(request, FindForm(request.POST, auto_id="find_%s"), status=422)
    if not form.is_valid():
        return _found_page(request, DataInventory(customer), erase_form=form, status=422)
    cleaned = form.cleaned_data
    try:
        done = services.erase(
            customer,
            basis=services.Basis(cleaned["basis"]),
            note=cleaned["note"],
            elsewhere=cleaned["elsewhere"],
            actor=request.user,
        )
    except services.ErasureBlocked as blocked:
        found = DataInventory(customer)
        return _found_page(request, found, erase_form=form, blocked=blocked, status=409)
    except ValidationError as error:
        form.add_error(None, error)
        return _found_page(request, DataInventory(customer), erase_form=form, status=422)
    _add_message(request, done)
    return redirect("privacy:index")


@never_cache
@require_POST
@requires(Permission.ERASE_DATA)
def hold(request: StaffRequest) -> HttpResponse:
    """Keep the customer's data from being erased."""
    form = HoldForm(request.POST, prefix=None, auto_id="hold_%s")
    customer = _customer(form)
    if customer is None:
        return _start_page(request, FindForm(request.POST, auto_id="find_%s"), status=422)
    if not form.is_valid():
        return _found_page(request, DataInventory(customer), hold_form=form, status=422)
    services.place_hold(customer, reason=form.cleaned_data["reason"], actor=request.user)
    messages.success(request, _("Held. Nothing of it is erased until somebody lifts the hold."))
    return redirect("privacy:index")


@require_POST
@requires(Permission.ERASE_DATA)
def lift(request: StaffRequest, pk: int) -> HttpResponse:
    """Let the data be erased again."""
    services.lift_hold(get_object_or_404(LegalHold, pk=pk), actor=request.user)
    messages.success(request, _("Lifted. The data can be erased again."))
    return redirect("privacy:index")


def _customer(form: ChosenForm) -> Customer | None:
    """Return the customer a form is about, None where that is not valid."""
    form.is_valid()
    return None if {"q", "kind"} & form.errors.keys() else form.customer


def _start_page(
    request: StaffRequest, form: FindForm, *, status: int = 200, **found: Any
) -> HttpResponse:
    meant = found.pop("meant", [])
    context = {
        "form": form,
        "meant": meant[:MOST_CUSTOMERS],
        "more": max(0, len(meant) - MOST_CUSTOMERS),
        "holds": LegalHold.objects.standing().select_related("placed_by"),
        "erasures": _latest_erasures(),
        "retention": retention.terms(),
        **found,
    }
    return render(request, "privacy/index.html", context, status=status)


def _found_page(
    request: StaffRequest,
    found: DataInventory,
    *,
    erase_form: EraseForm | None = None,
    hold_form: HoldForm | None = None,
    blocked: services.ErasureBlocked | None = None,
    status: int = 200,
) -> HttpResponse:
    known = {"q": found.customer.words, "kind": found.customer.kind}
    context = {
        "customer": found.customer,
        "found": found,
        "groups": presenters.groups(found),
        "canned": presenters.canned(found),
        "stop_rules": presenters.stop_rules(found),
        "unsettled": blocked.replies if blocked else found.unsettled,
        "holds": blocked.holds if blocked else found.standing_holds,
        "blocked": blocked,
        "erase_form": erase_form or EraseForm(initial=known),
        "hold_form": hold_form or HoldForm(initial=known, auto_id="hold_%s"),
    }
    return render(request, "privacy/found.html", context, status=status)


def _latest_erasures() -> list[EntryView]:
    """Return the last erasures ordered, and nights that took something, the newest first."""
    ordered = AuditEntry.objects.filter(action=Action.CONTENT_ERASED, actor__isnull=False)
    nightly = AuditEntry.objects.filter(action=Action.DATA_PRUNED)
    rows = (ordered | nightly).select_related("actor")[:LOOKED_AT]
    took = [view for view in entry_views(rows) if any(view.facts.get(name) for name in _COUNTS)]
    return took[:MOST_ERASURES]


def _add_message(request: StaffRequest, done: services.Erased) -> None:
    if done == services.Erased():
        messages.info(request, _("There was nothing left to erase."))
        return
    messages.success(
        request,
        _(
            "Erased for good. Replies: %(replies)d, files: %(files)d, "
            "texts in the record: %(texts)d, tickets in the lists: %(tickets)d."
        )
        % vars(done),
    )
