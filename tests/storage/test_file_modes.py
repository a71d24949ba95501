"""Database, uploads, exports and backups are the portal's user's alone, however it was started."""

import os
import stat
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from thulium_portal.storage import file_modes

ROOT = Path(__file__).parents[2]


def open_to_others(folder: Path) -> list[Path]:
    return [path for path in (folder, *folder.rglob("*")) if path.stat().st_mode & 0o077]


@pytest.mark.faults
@pytest.mark.timeout(240)
def test_started_with_no_mask_in_an_open_folder_it_leaves_nothing_open(tmp_path):
    data, backup = tmp_path / "data", tmp_path / "backup.tar"
    (data / "attachments").mkdir(parents=True)
    (data / "kept-before").write_text("")
    for path in (data, *data.iterdir()):
        path.chmod(0o777)
    environment = {
        **{name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"},
        "DATA_DIR": str(data),
        "DATABASE_URL": "",
        "SECRET_KEY": "s" * 60,
        "THULIUM_URL": "",
    }
    for call in (
        ["migrate"],
        ["load_demo", "--no-past"],
        ["deliver", "--once"],
        ["backup", backup],
    ):
        subprocess.run(
            [sys.executable, "manage.py", *call],
            cwd=ROOT,
            env=environment,
            umask=0,
            check=True,
            stdout=subprocess.DEVNULL,
        )
    assert (data / "portal.sqlite3").exists()
    assert open_to_others(data) == []
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600


def test_what_is_stored_is_nobody_elses(data_dir):
    default_storage.save("ab/file", ContentFile(b"x"))
    assert open_to_others(data_dir / "attachments") == []


def test_a_database_elsewhere_is_closed_with_its_journals_and_its_folder_is_not(
    monkeypatch, tmp_path
):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    files = [elsewhere / f"p.sqlite3{end}" for end in ("", "-wal", "-shm")]
    for path in (*files, elsewhere / "other"):
        path.write_text("")
        path.chmod(0o644)
    elsewhere.chmod(0o755)
    database = {"ENGINE": "django.db.backends.sqlite3", "NAME": files[0]}
    given = SimpleNamespace(DATA_DIR=tmp_path / "data", DATABASES={"default": database})
    monkeypatch.setattr(file_modes, "settings", given)
    file_modes.make_private()
    assert set(open_to_others(elsewhere)) == {elsewhere, elsewhere / "other"}


def test_what_belongs_to_another_user_is_told(data_dir, monkeypatch, caplog):
    data_dir.chmod(0o755)

    def refuse(_path: Path, _mode: int) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "chmod", refuse)
    file_modes.make_private()
    assert f"let its owner run: chmod go= {data_dir}" in caplog.text
