"""Signed statements of where the chain stood, in the database and in a file beside it.

The chain alone shows neither a tail cut off nor a whole that was computed anew; a checkpoint that
lies elsewhere shows both. The file is to be copied to other storage.
"""

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from thulium_portal.audit.chain import CHAIN, canonical, timestamp
from thulium_portal.audit.models import AuditHead, Checkpoint
from thulium_portal.audit.signing import current_key, is_signed, key_of, sign

EVERY = 1000
"""After so many entries a checkpoint is made by itself."""

FIRST = "0" * 64
HANDOVER = "portal-key-handover-v1\n"
"""Stands before what a former key signs when another one takes its place."""


@dataclass(frozen=True)
class Statement:
    """What a checkpoint says, “the chain had *hash* at *sequence*”, and whether it is signed."""

    sequence: int
    hash: str
    previous: str
    link: str
    valid: bool
    revoked: bool = False
    """Whether its key was revoked before: it counts only by what a later checkpoint says."""


def signed(head: AuditHead, at: datetime, previous: Checkpoint | None) -> Checkpoint:
    """Return a checkpoint of *head*, not yet stored, linked to the *previous* one.

    The first one by another key is signed by the former key as well, unless that was revoked.
    """
    key = current_key()
    fields: dict[str, Any] = {
        "chain": CHAIN,
        "seq": head.sequence,
        "hash": head.hash,
        "at": timestamp(at),
        "key": key.id,
        "prev": link(previous.statement, previous.signature) if previous else FIRST,
    }
    former = key_of(previous.key_id) if previous and previous.key_id != key.id else None
    if former and former.revoked_from is None:
        handed_over = former.private.sign((HANDOVER + canonical(fields)).encode()).hex()
        fields["former"] = {"key": former.id, "signature": handed_over}
    statement = canonical(fields)
    return Checkpoint(
        sequence=head.sequence,
        hash=head.hash,
        at=at,
        key_id=key.id,
        statement=statement,
        signature=sign(statement),
    )


def link(statement: str, signature: str) -> str:
    """Return the digest by which the next checkpoint names this one."""
    return hashlib.sha256(f"{statement}\n{signature}".encode()).hexdigest()


def read(statement: str, signature: str) -> Statement:
    """Return what a stored checkpoint says; one that cannot be read counts as not signed."""
    try:
        fields = json.loads(statement)
        key = key_of(str(fields["key"]))
        valid = is_signed(statement, signature, str(fields["key"])) and _is_handed_over(fields)
        values = int(fields["seq"]), str(fields["hash"]), str(fields["prev"])
    except (ValueError, KeyError, TypeError):
        return Statement(0, "", "", link(statement, signature), valid=False)
    revoked = key is not None and key.revoked_from is not None and values[0] >= key.revoked_from
    return Statement(*values, link(statement, signature), valid, revoked)


def _is_handed_over(fields: dict[str, Any]) -> bool:
    """Tell whether the former key signed as well, where a statement says so."""
    if "former" not in fields:
        return True
    former = fields["former"]
    told = {name: value for name, value in fields.items() if name != "former"}
    return is_signed(HANDOVER + canonical(told), str(former["signature"]), str(former["key"]))


def path() -> Path:
    """Return the file of checkpoints beside the database."""
    return Path(settings.DATA_DIR) / "audit-checkpoints.jsonl"


def append_to_file(checkpoint: Checkpoint) -> None:
    """Add *checkpoint* to the file and wait until the disk has it; ``OSError`` where it refuses."""
    path().parent.mkdir(parents=True, exist_ok=True)
    line = json.dumps({"statement": checkpoint.statement, "signature": checkpoint.signature})
    file = os.open(path(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        # One write to a file opened for appending: lines of two processes cannot mix.
        os.write(file, f"{line}\n".encode())
        os.fsync(file)
    finally:
        os.close(file)


def file_statements(kept: Path | None = None) -> Iterator[Statement]:
    """Yield what the file says, line by line; a last line cut off by a crash is passed over.

    *kept* is a copy of it that lies elsewhere.
    """
    kept = kept or path()
    if not kept.is_file():
        return
    with kept.open(encoding="utf-8", errors="replace") as file:
        for line in file:
            if line.endswith("\n"):
                yield _read_line(line)


def file_lines(until: int, kept: Path | None = None) -> Iterator[str]:
    """Yield the whole lines of the file that tell of no entry behind *until*, as they stand."""
    kept = kept or path()
    if kept.is_file():
        with kept.open(encoding="utf-8", errors="replace") as file:
            yield from (
                line for line in file if line.endswith("\n") and _read_line(line).sequence <= until
            )


def _read_line(line: str) -> Statement:
    try:
        stored: dict[str, Any] = json.loads(line)
        return read(str(stored["statement"]), str(stored["signature"]))
    except (ValueError, KeyError, TypeError):
        return Statement(0, "", "", "", valid=False)
