"""The rules of the second factor: who has one, who must have one, and who is told of it."""

from collections.abc import Iterator
from dataclasses import dataclass

from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from thulium_portal.accounts import mails
from thulium_portal.accounts.audit_facts import record_on_person
from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import Permission
from thulium_portal.accounts.second_factor import encryption
from thulium_portal.accounts.sessions import services as sessions
from thulium_portal.audit.actions import Action

Kind = Authenticator.Type
FACTORS = (Kind.TOTP, Kind.WEBAUTHN)
"""What counts as a second factor; recovery codes only stand in for one."""
_SECRETS = {Kind.TOTP: "secret", Kind.RECOVERY_CODES: "seed"}


@dataclass(frozen=True)
class SecondFactor:
    """What a person has beside their password."""

    app: Authenticator | None
    passkeys: tuple[Authenticator, ...]
    codes: Authenticator | None
    is_required: bool

    @property
    def is_on(self) -> bool:
        return self.app is not None or bool(self.passkeys)

    @property
    def is_single(self) -> bool:
        """Whether taking one away leaves nothing."""
        return (self.app is not None) + len(self.passkeys) == 1

    @property
    def codes_left(self) -> int:
        return len(self.codes.wrap().get_unused_codes()) if self.codes else 0


def second_factor_of(person: User) -> SecondFactor:
    kept = list(Authenticator.objects.filter(user=person).order_by("created_at", "pk"))
    of_kind = {kind: [each for each in kept if each.type == kind] for kind in Kind}
    return SecondFactor(
        app=next(iter(of_kind[Kind.TOTP]), None),
        passkeys=tuple(of_kind[Kind.WEBAUTHN]),
        codes=next(iter(of_kind[Kind.RECOVERY_CODES]), None),
        is_required=is_required(person),
    )


def is_required(person: User) -> bool:
    required: frozenset[str] = settings.REQUIRE_SECOND_FACTOR
    return person.role in required


def has_one(person: User) -> bool:
    return bool(Authenticator.objects.filter(user=person, type__in=FACTORS).exists())


def is_missing(person: User) -> bool:
    """Tell whether a person has to set up a second factor before they may do anything else."""
    return is_required(person) and not has_one(person)


def remove_all(person: User, *, actor: User | None) -> bool:
    """Take a person's second factor away, as after a lost phone; False where they had none.

    Their sessions end: one may be on what was lost. An *actor* of None is the command line.
    Raises ``PermissionDenied``, also to people about themselves: they remove their own on its
    page, which asks who they are.
    """
    if actor is not None and (actor == person or not actor.may(Permission.MANAGE_PEOPLE)):
        raise PermissionDenied
    with transaction.atomic():
        kept = Authenticator.objects.select_for_update().filter(user=person)
        kinds = sorted({each.type for each in kept})
        if not kinds:
            return False
        kept.delete()
        sessions.end_all(person)
        record_on_person(Action.SECOND_FACTOR_REMOVED, person, actor, {"kinds": kinds})
        _mail(person, _ALL_REMOVED)
    return True


def take_app_code(authenticator: Authenticator, code: str) -> bool:
    """Tell whether a right code of an app comes for the first time; it is good for one use only."""
    # As long as the library would take it: the present period, and those tolerated around it.
    seconds = app_settings.TOTP_PERIOD * (2 * app_settings.TOTP_TOLERANCE + 1)
    is_new: bool = cache.add(f"second-factor:{authenticator.pk}:{code}", "taken", timeout=seconds)
    return is_new


def renew_secrets() -> int:
    """Encrypt what lies under a former ``SECRET_KEY`` under the present one; return how many."""
    return sum(_renew(pk) for pk in _with_secrets())


def _with_secrets() -> Iterator[int]:
    yield from Authenticator.objects.filter(type__in=_SECRETS).values_list("pk", flat=True)


def _renew(pk: int) -> bool:
    with transaction.atomic():
        authenticator = Authenticator.objects.select_for_update().filter(pk=pk).first()
        if authenticator is None:
            return False
        field = _SECRETS[Kind(authenticator.type)]
        renewed = encryption.renewed(authenticator.data[field])
        is_new = renewed != authenticator.data[field]
        if is_new:
            authenticator.data[field] = renewed
            authenticator.save(update_fields=["data"])
    return bool(is_new)


# What the record and the person are told, in the transaction of what it tells of

_ADDED = {
    Kind.TOTP: _("An authenticator app was added. Sign-in asks for its code from now on."),
    Kind.WEBAUTHN: _("A passkey was added. It counts at sign-in from now on."),
}
_REMOVED = {
    Kind.TOTP: _("The authenticator app was removed."),
    Kind.WEBAUTHN: _("A passkey was removed."),
}
_WITH_CODES = _("Ten recovery codes were made with it.")
_CODES_MADE = _("Ten new recovery codes were made; former ones no longer work.")
_CODE_USED = _("A recovery code was used in place of the app or a passkey.")
_CODES_LEFT = _("Recovery codes that are left: {left}.")
_ALL_REMOVED = _(
    "An administrator removed your second step and ended your sessions. You can set it up anew."
)


def record_added(person: User, kind: str, *, with_codes: bool) -> None:
    """Tell of a new app or passkey, and of the recovery codes that come with a first one."""
    record_on_person(Action.SECOND_FACTOR_ADDED, person, person, {"kinds": [kind]})
    if with_codes:
        record_on_person(Action.RECOVERY_CODES_MADE, person, person)
    _mail(person, _ADDED[kind], *[_WITH_CODES] * with_codes)


def record_renamed(person: User, kind: str) -> None:
    record_on_person(Action.SECOND_FACTOR_RENAMED, person, person, {"kinds": [kind]})


def record_removed(person: User, kind: str) -> None:
    record_on_person(Action.SECOND_FACTOR_REMOVED, person, person, {"kinds": [kind]})
    _mail(person, _REMOVED[kind])


def record_codes_made(person: User) -> None:
    record_on_person(Action.RECOVERY_CODES_MADE, person, person)
    _mail(person, _CODES_MADE)


def record_code_used(person: User) -> None:
    record_on_person(Action.RECOVERY_CODE_USED, person, person)
    left = second_factor_of(person).codes_left
    _mail(person, _CODE_USED, format_lazy(_CODES_LEFT, left=left))


def _mail(person: User, *sentences: str | Promise) -> None:
    """Let whose second factor it is know: whoever got in could change it unseen otherwise."""
    mails.send_later([person], "second_factor", {"sentences": sentences, "at": timezone.now()})
