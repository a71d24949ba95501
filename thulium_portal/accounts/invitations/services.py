"""Invitations: made, found by their key, accepted, withdrawn; each step recorded."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from thulium_portal.accounts import mails, services
from thulium_portal.accounts.audit_facts import record_on_person
from thulium_portal.accounts.models import Invitation, User
from thulium_portal.accounts.roles import Permission
from thulium_portal.audit.actions import Action

VALID_FOR = timedelta(days=7)


class InvitationOver(Exception):
    """The invitation was used, withdrawn or replaced meanwhile, or nobody may use it."""


@dataclass(frozen=True)
class Invited:
    """A new invitation; ``link`` is told this once, and ``was_mailed`` whether it is on its way."""

    person: User
    link: str
    valid_until: datetime
    was_mailed: bool


def invite(person: User, *, by_mail: bool, actor: User | None, waits: bool = True) -> Invited:
    """Make an invitation, which ends an earlier one; the link is mailed if that was asked for.

    A mail nobody *waits* for leaves in the background; that it failed is said to the log alone.
    Raises ``PermissionDenied``, and :class:`InvitationOver` for who has or needs no password, or is
    off.
    """
    _require_manager(actor)
    key = secrets.token_urlsafe(32)
    valid_until = timezone.now() + VALID_FOR
    with transaction.atomic(durable=True):
        person = User.objects.select_for_update().get(pk=person.pk)
        if not _is_without_password(person):
            raise InvitationOver
        given = {"key_digest": _digest(key), "made_by": actor, "valid_until": valid_until}
        anew = {"made_at": timezone.now(), "was_mailed": False, "used_at": None}
        Invitation.objects.update_or_create(person=person, defaults=given | anew)
        record_on_person(Action.PERSON_INVITED, person, actor)
    link = settings.PORTAL_URL + reverse("account_invitation", args=[key])
    context = {"link": link, "valid_until": valid_until, "inviter": actor}
    if by_mail and not waits:
        mail = mails.compose(person, "invitation", context)
        mails.post([mail] if mail else [])
        was_mailed = mail is not None
    else:
        was_mailed = by_mail and mails.send(person, "invitation", context)
    if was_mailed:
        Invitation.objects.filter(person=person, key_digest=_digest(key)).update(was_mailed=True)
    return Invited(person, link, valid_until, was_mailed)


def withdraw(person: User, *, actor: User | None) -> None:
    """Let the invitation of *person* lead nowhere any more; one that is used stays as it is."""
    _require_manager(actor)
    with transaction.atomic(durable=True):
        ended, _per_model = Invitation.objects.filter(person=person, used_at=None).delete()
        if ended:
            record_on_person(Action.INVITATION_WITHDRAWN, person, actor)


def find(digest: str) -> Invitation | None:
    """Return the open invitation whose key has this digest."""
    found = Invitation.objects.select_related("person").filter(key_digest=digest).first()
    return found if found and found.is_open and _is_without_password(found.person) else None


def find_by_key(key: str) -> Invitation | None:
    """Return the open invitation that *key* belongs to."""
    return find(_digest(key))


def accept(digest: str, password: str) -> User:
    """Use the invitation whose key has this digest, once, for a password its person chose.

    Raises ``ValidationError`` for the password and :class:`InvitationOver`.
    """
    with transaction.atomic(durable=True):
        # The row is the lock: of two who come at once, one finds it used.
        rows = Invitation.objects.select_for_update().filter(key_digest=digest)
        row = rows.select_related("person").first()
        if row is None or not row.is_open or not _is_without_password(row.person):
            raise InvitationOver
        row.used_at = timezone.now()
        row.save(update_fields=["used_at"])
        services.set_own_password(row.person, password)
        record_on_person(Action.INVITATION_ACCEPTED, row.person, row.person)
    return row.person


def _is_without_password(person: User) -> bool:
    """Tell whether *person* is to choose a password: where none opens the portal nobody is."""
    return settings.PASSWORD_SIGN_IN and person.is_active and not person.has_usable_password()


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def _require_manager(actor: User | None) -> None:
    if actor is not None and not actor.may(Permission.MANAGE_PEOPLE):
        raise PermissionDenied
