"""A second pair of eyes: asking a colleague, and what the colleague decides of a waiting reply.

A reply that waits for approval is not the delivery's to take: only :func:`approve` lets it go on.
Its author takes it back with ``services.undo``.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import Permission
from thulium_portal.audit.actions import Action
from thulium_portal.canned import usage
from thulium_portal.replies import drafts, services
from thulium_portal.replies.audit_facts import (
    audit_arguments,
    digest,
    plain,
    rule_sentences,
    rules_told,
)
from thulium_portal.replies.canned_usage import credit
from thulium_portal.replies.drafts import Text
from thulium_portal.replies.models import WISH, Reply, ReplyQuerySet
from thulium_portal.replies.permissions import login_of_author
from thulium_portal.replies.readiness import rules
from thulium_portal.replies.readiness.complaints import Complaint, NotReady
from thulium_portal.replies.readiness.situation import Origin
from thulium_portal.replies.states import State
from thulium_portal.replies.submission import Submission, Submitted
from thulium_portal.replies.transitions import move
from thulium_portal.stop_rules.models import StopRule
from thulium_portal.tickets.changes import Change, Kind
from thulium_portal.tickets.snapshot import Snapshot, read_snapshot

SENT_BACK = "sent_back"
"""The reason of a cancelled reply that a colleague sent back instead of approving it."""
LONGEST_NOTE = 300
MOST_NAMES = 6
_SALT = "replies.approval"


@dataclass(frozen=True)
class Shown:
    """What an approver was shown of the ticket: as it is now, and what is new to the author.

    Travels signed in their form, as the author's own snapshot does.
    """

    snapshot: Snapshot
    told: Sequence[Change] = field(default=())

    def sign(self) -> str:
        """Return it for a hidden field; it cannot be altered on the way."""
        told = [asdict(change) for change in self.told]
        return signing.dumps([self.snapshot.sign(), told], salt=_SALT, compress=True)


def read_shown(signed: str, *, ticket_id: int) -> Shown:
    """Return what :meth:`Shown.sign` made *signed* of; nothing where it is missing or not ours."""
    try:
        snapshot, told = signing.loads(signed, salt=_SALT) if signed else ("", [])
    except signing.BadSignature:
        snapshot, told = "", []
    known = read_snapshot(snapshot, ticket_id=ticket_id)
    return Shown(known, [Change.read(one) for one in told] if known.is_known else [])


# Who, and what waits


def approvers(*, besides: User, queue_id: int | None) -> list[User]:
    """Return who may approve what *besides* wrote in a queue, by name; nobody their own."""
    people = User.objects.who_may(Permission.APPROVE_REPLIES).exclude(pk=besides.pk)
    return [one for one in people.order_by("name", "username") if one.works_in(queue_id)]


def may_decide(reply: Reply, person: User) -> bool:
    """Tell whether *person* may approve *reply* or send it back."""
    may = person.may(Permission.APPROVE_REPLIES) and person.works_in(reply.queue_id)
    return may and reply.author_id != person.pk


def waiting_for(person: User) -> ReplyQuerySet:
    """Return what *person* may approve, what has waited longest first."""
    rows = Reply.objects.filter(state=State.UNAPPROVED)
    if not person.may(Permission.APPROVE_REPLIES):
        return rows.none()
    return person.in_reach(rows).exclude(author=person).order_by("submitted_at", "pk")


def is_offered() -> bool:
    """Tell whether authors are offered to have replies approved: off unless a rule asks for it."""
    second = StopRule.Effect.SECOND_PERSON
    return StopRule.objects.for_sending().filter(effect=second).exists()


class Offer:
    """What the page of a ticket says of approval to *author*; asked where the page shows it."""

    def __init__(self, author: User, queue_id: int | None) -> None:
        self._author, self._queue_id = author, queue_id

    @cached_property
    def is_wished(self) -> bool:
        """Whether they may have any reply approved, of their own accord."""
        return self._author.can_send and is_offered()

    @cached_property
    def names(self) -> str:
        """Who may approve their replies; empty where nobody else may."""
        return names_of(approvers(besides=self._author, queue_id=self._queue_id))


def names_of(people: Iterable[User]) -> str:
    """Return the names of *people* for a sentence; of very many, how many more there are."""
    names = [str(one) for one in people]
    more = [_("%(number)d more") % {"number": len(names) - MOST_NAMES}]
    return ", ".join(names[:MOST_NAMES] + (more if len(names) > MOST_NAMES else []))


def reasons(reply: Reply) -> list[str]:
    """Return why a colleague is asked, in words: what the rules said when they stopped it."""
    said = rule_sentences(reply)
    told = [said[code] for code in reply.approval_reasons if code in said]
    if WISH in reply.approval_reasons:
        told.append(_("%(author)s asked for a second look.") % {"author": reply.author})
    return told or [_("A rule asks for a second person.")]


# Asking


def ask(submission: Submission, *, actor: User, note: str = "") -> Submitted:
    """Store a reply that waits for a colleague's approval; as ``services.submit`` does otherwise.

    What a colleague has to approve does not hold it up; whatever else keeps it from leaving does.
    Where nobody else may approve it, it is not stored: it would wait for ever.
    """
    if not approvers(besides=actor, queue_id=submission.snapshot.queue_id):
        raise NotReady([_nobody()])
    asking = replace(submission, for_approval=True, approval_note=note[:LONGEST_NOTE])
    return services.submit(asking, actor=actor)


def _nobody() -> Complaint:
    sentence = _(
        "Nobody else may approve replies now, so it was not sent. Your text is kept. Ask an "
        "administrator to give a colleague the role of a supervisor."
    )
    return Complaint("no_approver", NON_FIELD_ERRORS, sentence)


# Deciding


@dataclass(frozen=True)
class Changed:
    """The text as an approver wants it to leave, safe already, and what they let pass in it."""

    body: str
    confirmed: Collection[str] = ()


def approve(
    reply: Reply, *, actor: User, shown: Shown | None = None, changed: Changed | None = None
) -> None:
    """Let *reply* leave, as it is or *changed*, with what *actor* was *shown* of its ticket.

    It leaves under its author's agent login, at the time that was planned or after the undo time.
    Raises ``PermissionDenied``, :class:`NotReady` for what must not leave as it is, and
    :class:`StateConflict` where somebody decided first.
    """
    _require_approver(reply, actor)
    text = Text.of(reply)
    if changed is not None:
        confirmed = tuple(sorted({*text.confirmed, *changed.confirmed}))
        text = replace(text, body=changed.body, confirmed=confirmed)
    is_changed = text.body != reply.body
    if found := what_is_wrong(reply, text, shown):
        raise NotReady(found)
    values = _leaving(reply) | {"approved_by": actor, "approved_at": timezone.now()}
    values |= _seen(reply, shown) | {"confirmed": list(text.confirmed)}
    values |= _changed(reply, text) if is_changed else {}
    files = list(reply.attachments.select_related("file"))
    words = plain(text.body, text.body_type)
    with transaction.atomic(durable=True):
        _require_still_approver(reply, actor)
        if is_changed:
            usage.forget(reply.uuid)
        move(
            reply,
            State.UNAPPROVED,
            State.PENDING,
            action=Action.REPLY_APPROVED,
            actor=actor,
            values=values,
            **_told(reply, values, files, words, is_changed=is_changed),
        )
        if is_changed:
            credit(reply)


def what_is_wrong(
    reply: Reply, text: Text | None = None, shown: Shown | None = None
) -> list[Complaint]:
    """Return what keeps *reply* from being approved now, with its own text or another *text*.

    The guards are asked of other words, as though its author had written them.
    """
    found = list(_author_gone(reply)) + list(_ticket_gone(shown))
    origin = None
    if text is not None and text.body != reply.body:
        known = shown is not None and shown.snapshot.is_known
        snapshot = shown.snapshot if shown and known else drafts.snapshot_of(reply)
        origin = Origin(reply.author, snapshot)
    asked = rules.complaints_of(reply, text, origin)
    return [*found, *(one for one in asked if not one.needs_second_person)]


def _author_gone(reply: Reply) -> list[Complaint]:
    if reply.author.is_active and reply.author.can_send:
        return []
    sentence = _(
        "%(author)s can no longer send, so this reply cannot be sent under their name. Send it "
        "back: its text is kept, and a colleague can answer the ticket."
    )
    return [Complaint("author_gone", NON_FIELD_ERRORS, sentence % {"author": reply.author})]


def _ticket_gone(shown: Shown | None) -> list[Complaint]:
    if shown is None or all(change.kind is not Kind.MERGED for change in shown.told):
        return []
    sentence = _(
        "The ticket was merged into another one, so this reply cannot be sent. Send it back with a "
        "note."
    )
    return [Complaint("ticket_closed", NON_FIELD_ERRORS, sentence)]


def send_back(reply: Reply, note: str, *, actor: User) -> Reply:
    """Give *reply* back to its author with a *note*; returns the draft with exactly its text.

    Raises ``PermissionDenied``, ``ValueError`` without a note, and :class:`StateConflict` where
    somebody decided first.
    """
    _require_approver(reply, actor)
    note = note.strip()[:LONGEST_NOTE]
    if not note:
        raise ValueError("who sends a reply back says why")
    with transaction.atomic(durable=True):
        _require_still_approver(reply, actor)
        move(
            reply,
            State.UNAPPROVED,
            State.CANCELLED,
            action=Action.APPROVAL_REFUSED,
            actor=actor,
            values={"reason": SENT_BACK, "reason_detail": note, "sent_back_by": actor},
            facts={"reason": SENT_BACK, "approval_reasons": list(reply.approval_reasons)},
            content={"approval_note": note, **rules_told(reply)},
        )
        return drafts.reopen_as_draft(reply, note=note, sent_back_by=actor)


def _require_approver(reply: Reply, actor: User) -> None:
    """Raise ``PermissionDenied`` for who may not approve, and for the author whatever the role."""
    if not may_decide(reply, actor):
        raise PermissionDenied


def _require_still_approver(reply: Reply, actor: User) -> None:
    """Ask once more in the transaction that decides: *actor* may have been switched off since."""
    _require_approver(reply, User.objects.select_for_update().get(pk=actor.pk))


def _leaving(reply: Reply) -> dict[str, Any]:
    """Return the columns that tell when it leaves, as planned if that is to come, and as whose."""
    now = timezone.now()
    planned = reply.scheduled and reply.not_before is not None and reply.not_before > now
    due = reply.not_before if planned else now + timedelta(seconds=settings.UNDO_SECONDS)
    return {
        "agent_login": login_of_author(reply),
        "not_before": due,
        "scheduled": planned,
        "status_due_at": due if reply.status_after else None,
    }


def _seen(reply: Reply, shown: Shown | None) -> dict[str, Any]:
    """Return the columns with what was seen of the ticket, once *shown* is added to it.

    As where an author lets changes pass: what nobody was told of stops the reply all the same.
    """
    if shown is None or not shown.snapshot.is_known:
        return {}
    passed = [*reply.changes.get("passed", ()), *(asdict(change) for change in shown.told)]
    # Since when the customer waited was told by the author's page: times of answering count by it.
    kept = {"waiting_since", "customer_first_name"}
    columns = drafts.ticket_columns(shown.snapshot)
    told = {name: value for name, value in columns.items() if name not in kept}
    return told | ({"changes": {"passed": passed}} if passed else {})


def _changed(reply: Reply, text: Text) -> dict[str, Any]:
    return {
        "body": text.body,
        "body_sha256": digest(text.body),
        "written_body": reply.body,
    }


def _told(
    reply: Reply, values: Mapping[str, Any], files: Sequence[Any], words: str, *, is_changed: bool
) -> dict[str, Any]:
    """Return facts and texts for the record: the author's own text stands in an earlier entry."""
    facts = {
        "agent_login": values["agent_login"],
        "approval_reasons": list(reply.approval_reasons),
        "changed": is_changed,
        "not_before": values["not_before"].isoformat(),
    }
    if not is_changed:
        return {"facts": facts, "content": rules_told(reply)}
    after = copy(reply)
    for name, value in values.items():
        setattr(after, name, value)
    arguments = audit_arguments(after, files, words=words)
    return {"facts": arguments["facts"] | facts, "content": arguments["content"]}
