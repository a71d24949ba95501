"""Files of canned responses that were brought and wait for a yes: a day, under ``DATA_DIR``."""

import time
import uuid
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from thulium_portal.accounts.models import User

KEPT_SECONDS = 24 * 3600


@dataclass(frozen=True)
class BroughtFile:
    """A file a person brought; only they find it again."""

    uuid: uuid.UUID
    path: Path
    name: str


def keep(file: UploadedFile, *, actor: User) -> BroughtFile:
    """Store *file* until its person says yes or no; sweeps away what nobody came back for."""
    _sweep()
    number, name = uuid.uuid4(), Path(file.name or "").name[:120] or "canned"
    folder = _home() / f"{actor.pk}-{number}"
    folder.mkdir(mode=0o700, parents=True)
    with (folder / "file").open("wb") as stored:
        for chunk in file.chunks():
            stored.write(chunk)
    (folder / "name").write_text(name)
    return BroughtFile(number, folder / "file", name)


def find(number: uuid.UUID, *, actor: User) -> BroughtFile | None:
    """Return the file *actor* brought under *number*, None where it is gone or another's."""
    folder = _home() / f"{actor.pk}-{number}"
    if not (folder / "name").exists():
        return None
    return BroughtFile(number, folder / "file", (folder / "name").read_text())


def drop(brought: BroughtFile) -> None:
    """Throw the file away."""
    _remove(brought.path.parent)


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
