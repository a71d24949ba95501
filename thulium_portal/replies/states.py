"""The states of a reply and the moves between them, as data.

The delivery code, the model check in the tests and ``docs/at-most-once.md`` all read this table.
"""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """What is known of a reply. Only SENT and CONFIRMED may ever be called sent."""

    DRAFT = "draft", _("Draft")
    UNAPPROVED = "unapproved", _("Waiting for approval")
    PENDING = "pending", _("On its way")
    CLAIMED = "claimed", _("Preparing to send")
    SENDING = "sending", _("Sending now")
    SENT = "sent", _("Handed to Thulium")
    CONFIRMED = "confirmed", _("Confirmed on the ticket")
    UNKNOWN = "unknown", _("Not confirmed yet")
    NOT_FOUND = "not_found", _("Not found on the ticket")
    REJECTED = "rejected", _("Refused by Thulium")
    BLOCKED = "blocked", _("Stopped before sending")
    HELD = "held", _("On hold")
    CANCELLED = "cancelled", _("Undone")
    SUPERSEDED = "superseded", _("Replaced by a new reply")


STOPPED = (State.NOT_FOUND, State.BLOCKED, State.HELD)
"""Waiting for a person; a later reply of the ticket may be let past these, and only these."""

IN_FLIGHT = (State.CLAIMED, State.SENDING, State.UNKNOWN)
"""At most one reply of a ticket may be in these; the database refuses a second."""

OPEN = (State.PENDING, *IN_FLIGHT, *STOPPED)
"""Submitted and not settled; an earlier one makes later ones of its ticket wait."""

UNSETTLED = (State.UNAPPROVED, *OPEN)
"""Submitted and not settled, with those that a colleague still has to approve.

These make no other reply wait, and the delivery does not know them.
"""

ATTENTION = (State.UNKNOWN, State.NOT_FOUND, State.REJECTED, State.BLOCKED, State.HELD)
"""States in which a person should look."""

TAKEN_BACK = (State.CANCELLED, State.SUPERSEDED)
"""Submitted and then undone or replaced: as far as is known it reached nobody."""

WAS_SENT = (State.SENT, State.CONFIRMED)

AUTHOR_GONE = "author_gone"
"""The reason of a held reply whose author was switched off, or has a role that sends nothing."""
QUEUE_LEFT = "queue_left"
"""The reason of a held reply whose author was narrowed to other queues than its own."""
WITHOUT_AUTHOR = (AUTHOR_GONE, QUEUE_LEFT)
"""Reasons for which a held reply leaves by nobody's waiting: a colleague takes its text over."""
LOGIN_CHANGED = "login_changed"
"""The reason of a reply that was stopped since it was written under another agent login."""


@dataclass(frozen=True)
class Transition:
    """One allowed move: who makes it and what else must hold, in words for the documentation."""

    source: State
    target: State
    by: str
    guard: str = ""


