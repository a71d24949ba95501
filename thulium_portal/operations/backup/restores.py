"""Restoring a backup: into a fresh place first, which then takes the place of what was there."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, connections, transaction
from django.utils import timezone

from thulium_portal.audit import checkpoints
from thulium_portal.audit.actions import Action
from thulium_portal.audit.context import from_shell
from thulium_portal.audit.models import AuditEntry, AuditHead
from thulium_portal.audit.services import record
from thulium_portal.operations.backup import contents, files, former
from thulium_portal.operations.backup.container import CHECKPOINTS, FILES, TABLES, Archive, sync
from thulium_portal.operations.backup.databases import (
    SNAPSHOT,
    Node,
    require_known,
    snapshot,
    sqlite_at,
)
from thulium_portal.operations.backup.problems import ArchiveProblem
from thulium_portal.operations.backup.rows import Told, untold
from thulium_portal.replies.delivery import restore_guard
from thulium_portal.replies.models import ThuliumConnection


def read_manifest(source: Path) -> dict[str, Any]:
    """Return what the archive says of itself.

    Raises :class:`ArchiveProblem` for anything else, and for a backup of another portal.
    """
    try:
        manifest = Archive(source).manifest()
    except IsADirectoryError as error:
        raise ArchiveProblem(f"{source} is a folder, not a backup of this portal.") from error
    theirs, ours = manifest.get("instance"), instance()
    if theirs and ours and theirs != ours:
        raise ArchiveProblem(
            f"{source} is of another portal than the one that DATABASE_URL names; to restore it, "
            "name an empty database there."
        )
    return manifest


def instance() -> str:
    """Return by what the installation at hand is known; empty for a database with nothing in it."""
    if AuditEntry._meta.db_table not in connection.introspection.table_names():
        return ""
    known = ThuliumConnection.objects.filter(pk=1).values_list("instance", flat=True).first()
    return str(known or "") if AuditEntry.objects.exists() else ""


def restore(
    source: Path,
    told: Told = untold,
    *,
    is_broken_let_pass: bool = False,
) -> None:
    """Put what *source* holds in the place of rows and files, and hold all sending.

    It is filled into a fresh place, compared row by row, brought up to this version and its record
    checked; only then does it take the place of what was there, at once. Customers may have
    received replies that the older rows do not know of, so nothing leaves until ``restore_ack``.
    Raises :class:`ArchiveProblem`, ``OSError`` or ``django.db.Error``; then nothing has changed.
    """
    manifest = read_manifest(source)
    Path(settings.DATA_DIR).mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=settings.DATA_DIR) as scratch:
        kept = Path(scratch) / former.CHECKPOINTS
        if manifest["format"] == 1:
            _restore_former(source, manifest, kept, told, let_pass=is_broken_let_pass)
        else:
            _restore_sealed(source, manifest, kept, told, let_pass=is_broken_let_pass)
        _put_checkpoints(kept)


def _restore_sealed(
    source: Path, manifest: dict[str, Any], kept: Path, told: Told, *, let_pass: bool
) -> None:
    archive = Archive(source)
    seal = archive.check()
    nodes = _nodes(manifest)
    require_known(nodes)
    progress = contents.Progress(told, 2 * sum(count for count, _digest in seal.tables.values()))
    with _fresh_place():
        batches = _batches(archive, manifest["tables"], kept)
        counts = contents.fill(nodes, batches, seal.sequences, progress)
        contents.require_equal(counts, seal.tables)
        contents.bring_up_to_date(checkpoints=kept, is_broken_let_pass=let_pass)
        for member in archive.members():
            if member.name.startswith(FILES):
                files.place(member.name.removeprefix(FILES), member)
        _hold(manifest)


def _nodes(manifest: dict[str, Any]) -> list[Node]:
    return [(str(app), str(name)) for app, name in manifest["migrations"]]


def _batches(
    archive: Archive, tables: dict[str, list[str]], kept: Path
) -> Iterator[contents.Batch]:
    """Yield the rows of *archive*, and put its checkpoints into the file *kept* on the way."""
    for member in archive.members():
        if member.name.startswith(TABLES):
            table = member.name.split("/")[1]
            yield table, tables[table], member.read().splitlines()
        elif member.name.startswith(CHECKPOINTS):
            with kept.open("ab") as out:
                out.write(member.read())


def _restore_former(
    source: Path, manifest: dict[str, Any], kept: Path, told: Told, *, let_pass: bool
) -> None:
    vendor, scratch = str(manifest.get("database")), kept.parent
    with former.unpacked(source, vendor, scratch) as database:
        if vendor == "postgresql":
            # One program of PostgreSQL's does it all at once; what it loaded is checked afterwards.
            former.load_dump(database)
            _end_former(source, manifest, kept, "default", let_pass=True)
            return
        with snapshot(sqlite_at(database)), _fresh_place():
            contents.copy_rows(told)
            _end_former(source, manifest, kept, SNAPSHOT, let_pass=let_pass)


def _end_former(
    source: Path, manifest: dict[str, Any], kept: Path, using: str, *, let_pass: bool
) -> None:
    head = AuditHead.objects.using(using).values_list("sequence", flat=True).first() or 0
    lines = list(checkpoints.file_lines(head, kept))
    kept.write_text("".join(lines), encoding="utf-8")
    contents.bring_up_to_date(checkpoints=kept, is_broken_let_pass=let_pass)
    for path, stream in former.files(source):
        files.place(path, stream)
    _hold(manifest)


@contextmanager
def _fresh_place() -> Iterator[None]:
    """Lead the portal to an empty database, which takes the place of its own as the block ends."""
    if connection.vendor == "postgresql":
        with contents.cleared_postgresql():
            yield
        return
    live = connections["default"]
    live.ensure_connection()
    with contents.fresh_sqlite(Path(str(live.settings_dict["NAME"]))):
        yield
        # Whoever still has the database open sees all of it change at once, or nothing.
        connection.connection.backup(live.connection)
    with live.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _hold(manifest: dict[str, Any]) -> None:
    with from_shell(), transaction.atomic():
        restore_guard.hold("restored")
        record(
            Action.BACKUP_RESTORED,
            actor=None,
            facts={
                "taken_at": str(manifest.get("taken_at")),
                "entries": int(manifest.get("audit_sequence", 0)),
                "version": str(manifest.get("version")),
            },
        )


def _put_checkpoints(kept: Path) -> None:
    """Let the checkpoints of the restored rows stand beside the database; the others stay by it."""
    there = checkpoints.path()
    if there.is_file():
        now = timezone.now().strftime("%Y%m%dT%H%M%S")
        there.replace(there.with_name(f"{there.stem}.before-restore-{now}.jsonl"))
    if kept.is_file():
        sync(kept)
        kept.replace(there)
