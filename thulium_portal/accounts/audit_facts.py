"""What the audit record is told of a person."""

from collections.abc import Mapping

from thulium_portal.accounts.models import User
from thulium_portal.audit.actions import Action
from thulium_portal.audit.services import Fact, Subject, record


def record_on_person(
    action: Action,
    person: User,
    actor: User | None,
    facts: Mapping[str, Fact] | None = None,
    content: Mapping[str, str] | None = None,
) -> None:
    """Record *action* on *person*, with what they are called as content that can be erased."""
    subject = Subject("person", str(person.pk))
    known = {"name": person.name, "email": person.email, "username": person.username}
    record(action, actor=actor, subject=subject, facts=facts, content=known | dict(content or {}))
