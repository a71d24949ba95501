"""What a release has stored outlives every later migration."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps as installed
from django.apps.registry import Apps
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection, connections
from django.db.utils import load_backend

from tests.released import make_0_1_0
from thulium_portal.audit import triggers
from thulium_portal.replies.models import Reply

ROOT = Path(__file__).resolve().parent.parent.parent
DROPPED: frozenset[str] = frozenset()
"""Columns, as ``table.column``, that a later release did away with on purpose."""

Rows = dict[str, list[Any]]
Migration = Callable[[str, str], None]


@contextmanager
def led_to(name: str) -> Iterator[None]:
    """Lead the one connection to another database for the length of the block."""
    usual = connections["default"]
    other = {**connections.settings["default"], "NAME": name}
    connections["default"] = load_backend(other["ENGINE"]).DatabaseWrapper(other, "default")
    ContentType.objects.clear_cache()
    try:
        yield
    finally:
        connections["default"].close()
        connections["default"] = usual
        ContentType.objects.clear_cache()


@contextmanager
def database(name: str, folder: Path, copy_of: str = "template1") -> Iterator[str]:
    """Return the name of a new database; on SQLite it is a file of *folder*, there or not."""
    if connection.vendor == "sqlite":
        yield str(folder / "portal.sqlite3")
        return
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE {copy_of}")
    yield name
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name}")


@pytest.fixture(scope="module")
def release(
    tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any
) -> Iterator[tuple[Apps, Path]]:
    """Return the models of 0.1.0, and the folder in which its files and its database lie."""
    folder = tmp_path_factory.mktemp("release")
    with django_db_blocker.unblock(), database("release", folder) as name:
        with led_to(name):
            apps = make_0_1_0.make(folder)
        yield apps, folder


@pytest.fixture
def released(release: tuple[Apps, Path], tmp_path: Path) -> Iterator[Rows]:
    """Return what 0.1.0 stored; Django and ``DATA_DIR`` stand on a copy of it."""
    apps, folder = release
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    with database("released", tmp_path, copy_of="release") as name, led_to(name):
        yield survey(apps)


def survey(apps: Apps) -> Rows:
    """Return all that is stored: by ``table.column`` its values, in the order of the rows."""
    found: Rows = {}
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            table, key = model._meta.db_table, model._meta.pk.column
            cursor.execute(f"SELECT * FROM {table} ORDER BY {key}")
            names = [f"{table}.{column[0]}" for column in cursor.description]
            columns = zip(*map(_plain, cursor.fetchall()), strict=True)
            found |= dict(zip(names, columns, strict=False))  # an empty table has no values
    return found


def _plain(row: tuple[Any, ...]) -> list[Any]:
    return [bytes(value) if isinstance(value, memoryview) else value for value in row]


def migrate() -> Rows:
    """Bring the database to today; return what it holds then."""
    call_command("migrate", verbosity=0, interactive=False)
    return survey(installed)


def lost(before: Rows, after: Rows) -> set[str]:
    """Return the columns that are gone, or in which a value is gone or another one."""
    return {name for name in before.keys() - DROPPED if after.get(name) != before[name]}


def test_every_released_migration_stays() -> None:
    for app, name in make_0_1_0.MIGRATIONS.items():
        assert (ROOT / "thulium_portal" / app / "migrations" / f"{name}.py").exists()


def test_every_table_held_something(release: tuple[Apps, Path], released: Rows) -> None:
    ours = {app.label for app in installed.get_app_configs() if app.name.startswith("thulium_")}
    models = release[0].get_models(include_auto_created=True)
    tables = {model._meta.db_table for model in models if model._meta.app_label in ours}
    assert tables - {name.split(".")[0] for name in released} == set()


def test_it_comes_to_today_whole(released: Rows, capsys: pytest.CaptureFixture[str]) -> None:
    assert lost(released, migrate()) == set()
    call_command("makemigrations", check_changes=True, dry_run=True, verbosity=0)
    assert triggers.faults(connection) == []
    call_command("verify_audit")
    assert "The record holds: 4 entries, 2 checkpoints, 1 texts erased." in capsys.readouterr().out
    sent = Reply.objects.get(state="sent")
    assert (sent.author.agent_login, sent.body) == ("anna.nowak", make_0_1_0.BODY)
    attachment = sent.attachments.get()
    assert attachment.name == "faktura żółw.pdf"
    with attachment.file.open() as file:
        assert file.read() == attachment.name.encode()


@pytest.fixture
def add_migration(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Migration:
    """Return a function that adds a migration of one operation to those of an app."""

    def add_migration(app: str, operation: str) -> None:
        package = tmp_path / "later" / f"later_{tmp_path.name}"
        shutil.copytree(ROOT / "thulium_portal" / app / "migrations", package)
        (package / "9999_later.py").write_text(
            "from django.db import migrations, models\n\n\n"
            "class Migration(migrations.Migration):\n"
            f"    dependencies = [({app!r}, {max(package.glob('0*.py')).stem!r})]\n"
            f"    operations = [{operation}]\n"
        )
        monkeypatch.syspath_prepend(package.parent)
        settings.MIGRATION_MODULES = {app: package.name}

    return add_migration


@pytest.mark.parametrize(
    ("operation", "gone"),
    [
        ("migrations.RemoveField('assessment', 'risks')", {"risks"}),
        ("migrations.RenameField('assessment', 'risks', 'dangers')", {"risks"}),
        ("migrations.RunSQL(\"UPDATE quality_assessment SET note = 'x'\")", {"note"}),
        ("migrations.AlterField('assessment', 'answer', models.TextField())", set()),
    ],
    ids=["a column", "a name", "a value", "nothing"],
)
def test_what_a_migration_loses_is_noticed(
    operation: str, gone: set[str], released: Rows, add_migration: Migration
) -> None:
    add_migration("quality", operation)
    assert lost(released, migrate()) == {f"quality_assessment.{name}" for name in gone}


def test_a_row_that_a_migration_loses_is_noticed(released: Rows, add_migration: Migration) -> None:
    add_migration("tickets", "migrations.RunSQL('DELETE FROM tickets_knownqueue')")
    columns = {name for name in released if name.startswith("tickets_knownqueue.")}
    assert lost(released, migrate()) == columns != set()


@pytest.mark.usefixtures("released")
def test_the_record_stays_protected_when_its_table_is_rebuilt(add_migration: Migration) -> None:
    add_migration("audit", "migrations.AlterField('auditentry', 'action', models.TextField())")
    migrate()
    assert triggers.faults(connection) == []
