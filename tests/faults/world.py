"""What the state machine stands on: a clock that can be set, people, texts by their mark."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from tests.faults.thulium import WORD
from thulium_portal.accounts.models import AgentProfile, User
from thulium_portal.accounts.roles import Role
from thulium_portal.replies.models import Reply


class World:
    """What outlives one example: the server, the clock's patch, numbers nobody used before."""

    def __init__(self, thulium, settings, data_dir) -> None:
        self.thulium, self.settings, self.data_dir = thulium, settings, data_dir
        self.offset = timedelta()
        self.examples = self.texts = 0

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset


def new_person(username: str, role: Role) -> User:
    person = User.objects.create(username=username, name=username.title(), role=role)
    AgentProfile.objects.create(user=person, login=f"{username}.nowak")
    return person


def states_by_word() -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {}
    for state, body in Reply.objects.values_list("state", "body"):
        mark = WORD.search(body)
        if mark:
            found.setdefault(mark[0], Counter())[state] += 1
    return found
