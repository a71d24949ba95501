"""What people are told of a bulk reply: why a ticket is unusual, and why things do not get on."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Doubt(StrEnum):
    """What is unusual about a ticket that is to get a reply."""

    MERGED = "merged"
    CLOSED = "closed"
    NO_ADDRESS = "no_address"
    OPEN_REPLY = "open_reply"
    NEWER_MESSAGE = "newer_message"
    UNREAD_MESSAGE = "unread_message"
    OTHER_DRAFT = "other_draft"
    SAME_CUSTOMER = "same_customer"
    OTHER_QUEUE = "other_queue"
    OTHER_LANGUAGE = "other_language"


LEAVES_OUT = frozenset({Doubt.MERGED, Doubt.CLOSED, Doubt.NO_ADDRESS, Doubt.OPEN_REPLY})
"""For these a ticket is left out unless its author puts it back in."""

WAITS = frozenset({Doubt.NEWER_MESSAGE, Doubt.UNREAD_MESSAGE})
"""With these a ticket does not go before its author was shown what came."""

DOUBTS: dict[str, str | Promise] = {
    Doubt.MERGED: _("The ticket was merged into another one."),
    Doubt.CLOSED: _("The ticket is closed."),
    Doubt.NO_ADDRESS: _("The ticket has no customer’s address."),
    Doubt.OPEN_REPLY: _("Somebody’s reply to this ticket is on its way or stopped."),
    Doubt.NEWER_MESSAGE: _("Something new came to the ticket after it was read."),
    Doubt.UNREAD_MESSAGE: _("Something new came to the ticket. Open it and read that first."),
    Doubt.OTHER_DRAFT: _("You have another draft on this ticket."),
    Doubt.SAME_CUSTOMER: _("The same customer gets this reply on another ticket as well."),
    Doubt.OTHER_QUEUE: _("The canned response is meant for other queues."),
    Doubt.OTHER_LANGUAGE: _("The customer writes in another language than this text."),
}

TICKET_PROBLEMS: dict[str, str | Promise] = {
    "not_found": _("Thulium has no ticket with this number; it may have been merged."),
    "merged": _("The ticket was merged into another one."),
    "unreadable": _("The ticket could not be read."),
    "failed": _("Something went wrong with this ticket several times. Answer it by itself."),
    "not_allowed": _("You may no longer answer this ticket. Talk to your supervisor."),
    "changed": _("It was changed after you pressed Send, so it was not sent."),
    "empty": _("Nothing of the text is left for this ticket."),
}


@dataclass(frozen=True)
class Notice:
    """Why a bulk reply does not get on: a sentence, and whether it goes on by itself."""

    text: str | Promise
    goes_on: bool


_WAITS = {
    "unreachable": _("Thulium cannot be reached right now. It goes on as soon as Thulium answers."),
    "credentials": _("Thulium does not let the portal in. Tell your administrator."),
    "unexpected": _(
        "Thulium answered in a way the portal does not understand. The ticket is tried again."
    ),
}
_STOPPED = {
    "author": _("Sending was stopped: the account or its agent login was switched off meanwhile."),
    "restored": _(
        "Sending was stopped: the portal’s data was restored. Some of these customers may have "
        "their reply already, so look at each ticket first."
    ),
}


def notice(problem: str) -> Notice | None:
    """Return what to say of a bulk reply's *problem*; None where there is none."""
    if problem in _WAITS:
        return Notice(_WAITS[problem], goes_on=True)
    return Notice(_STOPPED[problem], goes_on=False) if problem in _STOPPED else None


TABS: dict[str, str | Promise] = {
    "going": _("To be sent"),
    "not_ready": _("Not ready"),
    "left_out": _("Left out"),
    "waiting": _("Not read yet"),
    "queued": _("Next to be sent"),
    "on_its_way": _("On its way"),
    "handed_over": _("Handed to Thulium"),
    "attention": _("Needing attention"),
    "undone": _("Undone"),
}
