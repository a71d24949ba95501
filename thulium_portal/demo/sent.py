"""A reply of the made-up past: its row, its delivery, and what the record tells of it."""

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import F
from django.utils import timezone

from thulium_portal.accounts.models import User
from thulium_portal.audit.actions import Action
from thulium_portal.canned import usage
from thulium_portal.canned.models import CannedResponse, CannedResponseVersion
from thulium_portal.demo.reader import read_text
from thulium_portal.demo.story import CLOSED, Conversation, Line
from thulium_portal.demo.texts import polish_date
from thulium_portal.replies import attachments
from thulium_portal.replies.audit_facts import (
    audit_arguments,
    canned_text,
    changed_share,
    digest,
    plain,
)
from thulium_portal.replies.drafts import ticket_columns
from thulium_portal.replies.models import Attachment, DeliveryAttempt, Reply, TicketRead
from thulium_portal.replies.states import State
from thulium_portal.replies.transitions import record_on
from thulium_portal.storage import services as storage
from thulium_portal.storage.services import NamedFile
from thulium_portal.thulium import Customer, MessageFile, MessageKind, Ticket, TicketMessage
from thulium_portal.tickets.snapshot import Snapshot, snapshot_of

Event = tuple[datetime, Callable[[], object]]
"""Something of the past, to be done in the order of its time."""

_WORKER = "demo"


@dataclass(frozen=True, kw_only=True)
class Written:
    """A reply as it was submitted: by whom, to what, when it was to leave and what became of it."""

    author: User
    snapshot: Snapshot
    body: str
    leaves_at: datetime
    state: State
    canned: str = ""
    files: Sequence[str] = ()
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def submitted_at(self) -> datetime:
        """When its author pressed Send; a planned reply names its own time."""
        undo = timedelta(seconds=settings.UNDO_SECONDS)
        at: datetime = self.values.get("submitted_at", self.leaves_at - undo)
        return at


class Telling:
    """Tells what became of one reply, entry by entry, as the portal writes them."""

    def __init__(self, written: Written) -> None:
        self._written, self._claim = written, str(uuid.uuid4())
        self.author, self.leaves_at = written.author, written.leaves_at
        self._reply: Reply | None = None
        self._share: int | None = None

    @property
    def reply(self) -> Reply:
        """The row; there once :meth:`submitted` was told."""
        if self._reply is None:
            raise RuntimeError("not submitted yet")
        return self._reply

    def submitted(self) -> Event:
        """Tell that it was submitted."""
        return self._written.submitted_at, self._submit

    def claimed(self) -> Event:
        """Tell that a worker took it."""
        return self.entry(
            self.leaves_at + timedelta(milliseconds=180),
            *(Action.REPLY_CLAIMED, State.CLAIMED),
            facts={"attempt": 1, "claim": self._claim, "worker": _WORKER},
        )

    def left(self) -> Iterator[Event]:
        """Tell that it was claimed and that its sending began."""
        yield self.claimed()
        yield self.entry(
            self.leaves_at + timedelta(milliseconds=420),
            *(Action.REPLY_SENDING, State.SENDING),
            facts={"attempt": 1, "claim": self._claim},
            content={"recipient": self._written.snapshot.customer_email},
        )

    def confirmed(self, message_id: int) -> Iterator[Event]:
        """Tell that Thulium took it, and that it was found on its ticket as *message_id*."""
        yield self.verdict(
            self.leaves_at + timedelta(milliseconds=900),
            *(Action.REPLY_SENT, State.SENT, "sent"),
            http_status=200,
        )
        yield self.entry(
            self.leaves_at + timedelta(milliseconds=2300),
            *(Action.REPLY_CONFIRMED, State.CONFIRMED),
            facts={"message_id": message_id, "before": State.SENT.value},
        )
        if self._written.canned:
            yield self.leaves_at + timedelta(milliseconds=4100), self._compare

    def verdict(
        self,
        at: datetime,
        action: Action,
        state: State,
        verdict: str,
        *,
        content: Mapping[str, str] | None = None,
        **facts: Any,
    ) -> Event:
        """Tell how its one attempt ended."""
        known = {"attempt": 1, "claim": self._claim, "verdict": verdict, "http_status": None}
        known |= {"reason": "", "upstream_request_id": ""}
        return self.entry(at, action, state, facts=known | facts, content=content)

    def cancelled(self, at: datetime) -> Event:
        """Tell that its author took it back."""
        return self.entry(at, Action.REPLY_CANCELLED, State.CANCELLED, actor=self.author)

    def entry(
        self, at: datetime, action: Action, state: State, *, actor: User | None = None, **told: Any
    ) -> Event:
        """Tell one step; *told* are facts and content."""
        return at, lambda: record_on(self.reply, action, actor=actor, state=state, **told)

    def _submit(self) -> None:
        written = self._written
        version = current_version(written.canned)
        reply = Reply(**self._columns(version))
        reply.save(force_insert=True)
        files = attachments.attach(reply, [_invoice(name) for name in written.files])
        if "attempts" in written.values:
            self._attempt(reply)
        if version:
            self._credit(reply, version)
        arguments = audit_arguments(reply, files, words=plain(reply.body, reply.body_type))
        waits = written.state == State.UNAPPROVED
        record_on(
            *(reply, Action.APPROVAL_REQUESTED if waits else Action.REPLY_SUBMITTED),
            actor=written.author,
            state=State.UNAPPROVED if waits else State.PENDING,
            **arguments,
        )
        self._reply = reply

    def _columns(self, version: CannedResponseVersion | None) -> dict[str, Any]:
        written, at = self._written, self._written.submitted_at
        given = canned_text(
            version, written.snapshot, written.author, sent=plain(written.body, "HTML")
        ).replace(polish_date(timezone.localtime()), polish_date(at))
        return {
            **ticket_columns(written.snapshot),
            "submission_key": uuid.uuid4(),
            "author": written.author,
            "agent_login": written.author.agent_login,
            "body": written.body,
            "body_sha256": digest(written.body),
            "canned_response": version.response if version else None,
            "canned_version": version,
            "canned_text": given,
            "state": written.state,
            "submitted_at": at,
            "not_before": written.leaves_at,
            **written.values,
        }

    def _attempt(self, reply: Reply) -> None:
        verdict = "sent" if reply.state == State.CONFIRMED else "unknown"
        verdict = {State.REJECTED: "rejected", State.BLOCKED: "not_sent"}.get(
            State(reply.state), verdict
        )
        DeliveryAttempt.objects.create(
            reply=reply,
            number=1,
            claim=self._claim,
            worker=_WORKER,
            started_at=self._written.leaves_at,
            wire_at=reply.wire_at,
            ended_at=reply.wire_end or self._written.leaves_at,
            verdict=verdict,
            http_status={"sent": 200, "rejected": 400}.get(verdict),
            reason=reply.reason,
            reason_detail=reply.reason_detail,
            seen_ids=reply.seen_ids,
        )
        if reply.matched_message_id:
            ids = [*reply.seen_ids, reply.matched_message_id]
            at = self._written.leaves_at + timedelta(milliseconds=2300)
            TicketRead.objects.create(
                reply=reply, at=at, valid=True, message_ids=ids, candidates=ids[-1:]
            )

    def _credit(self, reply: Reply, version: CannedResponseVersion) -> None:
        self._share = changed_share(reply)
        at = self._written.submitted_at
        usage.record(
            *(reply.uuid, version, at),
            changed_percent=self._share,
            compared_at=at + timedelta(seconds=15),
            question=self._written.snapshot.question,
            person=reply.author,
            **reply.columns("ticket_id", "queue_id"),
        )

    def _compare(self) -> None:
        facts = {"changed_percent": self._share}
        record_on(self.reply, Action.REPLY_COMPARED, actor=None, facts=facts)


