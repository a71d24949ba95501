"""Whose files they are: database, uploads and exports are for the portal's own user alone."""

import logging
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

logger = logging.getLogger(__name__)
_OTHERS = 0o077


def keep_private() -> None:
    """Let whatever this process makes from now on be its user's alone."""
    os.umask(_OTHERS)


def make_private() -> None:
    """Take from others what they were given on data folder and database; say what stays theirs.

    What lies deeper is behind the folder's own door.
    """
    for path in _places():
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & _OTHERS:
            try:
                path.chmod(mode & ~_OTHERS)
            except PermissionError:
                logger.warning(
                    "%s can be read by other users of this computer and is not the portal's own; "
                    "let its owner run: chmod go= %s",
                    path,
                    path,
                )


def _places() -> Iterator[Path]:
    data = Path(settings.DATA_DIR)
    candidates = [data, *(data.iterdir() if data.is_dir() else ())]
    for database in settings.DATABASES.values():
        if database["ENGINE"].endswith("sqlite3") and database["NAME"] != ":memory:":
            candidates += [Path(f"{database['NAME']}{end}") for end in ("", "-wal", "-shm")]
    yield from (path for path in candidates if path.exists() and not path.is_symlink())
