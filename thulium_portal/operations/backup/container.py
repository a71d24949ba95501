"""The archive as a file: a plain tar, read and written from front to back, sealed by a signature.

First comes ``manifest.json``, then the tables in parts, the checkpoints of the record and the
files, last ``seal.json``. The seal holds a digest of all before it and is signed with the key that
signs the record, so an archive that was cut, changed or made elsewhere is told before anything is
done with it. Nothing is compressed: no member is larger than it says.
"""

import hashlib
import json
import os
import re
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO

from thulium_portal.audit.chain import canonical
from thulium_portal.audit.signing import current_key, is_signed, key_of, sign
from thulium_portal.operations.backup.problems import ArchiveProblem

FORMAT = 2
MANIFEST, SEAL = "manifest.json", "seal.json"
TABLES, CHECKPOINTS, FILES = "tables/", "checkpoints/", "attachments/"
PART = 1024 * 1024
"""Bytes after which a part of a table ends."""
MOST = 512 * 1024 * 1024
"""Bytes that no member has; a page of rows may hold long texts."""
_BLOCK = 512
_NAME = re.compile(
    r"manifest\.json|seal\.json|(?:tables/[a-z0-9_]{1,60}|checkpoints)/[0-9]{8}\.jsonl"
    r"|attachments/[0-9A-Za-z_-]{2}/[0-9A-Za-z_-]{1,80}"
)
_PURPOSE = "portal-backup-v2\n"


