"""Bytes kept, shared and let go of; who has them is told by the links to their rows."""

import hashlib
import logging
import uuid
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import DatabaseError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from thulium_portal.storage.kinds import sniff
from thulium_portal.storage.models import FileLink, StoredFile
from thulium_portal.storage.validation import clean_name

logger = logging.getLogger(__name__)

SWEEP_AFTER = timedelta(hours=24)


@dataclass(frozen=True)
class NamedFile:
    """Bytes in the store under the name they came with; they belong to nothing yet."""

    name: str
    file: StoredFile


Attachable = NamedFile | FileLink
"""What a reply can be given: new bytes, or those that something else has as well."""


def digest_of(upload: UploadedFile) -> str:
    """Return the SHA-256 of *upload*, as it would be stored."""
    return _measured(upload)[0]


def store(upload: UploadedFile) -> NamedFile:
    """Keep the bytes of *upload* under a random path.

    They are durable before anything can refer to them. Raises ``OSError`` where the store refuses.
    """
    content_type = sniff(upload)
    sha256, size = _measured(upload)
    number = uuid.uuid4().hex
    path = default_storage.save(f"{number[:2]}/{number}", upload)
    file = StoredFile.objects.create(path=path, size=size, content_type=content_type, sha256=sha256)
    return NamedFile(clean_name(upload.name or ""), file)


def _measured(upload: UploadedFile) -> tuple[str, int]:
    """Return the SHA-256 of *upload* and its size in bytes."""
    digest, size = hashlib.sha256(), 0
    for chunk in upload.chunks():  # from the beginning, wherever somebody read to
        digest.update(chunk)
        size += len(chunk)
    return digest.hexdigest(), size


def remains_of(files: Iterable[StoredFile]) -> list[StoredFile]:
    """Return for each of *files*, in order, a row that knows the same of it and has no bytes."""
    return StoredFile.objects.bulk_create(
        [
            StoredFile(size=file.size, content_type=file.content_type, sha256=file.sha256)
            for file in files
        ]
    )


def discard(files: Collection[StoredFile]) -> None:
    """Delete those of *files* that nothing refers to: rows now, bytes once that is committed.

    Bytes that the store cannot delete are left for the sweep.
    """
    with transaction.atomic():
        paths = _delete(_unreferenced().filter(pk__in=[file.pk for file in files]))
    transaction.on_commit(lambda: _remove(paths))


def discard_quietly(files: Iterable[NamedFile]) -> None:
    """Discard what came with a submission that did not happen, where the database allows it."""
    try:
        discard([named.file for named in files])
    except DatabaseError:
        logger.warning("files that nothing refers to are left for the sweep")


def sweep() -> int:
    """Remove bytes older than a day that nothing refers to, and return how many files went.

    They are left by submissions that failed between the store and the database.
    """
    limit = timezone.now() - SWEEP_AFTER
    _delete(_unreferenced().filter(created_at__lt=limit))
    known = set(StoredFile.objects.values_list("path", flat=True))
    lost = [
        path
        for path in paths()
        if path not in known and default_storage.get_modified_time(path) < limit
    ]
    for path in lost:
        default_storage.delete(path)
    return len(lost)


def paths() -> Iterator[str]:
    """Yield the path of everything in the store."""
    with suppress(FileNotFoundError):
        # Two letters, as `store` makes them: a disk of its own has a folder lost+found.
        for folder in (name for name in default_storage.listdir("")[0] if len(name) == 2):
            for name in default_storage.listdir(folder)[1]:
                yield f"{folder}/{name}"


def _unreferenced() -> QuerySet[StoredFile]:
    """Return what no row of any app refers to."""
    links = {relation.name: None for relation in StoredFile._meta.related_objects}
    return StoredFile.objects.filter(**links)


def _delete(rows: QuerySet[StoredFile]) -> list[str]:
    """Delete *rows* and return the paths of their bytes."""
    found = dict(rows.values_list("pk", "path"))
    StoredFile.objects.filter(pk__in=found).delete()
    return [path for path in found.values() if path]


def _remove(paths: Iterable[str]) -> None:
    for path in paths:
        try:
            default_storage.delete(path)
        except OSError:
            logger.warning("a file could not be removed; the sweep tries again")
