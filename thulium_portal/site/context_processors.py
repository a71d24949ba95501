"""What the page shell shows everywhere."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import Permission
from thulium_portal.demo.people import DEMO_PEOPLE


@dataclass(frozen=True)
class _Entry:
    label: str | Promise
    view: str
    permission: Permission
    covers: tuple[str, ...]
    """Names of views, or a namespace with a colon, on which the entry is the current one."""


_MENU = (
    _Entry(
        _("Desk"),
        "desk:index",
        Permission.READ_TICKETS,
        ("desk:", "bulk:", "replies:compose"),
    ),
    _Entry(_("Replies"), "replies:index", Permission.READ_REPLIES, ("replies:",)),
    _Entry(_("Canned responses"), "canned:index", Permission.USE_CANNED, ("canned:",)),
    _Entry(
        _("Audit"),
        "review:index",
        Permission.REVIEW_AUDIT,
        ("review:", "quality:", "stop_rules:", "privacy:", "evidence:"),
    ),
    _Entry(_("Reports"), "reports:index", Permission.REVIEW_AUDIT, ("reports:",)),
    _Entry(_("People"), "people:index", Permission.MANAGE_PEOPLE, ("people:", "handover:")),
    _Entry(
        pgettext_lazy("menu: how the portal is", "Status"),
        "operations:status",
        Permission.MANAGE_SENDING,
        ("operations:",),
    ),
)


def page(request: HttpRequest) -> dict[str, object]:
    """Return the shell's variables: the menu by permission, practice mode, ways in, language.

    Works on error pages too, where the request may not have met the middleware.
    """
    person = getattr(request, "user", None)
    known = isinstance(person, User) and person.is_authenticated
    match = getattr(request, "resolver_match", None)
    return {
        "practice_mode": settings.PRACTICE_MODE,
        "demo_people": DEMO_PEOPLE if settings.PRACTICE_MODE else (),
        "sign_on_name": settings.OIDC_NAME if settings.OIDC_ISSUER else "",
        "password_sign_in": settings.PASSWORD_SIGN_IN,
        "undo_seconds": settings.UNDO_SECONDS,
        "language": (get_language() or settings.LANGUAGE_CODE)[:2],
        "nav": _menu(person, match.view_name if match else "") if isinstance(person, User) else [],
        "person": person if known else None,
    }


def _menu(person: User, here: str) -> list[dict[str, object]]:
    current = next((entry for entry in _MENU if _covers(entry, here)), None)
    return [
        vars(entry) | {"url": reverse(entry.view), "current": entry is current}
        for entry in _MENU
        if person.may(entry.permission)
    ]


def _covers(entry: _Entry, here: str) -> bool:
    return any(
        here.startswith(name) if name.endswith(":") else here == name for name in entry.covers
    )
