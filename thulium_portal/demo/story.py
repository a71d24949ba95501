"""The story of practice mode: open tickets, and two months of answered ones.

Always the same people, tickets and message numbers; only the times follow the moment it is told
at. Imports nothing of the portal, so that the practice Thulium tells the same story.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from thulium_portal.demo.reader import read_data
from thulium_portal.demo.texts import (
    AGENTS,
    SITUATIONS,
    Agent,
    Customer,
    Situation,
    Writer,
    customers,
)

ZONE = ZoneInfo("Europe/Warsaw")
DAYS = 44
"""Days of work before the day on which the story is told."""
LAST_ANSWERED = 1217
"""The newest of the answered tickets; those made by hand follow, then the open ones."""
FIRST_OPEN = 1235
NEW, WAITING, CLOSED = "Nowe", "Oczekuje na klienta", "Zamknięte"
MAIL, REPLY, COMMENT = "MAIL", "REPLY", "COMMENT"

_TOLD_AT = "story-told-at"
_TODAY = 8
"""Replies of the day on which it is told."""
_HOLIDAYS = {
    (1, 1),
    (1, 6),
    (5, 1),
    (5, 3),
    (8, 15),
    (11, 1),
    (11, 11),
    (12, 24),
    (12, 25),
    (12, 26),
}
_AGES = (
    *(4, 9, 15, 23, 34, 41, 52, 66, 84, 101, 128, 155, 190, 236, 281, 334, 395, 470, 560, 655, 720),
    *(1010, 1085, 1150, 1240, 1390, 1475, 1590, 1740, 1905, 2150, 2480, 2790),
)
"""Minutes since the customers of the open tickets wrote."""
_WAITS = ((25, 4, 15), (30, 16, 60), (25, 61, 240), (14, 241, 1100), (6, 1101, 2600))
"""Out of a hundred customers so many waited from so many to so many minutes."""
_LEFT_OPEN = 12
"""So many of the newest answered tickets still wait for their customers."""
_NEWEST = 26
_QUEUE_IDS = read_data(dict[str, int], "queues.toml")


@dataclass(frozen=True)
class Line:
    """One message; of a reply also the canned response it started from."""

    id: int
    kind: str
    at: datetime
    body: str = ""
    login: str = ""
    system: str = ""
    files: tuple[str, ...] = ()
    canned: str = ""


@dataclass(frozen=True)
class Conversation:
    """A ticket of the story, its messages oldest first."""

    number: int
    customer: Customer
    subject: str
    queue: str
    status: str
    login: str
    lines: tuple[Line, ...]
    closed_at: datetime | None = None
    answer: str = ""
    """What an agent may write next on an open ticket."""

    @property
    def queue_id(self) -> int:
        """The number of the queue."""
        return _QUEUE_IDS[self.queue]


@dataclass(frozen=True)
class _Course:
    """How one answered ticket went: whose it was, on which day, and what followed."""

    number: int
    day: int
    agent: Agent
    again: bool
    thanks: bool
    closed: bool


def told_at(folder: Path) -> datetime | None:
    """Return when the story was first told to who keeps *folder*, None where it was not yet."""
    try:
        return datetime.fromisoformat((folder / _TOLD_AT).read_text())
    except OSError:
        return None


def keep_told_at(folder: Path, moment: datetime) -> None:
    """Keep that the story is first told at *moment*, for portal and practice Thulium to agree."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _TOLD_AT).write_text(moment.isoformat())


def answered(told_at: datetime) -> Iterator[Conversation]:
    """Yield the answered tickets of two months until *told_at*, the oldest first."""
    told_at = _settled(told_at)
    days = _workdays(told_at.date())
    first_id = 1
    for course in _courses():
        ticket = _Answered(course, days, told_at, first_id).conversation()
        first_id += len(ticket.lines)
        yield ticket


def waiting(now: datetime) -> Iterator[Conversation]:
    """Yield the open tickets that wait for an answer at *now*, the longest waiting first."""
    now = _settled(now)
    first_id = 10_001  # beyond the answered ones
    drawn = Random("open")  # noqa: S311 - a story, not a secret
    turns = [*AGENTS, AGENTS[0], AGENTS[1], None, None, None]
    used: set[int] = set()
    for number, age in enumerate(sorted(_AGES, reverse=True), FIRST_OPEN):
        situation = _situation(drawn)
        pool = [one for one in customers(situation.language) if one.id not in used]
        writer = Writer(situation, drawn.choice(pool or customers(situation.language)), number)
        used.add(writer.customer.id)
        agent = turns[(number - FIRST_OPEN) % len(turns)]
        at = _awake(now - timedelta(minutes=age), now)
        ticket = _open_ticket(writer, drawn, agent, at, first_id)
        first_id += len(ticket.lines)
        yield ticket


