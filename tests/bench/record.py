"""A long audit record, made at once, and what is timed on it inside one process.

``python -m tests.bench.record fill COUNT`` lets the record grow to COUNT entries, one reply to
five. ``verify``, ``export`` and ``xlsx`` print floor and portal in seconds, and the growth in MiB.
"""

import csv
import hashlib
import io
import json
import os
import random
import resource
import secrets
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "thulium_portal.settings")
django.setup()

import xlsxwriter  # noqa: E402
from django.db import transaction  # noqa: E402
from django.utils import timezone, translation  # noqa: E402

from thulium_portal.accounts.models import User  # noqa: E402
from thulium_portal.audit import review_index  # noqa: E402
from thulium_portal.audit.actions import Action  # noqa: E402
from thulium_portal.audit.chain import (  # noqa: E402
    CHAIN,
    GENESIS,
    VERSION,
    canonical,
    commitment,
    digest,
    timestamp,
)
from thulium_portal.audit.models import (  # noqa: E402
    AuditContent,
    AuditEntry,
    AuditHead,
    ReviewRow,
)
from thulium_portal.audit.verification import verify  # noqa: E402
from thulium_portal.review.exports import tables  # noqa: E402
from thulium_portal.review.exports.tables import EVENTS, ExportRows  # noqa: E402

AT_ONCE = 5_000
ROWS = 1_000_000
"""Of a sheet; Excel holds few more."""
STEPS = [
    (Action.REPLY_SUBMITTED, "pending"),
    (Action.REPLY_CLAIMED, "claimed"),
    (Action.REPLY_SENDING, "sending"),
    (Action.REPLY_SENT, "sent"),
    (Action.REPLY_CONFIRMED, "confirmed"),
]
COMMON, RARER, RAREST = "reklamacja", "gwarancja", "hipopotam"
"""Words of every fifth reply, of every hundredth, and of every ten-thousandth."""
WORDS = (
    *("dzień", "dobry", "paczka", "kurier", "zwrot", "faktura"),
    *("proszę", "numer", "zamówienie", "jutro", "adres", "sklep"),
)


def fill(count: int) -> None:
    """Add entries until there are *count*, each five of them a reply and what became of it."""
    people = list(User.objects.order_by("pk"))
    head = AuditHead.objects.filter(pk=1).first() or AuditHead(pk=1, sequence=0, hash=GENESIS)
    dice = random.Random(head.sequence)
    while head.sequence < count:
        with transaction.atomic():
            _batch(head, count, people, dice)


