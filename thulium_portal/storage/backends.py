"""Where the bytes of files lie: behind Django's storage API, so that a setting can change it."""

import os
from pathlib import Path

from django.conf import settings
from django.core.files import File
from django.core.files.storage import FileSystemStorage


class DurableStorage(FileSystemStorage):
    """Files below ``DATA_DIR/attachments`` that survive a power cut once ``save`` has returned.

    ``save`` raises ``OSError`` where the disk refuses, and then leaves nothing behind.
    """

    # Looked up whenever it is used: Django's own is kept from the first use on.
    @property
    def base_location(self) -> Path:
        """The folder they lie in."""
        return Path(settings.DATA_DIR, "attachments")

    @property
    def location(self) -> str:
        """The same, absolute."""
        return str(self.base_location.absolute())

    def _save(self, name: str, content: "File[bytes]") -> str:
        path, store = Path(self.path(name)), Path(self.location)
        _make(path.parent)
        with path.open("xb") as out:
            try:
                for chunk in content.chunks():
                    out.write(chunk)
                out.flush()
                os.fsync(out.fileno())
                # The names are to be durable as well, whoever has made the folders just now.
                for folder in (path.parent, store, store.parent):
                    _sync(folder)
            except OSError:
                path.unlink(missing_ok=True)
                raise
        return name


def _make(folder: Path) -> None:
    if not folder.is_dir():
        _make(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
