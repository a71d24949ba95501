"""Taking the words out of bulk replies: what was written for several tickets at once."""

from django.db import transaction
from django.utils import timezone

from thulium_portal.bulk.models import BulkItem, BulkReply
from thulium_portal.storage import services as storage

_ENDED = (BulkReply.State.DONE, BulkReply.State.DISCARDED)


def erase_texts(bulk: BulkReply) -> None:
    """Take text, answers and files out of *bulk*; one that has not ended is given up.

    What was submitted of it are replies, which keep their own. Drafts stay with their author.
    """
    with transaction.atomic():
        files = list(bulk.files.all())
        bulk.files.all().delete()
        storage.discard({file.file for file in files})
        bulk.items.update(complaints=[])
        now = timezone.now()
        rows = BulkReply.objects.filter(pk=bulk.pk)
        rows.exclude(state__in=_ENDED).update(
            state=BulkReply.State.DISCARDED, finished_at=now, due_at=None, problem=""
        )
        rows.update(body="", answers={}, confirmed=[], keep_reason="", erased_at=now)


def erase_complaints(ticket_ids: list[int]) -> None:
    """Drop what bulk replies say of these tickets."""
    BulkItem.objects.filter(ticket_id__in=ticket_ids).update(complaints=[])
