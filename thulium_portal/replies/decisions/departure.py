"""When a person may no longer send: nothing leaves in their name, and colleagues go on with it.

A text is taken over as a draft of a colleague, who sends it as their own; what it was is settled.
So it is as well while the person is still there, as before a holiday.
"""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import Permission
from thulium_portal.audit.actions import Action
from thulium_portal.audit.services import Fact
from thulium_portal.canned import usage
from thulium_portal.replies import drafts
from thulium_portal.replies.audit_facts import plain
from thulium_portal.replies.changes import DISCARDED, HANDED_OVER
from thulium_portal.replies.models import Reply, ReplyQuerySet
from thulium_portal.replies.states import AUTHOR_GONE, QUEUE_LEFT, State
from thulium_portal.replies.transitions import StateConflict, move, record_on
from thulium_portal.signatures.services import without_signatures

_KEPT_BACK = (State.UNAPPROVED, State.PENDING, State.CLAIMED, State.BLOCKED)
"""States in which nothing has left, and from which something still could."""
HANDED_ON = (
    *(State.DRAFT, State.UNAPPROVED, State.PENDING),
    *(State.BLOCKED, State.HELD, State.NOT_FOUND, State.REJECTED),
)
"""States in which a colleague can go on with the text: as far as is known nobody has it."""
LONGEST_REASON = 300


def hold_replies(person: User, *, actor: User | None) -> int:
    """Put every reply of *person* on hold that has not left; return how many there were.

    Runs in the transaction that switches them off; the gate of the delivery waits for it. What was
    handed to Thulium stays what it is, and one that is being undone comes back as a draft.
    """
    return _hold(Reply.objects.filter(author=person), AUTHOR_GONE, actor)


def hold_out_of_reach(person: User, *, actor: User | None) -> int:
    """Put on hold what *person* wrote in queues they no longer work in; as :func:`hold_replies`.

    One whose queue is not known is asked about when it is to leave.
    """
    if person.narrowed_to is None:
        return 0
    mine = Reply.objects.filter(author=person, queue_id__isnull=False)
    return _hold(mine.exclude(queue_id__in=person.narrowed_to), QUEUE_LEFT, actor)


def _hold(rows: ReplyQuerySet, reason: str, actor: User | None) -> int:
    waiting = rows.filter(state__in=_KEPT_BACK, cancel_requested=False)
    with transaction.atomic():
        replies = list(waiting.select_for_update().order_by("pk"))
        for reply in replies:
            move(
                reply,
                State(reply.state),
                State.HELD,
                action=Action.REPLY_HELD,
                actor=actor,
                values={"reason": reason, "reason_detail": ""},
                facts={"reason": reason},
            )
    return len(replies)


def take_over(reply: Reply, *, to: User, actor: User) -> Reply:
    """Let *to* go on with the text of *reply*; returns their draft, files included.

    Raises ``PermissionDenied``, also for who cannot send, and :class:`StateConflict` where it has
    moved on meanwhile.
    """
    _require_right(reply, actor)
    if not to.can_send or not to.works_in(reply.queue_id) or to.pk == reply.author_id:
        raise PermissionDenied
    snapshot = drafts.snapshot_of(reply)
    body = without_signatures(reply.body, reply.body_type, snapshot=snapshot, user=reply.author)
    with transaction.atomic(durable=True):
        draft = drafts.copy_for(reply, to, body=body)
        facts: dict[str, Fact] = {"reason": HANDED_OVER, "to": to.pk, "draft": str(draft.uuid)}
        _settle(reply, HANDED_OVER, Action.REPLY_HANDED_OVER, actor, facts)
        record_on(
            draft,
            Action.DRAFT_TAKEN_OVER,
            actor=actor,
            facts={"from": str(reply.uuid), "author": reply.author_id, "to": to.pk},
            content={"body": draft.body},
        )
    return draft


def discard(reply: Reply, why: str, *, actor: User) -> None:
    """Give up a reply of somebody else, for a reason that is kept; its text stays in the record.

    Raises ``PermissionDenied``, ``ValueError`` without a reason, and :class:`StateConflict`.
    """
    _require_right(reply, actor)
    why = why.strip()[:LONGEST_REASON]
    if not why:
        raise ValueError("who discards somebody else's text says why")
    is_draft = reply.state == State.DRAFT
    action = Action.DRAFT_DISCARDED if is_draft else Action.REPLY_CANCELLED
    content = {"reason_detail": why}
    if is_draft:
        content |= {"body": reply.body, "body_text": plain(reply.body, reply.body_type)}
    with transaction.atomic(durable=True):
        _settle(reply, DISCARDED, action, actor, {"reason": DISCARDED}, content, detail=why)


def record_opening(draft: Reply, *, actor: User) -> None:
    """Record that *actor* read a draft of somebody else's."""
    if not (actor.may(Permission.HAND_OVER) and actor.works_in(draft.queue_id)):
        raise PermissionDenied
    with transaction.atomic(durable=True):
        record_on(draft, Action.DRAFT_OPENED, actor=actor)


def may_hand_on(reply: Reply, actor: User) -> bool:
    """Tell whether *actor* may hand *reply* over now, or discard it.

    What a restore held is for who looks after sending.
    """
    of_sending = reply.state == State.HELD and not reply.is_left_behind
    may = actor.may(Permission.HAND_OVER) and actor.works_in(reply.queue_id)
    return (
        may
        and reply.state in HANDED_ON
        and (not of_sending or actor.may(Permission.MANAGE_SENDING))
    )


def _require_right(reply: Reply, actor: User) -> None:
    """Raise ``PermissionDenied``, or :class:`StateConflict` for what is not to be handed over."""
    if reply.state not in HANDED_ON:
        raise StateConflict
    if not may_hand_on(reply, actor):
        raise PermissionDenied


def _settle(
    reply: Reply,
    reason: str,
    action: Action,
    actor: User,
    facts: Mapping[str, Fact],
    content: Mapping[str, str] | None = None,
    *,
    detail: str = "",
) -> None:
    now = timezone.now()
    if reply.state == State.REJECTED:
        # A refusal stays what it is; it is only dealt with.
        rows = Reply.objects.filter(pk=reply.pk, state=State.REJECTED, dismissed_at=None)
        if rows.filter(erased_at=None).update(dismissed_at=now) != 1:
            raise StateConflict
        usage.forget(reply.uuid)
        record_on(reply, action, actor=actor, facts=facts, content=content)
        return
    values: dict[str, Any] = {"reason": reason, "reason_detail": detail, "dismissed_at": now}
    move(
        reply,
        State(reply.state),
        State.CANCELLED,
        action=action,
        actor=actor,
        values=values,
        facts=facts,
        content=content,
    )
