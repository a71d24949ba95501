"""Adding and changing people; every change leaves an audit entry in the same transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from thulium_portal.accounts import mails
from thulium_portal.accounts.agent_check import AgentCheck
from thulium_portal.accounts.agent_logins import store_login
from thulium_portal.accounts.audit_facts import record_on_person as _record
from thulium_portal.accounts.models import Invitation, User
from thulium_portal.accounts.roles import Permission, Role
from thulium_portal.accounts.sessions.services import end_all
from thulium_portal.accounts.signals import no_longer_sends, works_in_other_queues
from thulium_portal.audit.actions import Action
from thulium_portal.audit.services import Fact, Subject, record


@dataclass(frozen=True)
class PersonText:
    """What an administrator writes about a person."""

    username: str
    name: str
    email: str
    role: str
    language: str
    is_active: bool = True
    queues: Sequence[int] | None = None
    """Thulium's numbers of the only queues they work in, none for all; None leaves them be."""

    def columns(self) -> dict[str, Any]:
        """Return the columns of a person that hold this."""
        columns = dict(vars(self))
        queues = columns.pop("queues")
        return columns if queues is None else columns | {"queues": sorted(set(queues))}


GIVEN_PASSWORD = gettext_lazy("This is the password you were given. Choose one of your own.")
_PERSONAL = frozenset({"name", "email"})
"""Fields whose values are personal data: the chain keeps that they changed, not what they say."""


def create_person(
    text: PersonText,
    *,
    password: str,
    check: AgentCheck | None,
    actor: User | None,
    confirmation: str = "",
    must_change: bool = True,
) -> User:
    """Add a person; *check* is the agent login's, None where they are to have none.

    An empty *password* is none: an invitation lets them choose one. Whoever typed it knows it as
    well, so it *must_change* at the first sign-in. An *actor* of None is the command line.
    *confirmation* is the login once more, where Thulium does not say that it is the person's own.
    Raises ``ValidationError`` with the fields at fault (``password``, ``agent_login`` and
    ``confirmation`` among them) and ``PermissionDenied``.
    """
    _require_manager(actor)
    hashed = _hashed(password, text) if password else make_password(None)
    must_change = must_change and bool(password)
    with transaction.atomic(durable=True):
        _wait_for_other_changes()
        person = User(**text.columns(), password=hashed, must_change_password=must_change)
        person.full_clean()
        person.save(force_insert=True)
        login = store_login(person, check, actor=actor, confirmation=confirmation)
        _record(Action.PERSON_CREATED, person, actor, {"role": str(person.role)})
        login.record(actor=actor)
    return person


def change_person(
    person: User,
    text: PersonText,
    *,
    check: AgentCheck | None,
    actor: User | None,
    password: str = "",
    confirmation: str = "",
    must_change: bool = True,
) -> User:
    """Change a person, all or nothing; an empty *password* keeps theirs.

    A new password, another role and switching off or on end their sessions for good.

    *check* is the agent login's, None where they are to have none. Raises ``ValidationError`` as
    :func:`create_person` does, and where nobody would be left who may look after people.
    """
    _require_manager(actor)
    is_new = bool(password) and not person.has_password(password)
    hashed = _hashed(password, text) if is_new else ""
    with transaction.atomic(durable=True):
        _wait_for_other_changes()
        person = User.objects.select_related("agent_profile").get(pk=person.pk)
        before = {name: getattr(person, name) for name in text.columns()}
        could_send = person.may(Permission.SEND_REPLIES)
        for name, value in text.columns().items():
            setattr(person, name, value)
        person.password = hashed or person.password
        person.full_clean()
        _require_an_administrator(person, before, actor)
        changed = {name: old for name, old in before.items() if old != getattr(person, name)}
        fields = list(changed)
        if hashed:
            person.must_change_password = must_change
            fields += ["password", "must_change_password"]
        person.save(update_fields=fields)
        if hashed or changed.keys() & {"role", "is_active"}:
            end_all(person)
        if hashed or not person.is_active:
            end_invitation(person)
        login = store_login(person, check, actor=actor, confirmation=confirmation)
        # Before the first entry: replies are locked before the head of the record everywhere.
        _tell_other_rooms(person, changed, actor, could_send=could_send)
        _record_changes(person, changed, actor)
        login.record(actor=actor)
        if hashed:
            _record_new_password(person, actor)
    return person


