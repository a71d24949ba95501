"""Drafts: unsent texts, kept on the server as they are typed, never overwritten by an older one."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from thulium_portal.accounts.models import User
from thulium_portal.audit.actions import Action
from thulium_portal.canned.models import CannedResponse, CannedResponseVersion
from thulium_portal.canned.placeholders.forms import Answers
from thulium_portal.replies import attachments
from thulium_portal.replies.audit_facts import plain
from thulium_portal.replies.models import BodyType, Reply, ReplyQuerySet
from thulium_portal.replies.states import State
from thulium_portal.replies.transitions import StateConflict, move, record_on
from thulium_portal.signatures.services import is_only_around
from thulium_portal.tickets.changes import Seen
from thulium_portal.tickets.snapshot import Snapshot


@dataclass(frozen=True)
class Text:
    """What a person has written: the part of a reply that must never be lost."""

    body: str
    body_type: str = BodyType.HTML
    canned_response: CannedResponse | None = None
    canned_version: CannedResponseVersion | None = None
    keep_reason: str = ""
    inserted: tuple[int, ...] = ()
    answers: Mapping[str, Answers] = field(default_factory=dict)
    """Id of a version that was put in → how its questions were answered."""
    confirmed: tuple[str, ...] = ()
    """Codes of what the person let pass, see ``readiness``."""
    status_after: tuple[str, str] = ("", "")
    """Id and name of the status the ticket gets once the reply was sent; empty leaves it."""
    remind_after: int | None = None
    """Days after sending when its author is reminded, unless the customer answers."""
    signature: str = ""
    """Which signature stands below a draft: its id, "none", or empty for the usual one."""
    typed: str = ""
    """The body before a signature was put below it; empty where none was."""

    @classmethod
    def of(cls, reply: Reply) -> "Text":
        return cls(
            **reply.columns(*_SAME),
            inserted=tuple(reply.inserted),
            answers=dict(reply.answers),
            confirmed=tuple(reply.confirmed),
            status_after=(reply.status_after, reply.status_after_name),
        )

    def answers_of(self, version: CannedResponseVersion | None) -> Answers | None:
        """Return how the questions of *version* were answered; None where nobody was asked."""
        return self.answers.get(str(version.pk)) if version else None

    def columns(self) -> dict[str, object]:
        """Return the columns of a reply that hold this text."""
        status, status_name = self.status_after
        return {name: getattr(self, name) for name in _SAME} | {
            "inserted": list(self.inserted),
            "answers": dict(self.answers),
            "confirmed": list(self.confirmed),
            "status_after": status,
            "status_after_name": status_name,
        }


_SAME = (
    *("body", "body_type", "canned_response", "canned_version", "keep_reason"),
    *("remind_after", "signature"),
)
"""What a text and the columns of a reply call and hold alike."""


@dataclass(frozen=True)
class Files:
    """What a form says of the files that go with its text.

    ``kept`` are ids of files this author has in drafts on the ticket, ``canned`` the ids of the
    canned responses' files that are ticked; None where the form tells nothing of these.
    """

    kept: Sequence[uuid.UUID] = ()
    canned: Sequence[str] | None = None


NO_FILES = Files()


@dataclass(frozen=True)
class Saved:
    """Where an autosaved text went; ``apart`` tells that it became a draft of its own.

    There is no draft where nothing was left to keep. ``moved`` tells of files that the draft has
    now under another id, ``gone`` of those that no draft has any more.
    """

    draft: Reply | None
    apart: bool = False
    moved: Mapping[uuid.UUID, uuid.UUID] = field(default_factory=dict)
    gone: tuple[uuid.UUID, ...] = ()


def for_ticket(user: User, ticket_id: int) -> Reply | None:
    """Return the newest draft of this person for this ticket."""
    return on_ticket(user, ticket_id).first()


def on_ticket(user: User, ticket_id: int) -> ReplyQuerySet:
    """Return every draft of this person for this ticket, newest first."""
    return Reply.objects.drafts_of(user).filter(ticket_id=ticket_id)


def under(key: uuid.UUID, author: User) -> ReplyQuerySet:
    """Return the draft of *author* under a form's *key*, at most one."""
    return Reply.objects.drafts_of(author).filter(submission_key=key)


