"""Which agent of Thulium is which person here: by address, or by name, which is a guess only."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from thulium_portal.accounts import agent_logins
from thulium_portal.accounts.agent_check import AgentCheck, LoginStatus
from thulium_portal.accounts.labels import confirmation_wanted, doubt_sentence
from thulium_portal.accounts.models import User
from thulium_portal.lib.folding import fold
from thulium_portal.lib.mail_addresses import mailbox

MOST_CANDIDATES = 5
NEW = "new"
"""The choice of nobody who is there already."""


@dataclass
class Row:
    """An agent, who sends as them here, and who may be them; with what a form chose."""

    agent: AgentCheck
    holder: User | None = None
    candidates: list[User] = field(default_factory=list)
    is_same_address: bool = False
    is_chosen: bool = False
    is_taken: bool = False
    choice: str = ""
    confirmation: str = ""
    errors: list[str] = field(default_factory=list)

    @property
    def is_inactive(self) -> bool:
        return self.agent.status is LoginStatus.INACTIVE

    @property
    def is_open(self) -> bool:
        """Whether nobody sends as this agent yet."""
        return self.holder is None

    @property
    def person(self) -> User | None:
        """The person who is chosen for the agent; None is a new one."""
        wanted = self.choice or (str(self.candidates[0].pk) if self.candidates else NEW)
        return next((one for one in self.candidates if str(one.pk) == wanted), None)

    @property
    def words(self) -> str:
        """What a search finds it by."""
        holder = f"{self.holder} {self.holder.username}" if self.holder else ""
        return fold(f"{self.agent.name} {self.agent.login} {self.agent.email} {holder}")

    @property
    def may_need_confirmation(self) -> bool:
        """Whether somebody it can be given to would have to be confirmed."""
        return not self.is_same_address and bool(self.candidates or not self.agent.email)

    def check(self) -> None:
        """Find what has to be typed before the choice can be carried out."""
        person = self.person
        email, name = (person.email, person.name) if person else (self.agent.email, self.new_name)
        doubt = agent_logins.doubt_about(self.agent, email)
        if doubt and not agent_logins.is_confirmed(self.confirmation, self.agent, name):
            self.errors.append(doubt_sentence(doubt, self.agent, email))
            self.errors.append(confirmation_wanted(self.agent.login))

    @property
    def new_name(self) -> str:
        """What somebody who is added for the agent is called."""
        return self.agent.name or self.agent.login


def rows_of(agents: Iterable[AgentCheck]) -> list[Row]:
    """Return a row for each agent, those first who are nobody's."""
    people = list(User.objects.select_related("agent_profile"))
    holders = {one.agent_login.casefold(): one for one in people if one.agent_login}
    free = [one for one in people if not one.agent_login]
    by_address = _by(lambda one: mailbox(one.email), free)
    by_name = _by(lambda one: _name_key(one.name), free)
    rows = [_row(agent, holders, by_address, by_name) for agent in agents]
    return sorted(rows, key=lambda row: (not row.is_open, row.is_inactive, fold(row.new_name)))


def _row(
    agent: AgentCheck,
    holders: Mapping[str, User],
    by_address: Mapping[object, list[User]],
    by_name: Mapping[object, list[User]],
) -> Row:
    holder = holders.get(agent.login.casefold())
    if holder is not None:
        return Row(agent, holder)
    same = by_address.get(mailbox(agent.email), [])
    alike = by_name.get(_name_key(agent.name), [])
    return Row(agent, candidates=(same or alike)[:MOST_CANDIDATES], is_same_address=bool(same))


def _by(key: Callable[[User], object], people: Iterable[User]) -> Mapping[object, list[User]]:
    found: dict[object, list[User]] = defaultdict(list)
    for person in people:
        if (value := key(person)) is not None:
            found[value].append(person)
    return found


def _name_key(name: str) -> object:
    """Return one key for “Jan Kowalski” and “Kowalski Jan”; None for less than two words."""
    words = fold(name).split()
    return tuple(sorted(words)) if len(words) > 1 else None
