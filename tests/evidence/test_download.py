"""The package as a browser gets it: recorded first, whole or not at all."""

import io
import json
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.http import FileResponse
from django.test import Client
from django.utils import timezone

from tests.support.packages import unpack, verify
from tests.support.pages import missing
from tests.support.record import note, submitted
from thulium_portal.audit import checkpoints
from thulium_portal.audit.actions import Action
from thulium_portal.audit.models import AuditEntry, Checkpoint
from thulium_portal.evidence import package, views

pytestmark = pytest.mark.django_db
ADDRESS = "/audit/evidence/download/"


def body(answer: Any) -> bytes:
    assert isinstance(answer, FileResponse)
    return b"".join(answer.streaming_content)


def test_a_downloaded_package_holds(client, anna, tmp_path):
    submitted(anna)
    answer = client.get(f"{ADDRESS}?ticket=1234")
    whole = body(answer)
    assert answer["Content-Type"] == "application/zip"
    assert int(answer["Content-Length"]) == len(whole)
    path = tmp_path / "evidence.zip"
    path.write_bytes(whole)
    verdict = verify(unpack(path))
    assert verdict.fits, verdict.text


def test_it_is_recorded_and_signed_before_the_first_byte(client, anna, ewa):
    submitted(anna)
    today = timezone.localdate()
    answer = client.get(f"{ADDRESS}?ticket=1234&since={today}")
    entry = AuditEntry.objects.get(action=Action.AUDIT_EXPORTED)
    assert (entry.actor, entry.ticket_id) == (ewa, 1234)
    facts = json.loads(entry.record)["facts"]
    assert facts == {"table": "evidence", "format": "zip", "person": None, "since": str(today)}
    assert Checkpoint.objects.get().sequence == entry.sequence
    name = f"evidence-ticket-1234-{today}-{entry.sequence}.zip"
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
    assert b"".join(answer.streaming_content)
    shown = client.get(f"/audit/{entry.sequence}/").content.decode()
    assert "Evidence package." in shown


def test_the_guide_tells_in_two_languages_what_it_is_about(client, anna):
    submitted(anna)
    archive = zipfile.ZipFile(io.BytesIO(body(client.get(f"{ADDRESS}?ticket=1234"))))
    guide = archive.read("README.txt").decode()
    assert not missing(guide, "PO POLSKU", "IN ENGLISH", "1234")
    assert "$" not in guide


@pytest.mark.parametrize("query", ["", "?ticket=", "?ticket=x", "?ticket=99", "?since=x"])
def test_what_cannot_be_packed_leads_back_to_the_page(client, query):
    answer = client.get(f"{ADDRESS}{query}")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/audit/evidence/")
    assert client.get(answer["Location"]).status_code == 200
    assert not AuditEntry.objects.exists()


def test_a_span_too_long_leads_back_as_well(client, monkeypatch):
    monkeypatch.setattr(views, "MOST_AT_ONCE", 1)
    note(ticket_id=5)
    note(ticket_id=5)
    answer = client.get(f"{ADDRESS}?ticket=5")
    assert answer["Location"] == "/audit/evidence/?ticket=5"


@pytest.fixture
def scratch(tmp_path, monkeypatch):
    """A folder for temporary files that ought to be empty afterwards."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def refused(client: Client, scratch: Path) -> None:
    """Ask for a package, and see that the page explains and that nothing is left behind."""
    answer = client.get(f"{ADDRESS}?ticket=1234", follow=True)
    assert answer.redirect_chain == [("/audit/evidence/?ticket=1234", 302)]
    assert "is almost full or does not take it" in answer.content.decode()
    assert list(scratch.iterdir()) == []


def test_a_full_disk_is_told_before_anything_is_recorded(client, anna, scratch, monkeypatch):
    submitted(anna)
    monkeypatch.setattr(package, "KEPT_FREE", 1 << 60)
    refused(client, scratch)
    assert not AuditEntry.objects.filter(action=Action.AUDIT_EXPORTED).exists()


def test_a_disk_that_fills_meanwhile_leaves_no_file_that_looks_whole(
    client, anna, scratch, monkeypatch
):
    submitted(anna)
    monkeypatch.setattr(package, "require_room", lambda out, size=0: (_ for _ in ()).throw(OSError))
    refused(client, scratch)


def test_a_checkpoint_that_cannot_be_written_is_told(client, anna, scratch):
    submitted(anna)
    checkpoints.path().mkdir()
    refused(client, scratch)
