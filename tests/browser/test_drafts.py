"""Drafts keep everything: files that come while one writes, two drafts, an emptied one."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.browser.conftest import Portal, Say
from thulium_portal.accounts.models import User
from thulium_portal.replies.models import Attachment, Reply
from thulium_portal.replies.states import State

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Enter = Callable[[User], Page]
NAME = "umowa żółta.pdf"
BYTES = b"%PDF-1.4 umowa " + bytes(range(256)) * 500
LONG_ENOUGH = 15_000


@pytest.fixture
def elsewhere(browser: Browser, portal: Portal, anna: User) -> Iterator[Page]:
    """Return the page of another computer at which the same person is signed in."""
    client = Client()
    client.force_login(anna)
    context = browser.new_context()
    context.add_cookies(
        [
            {"name": name, "value": it.value, "url": portal.url}
            for name, it in client.cookies.items()
        ]
    )
    yield context.new_page()
    context.close()


def attach(page: Page, name: str = NAME, data: bytes = BYTES) -> None:
    file: Any = {"name": name, "mimeType": "application/pdf", "buffer": data}
    page.locator("[name=attachments]").set_input_files(file)


def files(page: Page, state: str = "kept") -> Locator:
    return page.locator(f"[data-file-list] [data-file-state={state}]")


def write(page: Page, text: str) -> None:
    page.locator(".editor-text").click()
    page.keyboard.type(text)


def saved(page: Page) -> None:
    expect(page.locator("[data-saved-line]")).not_to_be_empty(timeout=LONG_ENOUGH)


def test_a_file_is_there_after_a_reload_and_elsewhere_and_arrives_byte_for_byte(
    portal: Portal, enter: Enter, anna: User, elsewhere: Page, say: Say
):
    page = enter(anna)
    page.goto(f"{portal.url}/tickets/1234/")
    attach(page)
    expect(files(page)).to_contain_text(NAME)
    page.reload()
    expect(files(page)).to_contain_text(NAME)
    elsewhere.goto(f"{portal.url}/tickets/1234/")
    expect(files(elsewhere)).to_contain_text(NAME)
    write(elsewhere, "Umowa jest w załączniku.")
    assert Axe().run(elsewhere).violations_count == 0
    elsewhere.get_by_role("button", name=say("Send reply")).click()
    state = elsewhere.locator("#reply-status")
    expect(state).to_have_attribute("data-reply-state", "confirmed", timeout=LONG_ENOUGH)
    (received,) = portal.thulium.received(1234)
    (sent,) = received["attachments"]
    assert sent["filename"] == NAME
    assert portal.thulium.file_content(sent["token"]) == BYTES


def test_an_upload_that_breaks_off_goes_on_by_itself_and_a_removed_file_stays_away(
    portal: Portal, enter: Enter, anna: User, complaints: list[str]
):
    page = enter(anna)
    page.goto(f"{portal.url}/tickets/1234/")
    failures = iter(["abort", "503"])

    def fail(route: Route) -> None:
        fault = next(failures, "")
        if fault == "abort":
            route.abort()
        elif fault:
            route.fulfill(status=503, body="<html>down</html>")
        else:
            route.continue_()

    page.route("**/tickets/1234/files/", fail)
    attach(page)
    expect(files(page, "waiting")).to_have_count(1)
    write(page, "Bez pliku jednak.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-send-line] button")).to_be_visible()
    page.locator("[data-send-line] button").click()
    expect(files(page)).to_contain_text(NAME, timeout=LONG_ENOUGH)
    assert Attachment.objects.count() == 1
    # By keyboard alone: the button behind the name takes it out again.
    files(page).get_by_role("button").focus()
    page.keyboard.press("Enter")
    expect(files(page)).to_have_count(0)
    page.wait_for_load_state("networkidle")
    page.reload()
    expect(page.locator(".editor-text")).to_contain_text("Bez pliku jednak.")
    expect(files(page)).to_have_count(0)
    assert not Attachment.objects.exists()
    assert complaints
    complaints.clear()


def test_two_drafts_are_opened_compared_and_discarded(
    portal: Portal, enter: Enter, anna: User, elsewhere: Page, say: Say
):
    page = enter(anna)
    page.goto(f"{portal.url}/tickets/1234/")
    write(page, "Paczka wyszła dzisiaj.")
    saved(page)
    elsewhere.goto(f"{portal.url}/tickets/1234/")
    write(page, " Dotrze jutro.")
    expect(page.locator("[name=revision]")).to_have_value("2", timeout=LONG_ENOUGH)
    key = elsewhere.locator("[name=submission_key]")
    first = key.input_value()
    write(elsewhere, " Dotrze pojutrze.")
    expect(key).not_to_have_value(first, timeout=LONG_ENOUGH)
    attach(elsewhere)
    expect(files(elsewhere)).to_have_count(1)
    assert Reply.objects.drafts_of(anna).count() == 2

    page.goto(f"{portal.url}/tickets/1234/")
    assert Axe().run(page).violations_count == 0
    page.get_by_role("link", name=say("Compare the drafts")).click()
    expect(page.locator("ins").last).to_contain_text(NAME)
    assert Axe().run(page).violations_count == 0
    page.get_by_role("link", name=say("Go on with this draft")).last.click()
    expect(page.locator(".editor-text")).to_contain_text("Dotrze jutro.")
    page.get_by_role("button", name=say("Discard this draft")).click()
    expect(page.locator(".editor-text")).to_contain_text("Dotrze pojutrze.")
    expect(files(page)).to_contain_text(NAME)
    page.get_by_role("button", name=say("Restore it")).click()
    expect(page.locator(".editor-text")).to_contain_text("Dotrze jutro.")
    assert Reply.objects.drafts_of(anna).count() == 2


def test_an_emptied_draft_goes_away_and_comes_back_with_undo(
    portal: Portal, enter: Enter, anna: User
):
    page = enter(anna)
    page.goto(f"{portal.url}/tickets/1234/")
    write(page, "Jednak nie.")
    saved(page)
    discard = page.locator("[data-discard] button")
    expect(discard).to_be_visible()
    page.locator(".editor-text").focus()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    expect(discard).to_be_hidden(timeout=LONG_ENOUGH)
    assert not Reply.objects.drafts_of(anna).exists()
    page.locator(".editor-text").focus()
    page.keyboard.press("Control+z")
    expect(page.locator(".editor-text")).to_contain_text("Jednak nie.")
    expect(discard).to_be_visible(timeout=LONG_ENOUGH)
    assert "Jednak nie." in Reply.objects.drafts_of(anna).get().body
    assert Reply.objects.filter(state=State.CANCELLED).count() == 1
