"""Bytes that survive a power cut, in a folder of the portal's own."""

import errno
import os
import stat
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage

from thulium_portal.storage.backends import DurableStorage


@pytest.fixture
def synced(monkeypatch) -> list[int]:
    """Return what was handed to the disk, in order: the inodes of files and folders."""
    seen, fsync = [], os.fsync

    def noting(handle: int) -> None:
        seen.append(os.fstat(handle).st_ino)
        fsync(handle)

    monkeypatch.setattr(os, "fsync", noting)
    return seen


def test_the_portals_uploads_lie_in_this_store(data_dir):
    assert default_storage.save("ab/abc", ContentFile(b"umowa")) == "ab/abc"
    assert (data_dir / "attachments" / "ab" / "abc").read_bytes() == b"umowa"


def test_the_bytes_are_on_the_disk_before_the_names_that_lead_to_them(synced, data_dir):
    DurableStorage().save("ab/abc", ContentFile(b"umowa"))
    store = data_dir / "attachments"
    lying = (store / "ab/abc", store / "ab", store, data_dir)
    assert synced == [path.stat().st_ino for path in lying]


def test_the_store_is_where_the_settings_say_now(settings, tmp_path):
    store = DurableStorage()
    store.save("ab/abc", ContentFile(b"umowa"))
    settings.DATA_DIR = tmp_path / "inny"
    assert not store.exists("ab/abc")
    store.save("cd/cde", ContentFile(b"aneks"))
    assert (tmp_path / "inny/attachments/cd/cde").read_bytes() == b"aneks"


def test_nobody_else_on_the_machine_looks_into_its_folders(data_dir):
    DurableStorage().save("ab/abc", ContentFile(b"umowa"))
    for folder in (data_dir / "attachments", data_dir / "attachments/ab"):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize("full", ["write", "fsync"])
def test_a_full_disk_is_told_and_nothing_is_left(full, data_dir, monkeypatch):
    def refuse(*_given):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    content = ContentFile(b"umowa")
    if full == "write":
        monkeypatch.setattr(content, "chunks", lambda: map(refuse, [0]))
    else:
        monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(OSError, match="No space left"):
        DurableStorage().save("ab/abc", content)
    assert [path for path in data_dir.rglob("*") if path.is_file()] == []


def test_a_file_is_never_written_over(monkeypatch):
    store = DurableStorage()
    store.save("ab/abc", ContentFile(b"umowa"))
    assert store.save("ab/abc", ContentFile(b"aneks")) != "ab/abc"
    # As another process may take the name between the look and the writing.
    monkeypatch.setattr(FileSystemStorage, "exists", lambda *_given: False)
    with pytest.raises(FileExistsError):
        store.save("ab/abc", ContentFile(b"aneks"))
    assert Path(store.path("ab/abc")).read_bytes() == b"umowa"
