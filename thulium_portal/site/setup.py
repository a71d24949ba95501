"""What must be in place before the portal can serve: data folder, database, texts, static files."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from thulium_portal.accounts.models import User
from thulium_portal.demo.people import DEMO_PEOPLE
from thulium_portal.site import translations


class PracticeData(Exception):
    """The database was used to practise and must not meet real customers."""


def prepare() -> Iterator[str]:
    """Put everything in place that is not, telling step by step what was done; safe to repeat.

    Raises ``OSError`` where a folder cannot be written, ``django.db.Error`` where the database
    does not answer, :class:`PracticeData` where a real Thulium would meet what was practised.
    """
    Path(settings.DATA_DIR).mkdir(mode=0o700, parents=True, exist_ok=True)
    if waiting := _waiting_migrations():
        yield f"Database: {waiting} migrations"
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    if compiled := translations.compile_all():
        yield f"Translations: {compiled} compiled"
    if collect_static_files():
        yield f"Static files: collected into {Path(settings.STATIC_ROOT).name}"
    if settings.PRACTICE_MODE:
        if not User.objects.exists():
            yield "Practice mode: two months of an invented shop, a few seconds"
        call_command("load_demo", verbosity=0)
    else:
        _require_no_practice_data()


def collect_static_files() -> bool:
    """Collect the static files if one of them changed since the last time; tell whether it did.

    What was collected before stays under its hashed name, for pages that are still open.
    """
    files = dict(_static_files())
    mark = Path(settings.STATIC_ROOT, ".collected")
    state = _state(files)
    if mark.exists() and mark.read_text() == state:
        return False
    for name in files:
        # collectstatic keeps a copy that is newer than the file, even where they differ.
        Path(settings.STATIC_ROOT, name).unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, verbosity=0)
    mark.write_text(state)
    return True


def _require_no_practice_data() -> None:
    """Stop where a password that everybody knows opens the door to real customers."""
    known = {person.username: person.password for person in DEMO_PEOPLE}
    for person in User.objects.filter(username__in=known, is_active=True):
        if person.check_password(known[person.username]):
            raise PracticeData(
                f"this database was used to practise, so “{person.username}” has a password that "
                f"everybody knows and replies of practice may wait in it; move {settings.DATA_DIR} "
                "away (or name an empty database in DATABASE_URL) and start again"
            )


def _waiting_migrations() -> int:
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _static_files() -> Iterator[tuple[str, Path]]:
    for finder in get_finders():
        for name, storage in finder.list(ignore_patterns=None):
            yield name, Path(storage.path(name))


def _state(files: dict[str, Path]) -> str:
    """Return a digest of names, sizes and times of *files*."""
    digest = hashlib.sha256()
    for name, path in sorted(files.items()):
        facts = path.stat()
        digest.update(f"{name}\0{facts.st_size}\0{facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()
