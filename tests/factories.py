"""Plain builders of rows that many tests need."""

from thulium_portal.accounts.models import AgentProfile, User
from thulium_portal.accounts.roles import Role

PASSWORD = "tajne-hasło-testów"


def make_person(
    username: str,
    *,
    name: str = "",
    role: Role = Role.AGENT,
    agent_login: str = "",
    language: str = "pl",
    **given: object,
) -> User:
    """Store a person who signs in with :data:`PASSWORD`."""
    person = User.objects.create_user(
        username, PASSWORD, name=name or username, role=role, language=language, **given
    )
    if agent_login:
        AgentProfile.objects.create(user=person, login=agent_login)
    return person
