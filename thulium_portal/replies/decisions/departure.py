"""What becomes of the replies of a person who may no longer send: nothing leaves in their name."""

from django.db import transaction

from thulium_portal.accounts.models import User
from thulium_portal.audit.actions import Action
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import AUTHOR_GONE, State
from thulium_portal.replies.transitions import move

_KEPT_BACK = (State.UNAPPROVED, State.PENDING, State.CLAIMED, State.BLOCKED)
"""States in which nothing has left, and from which something still could."""


def hold_replies(person: User, *, actor: User | None) -> int:
    """Put every reply of *person* on hold that has not left; return how many there were.

    Runs in the transaction that switches them off; the gate of the delivery waits for it. What was
    handed to Thulium stays what it is, and one that is being undone comes back as a draft.
    """
    mine = Reply.objects.filter(author=person, state__in=_KEPT_BACK, cancel_requested=False)
    with transaction.atomic():
        replies = list(mine.select_for_update().order_by("pk"))
        for reply in replies:
            move(
                reply,
                State(reply.state),
                State.HELD,
                action=Action.REPLY_HELD,
                actor=actor,
                values={"reason": AUTHOR_GONE, "reason_detail": ""},
                facts={"reason": AUTHOR_GONE},
            )
    return len(replies)
