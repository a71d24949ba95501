"""What a person decides of a reply that was stopped or held: send it, or give it up.

To write on is ``services.take_back``.
"""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import Permission
from thulium_portal.audit.actions import Action
from thulium_portal.replies.changes import DISCARDED, passed_changes, told_and_passed
from thulium_portal.replies.drafts import Text
from thulium_portal.replies.models import Reply
from thulium_portal.replies.permissions import login_of_author, require_decider
from thulium_portal.replies.readiness import rules
from thulium_portal.replies.states import State
from thulium_portal.replies.transitions import StateConflict, move
from thulium_portal.tickets.changes import Kind


def send_anyway(reply: Reply, *, actor: User, stop: int | None = None) -> None:
    """Release a stopped reply in spite of what stopped it, and of nothing else.

    Whatever came up since, or was not looked at because of it, stops the reply once more. *stop* is
    the number of the attempt that was stopped, as the person saw it; None for the latest. Raises
    :class:`StateConflict` where it was stopped anew since, for a ticket merged into another, and
    where its author has no agent login any more.
    """
    require_decider(reply, actor)
    login = login_of_author(reply)
    if reply.reason == Kind.MERGED or stop not in {None, reply.attempts}:
        raise StateConflict
    passed = []
    if reply.reason == "recalled":
        used = rules.used_versions(Text.of(reply))
        passed = rules.recalled_codes(used, until=reply.updated_at)
    with transaction.atomic(durable=True):
        move(
            reply,
            State.BLOCKED,
            State.PENDING,
            action=Action.REPLY_RELEASED,
            actor=actor,
            guard=Q(attempts=reply.attempts),
            values={
                **passed_changes(reply),
                **_UNCLAIMED,
                "agent_login": login,
                "confirmed": sorted({*reply.confirmed, *passed}),
                "not_before": timezone.now(),
                "scheduled": False,
                "crashes": 0,
            },
            facts={"agent_login": login},
        )


def release(reply: Reply, *, actor: User) -> None:
    """Let a held reply leave, after an administrator looked at the ticket.

    It leaves under its author's agent login. One that was waiting for approval waits on.
    """
    if not actor.may(Permission.MANAGE_SENDING):
        raise PermissionDenied
    login = login_of_author(reply)
    leaves = {
        **_UNCLAIMED,
        "agent_login": login,
        "not_before": timezone.now(),
        # Who held it for its author looked at no ticket; what came since stops it as ever.
        "ignore_newer": not reply.is_left_behind,
        "changes": told_and_passed(reply),
        "reason": "",
    }
    with transaction.atomic(durable=True):
        move(
            reply,
            State.HELD,
            State.UNAPPROVED if reply.lacks_approval else State.PENDING,
            action=Action.REPLY_RELEASED,
            actor=actor,
            values={"reason": "", "settled_at": None} if reply.lacks_approval else leaves,
            facts={"agent_login": login},
        )


_UNCLAIMED = {"cancel_requested": False, "claim": None, "lease_until": None}
"""The columns of a reply that no worker has taken yet."""


def discard(reply: Reply, *, actor: User) -> None:
    """Give a stopped reply up for good; its text stays with it and in the record.

    Raises :class:`StateConflict` where it is no longer stopped.
    """
    require_decider(reply, actor)
    with transaction.atomic(durable=True):
        move(
            reply,
            State.BLOCKED,
            State.CANCELLED,
            action=Action.REPLY_CANCELLED,
            actor=actor,
            values={"reason": DISCARDED, "reason_detail": ""},
            facts={"reason": DISCARDED},
        )
