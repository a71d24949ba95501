"""The way to the set-up of a second factor, for those whose role needs one."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from thulium_portal.accounts.middleware import GateMiddleware, page_asked_for
from thulium_portal.accounts.models import User
from thulium_portal.accounts.second_factor import services

GO_ON = "second_factor_go_on"
"""Where in the session the page is kept that was asked for before the set-up."""


class SecondFactorMiddleware(GateMiddleware):
    """Opens nothing but the set-up to people who lack the second factor that their role needs.

    Asked at every request, so that a new role or setting counts at once.
    """

    open_pages = frozenset(
        {"account_change_password", "account_logout", "account_reauthenticate", "accounts:language"}
    )
    label = _("Your role needs two-step sign-in. Set it up, then go on here.")
    template = "mfa/required.html"

    def is_open(self, name: str) -> bool:
        return name.startswith("mfa_") or super().is_open(name)

    def stops(self, request: HttpRequest, person: User) -> bool:
        return services.is_missing(person)

    def way_on(self, request: HttpRequest) -> str:
        request.session[GO_ON] = page_asked_for(request)
        return reverse("mfa_index")
