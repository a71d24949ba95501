"""Reading a ticket for a page: the conversation, or why it cannot be shown."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from thulium_portal import gateway
from thulium_portal.accounts.models import User
from thulium_portal.thulium import (
    Customer,
    NotFound,
    OtherTicket,
    Reason,
    ThuliumClient,
    ThuliumError,
    Ticket,
    WrongCredentials,
)
from thulium_portal.tickets import queues
from thulium_portal.tickets.conversation import (
    TicketView,
    WholeMessage,
    conversation,
    whole_message,
)
from thulium_portal.tickets.index import intake, readings
from thulium_portal.tickets.snapshot import Snapshot, snapshot_of

PAGE_READ_TIMEOUT = 8.0
"""Seconds a person waits for the conversation before the page comes without it."""


@dataclass(frozen=True)
class TicketProblem:
    """Why a ticket cannot be shown, and what to do; ``status`` is the page's HTTP status."""

    kind: str
    title: str
    text: str
    what_to_do: str
    status: int = 200
    other_ticket: int | None = None
    """The ticket that answers under the number now."""


def load(ticket_id: int, reader: User) -> TicketView | TicketProblem:
    """Read a ticket for a page, or say in the reader's words why it cannot be shown."""
    found = _read(ticket_id, reader)
    return found if isinstance(found, TicketProblem) else conversation(*found)


def load_snapshot(ticket_id: int, reader: User) -> Snapshot | TicketProblem:
    """Read what a reply has to know of a ticket, or say in the reader's words why it cannot be."""
    found = _read(ticket_id, reader)
    return found if isinstance(found, TicketProblem) else found[1]


def load_message(
    ticket_id: int, message_id: int, reader: User, *, part: int = 1
) -> WholeMessage | TicketProblem | None:
    """Read one message of a ticket, whole; None where the ticket has none of this number."""
    found = _read(ticket_id, reader)
    if isinstance(found, TicketProblem):
        return found
    return whole_message(*found, message_id, part)


def out_of_reach(ticket_id: int) -> TicketProblem:
    """Return what is said of a ticket that is none of the reader's queues."""
    return TicketProblem(
        "not_found",
        _("Ticket %(number)s is not in your queues") % {"number": ticket_id},
        _("The number may be mistyped, or the ticket was moved to a queue that is not yours."),
        _("Check the number, or ask an administrator which queues you should have."),
        status=404,
    )


def _read(ticket_id: int, reader: User) -> tuple[Ticket, Snapshot] | TicketProblem:
    """Read a ticket; what it shows is kept for all, and told to whose queues it is in."""
    client = gateway.thulium_client(read_timeout=PAGE_READ_TIMEOUT)
    began = timezone.now()
    try:
        ticket = client.get_ticket(ticket_id)
    except ThuliumError as error:
        readings.note_failed(ticket_id, error)
        return _problem(error, ticket_id)
    queues.remember(ticket.queue_id, ticket.queue_name)
    # The address book may be slow; what was read is not to be old when it is stored.
    row = intake.note(ticket, began=began)
    if not reader.works_in(ticket.queue_id):
        return out_of_reach(ticket_id)
    snapshot = snapshot_of(ticket, _customer(ticket, client), read_at=began)
    if row and snapshot.customer_name:
        intake.note_name(row, snapshot.customer_name)
    return ticket, snapshot


def _customer(ticket: Ticket, client: ThuliumClient) -> Customer | None:
    """Return who wrote, where Thulium's address book knows; a name is never worth an error page."""
    if ticket.customer_id is None:
        return None
    try:
        return client.get_customer(ticket.customer_id)
    except ThuliumError:
        return None


def _problem(error: ThuliumError, ticket_id: int) -> TicketProblem:
    """Return why ticket *ticket_id* cannot be shown, in the reader's words."""
    if isinstance(error, NotFound):
        return TicketProblem(
            "not_found",
            _("There is no ticket %(number)s in Thulium") % {"number": ticket_id},
            _("The number may be mistyped, or the ticket was merged into another."),
            _("Check the number and open the ticket again."),
            status=404,
        )
    if isinstance(error, OtherTicket):
        other = error.ticket_id
        return TicketProblem(
            "merged",
            _("Ticket %(number)s leads to another one now") % {"number": ticket_id},
            _("Thulium answers with ticket %(other)s: the two were merged.") % {"other": other},
            _("Open ticket %(other)s and answer there. Your text is kept.") % {"other": other},
            other_ticket=other,
        )
    if isinstance(error, WrongCredentials):
        return TicketProblem(
            "credentials",
            _("Thulium does not let the portal in"),
            _("The portal's own user for Thulium was refused. This is not your sign-in."),
            _("Tell your administrator. You can go on writing; your text is kept."),
        )
    if error.reason in {Reason.UNEXPECTED_ANSWER, Reason.REDIRECTED}:
        return TicketProblem(
            "unexpected",
            _("Thulium answered in a way the portal does not understand"),
            _("Its address may be set wrongly, or Thulium is being repaired."),
            _(
                "Try again in a moment; tell your administrator if this continues. "
                "Your text is kept."
            ),
        )
    return TicketProblem(
        "unreachable",
        _("Thulium cannot be reached right now"),
        _("The conversation cannot be shown. You can write and send: the reply waits here."),
        _("It will be sent automatically as soon as Thulium answers again."),
    )
