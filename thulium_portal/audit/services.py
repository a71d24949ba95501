"""The one writer of the record: :func:`record` adds an entry, in the transaction it tells of."""

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from thulium_portal.audit import checkpoints, origin
from thulium_portal.audit.actions import Action
from thulium_portal.audit.chain import (
    CHAIN,
    GENESIS,
    VERSION,
    Fact,
    canonical,
    checked,
    commitment,
    digest,
    timestamp,
)
from thulium_portal.audit.models import (
    AuditContent,
    AuditEntry,
    AuditHead,
    CheckMark,
    Checkpoint,
    SavedView,
)
from thulium_portal.audit.review import erase_rows, keep_row
from thulium_portal.audit.verifying import Report, Walk, verify

if TYPE_CHECKING:
    from thulium_portal.accounts.models import User

__all__ = [
    "Fact",
    "Subject",
    "check_recent",
    "check_record",
    "checkpoint",
    "erase",
    "erase_views",
    "forget_view",
    "interrupted_check",
    "note_export",
    "note_search",
    "note_viewing",
    "record",
    "save_view",
]

_MARK = CheckMark.Kind
MOST_SAVED_VIEWS = 30
ONE_VIEWING = timedelta(minutes=5)
"""Opening the same entry again within this time is one viewing."""


@dataclass(frozen=True)
class Subject:
    """What an entry is about, by kind and internal id: ``("reply", uuid)``, ``("person", pk)``."""

    kind: str
    id: str


