"""The preview in a browser: over the page by keyboard, and as a page without scripts."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Enter, Portal, Say, without_scripts
from thulium_portal.accounts.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TICKET = 1234


@pytest.mark.parametrize("width", [1440, 360])
def test_the_sheet_shows_the_text_and_gives_the_cursor_back(
    page: Page, enter: Enter, portal: Portal, anna: User, language: str, say: Say, width: int
):
    page.set_viewport_size({"width": width, "height": 800})
    enter(anna)
    page.goto(f"{portal.url}/tickets/{TICKET}/")
    page.locator("[data-compose] .editor-text").wait_for(state="attached")
    page.keyboard.press("r")
    expect(page.locator("[data-compose] .editor-text")).to_be_focused()
    page.keyboard.type("Sprawdzamy to z kurierem.")
    button = page.get_by_role("button", name=say("Preview"))
    button.focus()
    page.keyboard.press("Enter")
    sheet = page.get_by_role("dialog", name=say("What the customer gets"))
    expect(sheet).to_contain_text("maria@example.org")
    shown = sheet.frame_locator("iframe").locator("body")
    expect(shown).to_have_text("Sprawdzamy to z kurierem.")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    # All of it: a frame lower than its letter would hide the end without a word.
    assert sheet.locator("iframe").evaluate(
        "({ contentWindow: { innerHeight, document } }) =>"
        " innerHeight >= document.documentElement.getBoundingClientRect().height"
    )
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    expect(button).to_be_focused()
    expect(page.locator("[data-compose] .editor-text")).to_have_text("Sprawdzamy to z kurierem.")
    assert portal.thulium.received(TICKET) == []


def test_without_scripts_it_is_a_page_with_a_way_back(
    browser: Browser, page: Page, enter: Enter, portal: Portal, anna: User, language: str, say: Say
):
    enter(anna)
    with without_scripts(browser, page, (360, 740)) as plain:
        plain.goto(f"{portal.url}/tickets/{TICKET}/")
        plain.locator("[name=body]").fill("Sprawdzamy <b>to</b>\n\nz kurierem.")
        plain.get_by_role("button", name=say("Preview")).click()
        expect(plain.locator("[data-preview-plain]")).to_have_text(
            "Sprawdzamy <b>to</b>\n\nz kurierem."
        )
        plain.get_by_role("button", name=say("Back to writing")).click()
        expect(plain.locator("[name=body]")).to_have_value("Sprawdzamy <b>to</b>\n\nz kurierem.")
