"""In a system's own few colours: what is chosen and where the cursor is, by lines."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Enter, Portal
from thulium_portal.accounts.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def line(place: Locator) -> str:
    return place.evaluate("(part) => getComputedStyle(part).outlineStyle")


def test_lines_tell_what_is_chosen_and_focused(
    page: Page, portal: Portal, enter: Enter, anna: User, make, settings
):
    settings.THULIUM_COMMENT_FIELD = "comment"
    make("Paczka", "<p>Paczka dotrze jutro.</p>", language="en")
    page.emulate_media(forced_colors="active")
    enter(anna).goto(f"{portal.url}/tickets/1234/")
    editor = page.locator(".editor-text")
    editor.wait_for(state="attached")
    page.keyboard.press("r")
    expect(editor).to_be_focused()
    assert line(editor) == "solid"
    bold = page.locator("[data-command=bold]")
    assert line(bold) == "none"
    page.keyboard.press("Control+b")
    expect(bold).to_have_attribute("aria-pressed", "true")
    assert line(bold) == "solid"
    assert line(page.locator(".nav-wide [aria-current]")) == "solid"
    chosen = page.locator(".act:has(:checked)")
    assert chosen.evaluate("(part) => getComputedStyle(part).borderTopWidth") == "3px"
    page.locator("[data-picker-query]").fill("paczka")
    option = page.locator("[data-option][aria-selected=true]")
    expect(option).to_be_visible()
    assert line(option) == "solid"
    expect(option.locator("strong")).to_have_attribute("lang", "en")