def _batch(head: AuditHead, count: int, people: list[User], dice: random.Random) -> None:
    entries: list[AuditEntry] = []
    contents: list[AuditContent] = []
    lines: list[ReviewRow] = []
    texts: list[tuple[int, str, str]] = []
    reply = ""
    for _ in range(min(AT_ONCE, count - head.sequence)):
        sequence = head.sequence + 1
        action, state = STEPS[sequence % len(STEPS)]
        person, at = people[sequence // 5 % len(people)], timezone.now() - timedelta(minutes=5)
        said: dict[str, str] = {}
        if action is Action.REPLY_SUBMITTED:
            reply = str(uuid.uuid4())
            said = _said(sequence // 5, dice)
            line = _line(sequence, at, person, reply, said, min(sequence + 4, count))
            lines.append(line)
            columns = {name: getattr(line, name) for name in ("canned_id", "customer", "recipient")}
            texts.append((sequence, *review_index.words_told(person.pk, columns, said)))
        salts = {name: secrets.token_bytes(32) for name in said}
        record = canonical(
            {
                "v": VERSION,
                "chain": CHAIN,
                "seq": sequence,
                "prev": head.hash,
                "at": timestamp(at),
                "actor": {"id": person.pk, "username": person.username, "role": "", "kind": "user"},
                "action": str(action),
                "subject": {"kind": "reply", "id": reply},
                "ticket": sequence // 5,
                "state": state,
                "facts": _facts(person),
                "commit": {name: commitment(salts[name], name, said[name]) for name in said},
                "node": "bench",
                "request": "",
            }
        )
        entries.append(
            AuditEntry(
                sequence=sequence, at=at, actor=person, action=action, subject_kind="reply",
                subject_id=reply, ticket_id=sequence // 5, state=state, record=record,
                previous_hash=head.hash, hash=digest(record),
            )
        )  # fmt: skip
        contents += [
            AuditContent(entry_id=sequence, field=name, salt=salts[name], data=text)
            for name, text in said.items()
        ]
        head.sequence, head.hash = sequence, entries[-1].hash
    AuditEntry.objects.bulk_create(entries, batch_size=500)
    AuditContent.objects.bulk_create(contents, batch_size=500)
    ReviewRow.objects.bulk_create(lines, batch_size=500)
    review_index.WORDS.put(texts)
    head.save()


def _said(number: int, dice: random.Random) -> dict[str, str]:
    words = dice.choices(WORDS, k=60)
    words += [word for word, every in ((COMMON, 5), (RARER, 100), (RAREST, 10_000))
              if number % every == 0]  # fmt: skip
    text = " ".join(words)
    return {
        "body": f"<p>{text}</p>",
        "body_text": text,
        "customer": f"Klient {number % 5000}",
        "canned_title": "Paczka",
    }


def _facts(person: User) -> dict[str, Any]:
    return {
        "agent_login": person.username,
        "canned_id": 7,
        "canned_version": 1,
        "changed_percent": 4,
    }


def _line(
    sequence: int, at: Any, person: User, reply: str, said: dict[str, str], latest: int
) -> ReviewRow:
    return ReviewRow(
        subject_kind="reply", subject_id=reply, ticket_id=sequence // 5, actor=person, reason="",
        state=STEPS[latest % len(STEPS)][1], opened_at=at, opened_sequence=sequence,
        latest_sequence=latest, **review_index.columns_of(_facts(person), said),
    )  # fmt: skip


def compare(floor: Callable[[], object], portal: Callable[[], object]) -> dict[str, float]:
    """Return the seconds of both, and by how much the portal's job made the process grow."""
    low = _timed(floor)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    high = _timed(portal)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    return {"floor": low, "portal": high, "grown": grown / 1024}


def _timed(job: Callable[[], object]) -> float:
    start = time.perf_counter()
    job()
    return time.perf_counter() - start


def _pages(*names: str) -> Iterator[list[Any]]:
    last, rows = 0, AuditEntry.objects.order_by("sequence").values_list("sequence", *names)
    while page := list(rows.filter(sequence__gt=last)[:AT_ONCE]):
        yield page
        last = page[-1][0]


def bare_chain() -> None:
    """Read every record and hash it, as little as a check can be."""
    for page in _pages("record", "hash"):
        for _sequence, record, known in page:
            if hashlib.sha256(b"portal-audit-v1\n" + record.encode()).hexdigest() != known:
                raise RuntimeError


def bare_csv() -> None:
    """Write as many columns by key as the portal's export has, and nothing else."""
    names = ("at", "actor__name", "actor__username", "action", "subject_kind", "subject_id",
             "ticket_id", "state", "record", "previous_hash", "hash")  # fmt: skip
    with Path(os.devnull).open("w", newline="") as sink:
        for page in _pages(*names):
            lines = io.StringIO()
            csv.writer(lines, delimiter=";", quoting=csv.QUOTE_ALL).writerows(page)
            sink.write(lines.getvalue())


def portal_csv() -> None:
    """Export every entry as the portal does."""
    with Path(os.devnull).open("wb") as sink:
        sink.writelines(tables.csv(EVENTS, _lines(), timezone.get_current_timezone()))


def bare_xlsx() -> None:
    """Write the same cells with the library alone."""
    names = ("actor__name", "actor__username", "action", "subject_kind", "subject_id",
             "ticket_id", "state", "record", "previous_hash", "hash")  # fmt: skip
    with (
        tempfile.TemporaryDirectory() as folder,
        xlsxwriter.Workbook(f"{folder}/x.xlsx", {"constant_memory": True}) as book,
    ):
        for number, row in enumerate(row for page in _pages(*names) for row in page):
            if number % ROWS == 0:
                sheet = book.add_worksheet()
            for column, cell in enumerate(row):
                sheet.write_string(number % ROWS, column, str(cell))


def portal_xlsx() -> None:
    """Export every entry as the portal does."""
    with tempfile.TemporaryDirectory() as folder:
        zone = timezone.get_current_timezone()
        tables.xlsx(EVENTS, _lines(), zone, Path(folder) / "x.xlsx")


def _lines() -> ExportRows:
    rows = AuditEntry.objects.select_related("actor")
    return ExportRows(tables.lines_of(EVENTS, rows, last=2**62))


def checked() -> None:
    """Verify the whole record; raises ``RuntimeError`` where it does not hold."""
    report = verify()
    if report.broken:
        raise RuntimeError(str(report.broken))


JOBS = {
    "verify": (bare_chain, checked),
    "export": (bare_csv, portal_csv),
    "xlsx": (bare_xlsx, portal_xlsx),
}

if __name__ == "__main__":
    with translation.override("en"):
        if sys.argv[1] == "fill":
            fill(int(sys.argv[2]))
        else:
            print(json.dumps(compare(*JOBS[sys.argv[1]])))
