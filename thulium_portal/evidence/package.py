"""Writing the package: a ZIP that ``verify.py``, which is in it, checks without the portal.

Memory stays flat, however long the record: entries are read page by page and leave at once; only
the digests of attached files are kept until the end, for the manifest.
"""

import base64
import hashlib
import json
import re
import shutil
import uuid
import zipfile
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from string import Template
from typing import IO, Any

from django.conf import settings
from django.utils import timezone

from thulium_portal.audit import time_stamps
from thulium_portal.audit.chain import timestamp
from thulium_portal.audit.checkpoints import link
from thulium_portal.audit.models import AuditEntry, Checkpoint, TimeStamp
from thulium_portal.audit.signing import SigningKey, current_key, known_keys, sign
from thulium_portal.audit.time_authority import NoTimeStamp, fetch
from thulium_portal.evidence import verify
from thulium_portal.evidence.scope import EntryRange, Scope
from thulium_portal.lib import proof
from thulium_portal.lib.pagination import pages
from thulium_portal.replies.models import Attachment
from thulium_portal.review.exports.tables import contents_of
from thulium_portal.storage.models import StoredFile

FORMAT = "portal-evidence-v1"
PAGE = 1000
KEPT_FREE = 200 * 1024 * 1024
"""Bytes of the disk that are left to the portal's own work."""

_HERE = Path(__file__).parent
_PROOF = Path(proof.__file__).parent


class NoRoom(OSError):
    """The disk has too little room left for a package."""


def pack(
    out: IO[bytes],
    scope: Scope,
    found: EntryRange,
    *,
    progress: Callable[[int], object] | None = None,
) -> str:
    """Write the package of *scope* to *out*, a file on disk; a checkpoint covers *found* already.

    *progress* is called with how many more entries were written. Returns why the package bears no
    time stamp though it ought to, "" else. Raises :class:`NoRoom`, before the disk is full, and
    ``OSError`` where it refuses.
    """
    first = max(1, found.first - 1)  # the one before shows that the period begins there
    closing = Checkpoint.objects.filter(sequence__gte=found.last).order_by("sequence")[0]
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        package = _Package(archive, out, scope)
        package.add("README.txt", _readme(scope))
        package.add("verify.py", Path(verify.__file__).read_bytes())
        for path in sorted(_PROOF.glob("*.py")):
            package.add(f"proof/{path.name}", path.read_bytes())
        package.add_time_stamps(first)
        package.add("keys.json", _json([_key(key) for key in known_keys()]))
        newest = package.add_checkpoints(first)
        package.add_entries(first, closing.sequence, progress)
        package.add_attachments()
        manifest = {
            "format": FORMAT,
            "made_at": timestamp(timezone.now()),
            "asked": scope.asked,
            "first": first,
            "last": closing.sequence,
            "head": [newest.sequence, newest.hash],
            "key": current_key().id,
        }
        try:
            package.seal(manifest)
        except NoTimeStamp as error:
            return str(error)
    return ""


def require_room(out: IO[bytes], size: int = 0) -> None:
    """Raise :class:`NoRoom` unless *size* bytes more leave enough of the disk *out* lies on."""
    if shutil.disk_usage(out.fileno()).free < KEPT_FREE + size:
        raise NoRoom


