"""Evidence packages unpacked, changed, signed anew, and checked as a stranger would."""

import hashlib
import json
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from thulium_portal.audit.models import AuditEntry
from thulium_portal.audit.signing import sign

PDF = b"%PDF-1.4 faktura " + b"x" * 3000
NAME = "faktura żółw.pdf"


@dataclass(frozen=True)
class Verdict:
    """What the script said, and how it ended."""

    text: str
    code: int

    @property
    def fits(self) -> bool:
        """Whether nothing was found, with a key named or without one."""
        return self.code in {0, 3}

    def lines(self, word: str) -> list[str]:
        """Return what follows *word* where a line begins with it."""
        found = [line for line in self.text.splitlines() if line.startswith(word)]
        return [line.removeprefix(word).strip() for line in found]


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
