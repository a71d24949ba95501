"""What is told before the first word to a person whose agent login Thulium does not take."""

from dataclasses import dataclass
from datetime import datetime

from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import Role

_MOST_NAMED = 3


@dataclass(frozen=True)
class InactiveAgent:
    """An agent login that Thulium did not take, when that was asked, and whom to turn to."""

    login: str
    checked_at: datetime | None
    administrators: tuple[str, ...]


def inactive_agent(person: User) -> InactiveAgent | None:
    """Return what to tell *person* of their agent login; None where nothing is known against it."""
    profile = getattr(person, "agent_profile", None)
    if profile is None or profile.active_in_thulium is not False:
        return None
    found = User.objects.filter(role=Role.ADMINISTRATOR, is_active=True)
    named = tuple(str(one) for one in found.exclude(pk=person.pk).order_by("pk")[:_MOST_NAMED])
    return InactiveAgent(profile.login, profile.checked_at, named)