def _open_ticket(
    writer: Writer, drawn: Random, agent: Agent | None, at: datetime, first_id: int
) -> Conversation:
    """Return a ticket whose customer wrote *at*: for the first time, or again after an answer."""
    situation = writer.situation
    subject = writer.subject(drawn.choice(situation.subjects))
    text, reply = drawn.choice(situation.mails), drawn.choice(situation.replies)
    asks_again = drawn.random() < 0.6
    lines = []
    if agent and situation.again and asks_again:
        before = datetime.combine(
            at.date(), time(9 + drawn.randrange(7), drawn.randrange(60)), ZONE
        )
        before -= timedelta(days=1)
        told = _status(NEW, WAITING)
        answer = writer.own(reply, agent, before)
        lines = [
            Line(0, MAIL, before - timedelta(minutes=47), writer.mail(text, before)),
            Line(
                0,
                REPLY,
                before,
                answer,
                agent.login,
                told,
                _tokens(writer, 9)[: situation.reply_files],
            ),
        ]
        text, reply = drawn.choice(situation.again), drawn.choice(situation.second)
    files = _tokens(writer, 1)[: situation.files]
    lines.append(Line(0, MAIL, at, writer.mail(text, at), files=files))
    return Conversation(
        writer.number,
        writer.customer,
        subject,
        situation.queue,
        NEW,
        agent.login if agent else "",
        tuple(replace(line, id=first_id + place) for place, line in enumerate(lines)),
        answer=writer.own(reply, agent or AGENTS[0], at),
    )


@cache
def _courses() -> tuple[_Course, ...]:
    """Return how the answered tickets went, the oldest first."""
    drawn = Random("courses")  # noqa: S311 - a story, not a secret
    days = [day for day in range(DAYS, 0, -1) for _ in range(drawn.randint(5, 8))]
    days += [0] * _TODAY
    left_open = drawn.sample(range(LAST_ANSWERED - _NEWEST + 1, LAST_ANSWERED + 1), _LEFT_OPEN)
    courses = []
    for number, day in enumerate(days, LAST_ANSWERED - len(days) + 1):
        agent = drawn.choices(AGENTS, (42, 36, 22))[0]
        course = drawn.random()
        waits = number in left_open
        courses.append(
            _Course(
                number,
                day,
                agent,
                again=course < 0.3 and day > 1 and not waits,
                thanks=course > 0.55 and day > 1 and not waits,
                closed=not waits,
            )
        )
    return tuple(courses)


