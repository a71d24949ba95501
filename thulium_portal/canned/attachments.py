"""Files that travel with a canned response: kept for every version that names them."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.utils import timezone

from thulium_portal.accounts.models import User
from thulium_portal.accounts.pace import limits
from thulium_portal.accounts.roles import Permission
from thulium_portal.canned.models import CannedFile, CannedResponseVersion
from thulium_portal.canned.permissions import nameable_by
from thulium_portal.storage import services as storage
from thulium_portal.storage import validation
from thulium_portal.storage.services import NamedFile

UNUSED_FOR = timedelta(days=7)


def file_ids(version: CannedResponseVersion | None) -> tuple[int, ...]:
    """Return the ids of the files that go with *version*."""
    if version is None:
        return ()
    return tuple(sorted(file.pk for file in version.files.all()))


def store(
    files: Iterable[UploadedFile], *, actor: User
) -> tuple[list[CannedFile], list[ValidationError]]:
    """Store each file that may travel; return those, and what is wrong with the others.

    They belong to no version until a text that names them is saved. Raises ``OSError`` where the
    disk refuses.
    """
    stored: list[CannedFile] = []
    errors: list[ValidationError] = []
    for file in files:
        try:
            validation.check(file)
            limits.count(limits.FILES, actor)
        except limits.TooFast as refused:
            errors.append(ValidationError(refused.sentence))
            break
        except ValidationError as error:
            errors.append(error)
            continue
        content = storage.store(file)
        stored.append(link(content, actor=actor))
    return stored, errors


def link(content: NamedFile, *, actor: User) -> CannedFile:
    """Make *content* a file that canned responses can name."""
    return CannedFile.objects.create(**vars(content), author=actor)


def visible_to(user: User) -> QuerySet[CannedFile]:
    """Return the files of the responses *user* may name, and those they uploaded themselves."""
    versions = CannedResponseVersion.objects.filter(response__in=nameable_by(user))
    rows = CannedFile.objects.filter(versions__in=versions) | CannedFile.objects.filter(author=user)
    if user.may(Permission.MANAGE_CANNED):
        rows |= CannedFile.objects.filter(proposals__response__in=nameable_by(user))
    return rows.distinct()


def missing_files(version: CannedResponseVersion | None) -> list[CannedFile]:
    """Return the files of *version* whose bytes are lost, until someone adds them again."""
    files = version.files.all() if version else ()
    return [file for file in files if not file.file.is_whole()]


def to_send(uuids: Sequence[uuid.UUID], *, actor: User) -> list[CannedFile]:
    """Return the files that go with a reply of *actor*; what they may not name is left out."""
    if not uuids:
        return []
    return list(visible_to(actor).filter(uuid__in=uuids).order_by("id"))


def forget_unused() -> int:
    """Delete what was uploaded a week ago and no version or proposal names; return how many.

    The bytes go with the next sweep of the store.
    """
    before = timezone.now() - UNUSED_FOR
    unused = CannedFile.objects.filter(versions=None, proposals=None, created_at__lt=before)
    deleted, _by_model = unused.delete()
    return deleted
