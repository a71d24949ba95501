"""Backup and restore: one archive of the database and the uploads, taken while the portal runs."""

import io
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import connection, connections
from django.utils import timezone

from thulium_portal import __version__
from thulium_portal.audit.context import from_shell
from thulium_portal.audit.models import AuditHead
from thulium_portal.replies.delivery import restore_guard
from thulium_portal.storage import services as storage

FORMAT = 1
_DATABASE = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
_KEPT = "audit-checkpoints.jsonl"
_UPLOADS = "attachments/"
"""The folder of the archive that holds the store, wherever the store itself is."""
_LIBPQ = {
    "dbname": "PGDATABASE",
    "host": "PGHOST",
    "password": "PGPASSWORD",
    "port": "PGPORT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "user": "PGUSER",
}


class ArchiveProblem(Exception):
    """A backup or restore that cannot be done; the message says why and what to do."""


def write(target: Path) -> Iterator[tuple[int, int]]:
    """Write a backup to *target*, yielding (bytes done, bytes in all) as it goes.

    The database is copied first: every file its rows name was on disk before the row was committed,
    so the files copied afterwards hold all of them. The archive appears under its name only whole.
    Raises :class:`ArchiveProblem`.
    """
    fresh = target.with_name(target.name + ".part")
    with tempfile.TemporaryDirectory(prefix="portal-backup-") as scratch:
        dump = Path(scratch) / _DATABASE[connection.vendor]
        _dump_database(dump)
        on_disk = [dump, *_checkpoints()]
        uploads = {path: default_storage.size(path) for path in sorted(storage.paths())}
        total = sum(path.stat().st_size for path in on_disk) + sum(uploads.values())
        done = 0
        fresh.touch(mode=0o600)
        with tarfile.open(fresh, "w") as archive:
            _add_manifest(archive)
            for size in _add_all(archive, on_disk, uploads):
                done += size
                yield done, total
    _sync(fresh)
    fresh.replace(target)


def _checkpoints() -> list[Path]:
    path = Path(settings.DATA_DIR) / _KEPT
    return [path] if path.is_file() else []


def _add_all(
    archive: tarfile.TarFile, on_disk: Sequence[Path], uploads: Mapping[str, int]
) -> Iterator[int]:
    """Add the files *on_disk*, then the *uploads* of the store, yielding the bytes of each."""
    for path in on_disk:
        archive.add(path, path.name)
        yield path.stat().st_size
    for name, size in uploads.items():
        info = tarfile.TarInfo(_UPLOADS + name)
        info.size, info.mtime = size, default_storage.get_modified_time(name).timestamp()
        with default_storage.open(name) as stream:
            archive.addfile(info, stream)
        yield size


def _add_manifest(archive: tarfile.TarFile) -> None:
    head = AuditHead.objects.filter(pk=1).values_list("sequence", "hash").first() or (0, "")
    manifest = {
        "format": FORMAT,
        "version": __version__,
        "database": connection.vendor,
        "taken_at": timezone.now().isoformat(),
        "audit_sequence": head[0],
        "audit_hash": head[1],
    }
    data = json.dumps(manifest, indent=1).encode()
    info = tarfile.TarInfo("manifest.json")
    info.size = len(data)
    archive.addfile(info, io.BytesIO(data))


def read_manifest(source: Path) -> dict[str, Any]:
    """Return what the archive says of itself; raises :class:`ArchiveProblem` for anything else."""
    try:
        with tarfile.open(source) as archive:
            member = archive.extractfile("manifest.json")
            manifest: dict[str, Any] = json.load(member) if member else {}
    except (OSError, KeyError, tarfile.TarError, ValueError) as error:
        raise ArchiveProblem(f"{source} is not a backup of this portal.") from error
    if manifest.get("format") != FORMAT:
        raise ArchiveProblem(f"{source} was made by another version of the portal.")
    if manifest.get("database") != connection.vendor:
        raise ArchiveProblem(
            f"{source} holds a {manifest.get('database')} database, this portal uses "
            f"{connection.vendor}; set DATABASE_URL accordingly."
        )
    return manifest


def restore(source: Path) -> None:
    """Replace database and uploads by those in *source*, and hold all sending.

    Customers may have received replies that the older database does not know of, so nothing leaves
    until ``restore_ack``. Sessions do not come back: some were ended since, for good. Raises
    :class:`ArchiveProblem`.
    """
    read_manifest(source)
    with tempfile.TemporaryDirectory(prefix="portal-restore-") as scratch:
        with tarfile.open(source) as archive:
            # The filter refuses paths and links that lead out of the folder.
            archive.extractall(scratch, filter="data")
        _load_database(Path(scratch) / _DATABASE[connection.vendor])
        with from_shell():
            restore_guard.hold("restored")
        Session.objects.all().delete()
        _place_uploads(Path(scratch))


def _place_uploads(scratch: Path) -> None:
    folder = scratch / _UPLOADS
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not default_storage.exists(name):
            with path.open("rb") as stream:
                default_storage.save(name, File(stream))


def _dump_database(target: Path) -> None:
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with closing(sqlite3.connect(target)) as copy:
            # The online backup is consistent while others write; the copy has no WAL beside it.
            connection.connection.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
        return
    _run_postgresql("pg_dump", "--format=custom", f"--file={target}")


def _load_database(source: Path) -> None:
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with closing(sqlite3.connect(source)) as copy:
            if copy.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
                raise ArchiveProblem("The database in the backup is damaged; nothing was changed.")
            copy.backup(connection.connection)
    else:
        connections.close_all()
        _run_postgresql("pg_restore", "--clean", "--if-exists", "--single-transaction", str(source))
    connections.close_all()


def _run_postgresql(program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's own programs; the password goes by the environment, never by argv."""
    found = shutil.which(program)
    if found is None:
        raise ArchiveProblem(
            f"{program} was not found; install PostgreSQL's client programs and try again."
        )
    environment = os.environ | _libpq_environment()
    target = ["--dbname", environment["PGDATABASE"]] if program == "pg_restore" else []
    done = subprocess.run(  # noqa: S603 - our own arguments, no shell
        [found, *target, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise ArchiveProblem(f"{program} ended with an error: {done.stderr.strip()[:300]}")


def _libpq_environment() -> dict[str, str]:
    """Return where and how the portal itself connects, in the names PostgreSQL's programs read."""
    used = connection.get_connection_params()
    return {name: str(used[key]) for key, name in _LIBPQ.items() if used.get(key)}


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
