"""Every verb the audit record can hold: noun, dot, past participle."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Action(models.TextChoices):
    """A closed list; the record refuses anything else. Growing it needs no migration."""

    REPLY_SUBMITTED = "reply.submitted", _("Reply submitted")
    REPLY_SCHEDULED = "reply.scheduled", _("Sending time changed")
    REPLY_CANCELLED = "reply.cancelled", _("Sending undone")
    REPLY_CLAIMED = "reply.claimed", _("Delivery began")
    REPLY_RETURNED = "reply.returned", _("Not sent, will be tried again")
    REPLY_SENDING = "reply.sending", _("Sending began")
    REPLY_SENT = "reply.sent", _("Handed to Thulium")
    REPLY_REJECTED = "reply.rejected", _("Refused by Thulium")
    REPLY_UNKNOWN = "reply.unknown", _("Outcome unknown")
    REPLY_CONFIRMED = "reply.confirmed", _("Confirmed on the ticket")
    REPLY_NOT_FOUND = "reply.not_found", _("Not found on the ticket")
    REPLY_BLOCKED = "reply.blocked", _("Stopped before sending")
    REPLY_RELEASED = "reply.released", _("Released for sending")
    REPLY_HELD = "reply.held", _("Put on hold")
    REPLY_SUPERSEDED = "reply.superseded", _("Replaced by a new reply")
    REPLY_DUPLICATE = "reply.duplicate_suspected", _("Possible duplicate noticed")
    DRAFT_KEPT = "draft.kept", _("Second text kept as a draft")
    DRAFT_DISCARDED = "draft.discarded", _("Draft discarded")
    PERSON_CREATED = "person.created", _("Person added")
    PERSON_CHANGED = "person.changed", _("Person changed")
    PERSON_ROLE_CHANGED = "person.role_changed", _("Role changed")
    PERSON_AGENT_LOGIN_CHANGED = "person.agent_login_changed", _("Agent login changed")
    PERSON_DEACTIVATED = "person.deactivated", _("Sign-in switched off")
    PERSON_REACTIVATED = "person.reactivated", _("Sign-in switched on")
    PERSON_PASSWORD_CHANGED = "person.password_changed", _("Password changed")
    SIGNED_IN = "person.signed_in", _("Signed in")
    SIGN_IN_FAILED = "person.sign_in_failed", _("Sign-in failed")
    SIGNED_OUT = "person.signed_out", _("Signed out")
    CANNED_CREATED = "canned.created", _("Canned response created")
    CANNED_REVISED = "canned.revised", _("Canned response changed")
    CANNED_STATE_CHANGED = "canned.state_changed", _("Canned response state changed")
    AUDIT_VIEWED = "audit.viewed", _("Audit entry opened")
    AUDIT_EXPORTED = "audit.exported", _("Audit exported")
    AUDIT_VERIFIED = "audit.verified", _("Audit record checked")
    CONTENT_ERASED = "content.erased", _("Texts erased")
    ACCESS_DENIED = "access.denied", _("Access denied")
    SENDING_HELD = "sending.held", _("All sending held")
    SENDING_RESUMED = "sending.resumed", _("Sending resumed")
    CLOCK_JUMPED = "clock.jumped", _("Clock jumped")
