"""Quoting the customer: selected words, by mouse or key, or a whole message by keyboard alone."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Enter, Portal, Say
from thulium_portal.accounts.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TICKET = 1234
MAIL = "zwrot kosztów dostawy"


@pytest.fixture(params=[1440, 360])
def composer(
    request: pytest.FixtureRequest,
    page: Page,
    enter: Enter,
    portal: Portal,
    anna: User,
    language: str,
) -> Page:
    """Return the page of a ticket, on a desk and on a phone, in either *language*."""
    page.set_viewport_size({"width": request.param, "height": 800})
    enter(anna)
    page.goto(f"{portal.url}/tickets/{TICKET}/")
    text_of(page).wait_for(state="attached")
    return page


def test_selected_words_are_quoted_by_the_button_beside_them(composer: Page, say: Say):
    page = composer
    words(page).dblclick()
    button = page.locator("[data-quote-selection]")
    expect(button).to_be_visible()
    button.click()
    quoted = text_of(page).locator("blockquote")
    expect(quoted).to_have_count(1)
    assert quoted.inner_text().strip() in words(page).inner_text()
    first = text_of(page).locator("p").first
    expect(first).to_have_text(re.compile(r"^Maria Wiśniewska pisze, \d+ \w+:$"))
    expect(text_of(page)).to_be_focused()
    page.keyboard.type("Tak.")
    expect(quoted).not_to_contain_text("Tak.")
    expect(text_of(page).locator("p").last).to_have_text("Tak.")
    expect(button).to_be_hidden()


def test_the_key_quotes_and_undo_takes_it_back_in_one_step(composer: Page):
    page = composer
    words(page).dblclick()
    expect(page.locator("[data-quote-selection]")).to_be_visible()
    page.keyboard.press("q")
    expect(text_of(page).locator("blockquote")).to_have_count(1)
    expect(text_of(page)).to_be_focused()
    page.keyboard.press("Control+z")
    expect(text_of(page)).to_have_text("")


def test_a_whole_message_is_quoted_by_keyboard_alone(composer: Page):
    page = composer
    page.locator("[data-conversation]").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowUp")  # the newest is a note of the team
    page.keyboard.press("q")
    expect(text_of(page).locator("blockquote")).to_contain_text(MAIL)


def test_a_note_of_the_team_is_never_quoted(composer: Page):
    page = composer
    page.frame_locator(".message-comment iframe").locator("body").dblclick()
    page.keyboard.press("q")
    expect(page.locator("[data-quote-selection]")).to_be_hidden()
    expect(page.locator(".message-comment [data-quote-message]")).to_have_count(0)
    expect(text_of(page)).to_have_text("")


def test_in_plain_text_lines_are_marked(composer: Page, say: Say):
    page = composer
    page.keyboard.press("r")
    expect(text_of(page)).to_be_focused()
    page.get_by_role("button", name=say("Plain text"), exact=True).click()
    expect(text_of(page)).to_be_focused()
    page.keyboard.press("Escape")
    page.locator(".message-mail [data-quote-message]").last.press("Enter")
    expect(text_of(page)).to_contain_text(MAIL)
    expect(text_of(page)).to_be_focused()
    typed = page.locator("[name=body]").input_value()
    assert any(line.startswith("> ") and MAIL in line for line in typed.split("\n"))
    assert page.locator("[name=body_type]").input_value() == "PLAIN"


def text_of(page: Page) -> Locator:
    return page.locator("[data-compose] .editor-text")


def words(page: Page) -> Locator:
    """Return the words of the customer's last message, in its frame."""
    last = page.frame_locator(".message-mail:nth-last-child(2) iframe")
    return last.get_by_text(MAIL).last
