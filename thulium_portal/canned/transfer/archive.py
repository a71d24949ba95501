"""The ZIP of a whole library: ``canned.csv``, ``versions.csv`` and the folder ``files``."""

import hashlib
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from thulium_portal.lib.spreadsheets.reader import MOST_BYTES, is_archive, unpack
from thulium_portal.lib.spreadsheets.table import TableError, TableProblem
from thulium_portal.storage import kinds, validation
from thulium_portal.storage import services as storage
from thulium_portal.storage.services import NamedFile

TABLES = ("canned.csv", "canned.xlsx")
VERSIONS = "versions.csv"
FILES = "files/"
MOST_UNPACKED = 2 * 1024 * 1024 * 1024
MOST_TABLE_BYTES = 4 * MOST_BYTES
"""Bytes of a table in a ZIP."""


@dataclass(frozen=True)
class ArchivedFile:
    """A file of the archive, unpacked at *path*; *name* is what people see."""

    path: Path
    name: str

    @cached_property
    def sha256(self) -> str:
        """The hash by which it is told from another of the same name."""
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    @cached_property
    def fault(self) -> str:
        """Why it cannot go with a reply, "" where it can."""
        try:
            with self._opened() as file:
                validation.check(file)
        except ValidationError as error:
            return " ".join(error.messages)
        return ""

    @cached_property
    def doubt(self) -> str:
        """Why a person is asked before it is brought along, "" where nobody is."""
        found = validation.doubt(self.name, self)
        return found.message if found else ""

    @cached_property
    def content_type(self) -> str:
        """What its bytes tell, not its name."""
        with self._opened() as file:
            return kinds.sniff(file)

    def store(self) -> NamedFile:
        """Keep it; raises ``OSError`` where the store refuses."""
        with self._opened() as file:
            return storage.store(file)

    def _opened(self) -> UploadedFile:
        size = self.path.stat().st_size
        return UploadedFile(self.path.open("rb"), name=self.name, size=size)


@dataclass(frozen=True)
class Bundle:
    """What was brought: a table, and what came with it where it was a ZIP."""

    table: Path
    versions: Path | None = None
    files: Mapping[str, ArchivedFile] = field(default_factory=dict)
    """By the paths that the column ``files`` names."""
    is_archive: bool = False

    @property
    def most_bytes(self) -> int:
        """Bytes that one of its tables may have."""
        return MOST_TABLE_BYTES if self.is_archive else MOST_BYTES


@contextmanager
def opened(path: Path) -> Iterator[Bundle]:
    """Give what the file *path* holds, for as long as the block lasts.

    Raises :class:`TableError` for a ZIP that holds no table of ours.
    """
    if not is_archive(path):
        yield Bundle(path)
        return
    with tempfile.TemporaryDirectory(prefix="canned") as name:
        members = dict(unpack(path, Path(name), most_bytes=MOST_UNPACKED))
        table = next((members[name] for name in TABLES if name in members), None)
        if table is None:
            tables = [path for name, path in members.items() if _is_table(name)]
            if len(tables) != 1:
                raise TableError(TableProblem.NO_TABLE_PACKED)
            table = tables[0]
        files = {
            name.removeprefix(FILES): ArchivedFile(file, validation.clean_name(name))
            for name, file in members.items()
            if name.startswith(FILES)
        }
        yield Bundle(table, members.get(VERSIONS), files, is_archive=True)


def _is_table(name: str) -> bool:
    is_ours = name != VERSIONS and not name.startswith(FILES)
    return is_ours and name.lower().endswith((".csv", ".xlsx"))
