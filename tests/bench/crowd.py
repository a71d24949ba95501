"""People at work, all in one light process: each a coroutine that opens pages as browsers do."""

import asyncio
import html
import random
import re
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode

from tests.bench import town
from tests.bench.rig import CSRF, hidden_fields

REFRESH, PULSE = 15.0, 8.0
"""Seconds between two askings of the desk's script and of the ticket page's."""
ON_A_TICKET = 8
"""Pulses before a person goes on."""
SAVES_AT = (2, 4, 6)
SENDS = 0.3
"""Share of the tickets opened that are answered."""
WRITES_A_SECOND = 0.5
"""Messages of customers, half of them on tickets that somebody has open."""
PATIENCE = 30.0
TEXT = "<p>Dzień dobry,</p><p>paczka wyszła dzisiaj i dotrze jutro do południa.</p>"
_DESK = re.compile(r'data-desk="([^"]+)"')
_SEEN = re.compile(r'data-seen="([^"]*)"')
_ROW = re.compile(r'data-ticket="(\d+)"')
_NEWEST = re.compile(r'"newest_message": ?(\d+)')


@dataclass
class Diary:
    """What was asked for: seconds by kind of page, what went wrong, and what customers wrote."""

    haste: float
    took: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    wrong: list[str] = field(default_factory=list)
    refused: int = 0
    open_on: dict[str, int] = field(default_factory=dict)
    """By session, the ticket a person has before them."""
    written: dict[int, tuple[int, float]] = field(default_factory=dict)
    """By ticket, the last message that a customer wrote while somebody looked, and when."""
    noticed: list[float] = field(default_factory=list)

    async def pause(self, seconds: float, end: float) -> None:
        """Let time pass, at most until the *end*."""
        await asyncio.sleep(max(0.0, min(seconds / self.haste, end - time.monotonic())))


@dataclass(frozen=True)
class Answer:
    status: int
    location: str
    text: str


@dataclass(frozen=True)
class Places:
    """Where the portal listens, where Thulium does, and how many open tickets that has."""

    portal: int
    thulium: int
    tickets: int


async def work(places: Places, sessions: list[str], seconds: float, haste: float = 1.0) -> Diary:
    """Let everybody work for so long; *sessions* are theirs, and each begins at another time.

    With *haste* they do all of it so many times as fast.
    """
    diary = Diary(haste)
    end = time.monotonic() + seconds
    jobs = [
        _quietly(Person(places.portal, session, diary, number).day, end, diary)
        for number, session in enumerate(sessions)
    ]
    jobs.append(_quietly(lambda end: _customers(places, diary, end), end, diary))
    await asyncio.gather(*jobs)
    return diary


async def _quietly(job: Callable[[float], Awaitable[None]], end: float, diary: Diary) -> None:
    """Run *job* again and again until the *end*; what goes wrong is noted."""
    while time.monotonic() < end:
        try:
            await job(end)
        except (OSError, TimeoutError, ValueError, asyncio.IncompleteReadError) as error:
            diary.wrong.append(f"{type(error).__name__}: {error}"[:200])
            await diary.pause(1, end)


