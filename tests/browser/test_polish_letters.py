"""Letters typed with AltGr reach their text and press no key of the page."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Enter, Portal
from thulium_portal.accounts.models import User
from thulium_portal.tickets import statuses

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LETTERS = {
    "ą": "a",
    "ć": "c",
    "ę": "e",
    "ł": "l",
    "ń": "n",
    "ó": "o",
    "ś": "s",
    "ź": "x",
    "ż": "z",
    "€": "u",
}
"""What AltGr and a key type on a Polish keyboard; on Windows AltGr comes as Ctrl and Alt."""
CTRL, ALT = 2, 1


def type_with_altgr(page: Page, modifiers: int) -> None:
    """Press each key as the browser tells of it: the letter that comes of it, and what is held."""
    session = page.context.new_cdp_session(page)
    for letter, key in LETTERS.items():
        about = {
            "key": letter,
            "code": f"Key{key.upper()}",
            "windowsVirtualKeyCode": ord(key.upper()),
        }
        altgr = {"key": "AltGraph", "code": "AltRight", "windowsVirtualKeyCode": 225}
        session.send(
            "Input.dispatchKeyEvent", {"type": "rawKeyDown", "modifiers": modifiers, **altgr}
        )
        session.send(
            "Input.dispatchKeyEvent",
            {"type": "keyDown", "text": letter, "modifiers": modifiers, **about},
        )
        session.send("Input.dispatchKeyEvent", {"type": "keyUp", "modifiers": modifiers, **about})
        session.send("Input.dispatchKeyEvent", {"type": "keyUp", "modifiers": 0, **altgr})
    session.detach()


@pytest.mark.parametrize("modifiers", [0, CTRL | ALT], ids=["altgr", "ctrl-alt"])
def test_in_the_editor_they_are_letters(
    page: Page, portal: Portal, enter: Enter, anna: User, modifiers: int
):
    enter(anna)
    page.goto(f"{portal.url}/tickets/1234/")
    editor = page.locator(".editor-text")
    expect(editor).to_be_visible()
    editor.focus()
    type_with_altgr(page, modifiers)
    if not modifiers:
        expect(editor).to_have_text("".join(LETTERS))
    expect(editor).to_be_focused()
    expect(page.locator("dialog[open]")).to_have_count(0)
    assert page.url.endswith("/tickets/1234/")


@pytest.mark.parametrize("modifiers", [0, CTRL | ALT], ids=["altgr", "ctrl-alt"])
@pytest.mark.parametrize("path", ["/", "/tickets/1234/"])
def test_on_a_page_they_press_nothing(
    page: Page, portal: Portal, enter: Enter, anna: User, path: str, modifiers: int
):
    statuses.learn()
    enter(anna)
    page.goto(portal.url + path)
    page.locator("h1").first.click()
    before = page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
    type_with_altgr(page, modifiers)
    assert page.evaluate("document.activeElement.outerHTML.slice(0, 200)") == before
    expect(page.locator("dialog[open]")).to_have_count(0)
    assert page.url == portal.url + path
