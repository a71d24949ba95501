"""Changing people as an administrator does."""

from thulium_portal.accounts import services
from thulium_portal.accounts.agent_check import AgentCheck, LoginStatus
from thulium_portal.accounts.models import User
from thulium_portal.accounts.services import PersonText


def change(person: User, *, actor: User | None = None, **changed: object) -> User:
    """Change *person* through the service, the agent login as it is."""
    person = User.objects.select_related("agent_profile").get(pk=person.pk)
    text = {name: getattr(person, name) for name in PersonText.__dataclass_fields__}
    login = person.agent_login
    check = AgentCheck(LoginStatus.CANNOT_TELL, login) if login else None
    return services.change_person(person, PersonText(**text | changed), check=check, actor=actor)


def switch_off(person: User, *, actor: User | None = None) -> User:
    return change(person, actor=actor, is_active=False)


def switch_on(person: User, *, actor: User | None = None) -> User:
    return change(person, actor=actor, is_active=True)