class Person:
    """Somebody who is signed in and answers tickets."""

    def __init__(self, port: int, session: str, diary: Diary, number: int) -> None:
        self._port, self._session, self._diary = port, session, diary
        self._dice = random.Random(number)
        self._is_new = True

    async def day(self, end: float) -> None:
        """Look at the desk, open a ticket, write, send at times; and again."""
        if self._is_new:
            self._is_new = False
            await self._diary.pause(self._dice.uniform(0, 2 * REFRESH), end)
        while time.monotonic() < end:
            number = await self._at_the_desk(end)
            if number and time.monotonic() < end:
                await self._on_the_ticket(number, end)

    async def _at_the_desk(self, end: float) -> int:
        page = (await self._ask("desk", "GET", "/")).text
        address, seen = _found(_DESK, page), _found(_SEEN, page)
        rows = _ROW.findall(page)
        for _ in range(self._dice.randint(1, 2)):
            await self._diary.pause(REFRESH, end)
            if address and time.monotonic() < end:
                asked = urlencode({"seen": seen})
                await self._ask("refresh", "GET", f"{address}?{asked}", expect=(200, 204))
        if rows and self._dice.random() < 0.5:
            return int(self._dice.choice(rows))
        led = await self._ask("next", "GET", "/next/", expect=(302,))
        return int(_found(re.compile(r"/tickets/(\d+)/"), led.location) or 0)

    async def _on_the_ticket(self, number: int, end: float) -> None:
        path = f"/tickets/{number}/"
        page = (await self._ask("ticket", "GET", path)).text
        fields = {name: html.unescape(value) for name, value in hidden_fields(page).items()}
        fields |= {"body": TEXT, "body_type": "HTML"}
        self._diary.open_on[self._session] = number
        try:
            for at in range(ON_A_TICKET):
                await self._diary.pause(PULSE, end)
                if time.monotonic() >= end:
                    return
                pulse = await self._ask("pulse", "GET", f"{path}pulse/")
                self._notice(number, int(_found(_NEWEST, pulse.text) or 0))
                if at in SAVES_AT:
                    await self._save(path, fields, at)
            if self._dice.random() < SENDS:
                await self._send(path, fields)
        finally:
            self._diary.open_on.pop(self._session, None)

    async def _save(self, path: str, fields: dict[str, str], at: int) -> None:
        fields["body"] = f"{TEXT}<p>{at}</p>"
        saved = await self._ask("draft", "POST", f"{path}draft/", fields)
        for name in ("submission_key", "revision"):
            fields[name] = _found(re.compile(rf'"{name}": "?([^",}}]+)'), saved.text)

    async def _send(self, path: str, fields: dict[str, str]) -> None:
        """Press Send; where a message came meanwhile the page says so, which is no fault."""
        sent = await self._ask("send", "POST", path, fields, expect=(302, 409, 422))
        self._diary.refused += sent.status != 302

    def _notice(self, number: int, newest: int) -> None:
        message, at = self._diary.written.get(number, (0, 0.0))
        if message and newest >= message:
            self._diary.noticed.append(time.monotonic() - at)
            del self._diary.written[number]

    async def _ask(
        self,
        kind: str,
        method: str,
        path: str,
        fields: dict[str, str] | None = None,
        *,
        expect: tuple[int, ...] = (200,),
    ) -> Answer:
        cookies = f"portal_session={self._session}; portal_csrf={CSRF}"
        began = time.perf_counter()
        answer = await ask(self._port, method, path, fields, cookies=cookies)
        self._diary.took[kind].append(time.perf_counter() - began)
        if answer.status not in expect:
            raise ValueError(f"{method} {path} answered {answer.status} {answer.location}")
        return answer


async def ask(
    port: int, method: str, path: str, fields: dict[str, str] | None = None, *, cookies: str = ""
) -> Answer:
    """Ask for one page over a connection of its own."""
    content = urlencode((fields or {}) | {"csrfmiddlewaretoken": CSRF}).encode() if fields else b""
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n"
        f"Cookie: {cookies}\r\nContent-Length: {len(content)}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
    )
    async with asyncio.timeout(PATIENCE):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            writer.write(head.encode() + content)
            told, _, text = (await reader.read()).decode().partition("\r\n\r\n")
        finally:
            writer.close()
    status, _, headers = told.partition("\r\n")
    if not status:
        raise OSError(f"{method} {path}: no answer")
    location = re.search(r"(?im)^location: (.*?)\r?$", headers)
    return Answer(int(status.split()[1]), location[1] if location else "", text)


async def _customers(places: Places, diary: Diary, end: float) -> None:
    """Let customers write, on tickets somebody looks at and on others in turns."""
    dice = random.Random(0)
    while time.monotonic() < end:
        await diary.pause(1 / WRITES_A_SECOND, end)
        watched = list(diary.open_on.values())
        number = dice.choice(watched) if watched and dice.random() < 0.5 else 0
        number = number or town.FIRST + dice.randrange(places.tickets)
        wrote = await ask(places.thulium, "POST", f"/write/{number}")
        if number in watched:
            diary.written[number] = int(wrote.text), time.monotonic()


def _found(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return html.unescape(found[1]) if found else ""
