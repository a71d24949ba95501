"""Adding and changing people; every change leaves an audit entry in the same transaction."""

from dataclasses import dataclass

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from thulium_portal.accounts.checking import AgentCheck, Found
from thulium_portal.accounts.models import AgentProfile, User
from thulium_portal.accounts.roles import Permission, Role
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


_ACTIONS = {"role": Action.PERSON_ROLE_CHANGED}
_PERSONAL = frozenset({"name", "email"})
"""Fields whose values are personal data: the chain keeps that they changed, not what they say."""


def create_person(
    text: PersonText, *, password: str, check: AgentCheck | None, actor: User | None
) -> User:
    """Add a person. *actor* is None for the command line. Raises ``ValidationError``."""
    _may_manage(actor)
    person = User(**_fields(text))
    person.full_clean(exclude=["password"])
    validate_password(password, person)
    person.set_password(password)
    with transaction.atomic(durable=True):
        person.save(force_insert=True)
        _record(Action.PERSON_CREATED, person, actor, {"role": str(person.role)}, _told(person))
        if check is not None:
            _store_login(person, check, actor)
    return person


def change_person(
    person: User, text: PersonText, *, check: AgentCheck | None, actor: User | None
) -> User:
    """Change a person; *check* is the agent login's, None where they are to have none.

    Raises ``ValidationError`` where the last active administrator would be lost.
    """
    _may_manage(actor)
    with transaction.atomic(durable=True):
        person = User.objects.select_for_update().get(pk=person.pk)
        before = {name: getattr(person, name) for name in _fields(text)}
        for name, value in _fields(text).items():
            setattr(person, name, value)
        person.full_clean(exclude=["password"])
        _keep_an_administrator(person)
        changed = {name: old for name, old in before.items() if old != getattr(person, name)}
        if changed:
            person.save(update_fields=list(changed))
            _record_changes(person, changed, actor)
        _store_login(person, check, actor)
    return person


def set_password(person: User, password: str, *, actor: User | None) -> None:
    """Give a person a new password, which ends their sessions. Raises ``ValidationError``."""
    if actor != person:
        _may_manage(actor)
    validate_password(password, person)
    with transaction.atomic(durable=True):
        person.set_password(password)
        person.save(update_fields=["password"])
        _record(Action.PERSON_PASSWORD_CHANGED, person, actor)


def change_profile(person: User, *, name: str, time_zone: str, signature: str) -> None:
    """Store what a person says of themselves."""
    wanted = {"name": name, "time_zone": time_zone, "signature": signature}
    changed = [field for field, value in wanted.items() if getattr(person, field) != value]
    if not changed:
        return
    for field in changed:
        setattr(person, field, wanted[field])
    with transaction.atomic(durable=True):
        person.save(update_fields=changed)
        _record(Action.PERSON_CHANGED, person, person, {"fields": changed}, _told(person))


def set_language(person: User, language: str) -> None:
    """Store the language a person chose; a matter of display, not worth an entry."""
    User.objects.filter(pk=person.pk).update(language=language)
    person.language = language


def note_signing(action: Action, person: User | None, *, username: str = "") -> None:
    """Record a sign-in, a failed one (with the name that was tried) or a sign-out."""
    with transaction.atomic():
        subject = Subject("person", str(person.pk)) if person else None
        content = {"username": username[:150]} if username else None
        known = person if action is not Action.SIGN_IN_FAILED else None
        record(action, actor=known, subject=subject, content=content)


def _fields(text: PersonText) -> dict[str, object]:
    return {
        "username": text.username,
        "name": text.name,
        "email": text.email,
        "role": text.role,
        "language": text.language,
        "is_active": text.is_active,
    }


def _keep_an_administrator(person: User) -> None:
    if person.is_active and person.role == Role.ADMINISTRATOR:
        return
    others = User.objects.filter(is_active=True, role=Role.ADMINISTRATOR).exclude(pk=person.pk)
    was_one = User.objects.filter(pk=person.pk, is_active=True, role=Role.ADMINISTRATOR).exists()
    if was_one and not others.exists():
        raise ValidationError(
            _("This is the only administrator. Make another person administrator first.")
        )


def _record_changes(person: User, changed: dict[str, object], actor: User | None) -> None:
    for name, old in changed.items():
        facts: dict[str, Fact] = {"field": name}
        if name not in _PERSONAL:
            facts |= {"before": str(old), "after": str(getattr(person, name))}
        action = _ACTIONS.get(name, Action.PERSON_CHANGED)
        if name == "is_active":
            action = Action.PERSON_REACTIVATED if person.is_active else Action.PERSON_DEACTIVATED
        _record(action, person, actor, facts, _told(person))


def _store_login(person: User, check: AgentCheck | None, actor: User | None) -> None:
    """Store the agent login, or remove it; a check that told something is remembered."""
    profile = AgentProfile.objects.filter(user=person).first()
    before = profile.login if profile else ""
    if check is None:
        if profile:
            profile.delete()
    else:
        profile = profile or AgentProfile(user=person)
        profile.login = check.login
        told = check.found is not Found.CANNOT_TELL
        if told or before != check.login:
            profile.checked_at = timezone.now() if told else None
            profile.active_in_thulium = check.found is Found.ACTIVE if told else None
            profile.name_in_thulium = check.name
        profile.full_clean()
        profile.save()
    after = check.login if check else ""
    if before != after:
        facts: dict[str, Fact] = {"before": before, "after": after}
        _record(Action.PERSON_AGENT_LOGIN_CHANGED, person, actor, facts)


def _told(person: User) -> dict[str, str]:
    return {"name": person.name, "email": person.email, "username": person.username}


def _record(
    action: Action,
    person: User,
    actor: User | None,
    facts: dict[str, Fact] | None = None,
    content: dict[str, str] | None = None,
) -> None:
    subject = Subject("person", str(person.pk))
    record(action, actor=actor, subject=subject, facts=facts, content=content)


def _may_manage(actor: User | None) -> None:
    if actor is not None and not actor.may(Permission.MANAGE_PEOPLE):
        raise PermissionDenied