def save(
    text: Text,
    *,
    snapshot: Snapshot,
    key: uuid.UUID,
    revision: int,
    actor: User,
    files: Files = NO_FILES,
    send_at: datetime | None = None,
) -> Saved:
    """Keep *text* as the draft under the form's one-time *key*, with the files it names.

    With *send_at* it remembers for when it was planned; nothing leaves by that.

    Where that draft was saved meanwhile from another window (its revision is newer), or the key
    belongs to a reply that is already on its way, the text becomes a draft of its own: two texts
    are never merged and neither is dropped. An empty text without files makes no draft, and ends
    the one it was.
    """
    found = attachments.of_author(files.kept, author_id=actor.pk, ticket_id=snapshot.ticket_id)
    gone = tuple(name for name in files.kept if name not in found)
    is_empty = not plain(text.body, text.body_type).strip() or is_only_around(
        text.body, text.body_type, snapshot, actor
    )
    if is_empty and not found and not files.canned and _is_ended(key, revision, actor):
        return Saved(None, gone=gone)
    fields = text.columns() | ticket_columns(snapshot)
    fields |= {"not_before": send_at, "scheduled": send_at is not None}
    if files.canned is not None:
        fields["canned_files"] = list(files.canned)
    with transaction.atomic():
        draft, apart = _keep(fields, key, revision, actor)
        moved = attachments.share(draft, found.values())
    return Saved(draft, apart, moved, gone)


def _keep(
    fields: dict[str, object], key: uuid.UUID, revision: int, actor: User
) -> tuple[Reply, bool]:
    """Return the draft that has *fields* now, and whether it is one of its own."""
    own = under(key, actor)
    # Twice: a file that came at the same time may just have made the draft.
    for _attempt in range(2):
        changes = fields | {"draft_revision": revision + 1, "updated_at": timezone.now()}
        if own.filter(draft_revision=revision).update(**changes):
            return own.get(), False
        same = own.filter(body=fields["body"]).first()
        if same is not None:
            return same, False
        try:
            with transaction.atomic():
                return create(key, fields, actor), False
        except IntegrityError:
            continue
    return create(uuid.uuid4(), fields, actor), True


def _is_ended(key: uuid.UUID, revision: int, actor: User) -> bool:
    """Tell whether there is no draft, ended here where nothing is left of it.

    Another window's newer text stays, and so do files and what corrects a reply.
    """
    with transaction.atomic(durable=True):
        draft = under(key, actor).select_for_update().first()
        if draft is None or draft.draft_revision != revision:
            return True
        if draft.corrects_id is not None or draft.attachments.exists():
            return False
        _end(draft, actor)
    return True


def keep_apart(text: Text, *, snapshot: Snapshot, origin: Reply, actor: User) -> Reply:
    """Keep *text*, sent a second time under a used key, as a draft beside the reply *origin*."""
    fields = text.columns() | ticket_columns(snapshot)
    twin = Reply.objects.drafts_of(actor).filter(ticket_id=origin.ticket_id, body=text.body).first()
    if twin is not None:
        return twin
    draft = create(uuid.uuid4(), fields, actor)
    record_on(
        draft,
        Action.DRAFT_KEPT,
        actor=actor,
        facts={"beside": str(origin.uuid)},
        content={"body": text.body},
    )
    return draft


def reopen_as_draft(reply: Reply, *, note: str = "", sent_back_by: User | None = None) -> Reply:
    """Return a new draft with exactly the text, files and canned response of *reply*.

    Runs inside the transaction that settles *reply*. Of the files that canned responses offer, a
    reply that was submitted has those that were ticked; a draft remembers which were. With a *note*
    the draft tells who sent it back and why, as one does that was thrown away and is brought back.
    """
    told = {"approval_note": note, "sent_back_by": sent_back_by}
    if reply.submitted_at is None:
        told = reply.columns("approval_note", "sent_back_by")
    draft = Reply.objects.create(
        submission_key=uuid.uuid4(),
        author_id=reply.author_id,
        canned_files=[] if reply.submitted_at else reply.canned_files,
        corrects_id=reply.corrects_id,
        draft_revision=1,
        **reply.columns(*Reply.TICKET_COLUMNS, *Reply.TEXT_COLUMNS),
        **told,
        **_plan(reply),
    )
    attachments.attach(draft, list(reply.attachments.not_erased()))
    return draft


def copy_for(reply: Reply, colleague: User, *, body: str) -> Reply:
    """Return a new draft of *colleague* with *body* and the files of *reply*, which is another's.

    What its author let pass is asked anew. Runs in the transaction that settles *reply*.
    """
    written = reply.columns(*Reply.TICKET_COLUMNS, *Reply.TEXT_COLUMNS)
    draft = Reply.objects.create(
        submission_key=uuid.uuid4(),
        author=colleague,
        canned_files=[] if reply.submitted_at else reply.canned_files,
        corrects_id=reply.corrects_id,
        taken_over_from=reply,
        draft_revision=1,
        **written | {"body": body, "confirmed": [], "signature": ""},
        **_plan(reply),
    )
    attachments.attach(draft, list(reply.attachments.not_erased()))
    return draft


