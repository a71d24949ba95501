"""The way to a password of one's own, for whom somebody else chose the present one."""

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from thulium_portal.accounts.middleware import GateMiddleware, page_asked_for
from thulium_portal.accounts.models import User
from thulium_portal.accounts.sessions.ways import SINGLE_SIGN_ON, ways_in


class FirstPasswordMiddleware(GateMiddleware):
    """Opens nothing but the change of the password to people who were given theirs."""

    open_pages = frozenset({"account_change_password", "account_logout", "accounts:language"})
    label = _("Choose a password of your own first, then go on here.")
    template = "account/first_password.html"

    def stops(self, request: HttpRequest, person: User) -> bool:
        # By single sign-on they may not know the password that they did not come in by.
        return must_change(person) and SINGLE_SIGN_ON not in ways_in(request, person)

    def way_on(self, request: HttpRequest) -> str:
        next_page = urlencode({"next": page_asked_for(request)}, safe="/")
        return f"{reverse('account_change_password')}?{next_page}"


def must_change(person: User) -> bool:
    """Tell whether *person* signs in with a password that somebody else chose."""
    has_one = settings.PASSWORD_SIGN_IN and person.has_usable_password()
    return has_one and person.must_change_password
