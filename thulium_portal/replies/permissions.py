"""Who may do what with a reply; each raises where it may not be."""

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Min, Q
from django.utils import timezone

from thulium_portal.accounts.models import User
from thulium_portal.accounts.pace import limits
from thulium_portal.accounts.roles import Permission
from thulium_portal.replies.models import Reply
from thulium_portal.replies.transitions import StateConflict


def require_sender(actor: User) -> None:
    """Raise ``PermissionDenied`` for a person who may not send, or has no agent login."""
    if not actor.can_send:
        raise PermissionDenied


def require_pace(actor: User, ticket_id: int) -> None:
    """Raise ``TooFast`` for more replies of *actor* within a minute than anybody writes.

    What a bulk reply sends is not counted: it has a pace of its own. Nor is what was sent again, by
    whomever: it replaces a reply that was counted when it was written.
    """
    if not limits.is_counted():
        return
    lately = Reply.objects.filter(
        author=actor,
        submitted_at__gt=timezone.now() - limits.WINDOW,
        bulk_item=None,
        resend_of=None,
    )
    here = Q(ticket_id=ticket_id)
    sent = lately.aggregate(
        everywhere=Count("pk"),
        oldest=Min("submitted_at"),
        here=Count("pk", filter=here),
        oldest_here=Min("submitted_at", filter=here),
    )
    limits.require(limits.REPLIES_TO_ONE_TICKET, sent["here"], sent["oldest_here"])
    limits.require(limits.REPLIES, sent["everywhere"], sent["oldest"])


def require_decider(reply: Reply, actor: User) -> None:
    """Raise ``PermissionDenied`` but for the author, and for whoever decides over all replies."""
    if reply.author_id == actor.pk and actor.may(Permission.SEND_REPLIES):
        return
    if not (actor.may(Permission.DECIDE_REPLIES) and actor.works_in(reply.queue_id)):
        raise PermissionDenied


def author_sends(reply: Reply) -> bool:
    """Tell whether the author of *reply* may still send, and works in the queue of its ticket."""
    author = reply.author
    is_in_reach = reply.queue_id is None or author.works_in(reply.queue_id)
    return author.may(Permission.SEND_REPLIES) and is_in_reach


def require_author_sends(reply: Reply) -> None:
    """Raise :class:`StateConflict` for a reply of somebody who no longer sends, or not there.

    Nothing leaves in their name, and no draft would be read by them: it is handed over.
    """
    if not author_sends(reply):
        raise StateConflict(f"the author of {reply.pk} no longer sends")


def login_of_author(reply: Reply) -> str:
    """Return the agent login that *reply* leaves under now: its author's as it is, not as it was.

    Raises :class:`StateConflict` as :func:`require_author_sends` does, also where there is none.
    """
    require_author_sends(reply)
    if not reply.author.agent_login:
        raise StateConflict(f"the author of {reply.pk} has no agent login")
    return reply.author.agent_login
