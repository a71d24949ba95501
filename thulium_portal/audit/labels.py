"""What the record's codes are called on its pages.

States and reasons are the replies' own and named there too; this floor may not look up, so a test
holds both in step.
"""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

STATES = {
    "pending": _("On its way"),
    "claimed": _("Preparing to send"),
    "sending": _("Sending now"),
    "sent": _("Handed to Thulium"),
    "confirmed": _("Confirmed on the ticket"),
    "unknown": _("Not confirmed yet"),
    "not_found": _("Not found on the ticket"),
    "rejected": _("Refused by Thulium"),
    "blocked": _("Stopped before sending"),
    "held": _("On hold"),
    "cancelled": _("Undone"),
    "superseded": _("Replaced by a new reply"),
}
"""Every state of a submitted reply; drafts are nobody's to review."""

TAKEN_BACK = ("cancelled", "superseded")
"""States of what never was to reach a customer, or was replaced."""

LIGHTLY = 20
"""Percent of the words changed up to which an edit is light."""


class Change(TextChoices):
    """How far a reply went from its canned response."""

    UNCHANGED = "unchanged", _("Sent unchanged")
    LIGHT = "light", _("Lightly edited (up to 20 % of the words)")
    HEAVY = "heavy", _("Heavily edited")
    SCRATCH = "scratch", _("Written from scratch")


CANNED_STATES = {
    "draft": _("Draft"),
    "waiting": _("Waiting for approval"),
    "live": _("Live"),
    "archived": _("Archived"),
}
"""Every state of a canned response."""


@dataclass(frozen=True)
class Outcome:
    """How a state is shown: its name, the tone of its colour, its icon."""

    state: str
    label: str | Promise
    tone: str
    icon: str


_LOOKS = {
    "pending": ("info", "clock"),
    "claimed": ("info", "send"),
    "sending": ("info", "send"),
    "sent": ("good", "check"),
    "confirmed": ("good", "check-check"),
    "unknown": ("caution", "circle-question-mark"),
    "not_found": ("caution", "search-x"),
    "rejected": ("bad", "circle-x"),
    "blocked": ("caution", "octagon-pause"),
    "held": ("caution", "pause"),
    "cancelled": ("", "undo-2"),
    "superseded": ("", "replace"),
}


def outcome(state: str) -> Outcome:
    """Return how *state* is shown; one that is not known is shown by its code."""
    named = STATES | CANNED_STATES
    return Outcome(state, named.get(state, state), *_LOOKS.get(state, ("", "circle-dashed")))


REASONS = {
    "customer_wrote": _("The customer wrote again before the reply left."),
    "wrote_again": _("The customer has written again, so the ticket was left as it is."),
    "colleague_replied": _("A colleague answered this ticket before the reply left."),
    "ticket_not_found": _("Thulium has no ticket with this number."),
    "file_missing": _("A file of this reply is no longer on the portal's disk:"),
    "file_refused": _("Thulium did not take a file of this reply:"),
    "file_cut": _("A file of this reply did not arrive at Thulium whole:"),
    "retries_used_up": _("Thulium could not be reached for a long time."),
    "crashed": _("Preparing this reply failed three times."),
    "restored": _("The portal's data was restored from a backup."),
    "other_system": _("It was written for another Thulium, or to practise."),
    "lease_over": _("The sending was interrupted."),
    "no_connection": _("Thulium could not be reached."),
    "certificate": _("Thulium's certificate could not be verified."),
    "wrong_credentials": _("Thulium did not accept the portal's API user."),
    "no_right": _("The portal's API user lacks a right in Thulium."),
    "not_found": _("Thulium has no such ticket or agent."),
    "refused": _("Thulium refused the reply."),
    "too_large": _("The reply was too large for Thulium."),
    "busy": _("Thulium asked us to wait."),
    "redirected": _("Thulium's address answered with a redirection."),
    "unexpected_answer": _("Thulium's answer could not be understood."),
    "server_error": _("Thulium reported an error of its own."),
    "broken_off": _("The connection to Thulium broke off."),
    "timed_out": _("Thulium did not answer in time."),
    "local_error": _("The reply holds something that cannot be sent."),
    "file_token": _("Thulium wants the files once more; they are uploaded again."),
}


def why(reason: str, detail: str = "") -> str:
    """Return why a reply is where it is, in a sentence; empty where there is nothing to explain."""
    sentence = str(REASONS.get(reason, ""))
    if not detail and sentence.endswith(":"):
        return f"{sentence[:-1]}."
    return " ".join(part for part in (sentence, detail) if part)


ROLES = {
    "agent": _("Agent"),
    "supervisor": _("Supervisor"),
    "administrator": _("Administrator"),
}

UNNAMED = {"system": _("The portal itself"), "cli": _("The command line")}
"""Who acted where no person did."""

FIELDS = {
    "body": _("Text"),
    "customer": _("Customer"),
    "ticket_subject": _("Subject of the ticket"),
    "author_name": _("Name of the author"),
    "query": _("Searched for"),
    "basis": _("Legal ground"),
    "name": _("First and last name"),
    "email": _("E-mail"),
    "username": _("User name"),
    "title": _("Title"),
    "note": _("Note"),
    "reason": _("Reason"),
    "status_after_name": _("Status of the ticket afterwards"),
    "keep_reason": _("Why a must-keep passage was changed"),
}
"""Headings of the texts kept with entries."""
