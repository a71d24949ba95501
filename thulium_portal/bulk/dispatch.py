"""Handing the replies of a bulk reply over, one by one, each as if its author had pressed Send.

Whatever happens between two of them, none is submitted twice: a draft's one-time key makes one
reply, and what became of it is read from the reply alone. A ticket is taken from the queue in the
transaction that stores its reply, so that nothing leaves once its author was told it stopped.
"""

from dataclasses import replace
from functools import partial

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils import timezone

from thulium_portal.bulk import checklist, services
from thulium_portal.bulk.models import MOST_TRIES, BulkItem, BulkReply
from thulium_portal.replies import drafts
from thulium_portal.replies import services as replies
from thulium_portal.replies.drafts import Text
from thulium_portal.replies.models import Reply
from thulium_portal.replies.readiness.complaints import NotReady
from thulium_portal.replies.states import State
from thulium_portal.replies.submission import Submission
from thulium_portal.replies.transitions import StateConflict
from thulium_portal.signatures.services import signed


def submit_next(bulk: BulkReply) -> bool:
    """Submit the next draft of *bulk*; returns False after the last one.

    A person who may no longer send stops the rest. A draft that is not ready, or not what
    its author saw at Send, stays with the reasons, and so does one that fails over and over; the
    others go.
    """
    if not bulk.author.can_send:
        services.halt(bulk, "author")
        return False
    queued = bulk.items.filter(state=BulkItem.State.QUEUED).order_by("begun", "position")
    item = queued.select_related("reply").first()
    if item is None:
        _end(bulk)
    elif item.begun >= MOST_TRIES:
        _settle(item, state=BulkItem.State.UNUSABLE, problem="failed")
    else:
        _settle(item, begun=item.begun + 1)
        _submit(item, bulk)
    return item is not None


def _submit(item: BulkItem, bulk: BulkReply) -> None:
    draft = item.reply
    if draft is None or draft.state != State.DRAFT:
        # Submitted by its author on the ticket, or discarded there.
        _settle(item, state=BulkItem.State.SUBMITTED, begun=0)
        return
    if _is_changed(item, draft, bulk):
        _settle(item, state=BulkItem.State.READY, problem="changed", begun=0)
        return
    draft.author = bulk.author
    submission = replace(submission_of(draft), revision=item.sent_revision)
    try:
        replies.submit(submission, actor=bulk.author, claim=partial(_claim, item))
    except NotReady as refused:
        complaints = checklist.sentences(refused.complaints)
        _settle(item, state=BulkItem.State.READY, complaints=complaints, begun=0)
    except PermissionDenied:
        # Narrowed to other queues, or another role, since Send was pressed.
        _settle(item, state=BulkItem.State.UNUSABLE, problem="not_allowed", begun=0)
    except StateConflict:
        # Stopped, or written on, at this very moment: the next step looks at it anew.
        _settle(item, begun=0)


def _claim(item: BulkItem) -> None:
    """Take *item* for submitting; raises :class:`StateConflict` once its author stopped it."""
    if not _settle(item, state=BulkItem.State.SUBMITTED, begun=0):
        raise StateConflict


def _is_changed(item: BulkItem, draft: Reply, bulk: BulkReply) -> bool:
    """Tell whether *draft* is another one than its author saw when they pressed Send."""
    if draft.draft_revision != item.sent_revision or bulk.started_at is None:
        return True
    return draft.attachments.filter(created_at__gt=bulk.started_at).exists()


def _end(bulk: BulkReply) -> None:
    """End *bulk*; where drafts are left that were to go, its author has the list again."""
    drafts_left = bulk.items.filter(is_left_out=False, reply__state=State.DRAFT)
    left = drafts_left.filter(
        Q(state=BulkItem.State.READY) | Q(state=BulkItem.State.UNUSABLE, problem="failed")
    ).exists()
    sending = BulkReply.objects.filter(pk=bulk.pk, state=BulkReply.State.SENDING)
    if left:
        sending.update(state=BulkReply.State.CHECKING)
    else:
        sending.update(state=BulkReply.State.DONE, finished_at=timezone.now())


def submission_of(draft: Reply) -> Submission:
    """Return *draft* as the composer's page would send it, with the files listed there.

    One that was written on has the signature that was chosen there still to come.
    """
    kept = [file.uuid for file in draft.attachments.all()]
    text, snapshot = Text.of(draft), drafts.snapshot_of(draft)
    whole = signed(text.body, text.body_type, text.signature, snapshot=snapshot, user=draft.author)
    return Submission(
        key=draft.submission_key,
        text=replace(text, body=whole, confirmed=(*text.confirmed, *checklist.ASKED_ONCE)),
        snapshot=snapshot,
        files=checklist.files_of(draft),
        keep_files=kept,
        seen_files=kept,
    )


def clear_next(bulk: BulkReply) -> bool:
    """Discard the next draft that nobody wants: left out, or its bulk reply given up.

    Returns False where none is left. What was changed by hand stays among its author's drafts.
    """
    items = bulk.items.filter(
        state=BulkItem.State.READY, reply__state=State.DRAFT, is_left_out=True
    )
    for item in items.select_related("reply"):
        draft = item.reply
        if draft is not None and draft.draft_revision == item.filled_revision:
            drafts.discard(draft, actor=bulk.author)
            return True
    return False


def _settle(item: BulkItem, **values: object) -> bool:
    """Change *item* where it is still queued; False where its author stopped it meanwhile."""
    queued = BulkItem.objects.filter(pk=item.pk, state=BulkItem.State.QUEUED)
    return queued.update(**values) == 1
