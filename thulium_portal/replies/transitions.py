"""How a reply changes state: one conditional update and its audit entry, or nothing at all."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from thulium_portal.accounts.models import User
from thulium_portal.audit.actions import Action
from thulium_portal.audit.services import Fact, Subject, record
from thulium_portal.canned import usage
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import ALLOWED, TAKEN_BACK, UNSETTLED, WAS_SENT, State
from thulium_portal.tickets import reminders


class StateConflict(Exception):
    """Somebody else moved the reply first; nothing was changed."""


def record_on(reply: Reply, action: Action, *, actor: User | None, **told: Any) -> None:
    """Record *action* on *reply*; *told* are state, facts and content as ``record`` takes them."""
    subject = Subject("reply", str(reply.uuid))
    record(action, actor=actor, subject=subject, ticket_id=reply.ticket_id, **told)


def move(
    reply: Reply,
    source: State,
    target: State,
    *,
    action: Action,
    actor: User | None,
    guard: Q | None = None,
    values: Mapping[str, Any] | None = None,
    facts: Mapping[str, Fact] | None = None,
    content: Mapping[str, str] | None = None,
) -> None:
    """Take *reply* from *source* to *target*, with *values*, where *guard* still holds.

    Must run inside a transaction. Raises :class:`StateConflict` where the row is no longer in
    *source* or the guard fails, and ``ValueError`` for a move that ``states.TRANSITIONS`` does not
    know.
    """
    if (source, target) not in ALLOWED:
        raise ValueError(f"no move from {source} to {target}")
    if not connection.in_atomic_block:
        raise RuntimeError("a move and its audit entry need one transaction")
    changes: dict[str, Any] = {"state": target, "updated_at": timezone.now(), **(values or {})}
    if target not in UNSETTLED:
        changes.setdefault("settled_at", timezone.now())
    row = Reply.objects.filter(pk=reply.pk, state=source)
    if guard is not None:
        row = row.filter(guard)
    if row.update(**changes) != 1:
        raise StateConflict(f"{reply.pk} is no longer {source}")
    for name, value in changes.items():
        setattr(reply, name, value)
    _follow_up(reply, source, target)
    record_on(reply, action, actor=actor, state=target, facts=facts, content=content)


def _follow_up(reply: Reply, source: State, target: State) -> None:
    if target in TAKEN_BACK:
        usage.forget(reply.uuid)
    elif target in WAS_SENT and source not in WAS_SENT:
        _begin_reminder(reply)


def _begin_reminder(reply: Reply) -> None:
    """Remind the author some days after the reply left, where that is wished by now."""
    days = Reply.objects.values_list("remind_after", flat=True).get(pk=reply.pk)
    if not days:
        return
    left = timezone.localdate(reply.wire_at or timezone.now(), reply.author.zone)
    due_on = left + timedelta(days=days)
    reminders.begin(reply.author, reply.ticket_id, due_on, newest=reply.newest_message_id)
