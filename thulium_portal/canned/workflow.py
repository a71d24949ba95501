"""The approval workflow of a canned response: submitted, decided, archived, brought back.

None is deleted once it was used. Each move is one function: a conditional update and its audit
entry, or nothing at all.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _

from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import Permission
from thulium_portal.audit.actions import Action
from thulium_portal.canned.audit_facts import record_change
from thulium_portal.canned.models import CannedResponse, CannedResponseVersion
from thulium_portal.canned.permissions import may_make
from thulium_portal.canned.search import index
from thulium_portal.canned.states import MOVES, Move, State

LONGEST_NOTE = 300


class StateConflict(Exception):
    """The response is in another state by now, or has a newer version; nothing was changed."""


class InUse(Exception):
    """The response was used, so it cannot be deleted; it can be archived."""


def submit(response: CannedResponse, *, actor: User) -> CannedResponse:
    """Send a draft for approval; it leaves the author's hands until it is decided or withdrawn."""
    return _move("submit", response, actor, values={"submitted_at": timezone.now()})


def withdraw(response: CannedResponse, *, actor: User) -> CannedResponse:
    """Take a response back from approval, to go on writing."""
    return _move("withdraw", response, actor, values={"submitted_at": None})


def approve(response: CannedResponse, *, seen_version: int, actor: User) -> CannedResponse:
    """Make a waiting response live for everyone it is meant for.

    Raises :class:`StateConflict` where *seen_version*, the number of the version that was read, is
    not the newest any more: what goes live must have been read.
    """
    return _move("approve", response, actor, values=_decision(actor), seen_version=seen_version)


def send_back(response: CannedResponse, *, note: str, actor: User) -> CannedResponse:
    """Return a waiting response to its author, who reads in *note* what is to be changed.

    Raises ``ValidationError`` where the note is empty or longer than :data:`LONGEST_NOTE`.
    """
    note = " ".join(note.split())
    if not note:
        raise ValidationError(_("Write what the author should change."))
    if len(note) > LONGEST_NOTE:
        raise ValidationError(
            _("The note has %(count)d characters, %(most)d are allowed. Shorten it.")
            % {"count": len(note), "most": LONGEST_NOTE}
        )
    return _move("send_back", response, actor, values=_decision(actor, note), note=note)


def publish(response: CannedResponse, *, actor: User) -> CannedResponse:
    """Make a draft live without asking anybody: a manager's word, or the owner's for themselves."""
    return _move("publish", response, actor, values=_decision(actor))


def rework(response: CannedResponse, *, actor: User) -> CannedResponse:
    """Take a response out of use to be written anew; its owner sees it among their drafts."""
    return _move("rework", response, actor)


def archive(response: CannedResponse, *, actor: User) -> CannedResponse:
    """Take *response* out of use; it stays in the library's archive with all its versions."""
    return _move("archive", response, actor)


def bring_back(response: CannedResponse, *, actor: User) -> CannedResponse:
    """Put an archived response into use again."""
    return _move("bring_back", response, actor)


def may_delete(user: User, response: CannedResponse) -> bool:
    """Tell whether *response* is a draft that nobody used yet and that *user* may delete."""
    decides = response.owner_id == user.pk and user.may(Permission.WRITE_CANNED)
    if response.scope != CannedResponse.Scope.PERSONAL:
        decides = decides or user.may(Permission.MANAGE_CANNED)
    return decides and response.state == State.DRAFT and not _was_used(response)


def delete_draft(response: CannedResponse, *, actor: User) -> None:
    """Delete a draft that was never used, with its versions; the audit keeps what it said.

    Raises :class:`InUse` for one that was used or is no draft, ``PermissionDenied`` for a person
    who may not delete it.
    """
    try:
        with transaction.atomic():
            _delete(CannedResponse.objects.select_for_update().get(pk=response.pk), actor)
    except ProtectedError as error:
        # A reply's draft, a proposal or another language holds on to it.
        raise InUse from error


def _delete(stored: CannedResponse, actor: User) -> None:
    if stored.state != State.DRAFT or _was_used(stored):
        raise InUse
    if not may_delete(actor, stored):
        raise PermissionDenied
    newest = _newest(stored)
    CannedResponse.objects.filter(pk=stored.pk).update(current=None)
    stored.versions.all().delete()
    record_change(Action.CANNED_DELETED, stored, newest, actor)
    index.forget(stored)
    CannedResponse.objects.filter(pk=stored.pk).delete()


def _was_used(response: CannedResponse) -> bool:
    return response.used_count > 0 or response.uses.exists()


def _move(
    name: str,
    response: CannedResponse,
    actor: User,
    *,
    values: Mapping[str, Any] | None = None,
    seen_version: int | None = None,
    note: str = "",
) -> CannedResponse:
    """Make the move *name* and return the response, also where it had been made before.

    Raises ``PermissionDenied`` where it is not for *actor* to make, :class:`StateConflict` where
    the response cannot make it any more.
    """
    with transaction.atomic():
        stored = CannedResponse.objects.select_for_update().get(pk=response.pk)
        mine = [move for move in MOVES if move.name == name and may_make(actor, stored, move)]
        if not mine:
            raise PermissionDenied
        if stored.state == mine[0].target:
            return stored
        move = next((move for move in mine if move.source == stored.state), None)
        newest = _newest(stored)
        if move is None or seen_version not in {None, newest.number}:
            raise StateConflict
        _write(stored, move, {"updated_at": timezone.now(), **(values or {})})
        facts = {"state_before": move.source.value}
        record_change(move.action, stored, newest, actor, facts=facts, note=note)
    return stored


def _write(stored: CannedResponse, move: Move, values: Mapping[str, Any]) -> None:
    row = CannedResponse.objects.filter(
        pk=stored.pk, state=move.source, current_id=stored.current_id
    )
    changes = {"state": move.target, **values}
    if row.update(**changes) != 1:
        raise StateConflict
    for name, value in changes.items():
        setattr(stored, name, value)


def _decision(actor: User, note: str = "") -> dict[str, Any]:
    return {
        "decided_by": actor,
        "decided_at": timezone.now(),
        "decision_note": note,
        "submitted_at": None,
    }


def _newest(response: CannedResponse) -> CannedResponseVersion:
    return response.versions.latest("number")


def is_due(response: CannedResponse, today: date) -> bool:
    """Tell whether a live response should be read again by its owner."""
    return (
        response.state == State.LIVE
        and response.review_by is not None
        and response.review_by <= today
    )
