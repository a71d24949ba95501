"""Files of replies: attached and erased; the bytes lie in ``storage``."""

import uuid
from collections.abc import Collection, Iterable, Sequence

from thulium_portal.replies.models import Attachment, Reply
from thulium_portal.replies.states import State
from thulium_portal.storage import services as storage
from thulium_portal.storage.services import Attachable


def attach(reply: Reply, files: Sequence[Attachable]) -> list[Attachment]:
    """Make *files* part of *reply*, the same one once; runs inside the caller's transaction.

    What another reply or a canned response has is shared, never doubled.
    """
    if not files:
        return []
    known = {_same(link) for link in reply.attachments.all()}
    new = {_same(file): file for file in files if _same(file) not in known}
    return Attachment.objects.bulk_create(
        [Attachment(reply=reply, name=file.name, file=file.file) for file in new.values()]
    )


def find_same(reply: Reply, file: Attachable) -> Attachment | None:
    """Return the file of *reply* that has the name and the bytes of *file*."""
    return next((link for link in reply.attachments.all() if _same(link) == _same(file)), None)


def unseen(
    key: uuid.UUID, seen: Collection[uuid.UUID] | None, *, author_id: int
) -> list[Attachment]:
    """Return the files of the draft under *key* that are not among those a page has *seen*.

    What it has seen in another draft of the same author, it has seen.
    """
    if seen is None:
        return []
    own = Attachment.objects.filter(reply__author=author_id)
    rows = own.filter(reply__submission_key=key, reply__state=State.DRAFT)
    missed = [row for row in rows if row.uuid not in seen]
    known = {_same(row) for row in own.filter(uuid__in=seen)} if missed else set()
    return [row for row in missed if _same(row) not in known]


def share(reply: Reply, files: Iterable[Attachment]) -> dict[uuid.UUID, uuid.UUID]:
    """Let *reply* have *files* too, where they are another's; return their new ids by the old."""
    foreign = [file for file in files if file.reply_id != reply.pk]
    attach(reply, foreign)
    shared = ((file.uuid, find_same(reply, file)) for file in foreign)
    return {old: new.uuid for old, new in shared if new is not None}


def _same(file: Attachable) -> tuple[str, str]:
    """Return what two files have alike where one of them would do."""
    return file.name, file.file.sha256


def of_author(
    uuids: Iterable[uuid.UUID], *, author_id: int, ticket_id: int
) -> dict[uuid.UUID, Attachment]:
    """Return those files by their ids that an author has with any reply to this ticket."""
    wanted = list(uuids)
    if not wanted:
        return {}
    rows = Attachment.objects.not_erased().filter(
        uuid__in=wanted, reply__author=author_id, reply__ticket_id=ticket_id
    )
    return {row.uuid: row for row in rows}


def has_all(reply: Reply, digests: Iterable[str]) -> bool:
    """Tell whether *reply* has bytes of each of these SHA-256 *digests*, under whatever name."""
    wanted = set(digests)
    return not wanted or wanted <= set(reply.attachments.values_list("file__sha256", flat=True))


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
