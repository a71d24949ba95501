"""The restore guard: a database that went back in time, or a copy of one, must not send.

Beside the database lies ``DATA_DIR/outbox.watermark`` with the installation's id and the audit head
as it was at the newest gate, written before the first byte of each reply. A database whose head is
behind the watermark, or differs at its place, has forgotten replies that customers already have.
The database itself remembers the Thulium it wrote for: replies of practice, or to another system,
would reach strangers whose tickets have the same numbers.
"""

import fcntl
import json
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from thulium_portal.accounts.models import User
from thulium_portal.audit.actions import Action
from thulium_portal.audit.models import AuditEntry, AuditHead
from thulium_portal.audit.services import record
from thulium_portal.replies.models import Reply, ThuliumConnection
from thulium_portal.replies.states import State
from thulium_portal.replies.transitions import StateConflict, move

OTHER_SYSTEM = "other_system"


@dataclass(frozen=True)
class Mark:
    """Where the audit chain stood at a moment, and in which installation."""

    instance: str
    sequence: int
    hash: str


def head_mark() -> Mark:
    """Return the mark of now; inside a gate's transaction it includes the gate's own entry."""
    head = AuditHead.objects.filter(pk=1).values_list("sequence", "hash").first() or (0, "")
    return Mark(_instance(), *head)


def raise_watermark(mark: Mark) -> None:
    """Write *mark* durably, unless a later one is there; ``OSError`` where the disk refuses."""
    with _locked():
        known = _read()
        if known is None or known.instance != mark.instance or known.sequence < mark.sequence:
            _write(mark)


def database_is_current() -> bool:
    """Compare the database with the watermark and with the Thulium it is to send to.

    On a mismatch all sending is held and the answer is False.
    """
    if _system() != system():
        hold(OTHER_SYSTEM)
        return False
    known = _read()
    if known is None:
        return _first_time()
    if known.instance != _instance():
        hold("other_installation")
        return False
    if (
        known.sequence
        and not AuditEntry.objects.filter(pk=known.sequence, hash=known.hash).exists()
    ):
        hold("restored")
        return False
    return True


def hold(reason: str, *, actor: User | None = None) -> None:
    """Stop all sending until :func:`acknowledge`; safe to repeat."""
    with transaction.atomic():
        ThuliumConnection.objects.get_or_create(pk=1)
        held = ThuliumConnection.objects.filter(pk=1, held_since=None)
        if held.update(held_since=timezone.now(), held_reason=reason):
            record(Action.SENDING_HELD, actor=actor, facts={"reason": reason})


def acknowledge(*, actor: User | None = None, join: bool = False) -> int:
    """Let sending go on after a restore, and return how many replies were put on hold.

    Every reply that was open goes to HELD, where an administrator releases it one by one after a
    look at the ticket; one that was being sent becomes UNKNOWN and is looked up on the ticket. With
    *join* nothing is held: this data directory belongs to a further worker of this installation.
    """
    why = OTHER_SYSTEM if _system() != system() else "restored"
    held = 0 if join else _hold_open_replies(actor, reason=why)
    with transaction.atomic():
        sending = {"held_since": None, "held_reason": "", "system": system()}
        ThuliumConnection.objects.update_or_create(pk=1, defaults=sending)
        record(Action.SENDING_RESUMED, actor=actor, facts={"held": held, "join": join})
    with _locked():
        _write(head_mark())
    return held


def _hold_open_replies(actor: User | None, *, reason: str) -> int:
    held = 0
    sources = (
        State.UNAPPROVED,
        State.PENDING,
        State.CLAIMED,
        State.BLOCKED,
        State.NOT_FOUND,
        State.SENDING,
    )
    for reply in Reply.objects.filter(state__in=sources).order_by("id"):
        source = State(reply.state)
        doubtful = source is State.SENDING
        target = State.UNKNOWN if doubtful else State.HELD
        now = timezone.now()
        values = {"wire_end": now, "next_check_at": now} if doubtful else {"reason": reason}
        try:
            with transaction.atomic(durable=True):
                move(
                    reply,
                    source,
                    target,
                    action=Action.REPLY_UNKNOWN if doubtful else Action.REPLY_HELD,
                    actor=actor,
                    values=values,
                )
        except StateConflict:
            continue
        held += 1
    return held


def _first_time() -> bool:
    """A data directory without a watermark may send only for a database that never sent.

    The first mark is written here, before any gate: else a worker that came between another's first
    gate and its mark, or one killed there, would look like a restored database.
    """
    with _locked():
        never_sent = not Reply.objects.filter(wire_at__isnull=False).exists()
        if _read() is None and never_sent:
            _write(head_mark())
    if _read() is None:
        hold("no_watermark")
        return False
    return database_is_current()


def system() -> str:
    """Return what tells one Thulium from another: its host name, or that this is practice."""
    return "practice" if settings.PRACTICE_MODE else urlsplit(settings.THULIUM_URL).hostname or ""


def _system() -> str:
    """Return the Thulium this database writes for; the first worker to ask decides."""
    known = ThuliumConnection.objects.filter(pk=1).values_list("system", flat=True).first()
    if not known:
        with transaction.atomic():
            ThuliumConnection.objects.get_or_create(pk=1)
            ThuliumConnection.objects.filter(pk=1, system="").update(system=system())
        known = ThuliumConnection.objects.values_list("system", flat=True).get(pk=1)
    return known


def _instance() -> str:
    known = ThuliumConnection.objects.filter(pk=1).values_list("instance", flat=True).first()
    if known is None:
        with transaction.atomic():
            ThuliumConnection.objects.get_or_create(pk=1)
            ThuliumConnection.objects.filter(pk=1, instance=None).update(instance=uuid.uuid4())
        known = ThuliumConnection.objects.values_list("instance", flat=True).get(pk=1)
    return str(known)


def _path() -> Path:
    return Path(settings.DATA_DIR) / "outbox.watermark"


@contextmanager
def _locked() -> Iterator[None]:
    _path().parent.mkdir(parents=True, exist_ok=True)
    with _path().with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _read() -> Mark | None:
    try:
        return Mark(**json.loads(_path().read_text()))
    except FileNotFoundError:
        return None


def _write(mark: Mark) -> None:
    fresh = _path().with_suffix(".new")
    with fresh.open("w") as file:
        json.dump(asdict(mark), file)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(_path())
    directory = os.open(_path().parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
