"""The warning about a broken record, shown on every page to people who may review."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from thulium_portal.accounts.roles import Permission
from thulium_portal.review.presenters import Standing, standing


def broken_record(request: HttpRequest) -> dict[str, object]:
    """Return the last check of the record where it does not hold, for people who may review.

    Asked of the database only where a page shows it.
    """
    return {"broken_record": SimpleLazyObject(lambda: _broken(request))}


def _broken(request: HttpRequest) -> Standing | None:
    person = getattr(request, "user", None)
    if person is None or not person.is_authenticated or not person.may(Permission.REVIEW_AUDIT):
        return None
    found = standing()
    return found if found and not found.holds else None