def set_own_password(person: User, password: str) -> None:
    """Give a person the password they chose, which ends their sessions.

    Raises ``ValidationError``, also where somebody else chose the present one and it is the same.
    """
    password = User.normalize_password(password)
    validate_password(password, person)
    if person.must_change_password and person.has_password(password):
        raise ValidationError(GIVEN_PASSWORD)
    hashed = make_password(password)
    with transaction.atomic():
        person.password, person.must_change_password = hashed, False
        person.save(update_fields=["password", "must_change_password"])
        end_all(person)
        end_invitation(person)
        _record_new_password(person, person)


def _tell_other_rooms(
    person: User, changed: Mapping[str, object], actor: User | None, *, could_send: bool
) -> None:
    """Let others keep back what would leave in the name of *person* against what they may now."""
    if could_send and not person.may(Permission.SEND_REPLIES):
        no_longer_sends.send(User, person=person, actor=actor)
    elif changed.keys() & {"queues", "role"}:
        works_in_other_queues.send(User, person=person, actor=actor)


def end_invitation(person: User) -> None:
    """Let an invitation that was not used lead nowhere any more."""
    Invitation.objects.filter(person=person, used_at=None).delete()


def change_profile(person: User, *, name: str, time_zone: str, signature: str) -> None:
    """Store a person's own name, time zone and signature."""
    wanted = {"name": name, "time_zone": time_zone, "signature": signature}
    changed = [field for field, value in wanted.items() if getattr(person, field) != value]
    if not changed:
        return
    for field in changed:
        setattr(person, field, wanted[field])
    with transaction.atomic(durable=True):
        person.save(update_fields=changed)
        _record(Action.PERSON_CHANGED, person, person, {"fields": changed})


def set_language(person: User, language: str) -> None:
    """Store the language a person chose; a matter of display, not worth an entry."""
    User.objects.filter(pk=person.pk).update(language=language)
    person.language = language


# What people do at the door


def record_at_the_door(action: Action, person: User, *, by: str = "") -> None:
    """Record that *person* signed in or out, and *by* what they proved who they are."""
    facts: dict[str, Fact] = {"by": by} if by else {}
    with transaction.atomic():
        record(action, actor=person, subject=Subject("person", str(person.pk)), facts=facts)


# Rules


def _require_manager(actor: User | None) -> None:
    if actor is not None and not actor.may(Permission.MANAGE_PEOPLE):
        raise PermissionDenied


def _wait_for_other_changes() -> None:
    """Let changes of people happen one after the other; the administrators' rows are the lock.

    Otherwise two administrators could take each other's role away, or two people one agent login.
    """
    administrators = User.objects.filter(role=Role.ADMINISTRATOR).order_by("pk")
    # Not "for update" outright: entries of the record that name these people need not wait.
    list(administrators.select_for_update(no_key=True).values_list("pk", flat=True))


def _hashed(password: str, text: PersonText) -> str:
    """Return the password's hash. It takes its time, so it is made before the transaction."""
    password = User.normalize_password(password)
    try:
        validate_password(password, User(**text.columns()))
    except ValidationError as error:
        raise ValidationError({"password": error.error_list}) from error
    return make_password(password)


def _require_an_administrator(person: User, before: dict[str, object], actor: User | None) -> None:
    was_one = before["is_active"] and before["role"] == Role.ADMINISTRATOR
    if not was_one or (person.is_active and person.role == Role.ADMINISTRATOR):
        return
    if actor == person:
        raise ValidationError(
            _("You cannot take your own rights away. Ask another administrator to do it.")
        )
    others = User.objects.filter(is_active=True, role=Role.ADMINISTRATOR).exclude(pk=person.pk)
    if not others.exists():
        raise ValidationError(
            _("This is the only administrator. Make another person administrator first.")
        )


# The record


def _record_changes(person: User, changed: dict[str, object], actor: User | None) -> None:
    for name, old in changed.items():
        facts: dict[str, Fact] = {"field": name}
        if name not in _PERSONAL:
            facts |= {"before": str(old), "after": str(getattr(person, name))}
        _record(_action(name, person), person, actor, facts)


def _action(name: str, person: User) -> Action:
    if name == "role":
        return Action.PERSON_ROLE_CHANGED
    if name == "is_active":
        return Action.PERSON_REACTIVATED if person.is_active else Action.PERSON_DEACTIVATED
    return Action.PERSON_CHANGED


def _record_new_password(person: User, actor: User | None) -> None:
    """Record it, and tell its owner by mail, whoever changed it."""
    _record(Action.PERSON_PASSWORD_CHANGED, person, actor)
    mails.send_later([person], "password_changed", {})
