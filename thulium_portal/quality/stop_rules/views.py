"""The supervisors' stop rules: made, tried on past replies, switched on and off."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from thulium_portal.accounts.http import StaffRequest, requires
from thulium_portal.accounts.roles import Permission
from thulium_portal.quality.stop_rules import presenters
from thulium_portal.quality.stop_rules import trial as trials
from thulium_portal.quality.stop_rules.forms import PeriodForm, RuleForm, StartForm
from thulium_portal.quality.stop_rules.outcomes import outcomes
from thulium_portal.quality.stop_rules.trial import Trial
from thulium_portal.stop_rules import services
from thulium_portal.stop_rules.models import StopRule
from thulium_portal.stop_rules.phrases import BadLine


@require_GET
@requires(Permission.MANAGE_STOP_RULES)
def index(request: StaffRequest) -> HttpResponse:
    """List every rule, those switched on first."""
    rules = StopRule.objects.select_related("changed_by")
    rows = [{"rule": rule, "conditions": presenters.conditions(rule)} for rule in rules]
    return render(request, "stop_rules/index.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE_STOP_RULES)
def new(request: StaffRequest) -> HttpResponse:
    """Write a rule; it is then tried before it can be switched on."""
    if request.method != "POST":
        begun = {"audience": StopRule.Audience.EVERYONE, "effect": StopRule.Effect.ASK}
        return _form(request, RuleForm(initial=begun))
    form = RuleForm(request.POST)
    if not form.is_valid():
        return _form(request, form)
    rule = services.create(form.terms(), actor=request.user)
    return redirect("stop_rules:trial", rule.pk)


@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE_STOP_RULES)
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Change a rule; one that then stops other replies is switched off until it was tried."""
    rule = _rule(pk)
    if request.method != "POST":
        return _form(request, RuleForm.of(rule), rule)
    form = RuleForm(request.POST, rule=rule)
    if not form.is_valid():
        return _form(request, form, rule)
    try:
        seen = form.cleaned_data["seen"]
        changed = services.change(rule, form.terms(), actor=request.user, seen=seen)
    except services.ChangedMeanwhile:
        form.add_error(
            None,
            _(
                "%(name)s has changed this rule meanwhile. Look at it in another window; to store "
                "what you wrote, save again."
            )
            % {"name": rule.changed_by},
        )
        return _form(request, form, rule, seen=services.stamp(rule))
    if changed.version == rule.version:
        messages.success(request, _("The rule is saved."))
        return redirect("stop_rules:show", rule.pk)
    if rule.is_active:
        messages.warning(
            request,
            _(
                "The rule is switched off, since it stops other replies than before. "
                "See what it would have stopped, then switch it on again."
            ),
        )
    return redirect("stop_rules:trial", rule.pk)


def _form(
    request: StaffRequest, form: RuleForm, rule: StopRule | None = None, *, seen: int | None = None
) -> HttpResponse:
    """Show the form; *seen* is when the rule was changed last, where that is told on the page."""
    context = {"form": form, "rule": rule, "seen": seen or form["seen"].value()}
    return render(request, "stop_rules/edit.html", context, status=422 if form.errors else 200)


@require_GET
@requires(Permission.MANAGE_STOP_RULES)
def show(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a rule in words, and what became of the replies it stopped."""
    rule, period = _rule(pk), PeriodForm(request.GET).period()
    context = {
        "rule": rule,
        "conditions": presenters.conditions(rule),
        "period": period,
        "outcomes": outcomes(rule, request.user, period),
        "trial": Trial.of(rule),
    }
    return render(request, "stop_rules/show.html", context)


@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE_STOP_RULES)
def trial(request: StaffRequest, pk: int) -> HttpResponse:
    """Try the rule on replies sent before; each POST tries it for a moment longer."""
    rule = _rule(pk)
    if request.method == "POST":
        trials.step(rule, actor=request.user, again="again" in request.POST)
        if "HX-Request" not in request.headers:
            return redirect("stop_rules:trial", rule.pk)
    return _trial_page(request, rule)


def _trial_page(
    request: StaffRequest, rule: StopRule, form: StartForm | None = None
) -> HttpResponse:
    tried = Trial.of(rule)
    hits = trials.hits(rule, tried, actor=request.user) if tried.is_over else []
    context: dict[str, Any] = {
        "rule": rule,
        "conditions": presenters.conditions(rule),
        "trial": tried,
        "most": trials.LAST,
        "hits": hits,
        "more": tried.stopped - len(hits),
        "summary": presenters.summary(tried),
        "not_tried": presenters.not_tried(tried),
        "wider": presenters.wider(rule),
        "warning": presenters.warning(rule),
        "form": form or StartForm(),
        "part": "HX-Request" in request.headers,
    }
    template = "stop_rules/_trial.html" if context["part"] else "stop_rules/trial.html"
    return render(request, template, context, status=422 if form is not None else 200)


@require_POST
@requires(Permission.MANAGE_STOP_RULES)
def start(request: StaffRequest, pk: int) -> HttpResponse:
    """Switch a rule on that was tried; one that stops nearly everything asks for a word first."""
    rule, form = _rule(pk), StartForm(request.POST)
    is_meant = form.is_valid() and form.cleaned_data["is_meant"]
    try:
        services.start(rule, actor=request.user, is_meant=is_meant)
    except services.NotTried:
        messages.info(request, _("See first what the rule would have stopped."))
        return redirect("stop_rules:trial", rule.pk)
    except BadLine:  # of a rule that another version of the portal stored
        messages.error(request, _("The words of this rule cannot be understood. Write them anew."))
        return redirect("stop_rules:edit", rule.pk)
    except services.TooBroad:
        form.add_error("is_meant", _("Change the rule, or say that it is meant to stop so much."))
        return _trial_page(request, rule, form)
    messages.success(request, _("The rule is switched on."))
    return redirect("stop_rules:show", rule.pk)


@require_POST
@requires(Permission.MANAGE_STOP_RULES)
def stop(request: StaffRequest, pk: int) -> HttpResponse:
    """Switch a rule off."""
    rule = _rule(pk)
    services.stop(rule, actor=request.user)
    messages.success(request, _("The rule is switched off."))
    return redirect("stop_rules:show", rule.pk)


def _rule(pk: int) -> StopRule:
    """Return the rule; ``Http404`` for a number of none, however large."""
    rule = None
    if pk < 2**63:
        rows = StopRule.objects.select_related("changed_by", "created_by")
        rule = rows.filter(pk=pk).first()
    if rule is None:
        raise Http404
    return rule
