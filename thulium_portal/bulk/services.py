"""What a person does with a bulk reply: choose, write, check, send, undo. Views come here."""

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, F, QuerySet
from django.utils import timezone

from thulium_portal.accounts.models import User
from thulium_portal.audit.actions import Action
from thulium_portal.audit.services import Subject, record
from thulium_portal.bulk import checklist
from thulium_portal.bulk.erasure import erase_texts
from thulium_portal.bulk.models import BulkFile, BulkItem, BulkReply
from thulium_portal.lib.html.sanitize import plain_to_html
from thulium_portal.replies import services as replies
from thulium_portal.replies.drafts import Text
from thulium_portal.replies.models import BodyType, ReplyQuerySet
from thulium_portal.replies.states import State as ReplyState
from thulium_portal.replies.transitions import StateConflict
from thulium_portal.storage import services as storage
from thulium_portal.storage.services import NamedFile
from thulium_portal.tickets.models import KnownTicket

MOST_TICKETS = 200
KEPT_FOR = timedelta(days=30)
"""So long the text of a bulk reply is kept after its last reply left."""
NO_TEXT_FOR = timedelta(days=1)
State = BulkReply.State
CAN_UNDO = (ReplyState.PENDING, ReplyState.CLAIMED)
UNFINISHED = (State.WRITING, State.PREPARING, State.CHECKING, State.SENDING)


class Changed(Exception):
    """The list is not the one the person saw; nothing was sent."""


def unfinished(person: User) -> QuerySet[BulkReply]:
    """Return the bulk replies that *person* has begun and not ended, newest first, counted."""
    return _counted(BulkReply.objects.filter(author=person, state__in=UNFINISHED))


def ended(person: User) -> QuerySet[BulkReply]:
    """Return the bulk replies that *person* has sent, newest first, counted."""
    return _counted(BulkReply.objects.filter(author=person, state=State.DONE))


def _counted(bulks: QuerySet[BulkReply]) -> QuerySet[BulkReply]:
    """Return *bulks*, each with the number of its ``tickets``."""
    return bulks.annotate(tickets=Count("items")).order_by("-id")


def written_alone(drafts: ReplyQuerySet) -> ReplyQuerySet:
    """Return those of *drafts* that belong to no bulk reply under way, which lists its own."""
    of_bulks = BulkItem.objects.filter(bulk__state__in=UNFINISHED, reply__isnull=False)
    return drafts.exclude(pk__in=of_bulks.values("reply"))


def create(tickets: Iterable[int], *, actor: User) -> BulkReply:
    """Begin a bulk reply to *tickets*, each once; the one begun for the same ones is gone on with.

    Raises ``PermissionDenied``, and ``ValueError`` for none or too many.
    """
    _require_sender(actor)
    numbers = list(dict.fromkeys(tickets))
    if not 0 < len(numbers) <= MOST_TICKETS:
        raise ValueError(len(numbers))
    for begun in BulkReply.objects.filter(author=actor, state=State.WRITING, body="")[:3]:
        if list(begun.items.values_list("ticket_id", flat=True)) == numbers:
            return begun
    with transaction.atomic():
        bulk = BulkReply.objects.create(author=actor)
        BulkItem.objects.bulk_create(
            BulkItem(bulk=bulk, position=position, ticket_id=ticket_id)
            for position, ticket_id in enumerate(numbers)
        )
    return bulk


# The text


def save_text(
    bulk: BulkReply,
    text: Text,
    *,
    canned_files: Iterable[uuid.UUID] = (),
    files: Sequence[NamedFile] = (),
    keep_files: Collection[uuid.UUID] = (),
    actor: User,
) -> None:
    """Keep the text of *bulk*, with the new *files* and of its own those to be kept.

    Raises :class:`StateConflict` where it is no longer being written.
    """
    _require_author(bulk, actor)
    status, status_name = text.status_after
    is_plain = text.body_type == BodyType.PLAIN
    with transaction.atomic():
        _change(
            bulk,
            [State.WRITING],
            body=plain_to_html(text.body) if is_plain else text.body,
            canned_response=text.canned_response,
            canned_version=text.canned_version,
            canned_files=[str(name) for name in canned_files],
            inserted=list(text.inserted),
            confirmed=list(text.confirmed),
            keep_reason=text.keep_reason,
            status_after=status,
            status_after_name=status_name,
        )
        dropped = list(bulk.files.exclude(uuid__in=keep_files))
        bulk.files.filter(pk__in=[file.pk for file in dropped]).delete()
        storage.discard({file.file for file in dropped})
        known = {(link.name, link.file.sha256) for link in bulk.files.all()}
        new = [file for file in files if (file.name, file.file.sha256) not in known]
        BulkFile.objects.bulk_create(BulkFile(bulk=bulk, **vars(file)) for file in new)


