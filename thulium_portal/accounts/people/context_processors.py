"""What waits for administrators, counted in the menu of every page."""

from dataclasses import dataclass
from functools import cached_property

from django.http import HttpRequest

from thulium_portal.accounts import notices
from thulium_portal.accounts.labels import notice_sentences
from thulium_portal.accounts.models import AdministratorNotice, AgentProfile, User
from thulium_portal.accounts.roles import Permission

MOST_NOTICES = 20


@dataclass(frozen=True)
class Told:
    """A notice that is not read yet, in words."""

    notice: AdministratorNotice
    sentences: list[str]


class Waiting:
    """What an administrator should look at; asked of the database where a page shows it."""

    def __init__(self, reader: User) -> None:
        self._reader = reader

    @cached_property
    def notices(self) -> list[Told]:
        unread = notices.unread_by(self._reader)[:MOST_NOTICES]
        return [Told(notice, notice_sentences(notice)) for notice in unread]

    @cached_property
    def inactive_logins(self) -> int:
        """How many people who may sign in have a login that Thulium does not take."""
        return AgentProfile.objects.filter(user__is_active=True, active_in_thulium=False).count()

    @property
    def count(self) -> int:
        return len(self.notices) + self.inactive_logins


def for_administrators(request: HttpRequest) -> dict[str, object]:
    """Return what waits for this person, if they look after people."""
    person = getattr(request, "user", None)
    if not isinstance(person, User) or not person.may(Permission.MANAGE_PEOPLE):
        return {"for_administrators": None}
    return {"for_administrators": Waiting(person)}
