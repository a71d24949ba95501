"""New versions that the owner of a live text writes for approval; the live one stays in use."""

from dataclasses import replace

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from thulium_portal.accounts.models import User
from thulium_portal.audit.actions import Action
from thulium_portal.canned.models import CannedResponse, Proposal
from thulium_portal.canned.permissions import may_suggest
from thulium_portal.canned.proposals.services import AlreadyDecided, record_on
from thulium_portal.canned.services import ChangedMeanwhile
from thulium_portal.canned.validation import ResponseText, details, require_valid

State = Proposal.State


def suggest(
    response: CannedResponse, text: ResponseText, *, seen_version: int, note: str = "", actor: User
) -> Proposal | None:
    """Send *text* for approval as the next version of *response*; None where nothing is changed.

    It takes the place of one that *actor* sent before and that waits. Raises ``PermissionDenied``
    for all but the owner of a live text, ``ValidationError`` by field, and ``ChangedMeanwhile``
    where *seen_version* is not the newest any more.
    """
    if text.scope == CannedResponse.Scope.PERSONAL:
        raise ValidationError(
            {
                "scope": _(
                    "Others use this text, so it stays shared; write one of your own beside it."
                )
            }
        )
    with transaction.atomic():
        stored = CannedResponse.objects.select_for_update().get(pk=response.pk)
        if stored.current is None or not may_suggest(actor, stored):
            raise PermissionDenied
        text = require_valid(text, stored, actor=actor)
        if replace(text, meant=None) == ResponseText.of(stored):
            return None
        if stored.current.number != seen_version:
            raise ChangedMeanwhile(stored.current)
        for before in waiting(stored).filter(author=actor):
            _withdraw(before, actor)
        made = Proposal.objects.create(
            response=stored,
            based_on=stored.current,
            title=text.title,
            body=text.body,
            details=details(text, stored),
            note=" ".join(note.split()),
            author=actor,
        )
        made.files.set(text.files)
        content = {"title": made.title, "body": made.body}
        record_on(Action.CANNED_PROPOSED, made, actor, content=content)
    return made


def withdraw(proposal: Proposal, *, actor: User) -> None:
    """Take a new version back before it is decided over.

    Raises ``PermissionDenied`` for others than its author, :class:`AlreadyDecided` where it does
    not wait any more.
    """
    with transaction.atomic():
        stored = Proposal.objects.select_for_update().get(pk=proposal.pk)
        if stored.author_id != actor.pk or not stored.is_new_version:
            raise PermissionDenied
        if stored.state != State.OPEN:
            raise AlreadyDecided
        _withdraw(stored, actor)


def waiting(response: CannedResponse) -> QuerySet[Proposal]:
    """Return the new versions of *response* that wait for approval."""
    rows = response.proposals.filter(state=State.OPEN).exclude(details={})
    return rows.select_related("author")


def last_of(response: CannedResponse, person: User) -> Proposal | None:
    """Return what *person* sent for approval last, where it waits or was returned since."""
    newest = response.proposals.filter(author=person).exclude(details={}).first()
    going_on = newest is not None and newest.state in {State.OPEN, State.DECLINED}
    return newest if going_on else None


def _withdraw(proposal: Proposal, actor: User) -> None:
    proposal.state, proposal.decided_by, proposal.decided_at = (
        State.WITHDRAWN,
        actor,
        timezone.now(),
    )
    proposal.save()
    record_on(Action.PROPOSAL_WITHDRAWN, proposal, actor)