def record(
    action: Action,
    *,
    actor: "User | None",
    subject: Subject | None = None,
    ticket_id: int | None = None,
    state: str = "",
    facts: Mapping[str, Fact] | None = None,
    content: Mapping[str, str] | None = None,
) -> AuditEntry:
    """Add one entry to the chain, and return it.

    Call it last in the transaction it tells of: it holds the head of the chain until the commit,
    and a rollback takes both away. *facts* are hashed into the chain for ever, so they hold ids,
    states and digests; *content* is text that may have to be erased one day, of which the chain
    keeps only a salted commitment. An *actor* of None is the portal itself, or the command line
    inside ``origin.from_shell()``.

    Raises ``RuntimeError`` outside of a transaction, ``ValueError`` for an unknown action and
    ``TypeError`` for a fact that is none.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("an audit entry belongs into the transaction it tells of")
    action, facts, content = Action(action), checked(facts or {}), dict(content or {})
    subject = subject or Subject("", "")
    salts = {field: secrets.token_bytes(32) for field in content}
    head = _locked_head()
    at = timezone.now()
    written = canonical(
        {
            "v": VERSION,
            "chain": CHAIN,
            "seq": head.sequence + 1,
            "prev": head.hash,
            "at": timestamp(at),
            "actor": _actor(actor),
            "action": str(action),
            "subject": {"kind": subject.kind, "id": subject.id},
            "ticket": ticket_id,
            "state": str(state),
            "facts": facts,
            "commit": {field: commitment(salts[field], field, content[field]) for field in content},
            "node": origin.node(),
            "request": origin.request_id.get(),
        }
    )
    entry = AuditEntry.objects.create(
        sequence=head.sequence + 1,
        at=at,
        actor=actor,
        action=action,
        subject_kind=subject.kind,
        subject_id=subject.id,
        ticket_id=ticket_id,
        state=state,
        record=written,
        previous_hash=head.hash,
        hash=digest(written),
    )
    AuditContent.objects.bulk_create(
        AuditContent(entry=entry, field=field, salt=salts[field], data=data)
        for field, data in content.items()
    )
    AuditHead.objects.filter(pk=head.pk).update(sequence=entry.sequence, hash=entry.hash)
    keep_row(entry, facts, content)
    if entry.sequence % checkpoints.EVERY == 0:
        transaction.on_commit(checkpoint, robust=True)
    return entry


def checkpoint() -> Checkpoint | None:
    """Sign where the chain stands now, in the database and in the file beside it.

    Returns the newest checkpoint (the one there was, if nothing happened since), None for an empty
    record. Raises ``OSError`` where the file cannot be written.
    """
    with transaction.atomic():
        head = AuditHead.objects.select_for_update().filter(pk=1).first()
        newest = Checkpoint.objects.first()
        if head is None or head.sequence == (newest.sequence if newest else 0):
            return newest
        made = checkpoints.signed(head, timezone.now(), newest)
        made.save(force_insert=True)
        checkpoints.append_to_file(made)
    return made


def check_record(
    *,
    actor: "User | None",
    progress: Callable[[int], object] | None = None,
    resume: bool = False,
) -> Report:
    """Verify the whole record and note the result in it; *progress* as in ``verifying.verify``.

    With *resume* a check that was interrupted goes on where it stood.
    """
    report = verify(progress, walk=_walk_to(_MARK.WHOLE) if resume else None, keep=_keep_whole)
    CheckMark.objects.filter(kind=_MARK.WHOLE).delete()
    _note_check(report, actor)
    if report.broken is None:
        _keep_recent(report)
    return report


def check_recent() -> Report | None:
    """Verify what came since the record was last found in order; only a fault is noted in it.

    Whoever rewrites older entries is found by the next check of everything. Returns None where
    there was none yet.
    """
    walk = _walk_to(_MARK.RECENT)
    if walk is None:
        return None
    report = verify(walk=walk)
    if report.broken is None:
        _keep_recent(report)
    else:
        _note_check(report, actor=None)
    return report


def interrupted_check() -> int | None:
    """Return the entry up to which a check came that was interrupted; None where none was."""
    return CheckMark.objects.filter(kind=_MARK.WHOLE).values_list("sequence", flat=True).first()


def _walk_to(kind: str) -> Walk | None:
    mark = CheckMark.objects.filter(kind=kind).first()
    if mark is None:
        return None
    missing = {int(sequence): count for sequence, count in mark.missing.items()}
    return Walk(mark.sequence, mark.hash, missing, set(mark.erased))


def _keep_whole(walk: Walk) -> None:
    """Keep how far the check of everything has come."""
    CheckMark.objects.update_or_create(
        kind=_MARK.WHOLE,
        defaults={
            "sequence": walk.sequence,
            "hash": walk.hash,
            "missing": walk.missing,
            "erased": sorted(walk.erased & walk.missing.keys()),
            "at": timezone.now(),
        },
    )


def _keep_recent(report: Report) -> None:
    last = AuditEntry.objects.filter(sequence=report.head).first()
    if last is not None:
        CheckMark.objects.update_or_create(
            kind=_MARK.RECENT,
            defaults={"sequence": last.sequence, "hash": last.hash, "at": timezone.now()},
        )


def _note_check(report: Report, actor: "User | None") -> None:
    broken = report.broken
    with transaction.atomic():
        record(
            Action.AUDIT_VERIFIED,
            actor=actor,
            facts={
                "entries": report.entries,
                "head": report.head,
                "erased": report.erased,
                "checkpoints": report.checkpoints,
                "holds": broken is None,
                "problem": str(broken.problem) if broken else "",
                "broken": broken.sequence if broken else None,
            },
        )


def note_viewing(entry: AuditEntry, *, actor: "User") -> None:
    """Record that *actor* opened *entry*, once in five minutes."""
    subject = Subject("audit", str(entry.sequence))
    if _noted_lately(subject, Action.AUDIT_VIEWED, actor):
        return
    with transaction.atomic():
        record(Action.AUDIT_VIEWED, actor=actor, subject=subject, ticket_id=entry.ticket_id)


def note_search(table: str, asked: Mapping[str, Any], *, actor: "User") -> None:
    """Record that *actor* looked for something, the same once in five minutes.

    Words may be a customer's name, so they are kept as erasable text, and compared by a keyed
    digest: without the key nobody can try out names against it.
    """
    facts, content = _asked(table, asked)
    told = canonical({"facts": facts, "content": content})
    subject = Subject("search", _keyed_digest(told))
    if not _noted_lately(subject, Action.AUDIT_SEARCHED, actor):
        with transaction.atomic():
            record(
                Action.AUDIT_SEARCHED,
                actor=actor,
                subject=subject,
                ticket_id=asked.get("ticket"),
                facts=facts,
                content=content,
            )


def note_export(
    kind: str, table: str, asked: Mapping[str, Any], *, actor: "User | None"
) -> AuditEntry:
    """Record that *table* is about to be exported, filtered by what was *asked*; returns the entry.

    Words searched for may be a customer's name, so they are kept as erasable text.
    """
    facts, content = _asked(table, asked)
    with transaction.atomic():
        return record(
            Action.AUDIT_EXPORTED,
            actor=actor,
            ticket_id=asked.get("ticket"),
            facts={**facts, "format": str(kind)},
            content=content,
        )


def save_view(name: str, query: str, *, actor: "User") -> SavedView:
    """Keep *query* for *actor* by *name*; a view that has the name already shows it from now on.

    Raises ``ValueError`` where they keep as many as they may.
    """
    others = SavedView.objects.filter(person=actor).exclude(name=name)
    if others.count() >= MOST_SAVED_VIEWS:
        raise ValueError("too many saved views")
    view, _is_new = SavedView.objects.update_or_create(
        person=actor, name=name, defaults={"query": query}
    )
    return view


def forget_view(number: int, *, actor: "User") -> None:
    """Forget a view that *actor* has saved; anybody else's stays."""
    SavedView.objects.filter(pk=number, person=actor).delete()


