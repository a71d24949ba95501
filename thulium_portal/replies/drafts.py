"""Drafts: unsent texts, kept on the server as they are typed, never overwritten by an older one."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from thulium_portal.accounts.models import User
from thulium_portal.audit.actions import Action
from thulium_portal.canned.models import CannedResponse, CannedResponseVersion
from thulium_portal.canned.placeholders.forms import Answers
from thulium_portal.replies import attachments
from thulium_portal.replies.models import BodyType, Reply
from thulium_portal.replies.states import State
from thulium_portal.replies.transitions import StateConflict, move, record_on
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


_SAME = ("body", "body_type", "canned_response", "canned_version", "keep_reason")
"""What a text and the columns of a reply call and hold alike."""


@dataclass(frozen=True)
class Saved:
    """Where an autosaved text went; ``apart`` tells that it became a draft of its own."""

    draft: Reply
    apart: bool = False


def for_ticket(user: User, ticket_id: int) -> Reply | None:
    """Return the newest draft of this person for this ticket."""
    return Reply.objects.drafts_of(user).filter(ticket_id=ticket_id).first()


def save(text: Text, *, snapshot: Snapshot, key: uuid.UUID, revision: int, actor: User) -> Saved:
    """Keep *text* as the draft under the form's one-time *key*.

    Where that draft was saved meanwhile from another window (its revision is newer), or the key
    belongs to a reply that is already on its way, the text becomes a draft of its own: two texts
    are never merged and neither is dropped.
    """
    fields = text.columns() | ticket_columns(snapshot)
    mine = Q(submission_key=key, author=actor, state=State.DRAFT, draft_revision=revision)
    if Reply.objects.filter(mine).update(**fields, draft_revision=revision + 1):
        return Saved(Reply.objects.get(submission_key=key))
    same = Reply.objects.filter(
        submission_key=key, author=actor, state=State.DRAFT, body=text.body
    ).first()
    if same is not None:
        return Saved(same)
    try:
        with transaction.atomic():
            return Saved(_create(key, fields, actor))
    except IntegrityError:
        return Saved(_create(uuid.uuid4(), fields, actor), apart=True)


def keep_apart(text: Text, *, snapshot: Snapshot, origin: Reply, actor: User) -> Reply:
    """Keep *text*, sent a second time under a used key, as a draft beside the reply *origin*."""
    fields = text.columns() | ticket_columns(snapshot)
    twin = Reply.objects.drafts_of(actor).filter(ticket_id=origin.ticket_id, body=text.body).first()
    if twin is not None:
        return twin
    draft = _create(uuid.uuid4(), fields, actor)
    record_on(
        draft,
        Action.DRAFT_KEPT,
        actor=actor,
        facts={"beside": str(origin.uuid)},
        content={"body": text.body},
    )
    return draft


def reopen_as_draft(reply: Reply) -> Reply:
    """Return a new draft with exactly the text, files and canned response of *reply*.

    Runs inside the transaction that settles *reply*.
    """
    draft = Reply.objects.create(
        submission_key=uuid.uuid4(),
        author_id=reply.author_id,
        corrects_id=reply.corrects_id,
        draft_revision=1,
        **reply.columns(*Reply.TICKET_COLUMNS, *Reply.TEXT_COLUMNS),
    )
    attachments.attach(draft, list(reply.attachments.all()))
    return draft


def begin_correction(reply: Reply, body: str, *, actor: User) -> Reply:
    """Return the draft of *actor* that puts *reply* right, a new one where there is none yet."""
    begun = Reply.objects.drafts_of(actor).filter(corrects=reply).first()
    if begun is not None:
        Reply.objects.filter(pk=begun.pk).update(updated_at=timezone.now())
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
    """Throw a draft away on its author's word; its text goes into the record, not into nothing."""
    try:
        with transaction.atomic(durable=True):
            move(
                draft,
                State.DRAFT,
                State.CANCELLED,
                action=Action.DRAFT_DISCARDED,
                actor=actor,
                guard=Q(author=actor),
                content={"body": draft.body},
            )
    except StateConflict:
        return False
    return True


def _create(key: uuid.UUID, fields: dict[str, object], actor: User) -> Reply:
    return Reply.objects.create(
        submission_key=key, author=actor, state=State.DRAFT, draft_revision=1, **fields
    )


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