class Writer:
    """Writes an archive into *file*, member by member."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._digest = hashlib.sha256()
        self._members = 0

    def add(self, name: str, data: bytes) -> None:
        """Add a member whose bytes are at hand."""
        self._begin(name, len(data))
        self._put(data)
        self._end(len(data))

    def add_from(self, name: str, size: int, source: IO[bytes]) -> None:
        """Add *size* bytes from *source*; raises ``OSError`` where it ends before."""
        self._begin(name, size)
        left = size
        while left:
            data = source.read(min(left, PART))
            if not data:
                raise OSError(f"{name} ended before its {size} bytes")
            self._put(data)
            left -= len(data)
        self._end(size)

    def seal(self, told: dict[str, Any]) -> None:
        """End the archive with what is *told* of all of it, signed."""
        fields = told | {"members": self._members, "digest": self.digest}
        statement = canonical(fields)
        signed = {
            "key": current_key().id,
            "statement": statement,
            "signature": sign(_PURPOSE + statement),
        }
        self.add(SEAL, json.dumps(signed).encode())
        self._file.write(bytes(2 * _BLOCK))

    @property
    def digest(self) -> str:
        """The digest of all that was written so far."""
        return self._digest.hexdigest()

    def _begin(self, name: str, size: int) -> None:
        if not _NAME.fullmatch(name) or size >= MOST:
            raise ArchiveProblem(f"“{name}” of {size} bytes fits into no archive.")
        info = tarfile.TarInfo(name)
        info.size, info.mode = size, 0o600
        self._file.write(info.tobuf(tarfile.USTAR_FORMAT))
        self._digest.update(f"{name} {size}\n".encode())
        self._members += 1

    def _put(self, data: bytes) -> None:
        self._digest.update(data)
        self._file.write(data)

    def _end(self, size: int) -> None:
        self._file.write(bytes(-size % _BLOCK))


class Member:
    """The bytes of one member, to be read while it is its turn."""

    def __init__(self, name: str, size: int, file: BinaryIO, archive: "Archive") -> None:
        self.name, self.size = name, size
        self._file, self._left, self._archive = file, size, archive

    def read(self, most: int = -1) -> bytes:
        """Return up to *most* bytes, all that are left by default; empty at the end."""
        wanted = self._left if most < 0 else min(most, self._left)
        data = self._file.read(wanted)
        if len(data) < wanted:
            raise self._archive.is_cut()
        self._left -= len(data)
        return data

    def skip(self) -> None:
        """Go to the end of it and of the block it ends in."""
        self._file.seek(self._left + -self.size % _BLOCK, os.SEEK_CUR)
        self._left = 0


@dataclass(frozen=True)
class Seal:
    """What the signed end of an archive tells: rows by table, last keys given, files, members."""

    tables: dict[str, list[Any]]
    sequences: dict[str, int]
    files: dict[str, int]
    members: int
    digest: str


class Archive:
    """An archive that lies at *path*; every method reads it from the front.

    All raise :class:`ArchiveProblem` where it is none, or not whole.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def members(self) -> Iterator[Member]:
        """Yield the members in their order; each is to be read before the next."""
        with self.path.open("rb") as file:
            while True:
                block = file.read(_BLOCK)
                if len(block) < _BLOCK:
                    raise self.is_cut()
                info = self._header(block)
                member = Member(info.name, info.size, file, self)
                yield member
                member.skip()
                if info.name == SEAL:
                    return

    def manifest(self) -> dict[str, Any]:
        """Return what the archive says of itself, not yet checked."""
        members = self.members()
        first = next(members)
        if first.name != MANIFEST or first.size > 16 * PART:
            raise self._is_none()
        try:
            manifest: dict[str, Any] = json.loads(first.read())
            format_ = int(manifest["format"])
        except (ValueError, KeyError, TypeError) as error:
            raise self._is_none() from error
        if format_ > FORMAT:
            raise ArchiveProblem(
                f"{self.path} was made by a newer version of the portal "
                f"({str(manifest.get('version'))[:20]}); restore it with that one."
            )
        return manifest

    def check(self) -> Seal:
        """Read all of it, compare it with its seal, and return the seal."""
        digest = hashlib.sha256()
        for before, member in enumerate(self.members()):
            if member.name == SEAL:
                seal = self._opened(member.read())
                if (seal.members, seal.digest) != (before, digest.hexdigest()):
                    raise self.is_changed()
                return seal
            digest.update(f"{member.name} {member.size}\n".encode())
            while data := member.read(PART):
                digest.update(data)
        raise self.is_cut()

    def is_cut(self) -> ArchiveProblem:
        """Return the problem of an archive whose end is missing."""
        return ArchiveProblem(f"{self.path} ends too early, it was cut; take another backup.")

    def is_changed(self) -> ArchiveProblem:
        """Return the problem of an archive that is not as it was made."""
        return ArchiveProblem(
            f"{self.path} is not as it was made: something in it was changed or damaged; take "
            "another backup."
        )

    def _is_none(self) -> ArchiveProblem:
        return ArchiveProblem(f"{self.path} is not a backup of this portal.")

    def _header(self, block: bytes) -> tarfile.TarInfo:
        try:
            info = tarfile.TarInfo.frombuf(block, "ascii", "strict")
        except (tarfile.HeaderError, UnicodeError) as error:
            raise self._is_none() from error
        plain = info.type == tarfile.REGTYPE and 0 <= info.size < MOST
        if not (plain and _NAME.fullmatch(info.name)):
            raise ArchiveProblem(
                f"{self.path} holds “{info.name[:80]!a}”, which no backup of this portal does."
            )
        return info

    def _opened(self, data: bytes) -> Seal:
        """Return what a seal says, once its signature is found to be one of this portal's keys."""
        try:
            signed = json.loads(data)
            key, statement = str(signed["key"]), str(signed["statement"])
            if key_of(key) is None:
                raise ArchiveProblem(
                    f"{self.path} was made by a portal with another AUDIT_SIGNING_KEY; put the key "
                    "of that portal into .env, or into AUDIT_SIGNING_KEY_FALLBACKS."
                )
            if not is_signed(_PURPOSE + statement, str(signed["signature"]), key):
                raise self.is_changed()
            told = json.loads(statement)
            return Seal(
                told["tables"], told["sequences"], told["files"], told["members"], told["digest"]
            )
        except (ValueError, KeyError, TypeError) as error:
            raise self.is_changed() from error


def sync(path: Path) -> None:
    """Wait until the disk has what *path* holds."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