def prepare(bulk: BulkReply, answers: Mapping[str, str], *, actor: User) -> None:
    """Let the text be filled for every ticket whose draft was not changed by hand.

    *answers* are to the questions of the text. Raises :class:`StateConflict`.
    """
    _require_author(bulk, actor)
    with transaction.atomic():
        _change(
            bulk,
            [State.WRITING],
            state=State.PREPARING,
            answers=dict(answers),
            **_due(),
            problem="",
        )
        untouched = bulk.items.filter(
            state=BulkItem.State.READY,
            reply__state=ReplyState.DRAFT,
            reply__draft_revision=F("filled_revision"),
        )
        untouched.update(state=BulkItem.State.WAITING, tries=0, begun=0)


def write_again(bulk: BulkReply, *, actor: User) -> None:
    """Go back to the text; nothing is prepared until it is done. Raises :class:`StateConflict`."""
    _require_author(bulk, actor)
    _change(bulk, [State.PREPARING, State.CHECKING], state=State.WRITING, due_at=None, problem="")


# The check list


def leave_out(bulk: BulkReply, item_id: int, *, out: bool, actor: User) -> None:
    """Leave a ticket out, or put it back in; no matter where it cannot be sent any more."""
    _require_author(bulk, actor)
    open_items = bulk.items.filter(bulk__state__in=[State.PREPARING, State.CHECKING])
    open_items.filter(pk=item_id).update(is_left_out=out)


def read_again(bulk: BulkReply, item_ids: Collection[int], *, actor: User) -> None:
    """Read these tickets once more; a draft changed by hand keeps its text.

    Raises :class:`StateConflict`.
    """
    _require_author(bulk, actor)
    with transaction.atomic():
        _change(
            bulk, [State.PREPARING, State.CHECKING], state=State.PREPARING, **_due(), problem=""
        )
        readable = [BulkItem.State.READY, BulkItem.State.UNUSABLE]
        again = bulk.items.filter(pk__in=item_ids, state__in=readable)
        again.update(state=BulkItem.State.WAITING, problem="", tries=0, begun=0)


def open_ticket(bulk: BulkReply, item_id: int, *, actor: User) -> BulkItem | None:
    """Return the ticket that its author is shown now, with every message known of it."""
    _require_author(bulk, actor)
    item = bulk.items.filter(pk=item_id, reply__isnull=False).select_related("reply").first()
    if item is not None:
        known = KnownTicket.objects.filter(pk=item.ticket_id).first()
        newest = (known.last_written_id if known else None) or 0
        item.shown_message_id = max(newest, item.shown_message_id or 0)
        item.save(update_fields=["shown_message_id"])
    return item


def go_on_without(bulk: BulkReply, *, actor: User) -> None:
    """Stop waiting for tickets that could not be read yet. Raises :class:`StateConflict`."""
    _require_author(bulk, actor)
    with transaction.atomic():
        _change(bulk, [State.PREPARING], state=State.CHECKING, due_at=None, problem="")
        waiting = bulk.items.filter(state=BulkItem.State.WAITING)
        waiting.filter(reply=None).update(state=BulkItem.State.UNUSABLE, problem="unreadable")
        waiting.filter(reply__isnull=False).update(state=BulkItem.State.READY)


def discard(bulk: BulkReply, *, actor: User) -> None:
    """Give up what was not sent; drafts changed by hand stay, the worker discards the others.

    Raises :class:`StateConflict` where it is being sent.
    """
    _require_author(bulk, actor)
    state = State.DISCARDED if bulk.started_at is None else State.DONE
    with transaction.atomic():
        _change(
            bulk,
            [State.WRITING, State.PREPARING, State.CHECKING],
            state=state,
            finished_at=timezone.now(),
            **_due(),
            problem="",
        )
        bulk.items.filter(state=BulkItem.State.WAITING).update(state=BulkItem.State.READY)
        bulk.items.update(is_left_out=True)


# Sending


