"""The people of practice mode; their sign-ins are printed at start and shown on sign-in."""

from dataclasses import dataclass

from thulium_portal.accounts.roles import Permission, Role, roles_with
from thulium_portal.demo.reader import read_data

DEMO_PASSWORD = "cwiczymy-2026"  # noqa: S105 - opens nothing but practice mode


@dataclass(frozen=True)
class DemoPerson:
    """One made-up person and the practice Thulium's agent they send as."""

    username: str
    name: str
    role: Role
    agent_login: str
    email: str
    password: str = DEMO_PASSWORD

    @property
    def reads_only(self) -> bool:
        """Whether their role sends nothing."""
        return self.role not in roles_with(Permission.SEND_REPLIES)


@dataclass(frozen=True)
class PeopleFile:
    people: tuple[DemoPerson, ...]


DEMO_PEOPLE = read_data(PeopleFile, "people.toml").people
