"""The whole portal for a browser: pages, a worker and the practice Thulium."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.utils.translation import gettext, override, pgettext
from playwright.sync_api import Browser, ConsoleMessage, Page

from thulium_portal.accounts.models import User
from thulium_portal.operations.worker import Worker
from thulium_portal.practice.server import PracticeThulium

Say = Callable[..., str]
Enter = Callable[[User], Page]


@dataclass(frozen=True)
class Portal:
    """A running portal and the Thulium it is connected to."""

    url: str
    thulium: PracticeThulium


@contextmanager
def without_scripts(browser: Browser, page: Page, size: tuple[int, int]) -> Iterator[Page]:
    """Give a window of some *size* without scripts, in which the person of *page* is signed in."""
    width, height = size
    with browser.new_context(
        java_script_enabled=False, viewport={"width": width, "height": height}
    ) as plain:
        plain.add_cookies(page.context.cookies())
        yield plain.new_page()


@pytest.fixture
def portal(live_server: Any, settings: Any, thulium: PracticeThulium) -> Iterator[Portal]:
    """Run the portal with a worker beside it; replies leave a second after they were sent."""
    settings.UNDO_SECONDS = 1
    worker = Worker(at_once=2)

    def work() -> None:
        try:
            worker.run()
        finally:
            connections.close_all()

    thread = threading.Thread(target=work, name="worker")
    thread.start()
    yield Portal(live_server.url, thulium)
    worker.stop()
    thread.join()


@pytest.fixture
def complaints() -> list[str]:
    """What the browser complained of; a test takes out what it provoked."""
    return []


@pytest.fixture(autouse=True)
def _nothing_to_complain_about(page: Page, complaints: list[str]) -> Iterator[None]:
    """Fail on any warning or error in the console: a broken policy or script shows there."""

    def note(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            complaints.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield
    assert complaints == []


@pytest.fixture
def enter(page: Page, portal: Portal) -> Enter:
    """Return a function that gives the page of a person who has signed in."""

    def enter(person: User) -> Page:
        client = Client()
        client.force_login(person)
        cookies = [
            {"name": name, "value": morsel.value, "url": portal.url}
            for name, morsel in client.cookies.items()
        ]
        page.context.clear_cookies()
        page.context.add_cookies(cookies)
        return page

    return enter


@pytest.fixture(params=["pl", "en"])
def language(request: pytest.FixtureRequest, anna: User, ewa: User) -> str:
    """Return a language that both people read; a test that asks for it runs in each."""
    for person in (anna, ewa):
        person.language = request.param
        person.save()
    return request.param


@pytest.fixture
def say(language: str) -> Say:
    """Return a function that gives a text of the catalogue, named by its English, as it is read."""

    def say(text: str, context: str = "") -> str:
        with override(language):
            return pgettext(context, text) if context else gettext(text)

    return say
