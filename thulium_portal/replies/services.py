"""What people do with replies: submit, undo, send now, decide. Views and commands come here."""

import uuid
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import Permission
from thulium_portal.audit.actions import Action
from thulium_portal.canned import usage
from thulium_portal.replies import attachments, drafts
from thulium_portal.replies.audit_facts import audit_arguments, digest, plain
from thulium_portal.replies.canned_usage import credit
from thulium_portal.replies.delivery import ticket_status
from thulium_portal.replies.drafts import Text, reopen_as_draft, ticket_columns
from thulium_portal.replies.models import WISH, Reply
from thulium_portal.replies.permissions import (
    login_of_author,
    require_author_sends,
    require_decider,
    require_pace,
    require_sender,
)
from thulium_portal.replies.readiness import rules
from thulium_portal.replies.readiness.complaints import NotReady
from thulium_portal.replies.states import STOPPED, UNSETTLED, WAS_SENT, State
from thulium_portal.replies.submission import (
    Outcome,
    Reading,
    Submission,
    Submitted,
    is_same,
    read_submission,
)
from thulium_portal.replies.transitions import StateConflict, move, record_on
from thulium_portal.stop_rules.models import RULE
from thulium_portal.storage import services as storage
from thulium_portal.tickets import reach, reminders
from thulium_portal.tickets.changes import Seen


def submit(
    submission: Submission, *, actor: User, claim: Callable[[], None] | None = None
) -> Submitted:
    """Store a reply and its audit entry in one transaction; the worker delivers it.

    One that a colleague is to approve waits for them first.

    The same key never makes two replies: the same text leads to the first one, another text is kept
    as a draft beside it. Raises ``PermissionDenied`` for a person who may not send,
    :class:`readiness.complaints.NotReady` for a reply that must not leave as it is, ``TooFast`` for
    more replies within a minute than anybody writes, and :class:`StateConflict` for a draft that is
    no longer at the revision it was read at.

    *claim* is made in the same transaction; it raises :class:`StateConflict` to call it off.
    """
    require_sender(actor)
    reach.require(actor, submission.snapshot.ticket_id, submission.snapshot.queue_id)
    submission, read = read_submission(submission, actor)
    for _attempt in range(2):
        try:
            return _submit(submission, actor, read, claim)
        except (IntegrityError, StateConflict):
            continue
    return _submit(submission, actor, read, claim)


def sent_before(
    key: uuid.UUID, text: Text, files: Iterable[UploadedFile], *, actor: User
) -> Reply | None:
    """Return what *actor* sent under *key* before, where it had the same *text* and *files*."""
    own = Reply.objects.filter(submission_key=key, author=actor)
    known = own.exclude(state=State.DRAFT).first()
    if known is None or not is_same(known, text):
        return None
    return known if attachments.has_all(known, map(storage.digest_of, files)) else None


def _submit(
    submission: Submission, actor: User, read: Reading, claim: Callable[[], None] | None
) -> Submitted:
    with transaction.atomic(durable=True):
        if claim is not None:
            claim()
        return _store(submission, actor, read)


def _store(submission: Submission, actor: User, read: Reading) -> Submitted:
    known = Reply.objects.select_for_update().filter(submission_key=submission.key).first()
    if known is not None and known.author_id != actor.pk:
        raise PermissionDenied
    is_new = known is None or known.state == State.DRAFT
    if is_new and submission.held_up_by(read.complaints):
        raise NotReady(read.complaints, passed=read.found.passed)
    if is_new:
        require_pace(actor, submission.snapshot.ticket_id)
    if known is None:
        return Submitted(_insert(submission, actor, read), Outcome.NEW)
    if known.state == State.DRAFT:
        return Submitted(_freeze(known, submission, actor, read), Outcome.NEW)
    digests = (given.file.sha256 for given in submission.files)
    if is_same(known, submission.text) and attachments.has_all(known, digests):
        return Submitted(known, Outcome.SAME)
    draft = drafts.keep_apart(
        submission.text, snapshot=submission.snapshot, origin=known, actor=actor
    )
    attachments.attach(draft, submission.files)
    return Submitted(known, Outcome.KEPT_APART, draft)


def _insert(submission: Submission, actor: User, read: Reading) -> Reply:
    reply = Reply(submission_key=submission.key, author=actor, **_frozen(submission, actor, read))
    reply.save(force_insert=True)
    stored = attachments.attach(reply, submission.files)
    credit(reply, question=submission.snapshot.question)
    record_on(
        reply,
        submission.action,
        actor=actor,
        state=reply.state,
        **audit_arguments(reply, stored, words=read.words, more=read.facts),
    )
    return reply


