"""The one writer of the record: :func:`record` adds an entry, in the transaction it tells of."""

import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from thulium_portal.audit import checkpoints, context
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
from thulium_portal.audit.faults import RecordFault
from thulium_portal.audit.models import (
    AuditContent,
    AuditEntry,
    AuditHead,
    Checkpoint,
)
from thulium_portal.audit.review_index import erase_rows, keep_row

if TYPE_CHECKING:
    from thulium_portal.accounts.models import User

__all__ = ["Fact", "Subject", "checkpoint", "erase", "holds_only_demo", "record"]


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
    inside ``context.from_shell()``.

    Raises ``RuntimeError`` outside of a transaction, ``ValueError`` for an unknown action and
    ``TypeError`` for a fact that is none.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("an audit entry belongs into the transaction it tells of")
    action, facts, content = Action(action), checked(facts or {}), dict(content or {})
    subject = subject or Subject("", "")
    salts = {field: secrets.token_bytes(32) for field in content}
    entry = _append(
        actor,
        {
            "action": str(action),
            "subject": {"kind": subject.kind, "id": subject.id},
            "ticket": ticket_id,
            "state": str(state),
            "facts": facts,
            "commit": {field: commitment(salts[field], field, content[field]) for field in content},
        },
    )
    AuditContent.objects.bulk_create(
        AuditContent(entry=entry, field=field, salt=salts[field], data=data)
        for field, data in content.items()
    )
    keep_row(entry, facts, content)
    if entry.sequence % checkpoints.EVERY == 0:
        # After the commit, and robust: a full disk must not undo what the entry records.
        transaction.on_commit(checkpoint, robust=True)
    return entry


def _append(actor: "User | None", fields: dict[str, Any]) -> AuditEntry:
    """Add an entry of *fields* to the end of the chain, with its place, time and origin."""
    # From here to the commit nobody else can add an entry, so the sequence has no gaps; the time is
    # taken under the lock, so that entries stand in the order of their times.
    return _add_behind(_sound_head(), actor, fields)


def _add_behind(head: AuditHead, actor: "User | None", fields: dict[str, Any]) -> AuditEntry:
    """Add an entry of *fields* behind *head*, which goes on to it."""
    at = context.made_up_at.get()
    if at is None:
        at = timezone.now()
    else:
        _require_made_up_so_far(at)
    written = canonical(
        {
            "v": VERSION,
            "chain": CHAIN,
            "seq": head.sequence + 1,
            "prev": head.hash,
            "at": timestamp(at),
            "actor": _actor(actor),
            "node": context.node(),
            "request": context.request_id.get(),
            **fields,
        }
    )
    entry = AuditEntry.objects.create(
        sequence=head.sequence + 1,
        at=at,
        actor=actor,
        action=fields["action"],
        subject_kind=fields["subject"]["kind"],
        subject_id=fields["subject"]["id"],
        ticket_id=fields["ticket"],
        state=fields["state"],
        record=written,
        previous_hash=head.hash,
        hash=digest(written),
    )
    head.sequence, head.hash = entry.sequence, entry.hash
    head.save()
    return entry


def checkpoint() -> Checkpoint | None:
    """Sign where the chain stands now, in the database and in the file beside it.

    Returns the newest checkpoint (the one there was, if nothing happened since), None for an empty
    record. Raises ``OSError`` where the file cannot be written.
    """
    with transaction.atomic():
        # The lock puts checkpoints of several workers in the same order into table and file.
        head = _sound_head()
        newest = Checkpoint.objects.first()
        if head.sequence == (newest.sequence if newest else 0):
            return newest
        made = checkpoints.signed(head, timezone.now(), newest)
        made.save(force_insert=True)
        checkpoints.append_to_file(made)
    return made


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
    entries = sorted(set(sequences))
    with transaction.atomic():
        erased, _per_model = AuditContent.objects.filter(entry_id__in=entries).delete()
        erase_rows(entries)
        record(
            Action.CONTENT_ERASED,
            actor=actor,
            facts={**(facts or {}), "sequences": entries, "texts": erased},
            content={"basis": basis} if basis else None,
        )
    return erased


def holds_only_demo() -> bool:
    """Tell whether nothing has happened yet: every entry, if any, is of the made-up past."""
    newest = _newest()
    # Behind something that happened nothing made up is let in, so the newest speaks for all.
    return newest is None or newest[1]


def _require_made_up_so_far(at: datetime) -> None:
    """Raise ``RuntimeError`` where an entry of a made-up past as of *at* would stand wrongly."""
    newest = _newest()
    in_order = newest is None or (newest[1] and newest[0] <= at)
    if not (settings.PRACTICE_MODE and in_order):
        raise RuntimeError("a made-up past belongs into practice mode, before anything happened")


def _newest() -> tuple[datetime, bool] | None:
    """Return the time of the newest entry, and whether it is made up; None for an empty record."""
    found = AuditEntry.objects.values_list("at", "record").first()
    return (found[0], "demo" in json.loads(found[1])["node"]) if found else None


def _sound_head() -> AuditHead:
    """Return the locked end of the chain; one that is not the last entry is reckoned anew.

    A row that somebody broke must not keep people from working. That it was broken is the next
    entry, a check that found it so; where the row knew of entries that are not there any more,
    every later check of everything says so as well.
    """
    head = _locked_head()
    last = AuditEntry.objects.values_list("sequence", "hash").first() or (0, GENESIS)
    if (head.sequence, head.hash) == last:
        return head
    known = head.sequence
    head.sequence, head.hash = last
    facts: dict[str, Fact] = {
        "entries": head.sequence,
        "head": known,
        "holds": False,
        "problem": str(RecordFault.HEAD),
        "broken": head.sequence,
        "lost": head.sequence + 1 if known > head.sequence else None,
    }
    subject = {"kind": "", "id": ""}
    told = {"action": str(Action.AUDIT_VERIFIED), "subject": subject, "ticket": None, "state": ""}
    _add_behind(head, None, {**told, "facts": facts, "commit": {}})
    return head


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
        return {"id": None, "username": "", "role": "", "kind": context.unnamed_kind()}
    return {"id": actor.pk, "username": actor.username, "role": str(actor.role), "kind": "user"}
