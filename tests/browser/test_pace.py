"""What goes too fast, in a browser: the sentence stands where refusals do; nothing is lost."""

from collections.abc import Callable
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Portal, Say, without_scripts
from thulium_portal.accounts.models import User
from thulium_portal.accounts.pace import limits
from thulium_portal.accounts.pace.limits import FILES, REPLIES_TO_ONE_TICKET, SEARCHES, Limit
from thulium_portal.replies.models import Reply

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Enter = Callable[[User], Page]
TEXT = "Ważne zdanie, którego nikt nie napisze drugi raz."
SAID = {"pl": "Poczekaj", "en": "Wait"}
LONG_ENOUGH = 15_000


def reach(limit: Limit, person: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let *person* have done all that a limit allows, for as long as the test lasts."""
    monkeypatch.setattr(limits, "time", SimpleNamespace(time=lambda: 1_800_000_000.0))
    token = limits.refused.set([])
    with suppress(limits.TooFast):
        for _ in range(limit.most):
            limits.count(limit, person)
    limits.refused.reset(token)


def write(page: Page) -> None:
    page.locator(".editor-text").click()
    page.keyboard.type(TEXT)


@pytest.fixture
def many_sent(submit: Callable[..., Any], anna: User) -> None:
    for _ in range(REPLIES_TO_ONE_TICKET.most):
        submit(send_at=None)


def test_send_over_the_limit_says_so_and_keeps_the_text(
    portal: Portal,
    enter: Enter,
    anna: User,
    many_sent: None,
    say: Say,
    language: str,
    complaints: list[str],
):
    page = enter(anna)
    page.goto(f"{portal.url}/tickets/1234/?write")
    write(page)
    page.locator("[data-send]").click()
    told = page.locator("[data-error-summary]")
    expect(told).to_contain_text(SAID[language], timeout=LONG_ENOUGH)
    expect(page.locator(".editor-text")).to_contain_text(TEXT)
    assert Axe().run(page).violations_count == 0
    assert Reply.objects.filter(body__contains=TEXT).exclude(state="draft").count() == 0
    Reply.objects.filter(author=anna).exclude(submitted_at=None).update(
        submitted_at="2026-01-01T00:00Z"
    )
    page.locator("[data-send]").click()
    page.wait_for_url("**/replies/**")
    assert [words for words in complaints if "429" not in words] == []
    complaints.clear()


def test_send_over_the_limit_without_scripts(
    portal: Portal, enter: Enter, anna: User, many_sent: None, browser: Browser, language: str
):
    with without_scripts(browser, enter(anna), (1440, 900)) as page:
        page.goto(f"{portal.url}/tickets/1234/")
        page.locator("textarea[name=body]").fill(TEXT)
        page.locator("[data-send]").click()
        expect(page.locator("[data-error-summary]")).to_contain_text(SAID[language])
        expect(page.locator("textarea[name=body]")).to_have_value(TEXT)


def test_a_file_over_the_limit_says_so_beside_its_name(
    portal: Portal,
    enter: Enter,
    anna: User,
    language: str,
    complaints: list[str],
    monkeypatch: pytest.MonkeyPatch,
):
    page = enter(anna)
    page.goto(f"{portal.url}/tickets/1234/")
    write(page)
    reach(FILES, anna, monkeypatch)
    file: Any = {"name": "umowa.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 umowa"}
    page.locator("[name=attachments]").set_input_files(file)
    refused = page.locator("[data-file-list] [data-file-state=refused]")
    expect(refused).to_contain_text(SAID[language], timeout=LONG_ENOUGH)
    expect(refused).to_contain_text("umowa.pdf")
    expect(page.locator(".editor-text")).to_contain_text(TEXT)
    assert [words for words in complaints if "429" not in words] == []
    complaints.clear()


def test_picker_and_command_box_over_the_limit_say_so(
    portal: Portal,
    enter: Enter,
    anna: User,
    language: str,
    complaints: list[str],
    monkeypatch: pytest.MonkeyPatch,
):
    page = enter(anna)
    page.goto(f"{portal.url}/tickets/1234/")
    write(page)
    reach(SEARCHES, anna, monkeypatch)
    page.locator("[data-picker-query]").fill("zwrot")
    expect(page.locator("[data-picker-results]")).to_contain_text(SAID[language])
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.locator("[data-command-query]").fill("zwrot")
    expect(page.locator("[data-command-note]")).to_contain_text(SAID[language])
    page.keyboard.press("Escape")
    expect(page.locator(".editor-text")).to_contain_text(TEXT)
    assert [words for words in complaints if "429" not in words] == []
    complaints.clear()


def test_the_page_of_its_own_is_whole(
    portal: Portal,
    enter: Enter,
    anna: User,
    browser: Browser,
    language: str,
    monkeypatch: pytest.MonkeyPatch,
):
    with without_scripts(browser, enter(anna), (360, 740)) as page:
        page.goto(f"{portal.url}/tickets/1234/")
        page.locator("textarea[name=body]").fill(TEXT)
        reach(SEARCHES, anna, monkeypatch)
        page.locator("[data-picker-query]").fill("zwrot")
        page.locator("[data-picker-search]").click()
        expect(page.locator("main")).to_contain_text(SAID[language])
        expect(page.locator("#typed")).to_have_value(TEXT)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 360
        page.locator("main a.btn-primary").click()
        expect(page).to_have_url(f"{portal.url}/tickets/1234/")