class _Answered:
    """Writes one answered ticket."""

    def __init__(
        self, course: _Course, days: Sequence[date], told_at: datetime, first_id: int
    ) -> None:
        self._course, self._days, self._told_at = course, days, told_at
        self._next_id = first_id
        self._drawn = Random(f"answered {course.number}")  # noqa: S311 - a story, not a secret
        situation = _situation(self._drawn)
        customer = self._drawn.choice(customers(situation.language))
        self._writer = Writer(situation, customer, course.number)
        self._subject = self._writer.subject(self._drawn.choice(situation.subjects))
        self._lines: list[Line] = []

    def conversation(self) -> Conversation:
        """Return the ticket."""
        course, writer, drawn = self._course, self._writer, self._drawn
        at = self._when(course.day)
        ((least, most),) = drawn.choices(
            [limits[1:] for limits in _WAITS], [one[0] for one in _WAITS]
        )
        wrote_at = at - timedelta(minutes=drawn.randint(least, most))
        wrote_at = _awake(wrote_at, at)
        mail = writer.mail(drawn.choice(writer.situation.mails), wrote_at)
        self._add(MAIL, wrote_at, mail, files=_tokens(writer, 1)[: writer.situation.files])
        self._answer(at)
        if course.again and writer.situation.again:
            at = self._ask_again(at)
        elif course.thanks and writer.situation.thanks:
            at = _awake(at + timedelta(minutes=drawn.randint(12, 900)), self._told_at)
            self._add(MAIL, at, writer.mail(drawn.choice(writer.situation.thanks), at))
        closed_at = self._close(at) if course.closed else None
        return Conversation(
            course.number,
            writer.customer,
            self._subject,
            writer.situation.queue,
            CLOSED if closed_at else WAITING,
            course.agent.login,
            tuple(self._lines),
            closed_at,
        )

    def _answer(self, at: datetime) -> None:
        """Add the reply: a canned response as it is, with a sentence more, reworked, or none."""
        writer, drawn, agent = self._writer, self._drawn, self._course.agent
        situation = writer.situation
        way, own = drawn.random(), drawn.choice(situation.replies)
        extra = drawn.choice(situation.extra or ("Gdyby coś było niejasne, proszę o odpowiedź.",))
        canned = situation.canned if way < 0.92 else ""
        if not canned or way > 0.85:
            body = writer.own(own, agent, at)
        else:
            more = "" if way < 0.55 or situation.language != "pl" else extra
            body = writer.canned(agent, at, subject=self._subject, extra=more)
        files = _tokens(writer, 9)[: situation.reply_files]
        told = _status(NEW, WAITING)
        self._add(REPLY, at, body, login=agent.login, system=told, files=files, canned=canned)

    def _ask_again(self, at: datetime) -> datetime:
        writer, drawn, agent = self._writer, self._drawn, self._course.agent
        later = self._when(self._course.day - 1)
        asked_at = max(later - timedelta(minutes=drawn.randint(8, 200)), at + timedelta(minutes=3))
        self._add(MAIL, asked_at, writer.mail(drawn.choice(writer.situation.again), asked_at))
        body = writer.own(drawn.choice(writer.situation.second), agent, later)
        self._add(REPLY, later, body, login=agent.login, system=_status(NEW, WAITING))
        return later

    def _close(self, at: datetime) -> datetime:
        """Close it within the hour, or the next morning where everybody has gone home."""
        closed_at = at + timedelta(minutes=self._drawn.randint(1, 60))
        if not 8 <= closed_at.hour < 18:
            closed_at = (closed_at + timedelta(hours=7)).replace(hour=8)
        closed_at = max(_minute(at), _minute(min(closed_at, self._told_at)))
        before = NEW if self._lines[-1].kind == MAIL else WAITING
        self._add(COMMENT, closed_at, "", system=_status(before, CLOSED))
        return closed_at

    def _when(self, day: int) -> datetime:
        """Return a minute of the agent's working hours on a day; today's are already over."""
        agent, share = self._course.agent, self._drawn.random()
        if day == 0:
            begins = datetime.combine(self._days[0], time(8), ZONE)
            begins = min(begins, self._told_at - timedelta(minutes=100))
            return _minute(begins + (self._told_at - begins) * (0.02 + 0.93 * share))
        begins = datetime.combine(self._days[day], time(agent.begins, 5), ZONE)
        return _minute(begins + timedelta(minutes=(60 * (agent.ends - agent.begins) - 12) * share))

    def _add(self, kind: str, at: datetime, body: str, **more: object) -> None:
        self._lines.append(Line(self._next_id, kind, _minute(at), body, **more))  # type: ignore[arg-type]
        self._next_id += 1


def _situation(drawn: Random) -> Situation:
    return drawn.choices(SITUATIONS, [one.weight for one in SITUATIONS])[0]


def _workdays(last: date) -> list[date]:
    """Return the days of work until *last*, which counts as one, the newest first."""
    days, day = [last], last
    while len(days) <= DAYS:
        day -= timedelta(days=1)
        if day.weekday() < 5 and (day.month, day.day) not in _HOLIDAYS:
            days.append(day)
    return days


def _settled(moment: datetime) -> datetime:
    """Return *moment* to ten minutes, so that portal and practice Thulium tell of the same one."""
    local = _minute(moment.astimezone(ZONE))
    return local.replace(minute=local.minute // 10 * 10)


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def _awake(at: datetime, now: datetime) -> datetime:
    """Return *at*, or the evening before for the small hours, in which most people sleep."""
    if at.hour < 6 and now - at > timedelta(hours=3):
        at -= timedelta(hours=at.hour + 2)
    return _minute(min(at, now))


def _status(old: str, new: str) -> str:
    return f"Zmiana statusu z [{old}] na [{new}]"


def _tokens(writer: Writer, place: int) -> tuple[str, str]:
    return tuple(f"5f0c1a2b3d{writer.number:06}{place:04}{file:02}" for file in (1, 2))  # type: ignore[return-value]
