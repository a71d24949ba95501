"""For the head of every page: how many canned responses wait for this person's decision."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from thulium_portal.accounts.models import User
from thulium_portal.canned.library import waiting_for


def waiting(request: HttpRequest) -> dict[str, object]:
    """Return the number that waits for approval; one query, only where a page shows it."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {"canned_waiting": 0}
    return {"canned_waiting": SimpleLazyObject(lambda: waiting_for(user))}