def erase_views(numbers: Iterable[int]) -> int:
    """Forget saved views that look for an erased customer; return how many there were."""
    return SavedView.objects.filter(pk__in=list(numbers)).delete()[0]


def _asked(table: str, asked: Mapping[str, Any]) -> tuple[dict[str, Fact], dict[str, str]]:
    """Return what a list was asked for: facts, and the words as erasable content."""
    person = asked.get("person")
    told = ("state", "since", "until", "login", "canned", "version", "changed", "hour")
    facts: dict[str, Fact] = {name: str(asked[name]) for name in told if name in asked}
    facts |= {"table": table, "person": person.pk if person else None}
    content = {"query": asked.get("q"), "customer": asked.get("customer")}
    return facts, {name: str(words) for name, words in content.items() if words}


def _keyed_digest(told: str) -> str:
    return salted_hmac("audit.search", told, algorithm="sha256").hexdigest()[:40]


def _noted_lately(subject: Subject, action: Action, actor: "User") -> bool:
    return AuditEntry.objects.filter(
        subject_kind=subject.kind,
        subject_id=subject.id,
        action=action,
        actor=actor,
        at__gt=timezone.now() - ONE_VIEWING,
    ).exists()


def erase(
    sequences: Iterable[int],
    *,
    actor: "User | None",
    basis: str,
    facts: Mapping[str, Fact] | None = None,
) -> int:
    """Delete the texts kept with these entries, and return how many there were.

    The chain stays whole: it holds only commitments, and the erasure is an entry itself. *basis* is
    the legal ground in a few words; it is kept as erasable content. *facts* tell what else went.
    """
    numbers = sorted(set(sequences))
    with transaction.atomic():
        erased, _per_model = AuditContent.objects.filter(entry_id__in=numbers).delete()
        erase_rows(numbers)
        record(
            Action.CONTENT_ERASED,
            actor=actor,
            facts={**(facts or {}), "sequences": numbers, "texts": erased},
            content={"basis": basis} if basis else None,
        )
    return erased


def _locked_head() -> AuditHead:
    """Return the end of the chain, locked until the commit (SQLite locks as it begins)."""
    heads = AuditHead.objects.select_for_update()
    head = heads.filter(pk=1).first()
    if head is None:
        AuditHead.objects.get_or_create(pk=1, defaults={"sequence": 0, "hash": GENESIS})
        head = heads.get(pk=1)
    return head


def _actor(actor: "User | None") -> dict[str, Any]:
    if actor is None:
        return {"id": None, "username": "", "role": "", "kind": origin.unnamed_kind()}
    return {"id": actor.pk, "username": actor.username, "role": str(actor.role), "kind": "user"}