def start(bulk: BulkReply, *, seen: str, actor: User) -> int:
    """Let the worker submit what goes, one after the other; return how many that is.

    *seen* is the digest of the list the person saw. Raises ``PermissionDenied``, :class:`Changed`
    where the list is another one now, and :class:`StateConflict` where it is on its way already.
    """
    _require_author(bulk, actor)
    going = checklist.going(checklist.rows(bulk))
    if not going or checklist.digest(going) != seen:
        raise Changed
    with transaction.atomic(durable=True):
        now = timezone.now()
        _change(bulk, [State.CHECKING], state=State.SENDING, started_at=now, due_at=now, problem="")
        for row in going:
            bulk.items.filter(pk=row.item.pk, state=BulkItem.State.READY).update(
                state=BulkItem.State.QUEUED,
                sent_revision=row.reply and row.reply.draft_revision,
                problem="",
                begun=0,
            )
        record(
            Action.BULK_STARTED,
            actor=actor,
            subject=Subject("bulk", str(bulk.uuid)),
            facts={"count": len(going), "tickets": [row.item.ticket_id for row in going]},
        )
    return len(going)


def stop_and_undo(bulk: BulkReply, *, actor: User) -> int:
    """Submit nothing more and undo what has not been sent yet; return how many came back.

    Each is undone by itself. One that a worker prepares just now may still leave; its page tells.
    """
    _require_author(bulk, actor)
    _stop(bulk)
    items = bulk.items.filter(reply__state__in=CAN_UNDO).select_related("reply")
    return sum(_undo(item, actor) for item in items.order_by("-position"))


def undo_one(bulk: BulkReply, item_id: int, *, actor: User) -> bool:
    """Undo the reply to one ticket; tell whether it is on the list again."""
    _require_author(bulk, actor)
    item = bulk.items.filter(pk=item_id).select_related("reply").first()
    return item is not None and _undo(item, actor)


def _undo(item: BulkItem, actor: User) -> bool:
    reply = item.reply
    try:
        draft = replies.undo(reply, actor=actor) if reply else None
    except StateConflict:
        return False
    if reply is None or draft is None:
        return False
    was_changed = reply.draft_revision != item.filled_revision
    BulkItem.objects.filter(pk=item.pk).update(
        reply=draft,
        key=draft.submission_key,
        filled_revision=0 if was_changed else draft.draft_revision,
        state=BulkItem.State.READY,
    )
    ended = BulkReply.objects.filter(pk=item.bulk_id, state=State.DONE)
    ended.update(state=State.CHECKING, finished_at=None, due_at=None)
    return True


def halt(bulk: BulkReply, problem: str) -> None:
    """Submit nothing more of *bulk* until its author has looked at it again."""
    _stop(bulk, problem=problem)


def _stop(bulk: BulkReply, **told: str) -> None:
    """Give what is queued back to the list, and store what is *told* of it."""
    with transaction.atomic():
        rows = BulkReply.objects.filter(pk=bulk.pk, state=State.SENDING)
        if rows.update(state=State.CHECKING, due_at=None, **told):
            queued = bulk.items.filter(state=BulkItem.State.QUEUED)
            queued.update(state=BulkItem.State.READY)


def halt_all(problem: str) -> None:
    """Submit nothing more of any bulk reply: what the database knows of them may be outdated."""
    for bulk in BulkReply.objects.filter(state=State.SENDING):
        halt(bulk, problem)
    BulkReply.objects.filter(state=State.CHECKING).update(problem=problem)


def forget_old() -> int:
    """Erase the texts and files of bulk replies that ended a month ago; return how many.

    Their replies keep their own, as long as those are kept. One that was begun and got no text
    within a day is given up.
    """
    now = timezone.now()
    begun = BulkReply.objects.filter(state=State.WRITING, body="", created_at__lt=now - NO_TEXT_FOR)
    begun.update(state=State.DISCARDED, finished_at=now)
    old = BulkReply.objects.filter(finished_at__lt=now - KEPT_FOR, due_at=None, erased_at=None)
    for bulk in old:
        erase_texts(bulk)
    return len(old)


def _change(bulk: BulkReply, sources: Sequence[State], **values: Any) -> None:
    """Set *values* where *bulk* is in one of *sources*; raises :class:`StateConflict` elsewhere."""
    if not BulkReply.objects.filter(pk=bulk.pk, state__in=sources).update(**values):
        raise StateConflict
    for name, value in values.items():
        setattr(bulk, name, value)


def _due() -> dict[str, datetime]:
    return {"due_at": timezone.now()}


def _require_sender(actor: User) -> None:
    if not actor.can_send:
        raise PermissionDenied


def _require_author(bulk: BulkReply, actor: User) -> None:
    _require_sender(actor)
    if bulk.author_id != actor.pk:
        raise PermissionDenied
