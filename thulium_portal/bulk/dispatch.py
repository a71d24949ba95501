"""Handing the replies of a bulk reply over, one by one, each as if its author had pressed Send.

Whatever happens between two of them, none is submitted twice: a draft's one-time key makes one
reply, and what became of it is read from the reply alone.
"""

from django.utils import timezone

from thulium_portal.bulk import checklist, services
from thulium_portal.bulk.models import BulkItem, BulkReply
from thulium_portal.replies import drafts
from thulium_portal.replies import services as replies
from thulium_portal.replies.drafts import Text
from thulium_portal.replies.models import Reply
from thulium_portal.replies.readiness.rules import NotReady
from thulium_portal.replies.states import State
from thulium_portal.replies.submission import Submission
from thulium_portal.replies.transitions import StateConflict


def submit_next(bulk: BulkReply) -> bool:
    """Submit the next draft of *bulk*; returns False after the last one.

    A person who may no longer send stops the rest. A draft that is not ready stays, with the
    reasons; the others go.
    """
    if not services.may_send(bulk.author):
        services.halt(bulk, "author")
        return False
    queued = bulk.items.filter(state=BulkItem.State.QUEUED).order_by("position")
    item = queued.select_related("reply").first()
    if item is None:
        _end(bulk)
        return False
    draft = item.reply
    if draft is None or draft.state != State.DRAFT:
        # Submitted just before a crash, or by its author on the ticket; or discarded there.
        _settle(item, state=BulkItem.State.SUBMITTED)
        return True
    draft.author = bulk.author
    try:
        replies.submit(submission_of(draft), actor=bulk.author)
    except NotReady as refused:
        complaints = checklist.sentences(refused.complaints)
        _settle(item, state=BulkItem.State.READY, complaints=complaints)
    except StateConflict:
        # Its author writes on it at this very moment; what they wrote is read next time.
        return True
    else:
        _settle(item, state=BulkItem.State.SUBMITTED)
    return True


def _end(bulk: BulkReply) -> None:
    """End *bulk*; where drafts are left that were to go, its author has the list again."""
    left = bulk.items.filter(
        state=BulkItem.State.READY, is_left_out=False, reply__state=State.DRAFT
    ).exists()
    sending = BulkReply.objects.filter(pk=bulk.pk, state=BulkReply.State.SENDING)
    if left:
        sending.update(state=BulkReply.State.CHECKING)
    else:
        sending.update(state=BulkReply.State.DONE, finished_at=timezone.now())


def submission_of(draft: Reply) -> Submission:
    """Return *draft* as the composer's page would send it, with the files listed there."""
    kept = [file.uuid for file in draft.attachments.all()]
    return Submission(
        key=draft.submission_key,
        text=Text.of(draft),
        snapshot=drafts.snapshot_of(draft),
        files=checklist.files_of(draft),
        keep_files=kept,
        seen_files=kept,
        revision=draft.draft_revision,
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


def _settle(item: BulkItem, **values: object) -> None:
    """Change *item* where it is still queued: its author may have stopped everything meanwhile."""
    BulkItem.objects.filter(pk=item.pk, state=BulkItem.State.QUEUED).update(**values)
