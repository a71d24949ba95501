"""Moving to another database: copied, compared, checked, and there at once or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from thulium_portal.audit.actions import Action
from thulium_portal.audit.context import from_shell
from thulium_portal.audit.models import AuditHead
from thulium_portal.audit.services import record
from thulium_portal.operations.backup import contents
from thulium_portal.operations.backup.container import sync
from thulium_portal.operations.backup.databases import SNAPSHOT, another, led_to, snapshot
from thulium_portal.operations.backup.problems import ArchiveProblem
from thulium_portal.operations.backup.rows import Told, untold
from thulium_portal.replies.delivery import circuit_breaker


def move(config: dict[str, Any], told: Told = untold) -> None:
    """Copy everything to the empty database of *config*, compare it and check the record there.

    Files and checkpoints stay where they are. Raises :class:`ArchiveProblem`, ``OSError`` or
    ``django.db.Error``; then the other database is as empty as it was.
    """
    if circuit_breaker.worker_is_alive(circuit_breaker.status()):
        raise ArchiveProblem("a worker was seen within a minute; stop the portal, then try again.")
    with snapshot(), _other_place(config):
        contents.copy_rows(told)
        contents.bring_up_to_date(checkpoints=None, is_broken_let_pass=False)
        with from_shell(), transaction.atomic():
            record(
                Action.DATABASE_MOVED,
                actor=None,
                facts={"from": connections[SNAPSHOT].vendor, "to": connection.vendor},
            )


@contextmanager
def _other_place(config: dict[str, Any]) -> Iterator[None]:
    """Lead the portal to the empty database of *config*, which is filled at once or not at all."""
    live, head = connections["default"], AuditHead.objects.values_list("sequence", flat=True)
    before = list(head)
    if config["ENGINE"].endswith("sqlite3"):
        target = Path(config["NAME"])
        if target.exists():
            raise ArchiveProblem(f"{target} is there already; name a file that is not.")
        with contents.fresh_sqlite(target) as fresh:
            yield
            _require_same(before, live)
            connection.close()
            sync(fresh)
            fresh.replace(target)
        return
    with led_to(another(config, "default")):
        if contents.holds_people():
            raise ArchiveProblem("a portal lives in that database already; name an empty one.")
        with contents.cleared_postgresql():
            yield
            _require_same(before, live)


def _require_same(before: list[int], live: BaseDatabaseWrapper) -> None:
    """Raise :class:`ArchiveProblem` where somebody has worked with the portal meanwhile."""
    with live.cursor() as cursor:
        cursor.execute(f"SELECT sequence FROM {AuditHead._meta.db_table}")  # noqa: S608
        if [row[0] for row in cursor.fetchall()] != before:
            raise ArchiveProblem("people worked meanwhile; stop the portal, then try again.")
