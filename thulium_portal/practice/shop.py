"""The invented shop that the practice Thulium serves: its agents, customers, queues and tickets."""

import re
from collections.abc import Container
from dataclasses import asdict, dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from thulium_portal.demo.reader import read_data, read_text
from thulium_portal.demo.texts import everybody

ZONE = ZoneInfo("Europe/Warsaw")

NEW, WAITING, POSTPONED, MERGED, IN_PROGRESS, CLOSED = "1", "2", "3", "4", "5", "6"
STATUSES = {
    NEW: "Nowe",
    WAITING: "Oczekuje na klienta",
    POSTPONED: "Odłożone",
    MERGED: "Połączone",
    IN_PROGRESS: "W realizacji",
    CLOSED: "Zamknięte",
}

STATUS_IDS = {name: status_id for status_id, name in STATUSES.items()}
_QUEUE_IDS = read_data(dict[str, int], "queues.toml")
QUEUES = {queue_id: name for name, queue_id in _QUEUE_IDS.items()}


@dataclass(frozen=True)
class Agent:
    """An agent as the API tells it."""

    agent_id: int
    login: str
    name: str
    surname: str
    email: str
    active: bool
    number: int
    outbound_mode: str = "manual"
    group_id: int = 3


@dataclass(frozen=True)
class Customer:
    """A customer of the CRM as the API tells it."""

    customer_id: int
    name: str = ""
    surname: str = ""
    phone_number: str = ""
    phone_numbers: tuple[str, ...] = ()
    email: str = ""
    company_id: str = ""
    identifier: str = ""
    type: str = ""
    group: str = ""
    company_flag: str = ""
    account_manager: str = ""
    updated_at: str = ""


class Ago(str):
    """A time before now: ``25m`` is 25 minutes ago, ``3d 09:15`` three days ago by the clock."""

    def __init__(self, text: str) -> None:
        match = _AGO.fullmatch(text)
        if match is None:
            raise ValueError(f"“{text}” is no time like 25m or 3d 09:15")
        self._minutes, self._days = int(match["minutes"] or 0), int(match["days"] or 0)
        self._clock = time.fromisoformat(match["clock"]) if match["clock"] else None

    def before(self, now: datetime) -> datetime:
        """Return this time as seen from *now*, to the minute."""
        if self._clock is None:
            moment = now - timedelta(minutes=self._minutes)
        else:
            day = (now - timedelta(days=self._days)).date()
            moment = datetime.combine(day, self._clock, now.tzinfo)
        return moment.replace(second=0, microsecond=0)


_AGO = re.compile(r"(?P<minutes>\d+)m|(?P<days>[1-9]\d*)d (?P<clock>([01]\d|2[0-3]):[0-5]\d)")


class Kind(StrEnum):
    """A customer's mail, an agent's reply, or what only the team sees."""

    MAIL = "MAIL"
    REPLY = "REPLY"
    COMMENT = "COMMENT"


@dataclass(frozen=True)
class Message:
    """One entry of a conversation; *files* are tokens of attachments.

    A long body lies in a file of its own, ``mails/`` and *body_file*.
    """

    kind: Kind
    ago: Ago
    login: str = ""
    body: str = ""
    body_file: str = ""
    comment: str = ""
    system: str = ""
    files: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _require_known(self.login, AGENTS)
        _ = self.content

    @property
    def content(self) -> str:
        """The body, wherever it lies."""
        return read_text(f"mails/{self.body_file}") if self.body_file else self.body


@dataclass(frozen=True)
class Ticket:
    """A ticket as it stands when the practice begins; queue and status by their names."""

    id: int
    subject: str
    queue: str
    messages: tuple[Message, ...]
    sender: str = ""
    customer: int | None = None
    status: str = STATUSES[NEW]
    sub_status: str = ""
    login: str = ""
    category: str = "1"
    source: str = "email"
    closed: Ago | None = None

    def __post_init__(self) -> None:
        _require_known(self.queue, _QUEUE_IDS)
        _require_known(self.status, STATUS_IDS)
        _require_known(self.login, AGENTS)
        _require_known(self.customer, CUSTOMERS)

    @property
    def queue_id(self) -> int:
        """The number of the queue."""
        return _QUEUE_IDS[self.queue]

    @property
    def status_id(self) -> str:
        """The id of the status, a key of ``STATUSES``."""
        return STATUS_IDS[self.status]


def _require_known(key: str | int | None, names: Container[str | int]) -> None:
    if key and key not in names:
        raise ValueError(f"“{key}” is not known")


@dataclass(frozen=True)
class ShopFile:
    agents: tuple[Agent, ...]
    customers: tuple[Customer, ...]


@dataclass(frozen=True)
class TicketsFile:
    tickets: tuple[Ticket, ...]


_SHOP = read_data(ShopFile, "shop.toml")
AGENTS = {agent.login: asdict(agent) for agent in _SHOP.agents}
_OF_THE_STORY = tuple(
    Customer(one.id, one.name, one.surname, email=one.email) for one in everybody()
)
CUSTOMERS = {one.customer_id: asdict(one) for one in (*_SHOP.customers, *_OF_THE_STORY)}
TICKETS = read_data(TicketsFile, "tickets.toml").tickets
