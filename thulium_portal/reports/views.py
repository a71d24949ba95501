"""The report of a month."""

from urllib.parse import urlencode

from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from thulium_portal.accounts.http import StaffRequest, requires
from thulium_portal.accounts.roles import Permission
from thulium_portal.reports.forms import PeriodForm
from thulium_portal.reports.presenters import Report
from thulium_portal.reports.statistics import Month


@require_GET
@requires(Permission.REVIEW_AUDIT)
def index(request: StaffRequest) -> HttpResponseBase:
    """Show a month in numbers, as the address asks for; a month nobody can read shows no number."""
    present = f"{timezone.localdate():%Y-%m}"
    form = PeriodForm({"month": present} | request.GET.dict())
    context: dict[str, object] = {"form": form}
    if form.is_valid():
        report = Report(form.cleaned_data["month"], form.cleaned_data["person"], request.user)
        context |= {
            "report": report,
            "opens_rules": request.user.may(Permission.MANAGE_STOP_RULES),
            "previous_url": _address(report, report.month.previous),
            "next_url": _address(report, report.month.following) if _is_over(report.month) else "",
        }
    return render(request, "reports/index.html", context)


def _is_over(month: Month) -> bool:
    return month.last < timezone.localdate()


def _address(report: Report, month: Month) -> str:
    params = {"month": f"{month.first:%Y-%m}"}
    if report.person:
        params["person"] = report.person.username
    return f"{reverse('reports:index')}?{urlencode(params)}"
