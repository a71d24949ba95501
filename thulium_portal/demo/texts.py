"""Who writes in the story of practice mode, and the words of it, from ``conversations.toml``."""

import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from html import escape
from random import Random

from thulium_portal.demo.reader import read_data, read_text

_MOST_CUSTOMERS = 170
_WEEKDAYS = {
    "pl": ("w poniedziałek", "we wtorek", "w środę", "w czwartek", "w piątek"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday"),
}
_MONTHS = (
    *("stycznia", "lutego", "marca", "kwietnia", "maja", "czerwca", "lipca", "sierpnia"),
    *("września", "października", "listopada", "grudnia"),
)
_CUSTOMERS_WAY = re.compile(r"\[([^\[\]|]*)\|([^\[\]|]*)\]")
_AGENTS_WAY = re.compile(r"<([^<>|]*)\|([^<>|]*)>")
_PLACEHOLDER = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")


@dataclass(frozen=True)
class Situation:
    """Something customers write about; *about* names the kinds of products it can happen to."""

    queue: str
    subjects: tuple[str, ...]
    mails: tuple[str, ...]
    replies: tuple[str, ...]
    language: str = "pl"
    weight: int = 3
    about: str = "ebs"
    files: int = 0
    canned: str = ""
    answers: dict[str, str] = field(default_factory=dict)
    reply_files: int = 0
    extra: tuple[str, ...] = ()
    again: tuple[str, ...] = ()
    second: tuple[str, ...] = ()
    thanks: tuple[str, ...] = ()


@dataclass(frozen=True)
class ConversationsFile:
    people_pl_f: tuple[str, ...]
    people_pl_m: tuple[str, ...]
    surnames_pl: tuple[str, ...]
    people_en: tuple[str, ...]
    people_uk: tuple[str, ...]
    products: tuple[str, ...]
    situations: tuple[Situation, ...]


_FILE = read_data(ConversationsFile, "conversations.toml")
SITUATIONS = _FILE.situations


@dataclass(frozen=True)
class Customer:
    """Somebody who buys in the shop; *vocative* is how a Polish letter calls them."""

    id: int
    name: str
    surname: str
    email: str
    language: str
    is_woman: bool
    vocative: str = ""

    @property
    def full_name(self) -> str:
        """First name and surname."""
        return f"{self.name} {self.surname}"


@dataclass(frozen=True)
class Agent:
    """Who answers; *begins* and *ends* are the hours of their day."""

    login: str
    name: str
    is_woman: bool
    begins: int
    ends: int


AGENTS = (
    Agent("anna.nowak", "Anna Nowak", is_woman=True, begins=8, ends=16),
    Agent("piotr.zielinski", "Piotr Zieliński", is_woman=False, begins=10, ends=18),
    Agent("ewa.kot", "Ewa Kot", is_woman=True, begins=9, ends=16),
)


@cache
def customers(language: str) -> tuple[Customer, ...]:
    """Return the customers who write in *language*, always the same ones."""
    return tuple(one for one in everybody() if one.language == language)


@cache
def everybody() -> tuple[Customer, ...]:
    """Return every customer of the story."""
    return (*_polish(_MOST_CUSTOMERS), *_others(_MOST_CUSTOMERS))


def _polish(count: int) -> Iterator[Customer]:
    given = {True: _FILE.people_pl_f, False: _FILE.people_pl_m}
    for number in range(count):
        is_woman = number % 7 in {0, 2, 4, 5}
        name, vocative = given[is_woman][number * 7 % len(given[is_woman])].split()
        surnames = _FILE.surnames_pl[(number * 11 + number // 30) % len(_FILE.surnames_pl)].split()
        surname = surnames[0] if is_woman else surnames[-1]
        place = ("example.com", "example.org", "example.net")[number % 3]
        email = f"{_plain(name)}.{_plain(surname)}@{place}"
        yield Customer(101 + number, name, surname, email, "pl", is_woman, vocative)


def _others(count: int) -> Iterator[Customer]:
    for number, known in enumerate((*_FILE.people_en, *_FILE.people_uk), 101 + count):
        name, surname, *address = known.split()
        language = "uk" if address else "en"
        local = address[0] if address else f"{_plain(name)}.{_plain(surname)}"
        yield Customer(number, name, surname, f"{local}@example.com", language, is_woman=True)


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.replace("ł", "l").replace("Ł", "L"))
    return letters.encode("ascii", "ignore").decode().lower()


class Writer:
    """Fills the texts of one ticket; what it draws depends on the ticket's number alone."""

    def __init__(self, situation: Situation, customer: Customer, number: int) -> None:
        self.situation, self.customer, self.number = situation, customer, number
        draw = Random(f"words {number}")  # noqa: S311 - a story, not a secret
        product = draw.choice([one for one in _products() if one[4] in situation.about])
        prefix = "EN" if situation.language == "en" else "ZK"
        self._values = {
            "order": f"{prefix}/{draw.randint(2000, 9899)}",
            "product": product[2] if situation.language == "en" else product[0],
            "product_acc": product[1],
            "amount": f"{product[3]} zł",
            "parcel": f"6400 {draw.randint(1000, 9999)} {draw.randint(1000, 9999)}",
            "me": customer.full_name,
        }

    def subject(self, text: str) -> str:
        """Return a subject, its first letter a capital."""
        words = self._filled(text)
        return words[:1].upper() + words[1:]

    def mail(self, text: str, at: datetime) -> str:
        """Return a customer's text as HTML."""
        return _html(self._filled(text, at))

    def own(self, text: str, agent: Agent, at: datetime) -> str:
        """Return an agent's own text as a letter."""
        body = by_gender(text, is_woman=agent.is_woman)
        if self.situation.language == "en":
            letter = f"Hello {self.customer.name},\n\n{body}\n\nKind regards,\n{agent.name}"
        else:
            known = self.customer.vocative if self.situation.language == "pl" else ""
            title = "Pani" if self.customer.is_woman else "Panie"
            dear = f"Dzień dobry {title} {known}" if known else "Dzień dobry"
            letter = f"{dear},\n\n{body}\n\nZ poważaniem\n{agent.name}"
        return _html(self._filled(letter, at))

    def canned(self, agent: Agent, at: datetime, *, subject: str, extra: str = "") -> str:
        """Return what the situation's canned response gives, with a sentence more if any."""
        html = canned_body(self.situation.canned)
        answers = {name: self._filled(text, at) for name, text in self.situation.answers.items()}
        known = self._known(agent, at, subject)
        filled = _PLACEHOLDER.sub(
            lambda found: escape(self._answer(found[1], answers, known)), html
        )
        if extra:
            head, closing, tail = filled.rpartition("<p>")
            return f"{head}{_html(self._filled(extra, at))}{closing}{tail}"
        return filled

    def _answer(self, name: str, answers: Mapping[str, str], known: Mapping[str, str]) -> str:
        name, _, fallback = (part.strip() for part in name.partition("|"))
        kind, _, asked = (part.strip() for part in name.partition(":"))
        if kind in {"wpisz", "ask"}:
            return answers[asked]
        if kind == "formy":
            man, woman, _nobody = (way.strip() for way in asked.split("/"))
            return woman if self.customer.is_woman else man
        return known.get(name, fallback)

    def _known(self, agent: Agent, at: datetime, subject: str) -> dict[str, str]:
        return {
            "mój podpis": agent.name,
            "my_signature": agent.name,
            "numer zgłoszenia": str(self.number),
            "temat zgłoszenia": subject,
            "e-mail klienta": self.customer.email,
            "customer_email": self.customer.email,
            "customer_first_name": self.customer.name,
            "dzisiaj": polish_date(at),
        }

    def _filled(self, text: str, at: datetime | None = None) -> str:
        way = self.customer.is_woman
        words = _CUSTOMERS_WAY.sub(lambda found: found[1] if way else found[2], text)
        language = "en" if self.situation.language == "en" else "pl"
        values = dict(self._values)
        if at:
            soon = at + timedelta(days=(2, 2, 2, 4, 4, 3, 2)[at.weekday()])
            sent = at - timedelta(days=(3, 1, 1, 1, 1, 1, 2)[at.weekday()])
            values |= {"day": _WEEKDAYS[language][soon.weekday()], "date": polish_date(sent)}
        return re.sub(r"\{(\w+)\}", lambda found: values[found[1]], words)


def by_gender(text: str, *, is_woman: bool) -> str:
    """Return *text* as an agent says it of themselves."""
    return _AGENTS_WAY.sub(lambda way: way[1] if is_woman else way[2], text)


def polish_date(at: datetime) -> str:
    """Return a day as Polish letters write it: ``3 grudnia 2026``."""
    return f"{at.day} {_MONTHS[at.month - 1]} {at.year}"


@cache
def canned_body(shortcut: str) -> str:
    """Return the HTML of a canned response of the demo, its placeholders still open."""
    file = tomllib.loads(read_text("canned.toml"))
    found = next(one for one in file["responses"] if one["shortcut"] == shortcut)
    if "html" in found:
        return str(found["html"])
    letter = file["letters"][found.get("language", "pl")]
    return _html(f"{letter['opening']}\n\n{found['text'].strip()}\n\n{letter['closing']}", safe=str)


def _html(text: str, safe: Callable[[str], str] = escape) -> str:
    blocks = (safe(block).replace("\n", "<br>") for block in text.split("\n\n"))
    return "".join(f"<p>{block}</p>" for block in blocks)


@cache
def _products() -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(one.split("|")) for one in _FILE.products)