def _freeze(draft: Reply, submission: Submission, actor: User, read: Reading) -> Reply:
    # Asked once the draft is locked, not before: another window may add one at any moment.
    rules.require_seen(
        attachments.unseen(submission.key, submission.seen_files, author_id=actor.pk)
    )
    if submission.revision not in {None, draft.draft_revision}:
        raise StateConflict
    draft.attachments.exclude(uuid__in=submission.keep_files).delete()
    attachments.attach(draft, submission.files)
    frozen = _frozen(submission, actor, read)
    for name, value in frozen.items():
        setattr(draft, name, value)
    credit(draft, question=submission.snapshot.question)
    move(
        draft,
        State.DRAFT,
        State(str(frozen["state"])),
        action=submission.action,
        actor=actor,
        values=frozen,
        **audit_arguments(draft, list(draft.attachments.all()), words=read.words, more=read.facts),
    )
    return draft


def _frozen(submission: Submission, actor: User, read: Reading) -> dict[str, object]:
    now, text = timezone.now(), submission.text
    due = submission.send_at or now + timedelta(seconds=settings.UNDO_SECONDS)
    return {
        **text.columns(),
        **ticket_columns(submission.snapshot),
        "state": State.UNAPPROVED if submission.for_approval else State.PENDING,
        **_approval(submission, read),
        "agent_login": actor.agent_login,
        "body_sha256": digest(text.body),
        "typed_sha256": digest(text.typed) if text.typed else "",
        **read.columns,
        "submitted_at": now,
        "not_before": due,
        "status_due_at": due if text.status_after[0] else None,
        "scheduled": submission.send_at is not None,
    }


def _approval(submission: Submission, read: Reading) -> dict[str, object]:
    """Return the columns that tell why a colleague is asked, and what stop rules said of it.

    The note of who sent the draft back is done with.
    """
    asked = submission.for_approval
    said = {
        one.code: str(one.message) for one in read.complaints if asked and one.needs_second_person
    }
    passed = {one.code: str(one.message) for one in read.found.passed if one.code.startswith(RULE)}
    return {
        "approval_reasons": (sorted(said) or [WISH]) if asked else [],
        "approval_sentences": said | passed,
        "approval_note": submission.approval_note if asked else "",
        "sent_back_by": None,
    }


# While it is on its way


def undo(reply: Reply, *, actor: User) -> Reply | None:
    """Take a reply back before it leaves; returns the draft with exactly what was written.

    One that waits for approval only its author takes back: a colleague sends it back with a note.

    Returns None where a worker already prepares it: the wish is noted, the gate honours it, and the
    reply's page tells which came first. Raises :class:`StateConflict` where it is too late.
    """
    require_decider(reply, actor)
    # In this order, which is theirs: one that is approved just now is undone as well.
    sources = [State.PENDING]
    if reply.author_id == actor.pk:
        sources.insert(0, State.UNAPPROVED)
    try:
        return _first_of(sources, lambda source: _cancel(reply, source, actor))
    except StateConflict:
        claimed = Reply.objects.filter(pk=reply.pk, state=State.CLAIMED)
        if claimed.update(cancel_requested=True) != 1:
            raise
        return None


def _cancel(reply: Reply, source: State, actor: User) -> Reply:
    with transaction.atomic(durable=True):
        move(reply, source, State.CANCELLED, action=Action.REPLY_CANCELLED, actor=actor)
        return reopen_as_draft(reply)


def _first_of(sources: Sequence[State], act: Callable[[State], Reply]) -> Reply:
    """Return what *act* gives for the first of *sources* it takes; raises its last conflict."""
    for source in sources[:-1]:
        try:
            return act(source)
        except StateConflict:
            continue
    return act(sources[-1])


def remind_after(reply: Reply, days: int | None, *, actor: User) -> None:
    """Remind the author *days* after sending unless the customer answers; None does not.

    Of a reply that left meanwhile the days count from now. Raises :class:`StateConflict` for one
    that was taken back or refused.
    """
    if reply.author_id != actor.pk or not actor.may(Permission.SEND_REPLIES):
        raise PermissionDenied
    with transaction.atomic(durable=True):
        if Reply.objects.filter(pk=reply.pk, state__in=UNSETTLED).update(remind_after=days):
            return
        reply.refresh_from_db()
        if reply.state not in WAS_SENT:
            raise StateConflict
        due_on = reminders.in_days(actor, days)
        reminders.remind(actor, reply.ticket_id, due_on, newest=reply.newest_message_id)


def set_status(reply: Reply, *, actor: User) -> None:
    """Have the ticket's status set after all.

    Raises :class:`StateConflict` where it is under way.
    """
    require_decider(reply, actor)
    ticket_status.try_again(reply, actor=actor)


def send_now(reply: Reply, *, actor: User) -> None:
    """End the waiting of a reply; raises :class:`StateConflict` where it no longer waits."""
    reschedule(reply, timezone.now(), actor=actor, scheduled=False)


