"""The conversation beside the composer: the ticket, with the messages this portal sent marked."""

from dataclasses import replace

from thulium_portal.replies.models import Reply
from thulium_portal.tickets import reading
from thulium_portal.tickets.conversation import TicketView


def load(ticket_id: int) -> TicketView | reading.TicketProblem:
    """Read a ticket for a page, or say in the reader's words why it cannot be shown.

    A message that was found to be a reply of this portal carries it as ``portal_reply``.
    """
    view = reading.load(ticket_id)
    if isinstance(view, reading.TicketProblem):
        return view
    replies = Reply.objects.filter(ticket_id=view.id, matched_message_id__isnull=False)
    sent = {
        reply.matched_message_id: reply
        for reply in replies.only("uuid", "state", "author", "matched_message_id")
    }
    messages = (replace(message, portal_reply=sent.get(message.id)) for message in view.messages)
    return replace(view, messages=tuple(messages))
