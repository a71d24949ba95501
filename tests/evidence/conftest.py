"""A ticket answered for real, packages of it, and a stranger's way of checking them."""

import hashlib
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.audit.conftest import note, tamper
from tests.replies.conftest import submit
from thulium_portal.accounts.models import User
from thulium_portal.audit.models import AuditEntry
from thulium_portal.audit.services import checkpoint
from thulium_portal.audit.signing import sign
from thulium_portal.evidence.scope import Scope
from thulium_portal.evidence.services import make_package
from thulium_portal.operations.worker import Worker
from thulium_portal.replies import attachments
from thulium_portal.replies.models import Reply

__all__ = ["note", "submit", "tamper"]

PDF = b"%PDF-1.4 faktura " + b"x" * 3000
NAME = "faktura żółw.pdf"


@dataclass(frozen=True)
class Verdict:
    """What the script said, and how it ended."""

    text: str
    code: int

    def lines(self, word: str) -> list[str]:
        """Return what follows *word* where a line begins with it."""
        found = [line for line in self.text.splitlines() if line.startswith(word)]
        return [line.removeprefix(word).strip() for line in found]


@pytest.fixture
def answered(submit: Callable[..., Any], thulium: Any, settings: Any) -> Reply:
    """Answer ticket 1234 with a file, and another ticket meanwhile; a real worker delivers both."""
    settings.UNDO_SECONDS = 0
    note()
    checkpoint()
    stored = attachments.store(SimpleUploadedFile(NAME, PDF))
    reply = submit(files=[stored]).reply
    submit(ticket_id=1235)
    Worker(at_once=1).run_once()
    note()
    return reply


@pytest.fixture
def package(tmp_path: Path) -> Callable[..., Path]:
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
def unpacked(package: Callable[..., Path], answered: Reply) -> Path:
    """Return the folder a package of ticket 1234 was unpacked to."""
    return unpack(package())


def unpack(path: Path) -> Path:
    """Unpack a package beside itself."""
    folder = path.with_suffix("")
    shutil.rmtree(folder, ignore_errors=True)
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder)
    return folder


def verify(folder: Path, *options: object) -> Verdict:
    """Run the script of an unpacked package as a stranger would, with a bare Python."""
    ended = subprocess.run(
        [sys.executable, "-I", "-S", "verify.py", *map(str, options)],
        cwd=folder,
        env={},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert ended.stderr == ""
    return Verdict(ended.stdout, ended.returncode)


def lines_of(folder: Path, name: str = "entries.jsonl") -> list[dict[str, Any]]:
    """Return a file of the package, parsed line by line."""
    return [json.loads(line) for line in (folder / name).read_text().splitlines()]


def put_lines(folder: Path, lines: list[dict[str, Any]], name: str = "entries.jsonl") -> None:
    """Write such a file."""
    text = "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines)
    (folder / name).write_text(text)


def sign_anew(folder: Path, **changes: Any) -> None:
    """Make the manifest fit the files and sign it, as only the holder of the portal's key can."""
    told = json.loads((folder / "manifest.json").read_text()) | changes
    there = [path for path in folder.rglob("*") if path.is_file()]
    told["files"] = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in there
        if path.stem != "manifest"
    }
    manifest = json.dumps(told)
    (folder / "manifest.json").write_text(manifest)
    (folder / "manifest.sig").write_text(sign(f"portal-evidence-v1\n{manifest}"))


def numbers(action: str) -> list[int]:
    """Return the numbers of all entries of one kind."""
    entries = AuditEntry.objects.filter(action=action).order_by("sequence")
    return list(entries.values_list("sequence", flat=True))
