"""By what somebody has shown who they are, as the record and the rules call it."""

from allauth.account.authentication import get_authentication_records
from django.http import HttpRequest

from thulium_portal.accounts.models import User

SINGLE_SIGN_ON = "single_sign_on"
_NAMES = {"socialaccount": SINGLE_SIGN_ON}


def ways_in(request: HttpRequest, person: User) -> list[str]:
    """Return by what *person* signed in: the first step, and a second one where there was one."""
    ways: list[str] = []
    for step in get_authentication_records(request, person):
        way = step.get("type") or _NAMES.get(step["method"], step["method"])
        if step.get("reauthenticated"):
            continue
        # Whoever begins anew leaves behind what they began before.
        is_second = step["method"] == "mfa" and not step.get("passwordless")
        ways = [*ways, way] if is_second else [way]
    return ways
