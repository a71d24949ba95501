"""Roles and what each may do: one table, reviewed and tested with the code, shown as a page."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person is in the portal."""

    AGENT = "agent", _("Agent")
    SUPERVISOR = "supervisor", _("Supervisor")
    ADMINISTRATOR = "administrator", _("Administrator")
    AUDITOR = "auditor", _("Auditor")


class Permission(models.TextChoices):
    """Everything a view or a service asks before it acts; the labels are the rows of the page."""

    READ_TICKETS = "tickets.read", _("Read tickets and write drafts")
    SEND_REPLIES = "replies.send", _("Send replies, take tickets, be reminded of them")
    READ_REPLIES = "replies.read", _("Read own replies and what became of them")
    SEE_ALL_REPLIES = "replies.see_all", _("Read everybody's replies")
    DECIDE_REPLIES = "replies.decide", _("Undo, plan or send on replies of others")
    APPROVE_REPLIES = "replies.approve", _("Approve replies of others")
    HAND_OVER = "replies.hand_over", _("Hand over what somebody else has not sent")
    USE_CANNED = "canned.use", _("Use canned responses")
    WRITE_CANNED = "canned.write", _("Write canned responses and propose changes")
    MANAGE_CANNED = "canned.manage", _("Approve, import and recall canned responses")
    MANAGE_STOP_RULES = "stop_rules.manage", _("Look after stop rules")
    MANAGE_SIGNATURES = "signatures.manage", _("Look after the signatures of the office")
    REVIEW_AUDIT = "audit.review", _("Read and export the record, reports and reviews of replies")
    CHECK_AUDIT = "audit.check", _("Have the whole record checked")
    ASSESS_REPLIES = "quality.assess", _("Review replies of others")
    MANAGE_PEOPLE = "people.manage", _("Look after people and their roles")
    MANAGE_SENDING = "sending.manage", _("Release replies on hold, see how the portal is")
    ERASE_DATA = "data.erase", _("Find and erase data of customers")


AGENT, SUPERVISOR, ADMINISTRATOR, AUDITOR = Role

TABLE: dict[Permission, frozenset[Role]] = {
    Permission.READ_TICKETS: frozenset({AGENT, SUPERVISOR, ADMINISTRATOR}),
    Permission.SEND_REPLIES: frozenset({AGENT, SUPERVISOR, ADMINISTRATOR}),
    Permission.READ_REPLIES: frozenset({AGENT, SUPERVISOR, ADMINISTRATOR, AUDITOR}),
    Permission.SEE_ALL_REPLIES: frozenset({SUPERVISOR, ADMINISTRATOR, AUDITOR}),
    Permission.DECIDE_REPLIES: frozenset({SUPERVISOR, ADMINISTRATOR}),
    Permission.APPROVE_REPLIES: frozenset({SUPERVISOR, ADMINISTRATOR}),
    Permission.HAND_OVER: frozenset({SUPERVISOR, ADMINISTRATOR}),
    Permission.USE_CANNED: frozenset({AGENT, SUPERVISOR, ADMINISTRATOR}),
    Permission.WRITE_CANNED: frozenset({AGENT, SUPERVISOR, ADMINISTRATOR}),
    Permission.MANAGE_CANNED: frozenset({SUPERVISOR, ADMINISTRATOR}),
    Permission.MANAGE_STOP_RULES: frozenset({SUPERVISOR, ADMINISTRATOR}),
    Permission.MANAGE_SIGNATURES: frozenset({SUPERVISOR, ADMINISTRATOR}),
    Permission.REVIEW_AUDIT: frozenset({SUPERVISOR, ADMINISTRATOR, AUDITOR}),
    Permission.CHECK_AUDIT: frozenset({SUPERVISOR, ADMINISTRATOR}),
    Permission.ASSESS_REPLIES: frozenset({SUPERVISOR, ADMINISTRATOR}),
    Permission.MANAGE_PEOPLE: frozenset({ADMINISTRATOR}),
    Permission.MANAGE_SENDING: frozenset({ADMINISTRATOR}),
    Permission.ERASE_DATA: frozenset({ADMINISTRATOR}),
}

PERMISSIONS: dict[str, frozenset[Permission]] = {
    role: frozenset(permission for permission, roles in TABLE.items() if role in roles)
    for role in Role
}


def roles_with(permission: Permission) -> list[str]:
    """Return the roles that hold *permission*."""
    return [role for role in Role if role in TABLE[permission]]
