"""The people of practice mode; their sign-ins are printed at start and shown on sign-in."""

from dataclasses import dataclass

from thulium_portal.accounts.roles import Role

DEMO_PASSWORD = "cwiczymy-2026"  # noqa: S105 - opens nothing but practice mode


@dataclass(frozen=True)
class DemoPerson:
    """One made-up person and the practice Thulium's agent they send as."""

    username: str
    name: str
    role: Role
    agent_login: str
    password: str = DEMO_PASSWORD


DEMO_PEOPLE = (
    DemoPerson("anna", "Anna Nowak", Role.AGENT, "anna.nowak"),
    DemoPerson("piotr", "Piotr Zieliński", Role.AGENT, "piotr.zielinski"),
    DemoPerson("ewa", "Ewa Kot", Role.SUPERVISOR, "ewa.kot"),
    DemoPerson("adam", "Adam Lis", Role.ADMINISTRATOR, "adam.lis"),
    DemoPerson("nowy", "Nowa Osoba", Role.AGENT, ""),
)
