"""Making a package: it is recorded, the record is signed, then it is packed."""

from collections.abc import Callable
from typing import IO, NamedTuple

from thulium_portal.accounts.models import User
from thulium_portal.audit.models import AuditEntry
from thulium_portal.audit.services import checkpoint
from thulium_portal.evidence.package import pack, require_room
from thulium_portal.evidence.scope import EntryRange, Scope
from thulium_portal.review.services import record_export


class Made(NamedTuple):
    """The entry that tells of a package, and why the package bears no time stamp, "" else."""

    entry: AuditEntry
    unstamped: str


def make_package(
    scope: Scope,
    found: EntryRange,
    out: IO[bytes],
    *,
    actor: User | None,
    progress: Callable[[int], object] | None = None,
) -> Made:
    """Write what was *found* of *scope* to *out*, a file on disk; return the entry that tells so.

    The entry comes first and a checkpoint after it, so that all that was found is signed; an
    *actor* of None is the command line. *progress* is called with how many more entries were
    written. Raises ``OSError`` where the disk refuses, :class:`~.package.NoRoom` before it is full;
    if it is so from the start, nothing is recorded.
    """
    require_room(out)
    wanted = {"ticket": scope.ticket, "since": scope.since, "until": scope.until}
    given = {name: value for name, value in wanted.items() if value is not None}
    entry = record_export("zip", "evidence", given, actor=actor)
    checkpoint()
    return Made(entry, pack(out, scope, found, progress=progress))
