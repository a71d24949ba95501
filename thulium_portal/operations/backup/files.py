"""Uploads: from the store into an archive, and back."""

import tempfile
from collections.abc import Iterator
from typing import Protocol

from django.core.files import File
from django.core.files.storage import default_storage

from thulium_portal.operations.backup.container import FILES, PART, Writer
from thulium_portal.operations.backup.problems import ArchiveProblem
from thulium_portal.storage.models import StoredFile


class Source(Protocol):
    """What bytes are read from."""

    def read(self, most: int, /) -> bytes:
        """Return up to *most* bytes; empty at the end."""


def kept(using: str) -> Iterator[tuple[str, int]]:
    """Yield path and size of each file that rows of *using* name and that was not erased."""
    rows = StoredFile.objects.using(using).exclude(path="")
    yield from rows.order_by("pk").values_list("path", "size").iterator(chunk_size=2000)


def add(archive: Writer, path: str, size: int) -> bool:
    """Put one file into *archive*; False where the store has not got it whole (any more)."""
    try:
        stream = default_storage.open(path)
    except FileNotFoundError:
        return False
    with stream:
        if stream.size != size:
            return False
        archive.add_from(FILES + path, size, stream)
    return True


def place(path: str, source: Source) -> None:
    """Put a file of an archive into the store, unless it lies there; its name stays its own.

    A file that nothing refers to, should the restore fail later, goes with the nightly sweep.
    """
    if default_storage.exists(path):
        return
    with tempfile.SpooledTemporaryFile(max_size=PART) as whole:
        while data := source.read(PART):
            whole.write(data)
        whole.seek(0)
        if default_storage.save(path, File(whole)) != path:
            raise ArchiveProblem(f"the store did not take a file under its name {path}.")
