"""Uploaded files of canned responses that wait for a yes: for a day, under ``DATA_DIR``."""

import time
import uuid
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from thulium_portal.accounts.models import User

KEPT_SECONDS = 24 * 3600


@dataclass(frozen=True)
class PendingUpload:
    """A file that a person uploaded; only they find it again."""

    uuid: uuid.UUID
    path: Path
    name: str


def keep(file: UploadedFile, *, actor: User) -> PendingUpload:
    """Store *file* until its person says yes or no; sweeps away what nobody came back for."""
    _sweep()
    key, name = uuid.uuid4(), Path(file.name or "").name[:120] or "canned"
    folder = _home() / f"{actor.pk}-{key}"
    folder.mkdir(mode=0o700, parents=True)
    with (folder / "file").open("wb") as stored:
        for chunk in file.chunks():
            stored.write(chunk)
    (folder / "name").write_text(name)
    return PendingUpload(key, folder / "file", name)


def find(key: uuid.UUID, *, actor: User) -> PendingUpload | None:
    """Return the file *actor* uploaded under *key*, None where it is gone or another's."""
    folder = _home() / f"{actor.pk}-{key}"
    if not (folder / "name").exists():
        return None
    return PendingUpload(key, folder / "file", (folder / "name").read_text())


def drop(upload: PendingUpload) -> None:
    _remove(upload.path.parent)


def _home() -> Path:
    return Path(settings.DATA_DIR, "imports")


def _sweep() -> None:
    old = time.time() - KEPT_SECONDS
    for folder in _home().glob("*-*"):
        if folder.stat().st_mtime < old:
            _remove(folder)


def _remove(folder: Path) -> None:
    for name in ("name", "file"):
        (folder / name).unlink(missing_ok=True)
    folder.rmdir()
