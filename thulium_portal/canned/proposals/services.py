"""Proposals: a person's edit of a canned response becomes one, a manager decides over it."""

import uuid
from dataclasses import dataclass, replace
from functools import cached_property

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import Permission
from thulium_portal.audit.actions import Action
from thulium_portal.audit.services import Subject, record
from thulium_portal.canned import permissions, services, validation
from thulium_portal.canned.models import CannedResponse, CannedResponseVersion, Proposal
from thulium_portal.canned.proposals.suggestion import Sent, suggestion
from thulium_portal.canned.proposals.template import Filling
from thulium_portal.canned.validation import ResponseText, require_valid

LONGEST_NOTE = 300
LONGEST_HISTORY = 200
State = Proposal.State


class AlreadyDecided(Exception):
    """Somebody else was quicker; the proposal stays as they decided."""


@dataclass(frozen=True)
class Edit:
    """What a canned response gave for one ticket, and what was sent instead."""

    version: CannedResponseVersion
    filling: Filling
    sent: Sent
    reply_uuid: uuid.UUID

    @cached_property
    def suggestion(self) -> str | None:
        """The canned response with what was changed, and with nothing of this customer.

        None where the two differ too much to be compared.
        """
        language = self.version.response.language
        return suggestion(self.version.body, self.filling, self.sent, language)


def visible_to(user: User) -> QuerySet[Proposal]:
    """Return everybody's proposals for a manager, one's own for others; undecided ones first."""
    rows = Proposal.objects.select_related(
        "response__current", "author", "decided_by", "based_on", "version"
    )
    if not user.may(Permission.MANAGE_CANNED):
        rows = rows.filter(author=user)
    return rows.filter(response__in=permissions.nameable_by(user)).order_by("-state", "-id")


def to_decide(user: User) -> int:
    """Return how many proposals wait for *user* to decide."""
    if not user.may(Permission.MANAGE_CANNED):
        return 0
    return visible_to(user).filter(state=State.OPEN).count()


def is_open_to(edit: Edit, actor: User) -> bool:
    """Tell whether *actor* may propose something from *edit*, and has not yet."""
    response = edit.version.response
    may = actor.may(Permission.WRITE_CANNED) and response.scope != CannedResponse.Scope.PERSONAL
    known = Proposal.objects.filter(reply_uuid=edit.reply_uuid, response=response)
    return may and not known.exists()


def may_propose(edit: Edit, actor: User) -> bool:
    """Tell whether *edit* is worth a proposal of *actor*, and there is none yet."""
    if not is_open_to(edit, actor):
        return False
    return edit.suggestion is not None and edit.suggestion != edit.version.body


def propose(edit: Edit, *, actor: User) -> Proposal:
    """Turn *edit* into a proposal; a second click finds the first.

    Raises ``PermissionDenied`` for people who may not write canned responses and
    ``ValidationError`` where the text could not be saved as one.
    """
    response = edit.version.response
    known = Proposal.objects.filter(reply_uuid=edit.reply_uuid, response=response).first()
    if known is not None:
        return known
    if not may_propose(edit, actor) or edit.suggestion is None:
        raise PermissionDenied
    before = ResponseText.of(response)
    text = require_valid(replace(before, body=edit.suggestion, must_keep=()), response)
    with transaction.atomic():
        made = Proposal.objects.create(
            response=response,
            based_on=edit.version,
            title=response.title,
            body=text.body,
            reply_uuid=edit.reply_uuid,
            author=actor,
        )
        record_on(Action.CANNED_PROPOSED, made, actor, content={"body": made.body})
    return made


def accept(proposal: Proposal, *, body: str, seen_version: int, actor: User) -> Proposal:
    """Make *body*, the proposed one or what the manager made of it, the newest version.

    Raises :class:`AlreadyDecided`, ``ValidationError`` for a text that cannot be saved, and
    ``services.ChangedMeanwhile`` where *seen_version* is not the newest any more.
    """
    with transaction.atomic():
        stored = _require_open(proposal, actor)
        text = replace(text_of(stored), body=body)
        revised = services.revise(
            stored.response,
            # What looks left over was read by its author and by who accepts it.
            replace(text, meant=tuple(place.words for place in validation.left_over(text))),
            seen_version=seen_version,
            note=_note(stored),
            actor=actor,
        )
        if revised.current_id == stored.response.current_id:
            raise ValidationError(
                {"body": _("The text says this already, so nothing was changed.")}
            )
        stored.version = revised.current
        _decide(stored, State.ACCEPTED, "", actor)
        record_on(Action.PROPOSAL_ACCEPTED, stored, actor)
    return stored


def decline(proposal: Proposal, *, answer: str, actor: User) -> Proposal:
    """Say no; the author reads why in *answer*.

    Raises :class:`AlreadyDecided`, and ``ValidationError`` for an answer empty or too long.
    """
    answer = " ".join(answer.split())
    if not answer:
        raise ValidationError(_("Write why not, so that the author understands."))
    if len(answer) > LONGEST_NOTE:
        words = _("Use at most %(most)d characters; there are %(count)d.")
        raise ValidationError(words % {"most": LONGEST_NOTE, "count": len(answer)})
    with transaction.atomic():
        stored = _require_open(proposal, actor)
        _decide(stored, State.DECLINED, answer, actor)
        record_on(Action.PROPOSAL_DECLINED, stored, actor, content={"note": answer})
    return stored


def text_of(proposal: Proposal) -> ResponseText:
    """Return the whole text as it would be with *proposal*."""
    now = ResponseText.of(proposal.response)
    if not proposal.is_new_version:
        return replace(now, body=proposal.body)
    files = proposal.files.values_list("pk", flat=True)
    return validation.text_of(proposal.title, proposal.body, proposal.details, files)


def _note(proposal: Proposal) -> str:
    """Return what the history says of a version that was a proposal."""
    note = _("Proposed by %(name)s") % {"name": proposal.author.get_full_name()}
    return f"{note}: {proposal.note}"[:LONGEST_HISTORY] if proposal.note else note


def _require_open(proposal: Proposal, actor: User) -> Proposal:
    """Return *proposal* locked; raise where *actor* may not decide or somebody else has."""
    if not actor.may(Permission.MANAGE_CANNED):
        raise PermissionDenied
    rows = Proposal.objects.select_for_update(of=("self",)).select_related("response", "author")
    stored = rows.get(pk=proposal.pk)
    if stored.state != State.OPEN:
        raise AlreadyDecided
    return stored


def _decide(stored: Proposal, state: str, answer: str, actor: User) -> None:
    stored.state, stored.answer = state, answer
    stored.decided_by, stored.decided_at = actor, timezone.now()
    stored.save()


def record_on(
    action: Action, proposal: Proposal, actor: User, content: dict[str, str] | None = None
) -> None:
    """Record *action* on *proposal*; last in the transaction of the change."""
    record(
        action,
        actor=actor,
        subject=Subject("canned", str(proposal.response_id)),
        facts={
            "proposal": proposal.pk,
            "canned_version": proposal.version.number if proposal.version else None,
            "based_on": proposal.based_on.number,
        },
        content=content,
    )
