"""The pages a person may open by their names."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import Permission
from thulium_portal.lib.folding import fold
from thulium_portal.lib.full_text import words_of


@dataclass(frozen=True)
class Page:
    """A page that stands by itself; ``words`` are others by which people look for it."""

    label: str | Promise
    view: str
    permission: Permission | None
    """Who may open it; None is everybody."""
    words: str | Promise = ""

    @property
    def address(self) -> str:
        return reverse(self.view)


_OF_PASSWORDS = "account_change_password"
PAGES = (
    Page(_("Desk"), "desk:index", Permission.READ_TICKETS, pgettext_lazy("search words", "start")),
    Page(_("My reminders"), "desk:reminders", Permission.READ_TICKETS),
    Page(_("Replies"), "replies:index", Permission.READ_REPLIES),
    Page(_("Waiting for your approval"), "replies:approvals", Permission.APPROVE_REPLIES),
    Page(
        _("Handing over"),
        "handover:index",
        Permission.HAND_OVER,
        pgettext_lazy("search words", "leave holiday take over"),
    ),
    Page(_("Signatures"), "signatures:index", Permission.READ_TICKETS),
    Page(_("New signature"), "signatures:new", Permission.READ_TICKETS),
    Page(_("Bulk reply"), "bulk:index", Permission.SEND_REPLIES),
    Page(_("Canned responses"), "canned:index", Permission.USE_CANNED),
    Page(_("New canned response"), "canned:new", Permission.WRITE_CANNED),
    Page(_("Proposals"), "canned:proposals", Permission.USE_CANNED),
    Page(_("Import canned responses"), "canned:import", Permission.MANAGE_CANNED),
    Page(
        _("Audit"),
        "review:index",
        Permission.REVIEW_AUDIT,
        pgettext_lazy("search words", "record log history"),
    ),
    Page(
        _("Quality review"),
        "quality:index",
        Permission.REVIEW_AUDIT,
        pgettext_lazy("search words", "quality verdicts"),
    ),
    Page(_("Reviewed replies"), "quality:given", Permission.REVIEW_AUDIT),
    Page(_("Stop rules"), "stop_rules:index", Permission.MANAGE_STOP_RULES),
    Page(_("New stop rule"), "stop_rules:new", Permission.MANAGE_STOP_RULES),
    Page(_("Evidence package"), "evidence:index", Permission.REVIEW_AUDIT),
    Page(
        _("Reports"),
        "reports:index",
        Permission.REVIEW_AUDIT,
        pgettext_lazy("search words", "numbers statistics month"),
    ),
    Page(
        _("People"),
        "people:index",
        Permission.MANAGE_PEOPLE,
        pgettext_lazy("search words", "staff accounts roles"),
    ),
    Page(_("New person"), "people:new", Permission.MANAGE_PEOPLE),
    Page(
        _("Agents in Thulium"),
        "people:agents",
        Permission.MANAGE_PEOPLE,
        pgettext_lazy("search words", "import match logins"),
    ),
    Page(
        _("Roles"),
        "people:roles",
        Permission.MANAGE_PEOPLE,
        pgettext_lazy("search words", "rights permissions"),
    ),
    Page(
        _("Customer data"),
        "privacy:index",
        Permission.ERASE_DATA,
        pgettext_lazy("search words", "privacy GDPR erase"),
    ),
    Page(
        _("How the portal is"),
        "operations:status",
        Permission.MANAGE_SENDING,
        pgettext_lazy("search words", "status doctor worker database backup version"),
    ),
    Page(
        _("My settings"),
        "accounts:profile",
        None,
        pgettext_lazy("search words", "profile signature time zone"),
    ),
    Page(_("Change the password"), _OF_PASSWORDS, None),
    Page(
        _("Two-step sign-in"),
        "mfa_index",
        None,
        pgettext_lazy("search words", "second factor passkey authenticator recovery codes 2fa"),
    ),
    Page(
        _("My sessions"),
        "usersessions_list",
        None,
        pgettext_lazy("search words", "devices browsers signed in"),
    ),
)


def pages_for(person: User, query: str) -> Iterable[Page]:
    """Return the pages *person* may open in which every word of *query* begins a word."""
    words = words_of(fold(query))
    for page in PAGES:
        is_there = settings.PASSWORD_SIGN_IN or page.view != _OF_PASSWORDS
        if is_there and (page.permission is None or person.may(page.permission)):
            own = words_of(fold(f"{page.label} {page.words}"))
            if all(any(each.startswith(word) for each in own) for word in words):
                yield page
