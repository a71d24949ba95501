"""What authors do with canned responses: write, revise, restore, star. Versions never change.

Their moves from draft to archive are in ``workflow.py``, who may do what in ``permissions.py``.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from thulium_portal.accounts.models import User
from thulium_portal.accounts.pace import limits
from thulium_portal.accounts.roles import Permission
from thulium_portal.audit.actions import Action
from thulium_portal.canned import attachments, origins, variants
from thulium_portal.canned.audit_facts import record_change
from thulium_portal.canned.models import (
    CannedQueue,
    CannedResponse,
    CannedResponseVersion,
    Favourite,
)
from thulium_portal.canned.origins import Origin
from thulium_portal.canned.permissions import may_edit, may_review, visible_to
from thulium_portal.canned.placeholders import parser
from thulium_portal.canned.recalls import recall_of
from thulium_portal.canned.search.index import index
from thulium_portal.canned.validation import (
    ResponseText,
    columns,
    details,
    is_shortcut_taken,
    require_valid,
    shortcut_taken,
)
from thulium_portal.tickets import queues

Scope = CannedResponse.Scope
State = CannedResponse.State


class ChangedMeanwhile(Exception):
    """Someone saved a newer version since the author opened the page; nothing was stored."""

    def __init__(self, newest: CannedResponseVersion) -> None:
        super().__init__(f"version {newest.number} is newer")
        self.newest = newest


def create_response(
    text: ResponseText,
    *,
    note: str = "",
    as_draft: bool = False,
    variant_of: CannedResponse | None = None,
    origin: Origin | None = None,
    is_checked: bool = False,
    actor: User,
) -> CannedResponse:
    """Store a new canned response with its first version, or with those of its *origin*.

    It is live at once where *actor* writes for themselves or manages canned responses, and a draft
    otherwise or where *as_draft* asks for one. *variant_of* says the same in another language.
    What a manager brings from elsewhere has the state that *origin* says. *is_checked* tells that
    ``validation.require_valid`` gave *text* to the caller, who asked about its files, a moment ago.
    Raises ``ValidationError`` by field for a text that cannot be saved, ``PermissionDenied`` for a
    person who may not write canned responses, ``TooFast`` for too many saved within a minute.
    """
    needed = Permission.MANAGE_CANNED if origin else Permission.WRITE_CANNED
    if not actor.may(needed):
        raise PermissionDenied
    _count(actor, is_import=is_checked)
    with _shortcut_free(text, None, actor), transaction.atomic():
        text = text if is_checked else require_valid(text, actor=actor)
        response = CannedResponse(owner_id=_owner(text, actor.pk, actor), **columns(text))
        response.variant_of = variants.first_of(variant_of) if variant_of else None
        is_live = _goes_live_at_once(text.scope, actor) and not as_draft
        response.state = State.LIVE if is_live else State.DRAFT
        if origin:
            origins.apply(origin, response)
        response.save()
        number = 1 + origins.store_earlier(origin, response, actor=actor) if origin else 1
        version = _add_version(response, text, number=number, note=note, actor=actor)
        if origin:
            origins.sign(version, origin)
        record_change(Action.CANNED_CREATED, response, version, actor)
    return response


def join_family(
    response: CannedResponse, other: CannedResponse | None, *, actor: User
) -> CannedResponse:
    """Let *response* say the same as *other* in another language, or stand for itself again.

    Its own variants go with it. Raises ``PermissionDenied`` for a person who may not edit it.
    """
    with transaction.atomic():
        stored = _locked(response)
        if not may_edit(actor, stored):
            raise PermissionDenied
        first = variants.first_of(other) if other and other.pk != stored.pk else None
        if first in {stored, stored.variant_of}:
            return stored
        if first is not None:
            stored.variants.update(variant_of=first)
        stored.variant_of = first
        stored.save(update_fields=["variant_of", "updated_at"])
        record_change(Action.CANNED_REVISED, stored, _newest(stored), actor)
    return stored


def revise(
    response: CannedResponse,
    text: ResponseText,
    *,
    seen_version: int,
    note: str = "",
    is_checked: bool = False,
    actor: User,
) -> CannedResponse:
    """Store *text* as the next version of *response*; an unchanged text stores nothing.

    ``seen_version`` is the number of the version the author started from, *is_checked* as in
    ``create_response``. Raises :class:`ChangedMeanwhile` where another version is the newest by
    now, otherwise as ``create_response``.
    """
    _count(actor, is_import=is_checked)
    with _shortcut_free(text, response, actor), transaction.atomic():
        stored = _locked(response)
        if not may_edit(actor, stored):
            raise PermissionDenied
        text = text if is_checked else require_valid(text, stored, actor=actor)
        return _store(stored, text, seen_version=seen_version, note=note, actor=actor)


def restore_version(
    response: CannedResponse, version_number: int, *, seen_version: int, actor: User
) -> CannedResponse:
    """Make title, body and files of an earlier version the newest; nothing between is lost.

    Raises ``CannedResponseVersion.DoesNotExist`` for an unknown number, else as ``revise``.
    """
    old = response.versions.get(number=version_number)
    if faulty := recall_of(old):
        words = _("Version %(number)d was recalled: %(reason)s")
        raise ValidationError({"body": words % {"number": version_number, "reason": faulty.reason}})
    brought_back = replace(
        ResponseText.of(response),
        title=old.title,
        body=old.body,
        must_keep=old.must_keep,
        files=attachments.file_ids(old),
    )
    note = _("Text of version %(number)d brought back") % {"number": version_number}
    return revise(response, brought_back, seen_version=seen_version, note=note, actor=actor)


def mark_reviewed(
    response: CannedResponse, review_by: date | None, *, seen_version: int, actor: User
) -> CannedResponse:
    """Note in the history that *response* still holds, and when it is to be read again.

    Raises :class:`ChangedMeanwhile` and ``TooFast`` as ``revise`` does.
    """
    _count(actor)
    with transaction.atomic():
        stored = _locked(response)
        if not may_review(actor, stored):
            raise PermissionDenied
        text = replace(ResponseText.of(stored), review_by=review_by)
        text = require_valid(text, stored, actor=actor)
        return _store(
            stored, text, seen_version=seen_version, note=_("Reviewed, still accurate"), actor=actor
        )


def _store(
    stored: CannedResponse, text: ResponseText, *, seen_version: int, note: str, actor: User
) -> CannedResponse:
    newest = _newest(stored)
    owner_id = _owner(text, stored.owner_id, actor)
    is_same = replace(text, owner_id=None, meant=None) == ResponseText.of(stored)
    was_asked = text.meant is not None and details(text, stored)["meant"] != list(newest.meant)
    if is_same and not was_asked and owner_id == stored.owner_id:
        return stored
    if newest.number != seen_version:
        raise ChangedMeanwhile(newest)
    before = stored.state
    stored.state = _state_after(stored, text.scope, actor)
    if owner_id != stored.owner_id:
        stored.owner_id, stored.owner_name = owner_id, ""
    for name, value in columns(text).items():
        setattr(stored, name, value)
    version = _add_version(stored, text, number=newest.number + 1, note=note, actor=actor)
    record_change(Action.CANNED_REVISED, stored, version, actor, facts={"state_before": before})
    return stored


def _count(actor: User, *, is_import: bool = False) -> None:
    """Count one text saved by *actor*; a file of two thousand is one act, and limited itself."""
    if not is_import:
        limits.count(limits.CANNED_EDITS, actor)


def _owner(text: ResponseText, now: int, actor: User) -> int:
    """Return the id of the owner; only a manager gives a response to another."""
    if text.owner_id in {None, now}:
        return now
    if not actor.may(Permission.MANAGE_CANNED):
        raise PermissionDenied
    return text.owner_id


def _goes_live_at_once(scope: str, actor: User) -> bool:
    return scope == Scope.PERSONAL or actor.may(Permission.MANAGE_CANNED)


def _state_after(stored: CannedResponse, scope: str, actor: User) -> str:
    """Return the state after saving; only another scope can change it."""
    if scope == stored.scope or stored.state == State.ARCHIVED:
        return stored.state
    if not _goes_live_at_once(scope, actor):
        return State.DRAFT
    return State.LIVE if scope == Scope.PERSONAL else stored.state


def _locked(response: CannedResponse) -> CannedResponse:
    return CannedResponse.objects.select_for_update().get(pk=response.pk)


def _newest(response: CannedResponse) -> CannedResponseVersion:
    return response.versions.select_related("author").latest("number")


@contextmanager
def _shortcut_free(
    text: ResponseText, response: CannedResponse | None, actor: User
) -> Iterator[None]:
    """Raise ``ValidationError`` where someone takes the shortcut between our look and our write."""
    try:
        yield
    except IntegrityError as error:
        if not is_shortcut_taken(text, response, actor):
            raise
        raise ValidationError({"shortcut": shortcut_taken(text.shortcut)}) from error


def _add_version(
    response: CannedResponse, text: ResponseText, *, number: int, note: str, actor: User
) -> CannedResponseVersion:
    version = CannedResponseVersion.objects.create(
        response=response,
        number=number,
        title=text.title,
        body=text.body,
        placeholders=parser.parse(text.body).fallbacks,
        details=details(text, response),
        author=actor,
        note=" ".join(note.split()),
    )
    version.files.set(text.files)
    response.current = version
    response.save()
    index([response])
    if number > 1 or text.queues:
        assign_queues(response, text.queues)
    return version


def assign_queues(response: CannedResponse, queue_ids: Iterable[int]) -> None:
    """Let *response* be offered on tickets of exactly these queues."""
    wanted = set(queue_ids)
    response.queues.exclude(queue_id__in=wanted).delete()
    names = dict(queues.known())
    CannedQueue.objects.bulk_create(
        (
            CannedQueue(response=response, queue_id=queue_id, name=names.get(queue_id, ""))
            for queue_id in sorted(wanted)
        ),
        ignore_conflicts=True,
    )


def star(response: CannedResponse, *, actor: User) -> None:
    """Keep *response* at hand; raises ``CannedResponse.DoesNotExist`` for one out of sight."""
    seen = visible_to(actor).get(pk=response.pk)
    Favourite.objects.get_or_create(person=actor, response=seen)


def unstar(response: CannedResponse, *, actor: User) -> None:
    """Remove the star."""
    Favourite.objects.filter(person=actor, response=response).delete()