class _Package:
    """A ZIP being written, with what its manifest will say."""

    def __init__(self, archive: zipfile.ZipFile, out: IO[bytes], scope: Scope) -> None:
        self.archive, self.out, self.scope = archive, out, scope
        self.digests: dict[str, str] = {}
        self.attached: dict[str, Attachment | None] = {}
        self.absent: list[str] = []
        self.entries = self.full = self.texts = self.erased = 0

    def add(self, name: str, content: bytes) -> None:
        """Add a small file."""
        self._add(name, [content])

    def add_checkpoints(self, first: int) -> Checkpoint:
        """Add every checkpoint from that of entry *first* on, and return the newest."""
        newest = Checkpoint.objects.all()[0]
        there = Checkpoint.objects.filter(sequence__gte=first, pk__lte=newest.pk).order_by("pk")
        lines = (
            _json({"statement": made.statement, "signature": made.signature})
            for made in there.iterator()
        )
        self._add("checkpoints.jsonl", lines)
        return newest

    def add_time_stamps(self, first: int) -> None:
        """Add the time stamps of the checkpoints, and what they are checked with, if any may be."""
        anchors = time_stamps.trusted_certificates()
        if not anchors:
            return
        self.add("timestamp-authority.pem", "".join(each.pem for each in anchors).encode())
        stamps = TimeStamp.objects.filter(checkpoint__sequence__gte=first).order_by("checkpoint_id")
        lines = (
            _json({"imprint": each.imprint, "token": base64.b64encode(each.token).decode()})
            for each in stamps.iterator()
        )
        self._add("timestamps.jsonl", lines)

    def add_entries(self, first: int, last: int, progress: Callable[[int], object] | None) -> None:
        """Add the record from *first* to *last*, in full where it is asked for."""
        with self._member("entries.jsonl", large=True) as write:
            entries = AuditEntry.objects.filter(sequence__gte=first, sequence__lte=last)
            for page in pages(entries, "sequence", PAGE):
                require_room(self.out)
                write(b"".join(self._lines(page)))
                if progress:
                    progress(len(page))

    def add_attachments(self) -> None:
        """Add the files the entries tell of, by their digests; note those that are gone."""
        for sha256, attachment in sorted(self.attached.items()):
            if attachment and _is_unchanged(attachment.file):
                require_room(self.out, attachment.size)
                name = f"files/{sha256}{_suffix(attachment.name)}"
                with attachment.file.open() as stream:
                    self._add(name, stream.chunks(), squeezed=False)
            else:
                self.absent.append(sha256)

    def seal(self, manifest: dict[str, Any]) -> None:
        """Add *manifest*, completed by what was added, its signature, and a time stamp of both.

        Raises :class:`NoTimeStamp` where the authority gives none; the package is whole without.
        """
        counts = [self.entries, self.full, self.texts, self.erased]
        manifest |= {"counts": counts, "absent": self.absent, "files": dict(self.digests)}
        text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True)
        self.add("manifest.json", text.encode())
        signature = sign(f"{FORMAT}\n{text}")
        self.add("manifest.sig", signature.encode())
        if settings.TIMESTAMP_URL:
            token, _stamp = fetch(link(text, signature))
            self.add("manifest.tst", token)

    def _lines(self, page: Sequence[AuditEntry]) -> Iterator[bytes]:
        wanted = {entry.sequence for entry in page if self.scope.covers(entry)}
        contents = _contents(wanted)
        self._count(page, wanted, contents)
        for entry in page:
            line: dict[str, Any] = {"hash": entry.hash, "record": entry.record}
            if entry.sequence in wanted:
                line["contents"] = contents.get(entry.sequence, [])
            yield _json(line)

    def _count(
        self,
        page: Sequence[AuditEntry],
        wanted: set[int],
        contents: dict[int, list[dict[str, str]]],
    ) -> None:
        """Count what a page holds, and note which files its entries tell of."""
        records = {entry: _parsed(entry) for entry in page if entry.sequence in wanted}
        texts = sum(len(own) for own in contents.values())
        self.entries += len(page)
        self.full += len(wanted)
        self.texts += texts
        self.erased += sum(len(record["commit"]) for record in records.values()) - texts
        attached = {entry: record["facts"].get("attachments") for entry, record in records.items()}
        self._look_up({entry.subject_id: hashes for entry, hashes in attached.items() if hashes})

    def _look_up(self, attached: dict[str, list[str]]) -> None:
        named = {sha256 for own in attached.values() for sha256 in own}
        unknown = {sha256 for sha256 in named if not self.attached.get(sha256)}
        replies = [known for reply in attached if (known := _uuid(reply))]
        there = Attachment.objects.not_erased().filter(reply__uuid__in=replies)
        found = {known.file.sha256: known for known in there.filter(file__sha256__in=unknown)}
        self.attached |= dict.fromkeys(unknown) | found

    def _add(self, name: str, pieces: Iterable[bytes], *, squeezed: bool = True) -> None:
        with self._member(name, squeezed=squeezed) as write:
            for piece in pieces:
                write(piece)

    @contextmanager
    def _member(
        self, name: str, *, large: bool = False, squeezed: bool = True
    ) -> Iterator[Callable[[bytes], None]]:
        """Open a file of the package for writing; its digest goes into the manifest."""
        digest = hashlib.sha256()
        info = zipfile.ZipInfo(name, timezone.localtime().timetuple()[:6])
        info.compress_type = zipfile.ZIP_DEFLATED if squeezed else zipfile.ZIP_STORED
        # The size is not known yet; without ZIP64 a member beyond 2 GiB would fail at its end.
        with self.archive.open(info, "w", force_zip64=large) as member:

            def write(piece: bytes) -> None:
                digest.update(piece)
                member.write(piece)

            yield write
        self.digests[name] = digest.hexdigest()


def _contents(sequences: Collection[int]) -> dict[int, list[dict[str, str]]]:
    return {
        sequence: [{"field": field, "salt": salt, "data": data} for field, salt, data in own]
        for sequence, own in contents_of(sequences).items()
    }


def _parsed(entry: AuditEntry) -> dict[str, Any]:
    """Return commitments and facts of an entry; none of one that somebody has tampered with."""
    try:
        record = json.loads(entry.record)
        return {"commit": dict(record["commit"]), "facts": dict(record["facts"])}
    except (ValueError, KeyError, TypeError):
        return {"commit": {}, "facts": {}}


def _json(content: Any) -> bytes:
    return f"{json.dumps(content, ensure_ascii=False)}\n".encode()


def _key(key: SigningKey) -> dict[str, str | int]:
    said: dict[str, str | int] = {
        "id": key.id,
        "public": key.public_hex,
        "fingerprint": key.fingerprint,
    }
    return said if key.revoked_from is None else said | {"revoked_from": key.revoked_from}


def _readme(scope: Scope) -> bytes:
    """Return what a stranger reads first, in Polish and English."""
    days = f"{scope.since or '…'} – {scope.until or '…'}" if scope.since or scope.until else "–"
    words = Template((_HERE / "readme.txt").read_text(encoding="utf-8"))
    values = {
        "ticket": scope.ticket or "–",
        "days": days,
        "made": timezone.localtime().strftime("%Y-%m-%d %H:%M %Z"),
        "zone": timezone.get_current_timezone_name(),
        "fingerprint": current_key().fingerprint,
    }
    return words.substitute(values).encode()


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _is_unchanged(file: StoredFile) -> bool:
    """Tell whether the file lies there, and is the one that was sent."""
    digest = hashlib.sha256()
    try:
        with file.open() as stream:
            for chunk in stream.chunks():
                digest.update(chunk)
    except FileNotFoundError:
        return False
    return digest.hexdigest() == file.sha256


def _suffix(name: str) -> str:
    """Return the ending that lets people open the file; none where it is an unusual one."""
    suffix = Path(name).suffix.lower()
    return suffix if re.fullmatch(r"\.[a-z0-9]{1,8}", suffix) else ""
