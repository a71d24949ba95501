"""How the portal is, for administrators: the checks in plain words."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from thulium_portal.accounts.http import StaffRequest, is_from_script, requires
from thulium_portal.accounts.roles import Permission
from thulium_portal.operations import checks
from thulium_portal.operations.checks import Level


@never_cache
@require_safe
@requires(Permission.MANAGE_SENDING)
def status(request: StaffRequest) -> HttpResponse:
    """All checks by what is known here; a script that asks again gets the list alone."""
    found = list(checks.results())
    failing = sum(result.finding.level is Level.FAILS for result in found)
    template = "operations/_checks.html" if is_from_script(request) else "operations/status.html"
    return render(request, template, {"results": found, "failing": failing})
