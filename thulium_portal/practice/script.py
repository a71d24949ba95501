"""The invented shop whose customers the practice Thulium knows.

Times are relative to now, so that the tickets always look fresh.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

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

SHOP, RETURNS, INVOICES, COMPLAINTS, ENGLISH, DELIVERIES = 3, 4, 5, 6, 7, 8
QUEUES = {
    SHOP: "sklep@example.org",
    RETURNS: "Zwroty",
    INVOICES: "Faktury",
    COMPLAINTS: "Reklamacje",
    ENGLISH: "English orders",
    DELIVERIES: "Dostawy",
}


@dataclass(frozen=True)
class Moment:
    """A time of day some days ago, or some minutes ago."""

    days: int = 0
    clock: time | None = None
    minutes: int = 0

    def before(self, now: datetime) -> datetime:
        """Return this moment as seen from *now*, to the minute."""
        if self.clock is None:
            moment = now - timedelta(minutes=self.minutes)
        else:
            day = (now - timedelta(days=self.days)).date()
            moment = datetime.combine(day, self.clock, now.tzinfo)
        return moment.replace(second=0, microsecond=0)


def at(days: int, clock: str) -> Moment:
    """Return the moment *clock* (``HH:MM``) of the day *days* (at least one) ago."""
    return Moment(days=days, clock=time.fromisoformat(clock))


def ago(minutes: int) -> Moment:
    """Return the moment *minutes* ago."""
    return Moment(minutes=minutes)


@dataclass(frozen=True)
class Message:
    """One entry of a conversation; *files* are tokens of attachments."""

    kind: str
    at: Moment
    body: str = ""
    login: str = ""
    comment: str = ""
    system: str = ""
    files: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ticket:
    """A ticket as it stands when the practice begins."""

    id: int
    subject: str
    sender: str
    queue: int
    messages: tuple[Message, ...]
    customer: int | None = None
    status: str = NEW
    sub_status: str = ""
    login: str = ""
    category: str = "1"
    source: str = "email"
    closed: Moment | None = None


def mail(moment: Moment, body: str, *files: str) -> Message:
    """Return what a customer wrote."""
    return Message("MAIL", moment, body, files=files)


def reply(moment: Moment, login: str, body: str, system: str = "", *files: str) -> Message:
    """Return what an agent answered."""
    return Message("REPLY", moment, body, login=login, system=system, files=files)


def note(moment: Moment, login: str, comment: str = "", system: str = "") -> Message:
    """Return what only the team sees."""
    return Message("COMMENT", moment, login=login, comment=comment, system=system)


def _agent(number: int, login: str, name: str, surname: str, *, active: bool = True) -> Any:
    return {
        "agent_id": number,
        "login": login,
        "name": name,
        "surname": surname,
        "email": f"{login}@example.org",
        "active": active,
        "number": 559900 + number,
        "outbound_mode": "manual",
        "group_id": 3,
    }


AGENTS: dict[str, dict[str, Any]] = {
    agent["login"]: agent
    for agent in (
        _agent(1, "anna.nowak", "Anna", "Nowak"),
        _agent(2, "piotr.zielinski", "Piotr", "Zieliński"),
        _agent(3, "ewa.kot", "Ewa", "Kot"),
        _agent(4, "adam.lis", "Adam", "Lis"),
        _agent(5, "jan.dawny", "Jan", "Dawny", active=False),
    )
}


def _customer(
    number: int, name: str, surname: str, email: str, phone: str = "", company: str = ""
) -> Any:
    return {
        "customer_id": number,
        "name": name,
        "surname": surname,
        "phone_number": phone,
        "phone_numbers": [phone] if phone else [],
        "email": email,
        "company_id": "",
        "identifier": "",
        "type": "",
        "group": "",
        "company_flag": company,
        "account_manager": "",
        "updated_at": "",
    }


CUSTOMERS: dict[int, dict[str, Any]] = {
    customer["customer_id"]: customer
    for customer in (
        _customer(52, "Maria", "Wiśniewska", "maria@example.org", "500600701"),
        _customer(53, "Katarzyna", "Lewandowska", "katarzyna.lewandowska@example.com"),
        _customer(54, "Tomasz", "Kamiński", "tomasz.kaminski@example.net", "500600703"),
        _customer(55, "Emily", "Carter", "emily.carter@example.com"),
        _customer(56, "Paweł", "Wójcik", "pawel.wojcik@example.org", "500600705"),
        _customer(57, "", "", "klient1987@example.org"),
        _customer(58, "Zofia", "Mazur", "zofia.mazur@example.com"),
        _customer(59, "Grzegorz", "Dąbrowski", "g.dabrowski@example.net", "500600708"),
        _customer(60, "James", "O’Connor", "james.oconnor@example.com"),
        _customer(61, "", "Hurtownia Alfa sp. z o.o.", "biuro@alfa.example.com", company="1"),
        _customer(62, "Олена", "Коваленко", "olena.kovalenko@example.org"),
        _customer(63, "Barbara", "Szymańska", "barbara.szymanska@example.com"),
        _customer(64, "Sofia", "Rossi", "sofia.rossi@example.net"),
        _customer(65, "Henryk", "Woźniak", "", "500600714"),
    )
}
