"""Files of replies: attached, copied, swept away; the bytes lie in ``storage``."""

import logging
import time
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from django.db import DatabaseError, transaction

from thulium_portal.canned.models import CannedFile
from thulium_portal.replies.models import Attachment, Reply
from thulium_portal.storage import FORBIDDEN, StoredFile, check, clean_name, directory, sniff, store

__all__ = [
    "FORBIDDEN",
    "StoredFile",
    "attach",
    "check",
    "clean_name",
    "copy_attachments",
    "directory",
    "discard",
    "discard_quietly",
    "erase",
    "location",
    "sniff",
    "store",
    "sweep",
]

logger = logging.getLogger(__name__)

SWEEP_AFTER_SECONDS = 24 * 3600


def location(attachment: Attachment) -> Path:
    """Return where the bytes of *attachment* lie."""
    return directory() / attachment.path


def attach(reply: Reply, files: Sequence[StoredFile]) -> list[Attachment]:
    """Make *files* part of *reply*, the same bytes once; runs inside the caller's transaction."""
    if not files:
        return []
    known = set(reply.attachments.values_list("path", flat=True))
    new = {file.path: file for file in files if file.path not in known}
    return Attachment.objects.bulk_create(
        [
            Attachment(
                reply=reply,
                name=file.name,
                path=file.path,
                size=file.size,
                content_type=file.content_type,
                sha256=file.sha256,
            )
            for file in new.values()
        ]
    )


def copy_attachments(source: Reply, target: Reply) -> None:
    """Give *target* the files of *source*; the bytes on disk are shared, never doubled."""
    attach(
        target,
        [
            StoredFile(file.name, file.path, file.size, file.content_type, file.sha256)
            for file in source.attachments.all()
        ],
    )


def discard(files: Iterable[StoredFile]) -> None:
    """Remove bytes that no reply refers to, after a submission that did not happen."""
    for file in files:
        if not _is_known(file.path):
            (directory() / file.path).unlink(missing_ok=True)


def sweep() -> int:
    """Remove bytes older than a day that nothing refers to, and return how many files went.

    They are left by submissions that failed between the disk and the database.
    """
    limit = time.time() - SWEEP_AFTER_SECONDS
    known = set(Attachment.objects.values_list("path", flat=True))
    known |= set(CannedFile.objects.values_list("path", flat=True))
    lost = [
        path
        for path in directory().glob("??/*")
        if path.stat().st_mtime < limit and path.relative_to(directory()).as_posix() not in known
    ]
    for path in lost:
        path.unlink(missing_ok=True)
    return len(lost)


def erase(replies: Collection[int]) -> int:
    """Forget names and bytes of the files of *replies*, given by row; return how many they were.

    Size and digest stay. Bytes that another reply or a canned response has as well stay for them;
    the others go once the transaction is committed, or with the next sweep where the disk refuses.
    """
    files = Attachment.objects.filter(reply__in=replies).exclude(path="")
    paths = set(files.values_list("path", flat=True))
    count = files.update(name="", path="", token="", token_at=None)
    transaction.on_commit(lambda: _remove(paths))
    return count


def _remove(paths: Iterable[str]) -> None:
    for path in paths:
        try:
            if not _is_known(path):
                (directory() / path).unlink(missing_ok=True)
        except OSError:
            logger.warning("an erased file could not be removed; the sweep tries again")


def discard_quietly(files: Iterable[StoredFile]) -> None:
    """Remove such bytes where disk and database allow it; what stays is swept later."""
    try:
        discard(files)
    except (OSError, DatabaseError):
        logger.warning("files of a submission that failed are left for the sweep")


def _is_known(path: str) -> bool:
    files = Attachment.objects.filter(path=path), CannedFile.objects.filter(path=path)
    return any(found.exists() for found in files)