def sent(ticket: Conversation, line: Line, author: User) -> Telling:
    """Return the telling of a reply that reached its ticket as message *line*."""
    before = tuple(other for other in ticket.lines if other.id < line.id)
    leaves_at = line.at + timedelta(seconds=13 + line.id % 43)
    wire_at, ended = leaves_at + timedelta(milliseconds=420), timedelta(milliseconds=900)
    values = {
        "attempts": 1,
        "wire_at": wire_at,
        "wire_end": leaves_at + ended,
        "settled_at": leaves_at + timedelta(milliseconds=2300),
        "seen_ids": [other.id for other in before],
        "checks": 1,
        "valid_checks": 1,
        "matched_message_id": line.id,
    }
    return Telling(
        Written(
            author=author,
            snapshot=snapshot(ticket, before),
            body=line.body,
            leaves_at=leaves_at,
            state=State.CONFIRMED,
            canned=line.canned,
            files=[f"Faktura {ticket.number}.pdf"] if line.files else (),
            values=values,
        )
    )


def date_replies() -> None:
    """Date the rows of all replies by when they were submitted, not by when they were told."""
    submitted = Reply.objects.exclude(submitted_at=None)
    submitted.update(created_at=F("submitted_at"), updated_at=F("submitted_at"))


def snapshot(ticket: Conversation, lines: Sequence[Line]) -> Snapshot:
    """Return what an agent saw of *ticket* when it had *lines*."""
    one = ticket.customer
    return snapshot_of(as_read(ticket, lines), Customer(one.id, one.name, one.surname, one.email))


def as_read(ticket: Conversation, lines: Sequence[Line] | None = None) -> Ticket:
    """Return *ticket* as the portal reads it from Thulium, with *lines* or all of them."""
    whole, lines = lines is None, ticket.lines if lines is None else lines
    closed_at = ticket.closed_at if whole else None
    return Ticket(
        id=ticket.number,
        subject=ticket.subject,
        customer_email=ticket.customer.email,
        customer_id=ticket.customer.id,
        queue_id=ticket.queue_id,
        queue_name=ticket.queue,
        status_name=ticket.status if whole else "Nowe",
        agent_login=ticket.login,
        created_at=_local(lines[0].at),
        updated_at=_local(lines[-1].at),
        closed_at=_local(closed_at) if closed_at else None,
        messages=tuple(map(_message, lines)),
        is_closed=whole and ticket.status == CLOSED,
    )


def _message(line: Line) -> TicketMessage:
    files = tuple(map(MessageFile, line.files))
    kind = MessageKind(line.kind)
    return TicketMessage(
        line.id, kind, line.body, "", line.system, line.login, _local(line.at), files
    )


def _local(at: datetime) -> datetime:
    return at.replace(tzinfo=None)


@cache
def current_version(shortcut: str) -> CannedResponseVersion | None:
    """Return the newest version of a shared canned response, None where there is none.

    Kept until ``current_version.cache_clear()``.
    """
    if not shortcut:
        return None
    shared = CannedResponse.objects.exclude(scope=CannedResponse.Scope.PERSONAL)
    response = shared.select_related("current__response").filter(shortcut=shortcut).first()
    return response.current if response else None


def _invoice(name: str) -> NamedFile:
    """Return the invented invoice under a *name*; its bytes lie in the store once."""
    known = Attachment.objects.filter(name__startswith="Faktura ").first()
    if known is not None:
        return NamedFile(name, known.file)
    return storage.store(SimpleUploadedFile(name, read_text("faktura.pdf").encode()))