def reschedule(reply: Reply, when: datetime, *, actor: User, scheduled: bool = True) -> None:
    """Change when a waiting reply leaves; raises :class:`StateConflict` where none waits."""
    require_decider(reply, actor)
    with transaction.atomic(durable=True):
        rows = Reply.objects.filter(pk=reply.pk, state=State.PENDING)
        if rows.update(not_before=when, scheduled=scheduled, updated_at=timezone.now()) != 1:
            raise StateConflict
        record_on(
            reply,
            Action.REPLY_SCHEDULED,
            actor=actor,
            state=State.PENDING,
            facts={"not_before": when.isoformat()},
        )


# Decisions


def take_back(reply: Reply, *, actor: User) -> Reply:
    """Turn a stopped, missing, refused or (by an administrator) held reply into a draft."""
    require_decider(reply, actor)
    require_author_sends(reply)
    source = State(reply.state)
    if source not in {*STOPPED, State.REJECTED}:
        raise StateConflict
    if source is State.HELD and not actor.may(Permission.MANAGE_SENDING):
        raise PermissionDenied
    with transaction.atomic(durable=True):
        if source is State.REJECTED:
            rows = Reply.objects.filter(
                pk=reply.pk, state=source, dismissed_at=None, erased_at=None
            )
            if rows.update(dismissed_at=timezone.now()) != 1:
                raise StateConflict
            usage.forget(reply.uuid)
            return reopen_as_draft(reply)
        move(reply, source, State.CANCELLED, action=Action.REPLY_CANCELLED, actor=actor)
        return reopen_as_draft(reply)


def confirm_by_hand(reply: Reply, message_id: int, *, actor: User) -> None:
    """Settle a doubtful reply: the person found it on the ticket as message *message_id*."""
    require_decider(reply, actor)
    source = State(reply.state)
    if source not in {State.UNKNOWN, State.NOT_FOUND}:
        raise StateConflict
    with transaction.atomic(durable=True):
        move(
            reply,
            source,
            State.CONFIRMED,
            action=Action.REPLY_CONFIRMED,
            actor=actor,
            values={"matched_message_id": message_id, "next_check_at": None},
            facts={"message_id": message_id, "by_hand": True},
        )


def send_again(reply: Reply, *, shown: Sequence[int], key: uuid.UUID, actor: User) -> Reply:
    """Replace a reply that is not on the ticket by a new one, after a fresh look at the ticket.

    It leaves under its author's agent login, whoever presses. *shown* are the numbers of the
    messages the person was shown, kept as evidence. The click's own *key* makes a second click lead
    to the same new reply.
    """
    require_sender(actor)
    require_decider(reply, actor)
    login = login_of_author(reply)
    known = Reply.objects.filter(submission_key=key, resend_of=reply).first()
    if known is not None:
        return known
    now, words = timezone.now(), plain(reply.body, reply.body_type)
    with transaction.atomic(durable=True):
        move(
            reply,
            State.NOT_FOUND,
            State.SUPERSEDED,
            action=Action.REPLY_SUPERSEDED,
            actor=actor,
            values={"next_check_at": None},
            facts={"shown_message_ids": list(shown)},
        )
        again = reopen_as_draft(reply)
        due = now + timedelta(seconds=settings.UNDO_SECONDS)
        values = {
            "submission_key": key,
            "resend_of": reply,
            "agent_login": login,
            **reply.columns("body_sha256", "canned_text"),
            **reply.columns(*Reply.APPROVAL_COLUMNS),
            "submitted_at": now,
            "not_before": due,
            "status_due_at": due if again.status_after else None,
            "last_seen_message_id": max(shown, default=reply.last_seen_message_id),
            "seen": Seen.read(reply.seen).with_messages(shown).stored() if reply.seen else {},
        }
        for name, value in values.items():
            setattr(again, name, value)
        credit(again)
        move(
            again,
            State.DRAFT,
            State.PENDING,
            action=Action.REPLY_SUBMITTED,
            actor=actor,
            values=values,
            **audit_arguments(again, list(again.attachments.all()), words=words),
        )
    return again


def check_now(reply: Reply, *, actor: User) -> None:
    """Let the ticket be read at once for a doubtful reply."""
    require_decider(reply, actor)
    Reply.objects.filter(pk=reply.pk, state__in=[State.UNKNOWN, State.NOT_FOUND]).update(
        next_check_at=timezone.now()
    )


def let_pass(reply: Reply, *, actor: User) -> None:
    """Let a waiting reply leave past an earlier one of its ticket that is stopped or missing."""
    require_decider(reply, actor)
    Reply.objects.filter(pk=reply.pk, state=State.PENDING).update(pass_stopped=True)
