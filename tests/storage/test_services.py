"""Bytes kept, shared and let go of."""

import hashlib
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.db import DatabaseError, transaction

from tests.factories import make_old
from thulium_portal.canned.models import CannedFile
from thulium_portal.storage import services as storage
from thulium_portal.storage.models import StoredFile
from thulium_portal.storage.services import NamedFile, store

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.4 " + b"x" * 200_000


def upload(data: bytes = PDF, name: str = "umowa.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def in_use(named: NamedFile, person) -> NamedFile:
    """Let something refer to a file."""
    CannedFile.objects.create(**vars(named), author=person)
    return named


def test_what_was_brought_is_known_by_its_bytes():
    named = store(upload(name="../Umowa  żółta.pdf"))
    file = StoredFile.objects.get()
    assert named == NamedFile("Umowa żółta.pdf", file)
    assert (file.size, file.content_type) == (len(PDF), "application/pdf")
    assert file.sha256 == hashlib.sha256(PDF).hexdigest()
    assert file.is_whole()
    with file.open() as stream:
        assert stream.read() == PDF


def test_a_large_file_that_django_put_aside_is_kept_as_well():
    with TemporaryUploadedFile("umowa.pdf", "", len(PDF), None) as large:
        large.write(PDF)
        file = store(large).file
    assert (file.size, file.sha256) == (len(PDF), hashlib.sha256(PDF).hexdigest())
    assert file.is_whole()


def test_bytes_that_the_disk_does_not_give_are_not_whole(monkeypatch):
    file = store(upload()).file

    def fail(_path):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(default_storage, "size", fail)
    assert not file.is_whole()


def test_bytes_that_are_cut_or_gone_are_noticed():
    file = store(upload()).file
    Path(default_storage.path(file.path)).write_bytes(PDF[:-1])
    assert not file.is_whole()
    default_storage.delete(file.path)
    assert not file.is_whole()
    with pytest.raises(FileNotFoundError):
        file.open()


def test_what_is_left_of_a_file_leads_to_no_bytes():
    file = store(upload()).file
    (left,) = storage.remains_of([file])
    assert (left.size, left.content_type, left.sha256) == (
        file.size,
        file.content_type,
        file.sha256,
    )
    assert not left.is_whole()
    with pytest.raises(FileNotFoundError):
        left.open()
    assert file.is_whole()


def test_only_what_nothing_refers_to_is_discarded(adam, django_capture_on_commit_callbacks):
    loose, kept = store(upload()).file, in_use(store(upload()), adam).file
    with django_capture_on_commit_callbacks(execute=True):
        storage.discard([loose, kept])
        assert loose.is_whole()
    assert not default_storage.exists(loose.path)
    assert kept.is_whole()
    assert list(StoredFile.objects.all()) == [kept]


def test_bytes_stay_where_the_change_that_discards_them_fails():
    file = store(upload()).file
    with transaction.atomic():
        storage.discard([file])
        transaction.set_rollback(True)
    assert StoredFile.objects.get().is_whole()


def test_what_cannot_be_discarded_now_is_left_for_the_sweep(
    monkeypatch, caplog, django_capture_on_commit_callbacks
):
    file = store(upload()).file

    def refuse(*_given):
        raise OSError("read-only")

    with monkeypatch.context() as patch:
        patch.setattr(type(default_storage._wrapped), "delete", refuse)
        with django_capture_on_commit_callbacks(execute=True):
            storage.discard([file])
    assert "the sweep tries again" in caplog.text
    assert default_storage.exists(file.path)
    make_old(file)
    assert storage.sweep() == 1


def test_a_database_that_refuses_does_not_hinder_who_discards_quietly(monkeypatch, caplog):
    def refuse(*_given):
        raise DatabaseError

    monkeypatch.setattr(storage, "_delete", refuse)
    storage.discard_quietly([store(upload())])
    assert "left for the sweep" in caplog.text


def test_bytes_nobody_refers_to_are_swept_after_a_day(adam):
    gone, kept, young = store(upload()).file, in_use(store(upload()), adam).file, store(upload())
    lost = store(upload()).file  # its row is gone, as after a submission that failed
    for file in (gone, kept, lost):
        make_old(file)
    StoredFile.objects.filter(pk=lost.pk).delete()
    assert storage.sweep() == 2
    assert set(StoredFile.objects.all()) == {kept, young.file}
    assert sorted(storage.paths()) == sorted([kept.path, young.file.path])


def test_an_empty_store_is_swept_too():
    assert list(storage.paths()) == []
    assert storage.sweep() == 0


def test_a_disk_of_its_own_may_have_folders_that_are_not_the_stores(data_dir):
    file = store(upload()).file
    found = data_dir / "attachments" / "lost+found" / "x"
    found.parent.mkdir()
    found.touch()
    assert list(storage.paths()) == [file.path]
