"""Agents of Thulium become people, or are given to people who are there; each step is recorded."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils.translation import gettext as _

from thulium_portal.accounts import services
from thulium_portal.accounts.agents.matching import Row
from thulium_portal.accounts.invitations import services as invitations
from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import Role
from thulium_portal.accounts.services import PersonText

_NOT_IN_USERNAMES = re.compile(r"[^\w.@+-]+")


@dataclass
class Taken:
    """What became of the rows that were chosen."""

    added: int = 0
    matched: int = 0
    invited: int = 0


def take(rows: Sequence[Row], *, actor: User, invites: bool) -> Taken:
    """Carry out what was chosen for each of *rows*, nothing where one of them has errors.

    A login that somebody got meanwhile is left alone. A new person is an agent without a password;
    with *invites* they are invited by mail, in the background.
    """
    for row in rows:
        row.check()
    taken = Taken()
    if any(row.errors for row in rows):
        return taken
    for row in rows:
        try:
            person = _give(row, actor) if row.person else _add(row, actor)
        except ValidationError as error:
            row.errors += error.messages
            continue
        except IntegrityError:
            row.errors.append(_("Somebody else got this login meanwhile."))
            continue
        row.is_taken = True
        taken.matched += row.person is not None
        taken.added += row.person is None
        if row.person is None and invites and person.email:
            invitations.invite(person, by_mail=True, waits=False, actor=actor)
            taken.invited += 1
    return taken


def _give(row: Row, actor: User) -> User:
    """Give the agent's login to the person who was chosen for it."""
    person = row.person
    if person is None or User.objects.get(pk=person.pk).agent_login:
        raise ValidationError(_("This person has an agent login by now."))
    text = PersonText(**{each.name: getattr(person, each.name) for each in fields(PersonText)})
    return services.change_person(
        person, text, check=row.agent, actor=actor, confirmation=row.confirmation
    )


def _add(row: Row, actor: User) -> User:
    """Add a person for the agent, under the login as their user name."""
    text = PersonText(
        username=_NOT_IN_USERNAMES.sub(".", row.agent.login),
        name=row.new_name,
        email=row.agent.email,
        role=Role.AGENT,
        language=settings.LANGUAGE_CODE,
    )
    return services.create_person(
        text, password="", check=row.agent, actor=actor, confirmation=row.confirmation
    )