TRANSITIONS: tuple[Transition, ...] = (
    Transition(State.DRAFT, State.PENDING, "author", "one-time key unused; text and files frozen"),
    Transition(State.DRAFT, State.CANCELLED, "author", "thrown away"),
    Transition(State.DRAFT, State.CANCELLED, "supervisor", "handed over, or discarded"),
    Transition(State.DRAFT, State.UNAPPROVED, "author", "key unused; a colleague has to approve"),
    Transition(State.UNAPPROVED, State.PENDING, "colleague", "approved; not the author"),
    Transition(State.UNAPPROVED, State.CANCELLED, "author", "taken back; the draft comes back"),
    Transition(State.UNAPPROVED, State.CANCELLED, "colleague", "sent back with a note"),
    Transition(State.UNAPPROVED, State.CANCELLED, "supervisor", "handed over, or discarded"),
    Transition(State.UNAPPROVED, State.HELD, "restore guard", ""),
    Transition(State.UNAPPROVED, State.HELD, "administrator", "its author left, or its queue"),
    Transition(State.PENDING, State.CANCELLED, "author", "the draft comes back"),
    Transition(State.PENDING, State.CANCELLED, "supervisor", "handed over, or discarded"),
    Transition(State.PENDING, State.CLAIMED, "worker", "due; nothing earlier open on the ticket"),
    Transition(State.PENDING, State.BLOCKED, "worker", "the customer wrote before a planned send"),
    Transition(State.CLAIMED, State.PENDING, "worker", "claim held: not sent, back off"),
    Transition(State.CLAIMED, State.PENDING, "reaper", "lease over"),
    Transition(
        State.CLAIMED,
        State.BLOCKED,
        "worker",
        "not ready, ticket changed since it was seen, bad file, retries used up",
    ),
    Transition(State.CLAIMED, State.BLOCKED, "reaper", "third crash while claimed"),
    Transition(State.CLAIMED, State.REJECTED, "worker", "ticket or agent login refused on reading"),
    Transition(State.CLAIMED, State.CANCELLED, "worker", "undo was asked for"),
    Transition(State.CLAIMED, State.HELD, "worker", "its author left, or its queue"),
    Transition(State.CLAIMED, State.SENDING, "worker", "claim held, lease left, not cancelled"),
    Transition(State.SENDING, State.SENT, "worker", "claim held; complete 200 with []"),
    Transition(State.SENDING, State.REJECTED, "worker", "claim held; definite refusal"),
    Transition(State.SENDING, State.PENDING, "worker", "claim held; 429, or a file token refused"),
    Transition(State.SENDING, State.UNKNOWN, "worker", "claim held; anything else"),
    Transition(State.SENDING, State.UNKNOWN, "reaper", "lease over"),
    Transition(State.UNKNOWN, State.SENT, "worker", "late good news with the same claim"),
    Transition(State.NOT_FOUND, State.SENT, "worker", "late good news with the same claim"),
    Transition(State.SENT, State.CONFIRMED, "read-back", "found on the ticket"),
    Transition(State.UNKNOWN, State.CONFIRMED, "read-back", "found on the ticket"),
    Transition(State.UNKNOWN, State.CONFIRMED, "author", "picked the message on the ticket"),
    Transition(State.UNKNOWN, State.NOT_FOUND, "read-back", "settle time over, not there"),
    Transition(State.NOT_FOUND, State.CONFIRMED, "read-back", "appeared late"),
    Transition(State.NOT_FOUND, State.CONFIRMED, "author", "picked the message on the ticket"),
    Transition(State.NOT_FOUND, State.SUPERSEDED, "author", "sent again after a fresh read"),
    Transition(State.NOT_FOUND, State.CANCELLED, "author", "taken back to a draft"),
    Transition(State.NOT_FOUND, State.CANCELLED, "supervisor", "handed over, or discarded"),
    Transition(State.BLOCKED, State.PENDING, "author", "send anyway"),
    Transition(State.BLOCKED, State.CANCELLED, "author", "taken back to a draft, or discarded"),
    Transition(State.BLOCKED, State.CANCELLED, "supervisor", "handed over, or discarded"),
    Transition(State.PENDING, State.HELD, "restore guard", ""),
    Transition(State.CLAIMED, State.HELD, "restore guard", ""),
    Transition(State.BLOCKED, State.HELD, "restore guard", ""),
    Transition(State.NOT_FOUND, State.HELD, "restore guard", ""),
    Transition(State.PENDING, State.HELD, "administrator", "its author left, or its queue"),
    Transition(State.CLAIMED, State.HELD, "administrator", "its author left, or its queue"),
    Transition(State.BLOCKED, State.HELD, "administrator", "its author left, or its queue"),
    Transition(State.SENDING, State.UNKNOWN, "restore guard", ""),
    Transition(State.HELD, State.PENDING, "administrator", "after a look at the ticket"),
    Transition(State.HELD, State.UNAPPROVED, "administrator", "it was waiting for approval"),
    Transition(State.HELD, State.CANCELLED, "administrator", ""),
    Transition(State.HELD, State.CANCELLED, "supervisor", "handed over, or discarded"),
)
ALLOWED = frozenset((move.source, move.target) for move in TRANSITIONS)
