"""Taking a backup: rows of one moment and the files they name, while people go on working."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.apps.registry import Apps
from django.db import connection, connections, transaction
from django.utils import timezone

from thulium_portal import __version__
from thulium_portal.audit import checkpoints
from thulium_portal.audit.actions import Action
from thulium_portal.audit.context import from_shell
from thulium_portal.audit.models import AuditHead
from thulium_portal.audit.services import record
from thulium_portal.lib.files import whole_file
from thulium_portal.operations.backup import files, rows
from thulium_portal.operations.backup.container import (
    CHECKPOINTS,
    FORMAT,
    MANIFEST,
    PART,
    TABLES,
    Writer,
)
from thulium_portal.operations.backup.databases import (
    SNAPSHOT,
    Node,
    applied,
    apps_of,
    last_keys,
    snapshot,
)
from thulium_portal.operations.backup.rows import Told, untold
from thulium_portal.replies.models import ThuliumConnection


@dataclass
class Made:
    """What a backup holds, and which files its rows name that the store has not got."""

    rows: int = 0
    files: int = 0
    missing: list[str] = field(default_factory=list)


def write(target: Path, told: Told = untold) -> Made:
    """Write a backup to *target* while people go on working, and record that it was taken.

    All rows are those of one moment; every file they name was in the store before. The archive
    appears under its name only whole. Raises :class:`ArchiveProblem`, ``OSError`` where the disk
    refuses, ``django.db.Error`` where the database does.
    """
    with whole_file(target) as part:
        part.touch(mode=0o600)
        with part.open("wb") as file:
            archive, made = Writer(file), Made()
            with snapshot():
                _write_all(archive, made, told)
            file.flush()
            os.fsync(file.fileno())
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            # The journal could not be emptied while the backup read.
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with from_shell(), transaction.atomic():
        record(
            Action.BACKUP_MADE,
            actor=None,
            facts={
                "rows": made.rows,
                "files": made.files,
                "missing": len(made.missing),
                "bytes": target.stat().st_size,
                "digest": archive.digest,
            },
        )
    return made


def _write_all(archive: Writer, made: Made, told: Told) -> None:
    source = connections[SNAPSHOT]
    nodes = applied(source)
    apps = apps_of(nodes)
    head = AuditHead.objects.using(SNAPSHOT).filter(pk=1).first()
    archive.add(MANIFEST, _manifest(apps, nodes, head))
    total = sum(model._base_manager.using(SNAPSHOT).count() for model in rows.tables(apps))
    counts, sequences = rows.Counts(), last_keys(source, apps)
    named = files.kept(SNAPSHOT)
    for model in rows.tables(apps):
        name = model._meta.db_table
        lines = _counted(rows.read(model, SNAPSHOT), counts.of(name))
        for number, part in enumerate(_parts(lines), start=1):
            archive.add(f"{TABLES}{name}/{number:08}.jsonl", part)
            told(counts.rows, total)
    kept = checkpoints.file_lines(head.sequence if head else 0)
    for number, part in enumerate(_parts(line.rstrip("\n").encode() for line in kept), start=1):
        archive.add(f"{CHECKPOINTS}{number:08}.jsonl", part)
    made.rows = counts.rows
    for path, size in named:
        if files.add(archive, path, size):
            made.files += 1
        else:
            made.missing.append(path)
        told(made.rows + made.files, total)
    told_files = {"kept": made.files, "missing": len(made.missing)}
    archive.seal({"tables": counts.told(), "sequences": sequences, "files": told_files})


def _manifest(apps: Apps, nodes: list[Node], head: AuditHead | None) -> bytes:
    known = ThuliumConnection.objects.using(SNAPSHOT).filter(pk=1)
    instance = known.values_list("instance", flat=True).first()
    manifest = {
        "format": FORMAT,
        "version": __version__,
        "database": connection.vendor,
        "taken_at": timezone.now().isoformat(),
        "instance": str(instance or ""),
        "audit_sequence": head.sequence if head else 0,
        "audit_hash": head.hash if head else "",
        "migrations": [list(node) for node in nodes],
        "tables": {model._meta.db_table: rows.columns(model) for model in rows.tables(apps)},
    }
    return json.dumps(manifest, indent=1).encode()


def _counted(found: Iterator[list[bytes]], count: rows.Count) -> Iterator[bytes]:
    for page in found:
        for line in page:
            count.add(line)
            yield line


def _parts(lines: Iterator[bytes]) -> Iterator[bytes]:
    """Yield *lines* together, as many as make a part."""
    part, size = [], 0
    for line in lines:
        part.append(line)
        size += len(line) + 1
        if size >= PART:
            yield b"\n".join([*part, b""])
            part, size = [], 0
    if part:
        yield b"\n".join([*part, b""])
