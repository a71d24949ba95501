"""A ticket answered for real, and packages of it."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.support.packages import NAME, PDF, unpack
from tests.support.record import note
from thulium_portal.accounts.models import User
from thulium_portal.audit.services import checkpoint
from thulium_portal.evidence.scope import Scope
from thulium_portal.evidence.services import make_package
from thulium_portal.operations.worker import Worker
from thulium_portal.storage.services import store


@pytest.fixture
def client(ewa, as_ewa):
    """Return a browser in which Ewa reads English."""
    ewa.language = "en"
    ewa.save()
    return as_ewa


@pytest.fixture
def answered(submit, thulium, settings):
    """Answer ticket 1234 with a file, and another ticket meanwhile; a real worker delivers both."""
    settings.UNDO_SECONDS = 0
    note()
    checkpoint()
    stored = store(SimpleUploadedFile(NAME, PDF))
    reply = submit(files=[stored]).reply
    submit(ticket_id=1235)
    Worker(at_once=1).run_once()
    note()
    return reply


@pytest.fixture
def package(tmp_path):
    """Return a function that makes a package of a scope and returns its path."""

    def package(scope: Scope | None = None, *, actor: User | None = None) -> Path:
        scope = scope or Scope(ticket=1234)
        found = scope.found()
        assert found
        path = tmp_path / "evidence.zip"
        with path.open("wb") as out:
            make_package(scope, found, out, actor=actor)
        return path

    return package


@pytest.fixture
def unpacked(package, answered):
    """Return the folder a package of ticket 1234 was unpacked to."""
    return unpack(package())
