"""Long exports: an Excel file built by a process of its own, with its progress to look at.

The page starts it and reads how far it is; the file waits a day for the person who asked for it.
"""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone, translation

from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import Permission
from thulium_portal.lib.files import whole_file
from thulium_portal.review.exports import tables
from thulium_portal.review.exports.tables import EVENTS, REPLIES, ExportRows, Format, Line
from thulium_portal.review.forms import FilterForm
from thulium_portal.review.models import ExportJob
from thulium_portal.review.services import record_export

LEAST_FREE_BYTES = 500_000_000
"""Below so much room on the disk no export begins, and one under way ends."""
KEPT_FOR = timedelta(days=1)


class NoRoom(Exception):
    """The disk is nearly full."""


class Busy(Exception):
    """The person's export before this one is still being made."""


class Stopped(Exception):
    """The export may not go on: the disk, the person's rights, or texts in it were erased."""


def start(query: str, *, actor: User) -> ExportJob:
    """Begin the export of what *query* (valid filters of the list) shows; it is recorded first.

    Raises :class:`NoRoom` and :class:`Busy`.
    """
    if not _has_room():
        raise NoRoom
    if any(job.is_under_way for job in ExportJob.objects.filter(person=actor)):
        raise Busy
    form, table = _filters_and_table(query, actor)
    with transaction.atomic():
        entry = record_export(Format.XLSX, table.name, form.filters, actor=actor)
        job = ExportJob.objects.create(
            person=actor,
            query=query,
            language=translation.get_language() or settings.LANGUAGE_CODE,
            sequence=entry.sequence,
            touched_at=timezone.now(),
        )
        # The other process can read the row only after the commit.
        transaction.on_commit(lambda: _launch(job))
    return job


def build(pk: int) -> None:
    """Make the file of the job; how far it is stands in the job's row."""
    job = ExportJob.objects.select_related("person").get(pk=pk)
    with translation.override(job.language), timezone.override(job.person.zone):
        try:
            _build(job)
        except Stopped:
            _touch(job, state=ExportJob.State.STOPPED)
        except Exception:
            _touch(job, state=ExportJob.State.FAILED)
            raise


def path_of(job: ExportJob) -> Path:
    """Return where the finished file lies."""
    return Path(settings.DATA_DIR) / "exports" / f"{job.pk}.xlsx"


def clear() -> int:
    """Remove what was made more than a day ago, and return how many exports went."""
    return _remove(ExportJob.objects.filter(created_at__lt=timezone.now() - KEPT_FOR))


def discard() -> int:
    """Remove every export, since texts in them were erased; what is under way ends without a file.

    Returns how many there were.
    """
    return _remove(ExportJob.objects.all())


def _remove(jobs: QuerySet[ExportJob]) -> int:
    removed = list(jobs)
    for job in removed:
        ExportJob.objects.filter(pk=job.pk).delete()
        path_of(job).unlink(missing_ok=True)
    return len(removed)


def _launch(job: ExportJob) -> None:
    command = [sys.executable, "manage.py", "build_export", str(job.pk)]
    # A session of its own: a signal to the web server's processes must not end the export.
    subprocess.Popen(  # noqa: S603 - our own command and a number
        command, cwd=settings.BASE_DIR, start_new_session=True, stdin=subprocess.DEVNULL
    )


def _build(job: ExportJob) -> None:
    form, table = _filters_and_table(job.query, job.person)
    rows = form.events() if table is EVENTS else form.replies()
    total = rows.filter(**{f"{table.key}__lte": job.sequence}).count()
    _touch(job, state=ExportJob.State.RUNNING, total=total)
    left_out: list[int] = []
    found = tables.lines_of(table, rows, last=job.sequence, left_out=left_out)
    lines = ExportRows(_watched(job, found), left_out=left_out)
    path_of(job).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with whole_file(path_of(job)) as path:
        tables.xlsx(table, lines, timezone.get_current_timezone(), path)
    if not _touch(job, state=ExportJob.State.READY, lines=lines.count):
        path_of(job).unlink(missing_ok=True)


def _watched(job: ExportJob, lines: Iterator[Line]) -> Iterator[Line]:
    for count, line in enumerate(lines):
        if count % tables.JOINED == 0:
            _require_permission_and_room(job)
            if not _touch(job, lines=count):
                raise Stopped
        yield line


def _require_permission_and_room(job: ExportJob) -> None:
    job.person.refresh_from_db()
    if not (_has_room() and job.person.is_active and job.person.may(Permission.REVIEW_AUDIT)):
        raise Stopped


def _touch(job: ExportJob, **values: object) -> bool:
    """Store how a job fares, and tell whether it still is wanted."""
    rows = ExportJob.objects.filter(pk=job.pk)
    return rows.update(touched_at=timezone.now(), **values) == 1


def _filters_and_table(query: str, reader: User) -> tuple[FilterForm, tables.Table]:
    """Return the filters and the table of *query*; ``ValueError`` for one that makes no sense."""
    params = QueryDict(query)
    form = FilterForm(params, reader=reader)
    if not form.is_valid():
        raise ValueError("these filters cannot be exported")
    return form, EVENTS if params.get("view") == "events" else REPLIES


def _has_room() -> bool:
    folder = Path(settings.DATA_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    return shutil.disk_usage(folder).free > LEAST_FREE_BYTES
