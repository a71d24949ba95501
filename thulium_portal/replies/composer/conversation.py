"""The conversation beside the composer: the ticket, with the messages this portal sent marked."""

from collections.abc import Iterable
from dataclasses import replace

from django.db.models import Q, QuerySet

from thulium_portal.accounts.models import User
from thulium_portal.replies import worklist
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import UNSETTLED
from thulium_portal.tickets import reading
from thulium_portal.tickets.conversation import TicketView

MOST_ON_ITS_WAY = 5
"""So many replies on their way a page tells of."""


def load(ticket_id: int, reader: User) -> TicketView | reading.TicketProblem:
    """Read a ticket for a page, or say in the reader's words why it cannot be shown.

    A message that was found to be a reply of this portal carries it as ``portal_reply``.
    """
    view = reading.load(ticket_id, reader)
    if isinstance(view, reading.TicketProblem):
        return view
    replies = Reply.objects.filter(ticket_id=view.id, matched_message_id__isnull=False)
    return _marked(view, replies.only("uuid", "state", "author", "matched_message_id"))


def load_with_waiting(
    ticket_id: int, reader: User
) -> tuple[TicketView | reading.TicketProblem, list[Reply]]:
    """Return what :func:`load` does, and the replies on their way; the database is asked once."""
    view = reading.load(ticket_id, reader)
    if isinstance(view, reading.TicketProblem):
        return view, on_their_way(ticket_id)
    told = Q(matched_message_id__isnull=False) | Q(state__in=UNSETTLED)
    rows = _with_authors(Reply.objects.filter(told, ticket_id=ticket_id).order_by("-pk"))
    replies = list(rows)
    unsettled = [reply for reply in replies if reply.state in UNSETTLED]
    return _marked(view, replies), unsettled[:MOST_ON_ITS_WAY][::-1]


def on_their_way(ticket_id: int) -> list[Reply]:
    """Return the newest replies to this ticket that are not settled, oldest first."""
    rows = Reply.objects.filter(ticket_id=ticket_id, state__in=UNSETTLED).order_by("-pk")
    return list(_with_authors(rows)[:MOST_ON_ITS_WAY])[::-1]


def _with_authors(rows: QuerySet[Reply]) -> QuerySet[Reply]:
    # The ticket too: a template that asks a list of replies for its truth writes them out.
    fields = ("uuid", "ticket_id", "state", "submitted_at", "not_before", "scheduled", "attempts")
    people = ("author__name", "author__username")
    return rows.select_related("author").only(*fields, *people, "matched_message_id")


def _marked(view: TicketView, replies: Iterable[Reply]) -> TicketView:
    sent: dict[int | None, Reply] = {
        reply.matched_message_id: reply for reply in replies if reply.matched_message_id
    }
    messages = (replace(message, portal_reply=sent.get(message.id)) for message in view.messages)
    return replace(view, messages=tuple(messages))


def position(
    view: TicketView | reading.TicketProblem, person: User, ticket_id: int
) -> tuple[str, str] | None:
    """Return the ticket's place in the work of *person*; not asked where it was read not to be."""
    if isinstance(view, TicketView):
        is_theirs = view.agent_login.casefold() == person.agent_login.casefold()
        if not (view.is_open and is_theirs):
            return None
    return worklist.position(person, ticket_id)
