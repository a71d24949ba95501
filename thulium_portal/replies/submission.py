"""A form as it was sent, and what is found out of it before anything is stored."""

import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import Enum

from thulium_portal.accounts.models import User
from thulium_portal.audit.actions import Action
from thulium_portal.audit.services import Fact
from thulium_portal.replies import attachments
from thulium_portal.replies.audit_facts import canned_text, digest, plain
from thulium_portal.replies.drafts import Text
from thulium_portal.replies.models import Reply
from thulium_portal.replies.readiness import rules
from thulium_portal.replies.readiness.complaints import Complaint, Findings, is_doubt_code
from thulium_portal.replies.readiness.guards import ticket
from thulium_portal.replies.readiness.rules import Outgoing
from thulium_portal.replies.readiness.situation import Origin
from thulium_portal.signatures.services import signed
from thulium_portal.stop_rules import services as stop_rules
from thulium_portal.storage.services import Attachable
from thulium_portal.tickets.changes import Change
from thulium_portal.tickets.snapshot import Snapshot


class Outcome(Enum):
    """What became of a submission."""

    NEW = "new"
    SAME = "same"
    KEPT_APART = "kept_apart"


@dataclass(frozen=True)
class Submission:
    """A form as it was sent: the text, its one-time key and what the person had seen."""

    key: uuid.UUID
    text: Text
    snapshot: Snapshot
    files: Sequence[Attachable] = ()
    keep_files: Sequence[uuid.UUID] = ()
    seen_files: Sequence[uuid.UUID] | None = None
    send_at: datetime | None = None
    for_approval: bool = False
    """Whether a colleague is to look at it before it leaves, with ``approval_note`` for them."""
    approval_note: str = ""
    revision: int | None = None
    """Of a stored draft that is sent as it was read: one written on meanwhile is not sent."""

    @property
    def action(self) -> Action:
        """How the record calls it."""
        return Action.APPROVAL_REQUESTED if self.for_approval else Action.REPLY_SUBMITTED

    def held_up_by(self, complaints: Sequence[Complaint]) -> list[Complaint]:
        """Return those of *complaints* that no colleague's approval settles."""
        return [one for one in complaints if not (self.for_approval and one.needs_second_person)]


@dataclass(frozen=True)
class Submitted:
    """The reply a key stands for, and the draft that was kept where a second text came with it."""

    reply: Reply
    outcome: Outcome
    draft: Reply | None = None


@dataclass(frozen=True)
class Reading:
    """What a submission says, found out before any transaction: a long text takes its time."""

    found: Findings
    words: str
    canned_text: str
    changes: Sequence[Change] = ()
    """What changed on the ticket meanwhile, as its author was told and let pass."""

    @property
    def complaints(self) -> Sequence[Complaint]:
        """What keeps the reply from leaving."""
        return self.found.complaints

    @property
    def columns(self) -> dict[str, object]:
        """The columns of a reply that hold what was found out."""
        told = {"passed": [asdict(change) for change in self.changes]} if self.changes else {}
        return {"canned_text": self.canned_text, "changes": told}

    @property
    def facts(self) -> dict[str, Fact]:
        """What the record keeps of the guards: their codes, and no words of a customer."""
        told = {
            "let_pass": sorted({doubt.guard for doubt in self.found.passed}),
            "guard_failed": sorted({*self.found.failed}),
        }
        return {name: codes for name, codes in told.items() if codes}


def read_submission(submission: Submission, actor: User) -> tuple[Submission, Reading]:
    """Return *submission* with every file that is to go, and what it says.

    The files it keeps count whichever draft of the ticket has them now.
    """
    text, number = submission.text, submission.snapshot.ticket_id
    kept = attachments.of_author(submission.keep_files, author_id=actor.pk, ticket_id=number)
    outgoing = Outgoing(
        text,
        [*submission.files, *kept.values()],
        gone=len({*submission.keep_files}) - len(kept),
        is_planned=submission.send_at is not None,
        origin=Origin(actor, submission.snapshot),
    )
    words = plain(text.body, text.body_type)
    version, answers = text.canned_version, text.answers_of(text.canned_version)
    given = canned_text(version, submission.snapshot, actor, sent=words, answers=answers)
    # What the portal put below the text is no change of its author's.
    given = signed(given, "HTML", text.signature, snapshot=submission.snapshot, user=actor)
    found = rules.findings(outgoing)
    kept_text = replace(text, confirmed=_let_pass(text, found))
    codes = (*(complaint.code for complaint in found.complaints), *kept_text.confirmed)
    stop_rules.note_stops(codes, key=submission.key, author=actor)
    snapshot, changes = ticket.advanced(submission.snapshot, found.known, found.passed)
    whole = replace(submission, files=outgoing.files, text=kept_text, snapshot=snapshot)
    return whole, Reading(found, words, given, changes)


def _let_pass(text: Text, found: Findings) -> tuple[str, ...]:
    """Return the codes that are kept with the reply: of doubts only those that were there."""
    other = [code for code in text.confirmed if not is_doubt_code(code)]
    return (*other, *(doubt.pass_code for doubt in found.passed))


def is_same(known: Reply, text: Text) -> bool:
    """Tell whether *text* is what the author of *known* wrote.

    Who approved it may have changed its text since, and others the words of the signature.
    """
    written = digest(known.written_body) if known.written_body else known.body_sha256
    if written == digest(text.body):
        return True
    is_signed_alike = known.signature == text.signature and bool(text.typed)
    return is_signed_alike and known.typed_sha256 == digest(text.typed)
