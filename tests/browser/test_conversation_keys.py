"""A ticket's conversation by keyboard: never in the way of the reply, never out of reach."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Enter, Portal
from thulium_portal.accounts.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TICKET = 1234
LINKS = "".join(f"<p><a href='https://example.org/{n}'>adres {n}</a></p>" for n in range(12))
MOST_TABS = 8
FOCUS = """() => {
  const at = document.activeElement;
  return at.tagName === "IFRAME" ? at.contentDocument.activeElement.textContent : at.className;
}"""


@pytest.fixture
def ticket(page: Page, portal: Portal, enter: Enter, anna: User, language: str) -> Page:
    """Open a ticket with many letters full of links, and a short one as the newest."""
    for number in range(20):
        portal.thulium.receive_mail(TICKET, f"<p>List {number}</p>{LINKS}")
    portal.thulium.receive_mail(TICKET, "<p>Krótki <a href='https://example.org/x'>link</a></p>")
    enter(anna).goto(f"{portal.url}/tickets/{TICKET}/")
    expect(page.locator(".editor-text")).to_be_visible()
    return page


def tabs_to_editor(page: Page) -> int:
    for count in range(1, 40):
        page.keyboard.press("Tab")
        if page.locator(".editor-text").evaluate("(text) => text === document.activeElement"):
            return count
    raise AssertionError("the editor was not reached")


@pytest.mark.parametrize("size", [(1440, 900), (1024, 768)])
def test_the_editor_is_a_few_tabs_away(ticket: Page, size: tuple[int, int]):
    ticket.set_viewport_size({"width": size[0], "height": size[1]})
    assert tabs_to_editor(ticket) <= MOST_TABS
    ticket.locator("[data-conversation]").focus()
    assert tabs_to_editor(ticket) <= MOST_TABS


def test_the_link_at_the_top_leads_to_the_reply_at_once(ticket: Page):
    ticket.evaluate("document.body.focus()")
    links = ticket.locator(".skip-link")
    expect(links.last).to_have_attribute("href", "#id_body")


def test_a_letter_is_entered_and_left_by_keyboard(ticket: Page):
    ticket.locator("[data-conversation]").focus()
    ticket.keyboard.press("Enter")
    newest = ticket.locator(".message-list > li").last
    expect(newest).to_be_focused()
    ticket.keyboard.press("Enter")
    ticket.keyboard.press("Tab")
    assert ticket.evaluate(FOCUS) == "link"
    ticket.keyboard.press("Escape")
    expect(newest).to_be_focused()
    ticket.keyboard.press("ArrowUp")
    expect(ticket.locator(".message-list > li").nth(-2)).to_be_focused()
    ticket.keyboard.press("Escape")
    expect(ticket.locator("[data-conversation]")).to_be_focused()


def test_from_within_a_letter_full_of_links_tab_goes_on_to_the_reply(ticket: Page):
    ticket.locator(".message-list > li").last.locator("iframe").click()
    assert tabs_to_editor(ticket) <= MOST_TABS


def test_the_keys_of_the_page_are_heard_inside_a_letter(ticket: Page):
    link = ticket.locator("iframe[data-mail-frame]").last.content_frame.locator("a")
    for key, opened in [("Control+k", "[data-command-box]"), ("?", "[data-keys]")]:
        link.focus()
        assert ticket.evaluate(FOCUS) == "link"
        ticket.keyboard.press(key)
        expect(ticket.locator(opened)).to_be_visible()
        ticket.keyboard.press("Escape")
        expect(ticket.locator(opened)).to_be_hidden()
    link.focus()
    ticket.keyboard.press("r")
    expect(ticket.locator(".editor-text")).to_be_focused()
