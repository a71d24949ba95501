"""A new password by a link: asked for by mail, or given by an administrator.

A key is signed and bound to what a new password changes. So it works once, for an hour, and ends
with a sign-in, another password or role, switching off, and whenever all sessions are ended.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.exceptions import PermissionDenied
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.http import base36_to_int, int_to_base36

from thulium_portal.accounts import mails, services
from thulium_portal.accounts.audit_facts import record_on_person
from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import Permission
from thulium_portal.audit.actions import Action
from thulium_portal.audit.services import Subject, record


class LinkOver(Exception):
    """The link was used or ended meanwhile, or there may be none for this person."""


@dataclass(frozen=True)
class Given:
    """A link for an administrator to hand over, told this once."""

    person: User
    link: str
    valid_until: datetime


class _Keys(PasswordResetTokenGenerator):
    key_salt = "accounts.passwords.reset"

    def _make_hash_value(self, user: User, timestamp: int) -> str:
        state = super()._make_hash_value(user, timestamp)
        return f"{state}{user.sessions_ended}{user.is_active}"


_keys = _Keys()


def ask(typed: str) -> list[EmailMessage]:
    """Return the mails that a request for *typed*, a user name or an address, leads to.

    Whoever shares an address gets a mail of their own, which names them. Where there is nobody, the
    same is done for somebody made up: neither words nor time tell a stranger who exists.
    """
    people = [person for person in _named(typed) if _may_reset(person) and person.email]
    with transaction.atomic():
        for pk in [str(person.pk) for person in people] or [""]:
            record(Action.PASSWORD_RESET_ASKED, actor=None, subject=Subject("person", pk))
    written = [_mail(person) for person in people or [_nobody()]]
    return [mail for mail in written if mail is not None] if people else []


def give_link(person: User, *, actor: User) -> Given:
    """Return a link with which *person* can choose a new password, for *actor* to hand over."""
    if not actor.may(Permission.MANAGE_PEOPLE):
        raise PermissionDenied
    if not _may_reset(person):
        raise LinkOver
    with transaction.atomic(durable=True):
        record_on_person(Action.PASSWORD_LINK_GIVEN, person, actor)
    return Given(person, _link(person), _valid_until())


def find(key: str) -> User | None:
    """Return whom *key* lets choose a new password."""
    number, _dash, token = key.partition("-")
    try:
        person = User.objects.filter(pk=base36_to_int(number)).first()
    except (ValueError, OverflowError):
        return None
    valid = person is not None and _may_reset(person) and _keys.check_token(person, token)
    return person if valid else None


def choose(key: str, password: str) -> User:
    """Store a password chosen by the link with *key*; raises ``ValidationError``, ``LinkOver``."""
    with transaction.atomic(durable=True):
        # The row is the lock: of two who come at once, one finds the key used.
        found = find(key)
        if found is not None:
            User.objects.select_for_update().get(pk=found.pk)
            found = find(key)
        if found is None:
            raise LinkOver
        services.set_own_password(found, password)
        record_on_person(Action.PASSWORD_RESET, found, found)
    return found


def _named(typed: str) -> list[User]:
    typed = typed.strip()
    is_meant = Q(username__iexact=User.normalize_username(typed)) | Q(email__iexact=typed)
    return list(User.objects.filter(is_meant).order_by("pk")) if typed else []


def _nobody() -> User:
    return User(pk=0, username="nobody", email="nobody@example.org", password="!" * 80)


def _may_reset(person: User) -> bool:
    """Tell whether there is a password to replace; who has none yet is invited."""
    return settings.PASSWORD_SIGN_IN and person.is_active and person.has_usable_password()


def _mail(person: User) -> EmailMessage | None:
    context = {"link": _link(person), "valid_until": _valid_until()}
    return mails.compose(person, "password_reset", context)


def _link(person: User) -> str:
    key = f"{int_to_base36(person.pk)}-{_keys.make_token(person)}"
    return str(settings.PORTAL_URL) + reverse("account_reset_password_from_key", args=[key])


def _valid_until() -> datetime:
    return timezone.now() + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
