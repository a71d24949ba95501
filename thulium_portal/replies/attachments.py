"""Files of replies: attached and erased; the bytes lie in ``storage``."""

from collections.abc import Collection, Sequence

from thulium_portal.replies.models import Attachment, Reply
from thulium_portal.storage import services as storage
from thulium_portal.storage.services import Attachable


def attach(reply: Reply, files: Sequence[Attachable]) -> list[Attachment]:
    """Make *files* part of *reply*, the same bytes once; runs inside the caller's transaction.

    What another reply or a canned response has is shared, never doubled.
    """
    if not files:
        return []
    known = set(reply.attachments.values_list("file", flat=True))
    new = {file.file: file.name for file in files if file.file.pk not in known}
    return Attachment.objects.bulk_create(
        [Attachment(reply=reply, name=name, file=file) for file, name in new.items()]
    )


def erase(replies: Collection[int]) -> int:
    """Forget names and bytes of the files of *replies*, given by row; return how many they were.

    Size and digest stay. Bytes that another reply or a canned response has as well stay for them;
    the others go once the transaction is committed, or with the next sweep where the store refuses.
    """
    erased = list(Attachment.objects.not_erased().filter(reply__in=replies))
    files = {attachment.file for attachment in erased}
    remains = storage.remains_of(attachment.file for attachment in erased)
    for attachment, file in zip(erased, remains, strict=True):
        attachment.name, attachment.file = "", file
        attachment.token, attachment.token_at = "", None
    Attachment.objects.bulk_update(erased, ["name", "file", "token", "token_at"])
    storage.discard(files)
    return len(erased)
