"""Files of drafts: they come while their reply is being written, and may be taken out again."""

import uuid

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction

from thulium_portal.accounts.models import User
from thulium_portal.accounts.pace import limits
from thulium_portal.replies import attachments, drafts
from thulium_portal.replies.models import Attachment, Reply
from thulium_portal.replies.states import State
from thulium_portal.storage import services as storage
from thulium_portal.storage import validation
from thulium_portal.storage.services import NamedFile
from thulium_portal.tickets.snapshot import Snapshot


def find(file_key: uuid.UUID, *, author: User) -> Attachment | None:
    """Return the file that came under *file_key* before, to a reply of *author*."""
    return Attachment.objects.filter(uuid=file_key, reply__author=author).first()


def store(upload: UploadedFile, *, actor: User) -> NamedFile:
    """Store what *actor* brings for a reply; raises ``TooFast``, and ``OSError`` of the store."""
    limits.count(limits.FILES, actor)
    return storage.store(upload)


def add(
    file: NamedFile, *, file_key: uuid.UUID, snapshot: Snapshot, key: uuid.UUID, actor: User
) -> Attachment:
    """Give *file* to the draft under the form's *key*, which is made where there is none yet.

    *file_key* becomes the file's id: a second try leads to the first one, and so does a file with
    the same name and bytes. Where the key's reply is a draft no more, the file begins a draft of
    its own. Raises ``ValidationError`` where the draft may have no more files.
    """
    with transaction.atomic(durable=True):
        draft = _draft(key, snapshot, actor)
        same = find(file_key, author=actor) or attachments.find_same(draft, file)
        if same is not None:
            return same
        validation.check_together(
            [*(link.size for link in draft.attachments.all()), file.file.size]
        )
        drafts.touch(draft)
        return Attachment.objects.create(uuid=file_key, reply=draft, name=file.name, file=file.file)


def remove(file_key: uuid.UUID, *, ticket_id: int, actor: User) -> None:
    """Take a file out of a draft; its bytes go where nothing else has them. Safe to repeat."""
    with transaction.atomic(durable=True):
        for attachment in Attachment.objects.filter(
            uuid=file_key,
            reply__author=actor,
            reply__ticket_id=ticket_id,
            reply__state=State.DRAFT,
        ):
            attachment.delete()
            storage.discard([attachment.file])


def _draft(key: uuid.UUID, snapshot: Snapshot, actor: User) -> Reply:
    """Return the draft under *key*, locked; a new one where there is none."""
    for new_key in (key, key, uuid.uuid4()):
        draft = drafts.under(key, actor).select_for_update().first()
        if draft is not None:
            return draft
        try:
            with transaction.atomic():
                # The first text that is saved finds the revision its page began with.
                fields = drafts.ticket_columns(snapshot)
                return drafts.create(new_key, fields, actor, revision=0)
        except IntegrityError:
            continue
    raise IntegrityError