def _plan(reply: Reply) -> dict[str, object]:
    """Return the columns that remember for when *reply* was planned, if that is still to come."""
    when = reply.not_before
    is_to_come = reply.scheduled and when is not None and when > timezone.now()
    return {"not_before": when, "scheduled": True} if is_to_come else {}


def begin_correction(reply: Reply, body: str, *, actor: User) -> Reply:
    """Return the draft of *actor* that puts *reply* right, a new one where there is none yet."""
    begun = Reply.objects.drafts_of(actor).filter(corrects=reply).first()
    if begun is not None:
        touch(begun)
        return begun
    known = reply.columns(*Reply.TICKET_COLUMNS)
    # What the customer wrote since is still to be read.
    known |= {"last_seen_message_id": None, "waiting_since": None, "seen": {}}
    return Reply.objects.create(
        submission_key=uuid.uuid4(),
        author=actor,
        body=body,
        corrects=reply,
        draft_revision=1,
        **known,
    )


def discard(draft: Reply, *, actor: User) -> bool:
    """Throw a draft away on its author's word; its text goes into the record, not into nothing.

    Its files stay for a day, in which it can be brought back.
    """
    try:
        with transaction.atomic(durable=True):
            _end(draft, actor)
    except StateConflict:
        return False
    return True


def _end(draft: Reply, actor: User) -> None:
    move(
        draft,
        State.DRAFT,
        State.CANCELLED,
        action=Action.DRAFT_DISCARDED,
        actor=actor,
        guard=Q(author=actor),
        content={"body": draft.body, "body_text": plain(draft.body, draft.body_type)},
    )


def bring_back(discarded: Reply, *, actor: User) -> Reply | None:
    """Return a new draft like the one that was discarded; None where it was brought back before."""
    with transaction.atomic(durable=True):
        rows = Reply.objects.discarded().filter(pk=discarded.pk, author=actor)
        if not rows.update(dismissed_at=timezone.now()):
            return None
        return reopen_as_draft(discarded)


def create(key: uuid.UUID, fields: dict[str, object], actor: User, *, revision: int = 1) -> Reply:
    """Store a new draft under *key*; raises ``IntegrityError`` where the key is used."""
    return Reply.objects.create(
        submission_key=key, author=actor, state=State.DRAFT, draft_revision=revision, **fields
    )


def dismiss_note(draft: Reply, *, actor: User) -> None:
    """Take the note of who sent *draft* back from it; the record keeps what was said."""
    rows = Reply.objects.drafts_of(actor).filter(pk=draft.pk)
    rows.update(approval_note="", sent_back_by=None)


def touch(draft: Reply) -> None:
    """Let *draft* be the newest of its ticket."""
    Reply.objects.filter(pk=draft.pk).update(updated_at=timezone.now())


def ticket_columns(snapshot: Snapshot) -> dict[str, object]:
    """Return the columns of a reply that hold what was known of its ticket.

    A page that came without the conversation knows nothing and must not wipe what is stored.
    """
    if not snapshot.is_known:
        return {"ticket_id": snapshot.ticket_id}
    return {
        "ticket_id": snapshot.ticket_id,
        "ticket_subject": snapshot.subject[:500],
        "customer_name": snapshot.customer_name[:300],
        "customer_first_name": snapshot.customer_first_name[:300],
        "customer_email": snapshot.customer_email[:320],
        "queue_id": snapshot.queue_id,
        "queue_name": snapshot.queue_name[:200],
        "last_seen_message_id": snapshot.last_message_id,
        "waiting_since": snapshot.waited_from,
        "seen": snapshot.seen.stored(),
    }


def snapshot_of(draft: Reply) -> Snapshot:
    """Return what *draft* holds of its ticket, as :func:`ticket_columns` stored it."""
    since = draft.waiting_since
    return Snapshot(
        subject=draft.ticket_subject,
        last_message_id=draft.last_seen_message_id,
        waiting_since=since.isoformat() if since else "",
        seen=Seen.read(draft.seen),
        **draft.columns(
            *("ticket_id", "customer_name", "customer_first_name", "customer_email"),
            *("queue_id", "queue_name"),
        ),
    )
