"""Roles and what each may do: one table, reviewed and tested with the code."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person is in the portal."""

    AGENT = "agent", _("Agent")
    SUPERVISOR = "supervisor", _("Supervisor")
    ADMINISTRATOR = "administrator", _("Administrator")


class Permission(models.TextChoices):
    """Everything a view or a service asks before it acts."""

    READ_TICKETS = "tickets.read"
    SEND_REPLIES = "replies.send"
    APPROVE_REPLIES = "replies.approve"
    SEE_ALL_REPLIES = "replies.see_all"
    USE_CANNED = "canned.use"
    WRITE_CANNED = "canned.write"
    MANAGE_CANNED = "canned.manage"
    MANAGE_STOP_RULES = "stop_rules.manage"
    MANAGE_SIGNATURES = "signatures.manage"
    REVIEW_AUDIT = "audit.review"
    MANAGE_PEOPLE = "people.manage"
    MANAGE_SENDING = "sending.manage"
    ERASE_DATA = "data.erase"


_AGENT = frozenset(
    {
        Permission.READ_TICKETS,
        Permission.SEND_REPLIES,
        Permission.USE_CANNED,
        Permission.WRITE_CANNED,
    }
)
_SUPERVISOR = _AGENT | {
    Permission.SEE_ALL_REPLIES,
    Permission.APPROVE_REPLIES,
    Permission.MANAGE_CANNED,
    Permission.MANAGE_STOP_RULES,
    Permission.MANAGE_SIGNATURES,
    Permission.REVIEW_AUDIT,
}
_ADMINISTRATOR = _SUPERVISOR | {
    Permission.MANAGE_PEOPLE,
    Permission.MANAGE_SENDING,
    Permission.ERASE_DATA,
}

PERMISSIONS: dict[str, frozenset[Permission]] = {
    Role.AGENT: _AGENT,
    Role.SUPERVISOR: _SUPERVISOR,
    Role.ADMINISTRATOR: _ADMINISTRATOR,
}


def roles_with(permission: Permission) -> list[str]:
    """Return the roles that hold *permission*."""
    return [role for role, held in PERMISSIONS.items() if permission in held]
