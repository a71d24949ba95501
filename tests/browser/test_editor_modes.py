"""The editor: plain text, Undo that includes insertions, the language of the spelling."""

import re

import pytest
from playwright.sync_api import Locator, Page, Response, expect

from tests.browser.conftest import Enter, Portal, Say
from thulium_portal.accounts.models import User
from thulium_portal.canned.models import CannedResponse
from thulium_portal.canned.services import create_response
from thulium_portal.canned.validation import ResponseText
from thulium_portal.replies.models import Reply
from thulium_portal.tickets import statuses

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TICKET = 1234
LONG_ENOUGH = 15_000


@pytest.fixture
def response(ewa: User) -> CannedResponse:
    """Return a text with formatting and a status, in English."""
    text = ResponseText(
        title="RMA",
        body="<p>Hello, <strong>dear</strong> customer:</p><ul><li>one</li><li>two</li></ul>",
        language="en",
        status_after="6",
        status_after_name="Zamknięte",
    )
    return create_response(text, actor=ewa)


@pytest.fixture(params=[1440, 360])
def composer(
    request: pytest.FixtureRequest,
    page: Page,
    enter: Enter,
    portal: Portal,
    anna: User,
    language: str,
    response: CannedResponse,
) -> Page:
    """Return the composer of a ticket, on a desk and on a phone, in either *language*."""
    statuses.learn()
    page.set_viewport_size({"width": request.param, "height": 800})
    enter(anna)
    page.goto(f"{portal.url}/tickets/{TICKET}/")
    text_of(page).wait_for(state="attached")
    page.keyboard.press("r")
    expect(text_of(page)).to_be_focused()
    return page


def test_undo_takes_back_an_insertion_and_what_came_with_it(composer: Page, say: Say):
    page = composer
    page.keyboard.type("Moje słowa.")
    insert(page)
    expect(text_of(page)).to_contain_text("dear")
    sends = page.locator("[data-send]")
    closing = say("Send and set: {status}").replace("{status}", "Zamknięte")
    expect(sends).to_have_text(closing)
    assert values(page) != ("", "", [])
    page.keyboard.type("Więcej")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    expect(text_of(page)).to_have_text("Moje słowa.")
    expect(sends).to_have_text(say("Send reply"))
    assert values(page) == ("", "", [])
    page.keyboard.press("Control+y")
    expect(text_of(page)).to_contain_text("dear")
    expect(sends).to_have_text(closing)
    assert values(page) != ("", "", [])


def test_a_draft_that_was_loaded_is_not_undone_to_nothing(composer: Page):
    page = composer
    with page.expect_response(lambda answer: answer.url.endswith("/draft/")):
        page.keyboard.type("Moje słowa.")
    page.reload()
    text_of(page).focus()
    page.keyboard.press("Control+z")
    expect(text_of(page)).to_have_text("Moje słowa.")


def test_plain_text_leaves_as_it_was_typed(composer: Page, portal: Portal, say: Say):
    page = composer
    switch(page, say)
    page.keyboard.type("Dzień dobry,\n\n* to nie lista\n> ani cytat\n  <b>nie</b> & tak")
    page.keyboard.press("Control+b")
    page.keyboard.type("!")
    typed = "Dzień dobry,\n\n* to nie lista\n> ani cytat\n  <b>nie</b> & tak!"
    assert page.locator("[name=body]").input_value() == typed
    insert(page)
    whole = page.locator("[name=body]").input_value()
    assert whole.endswith("- one\n- two")
    page.keyboard.press("Control+Enter")
    state = page.locator("#reply-status")
    sent = re.compile("sent|confirmed")
    expect(state).to_have_attribute("data-reply-state", sent, timeout=LONG_ENOUGH)
    (received,) = portal.thulium.received(TICKET)
    assert (received["body_type"], received["body"]) == ("PLAIN", whole)


def test_plain_text_stays_plain_after_a_reload_and_can_be_formatted_again(composer: Page, say: Say):
    page = composer
    insert(page)
    switch(page, say)
    plain = "Hello, dear customer:\n\n- one\n- two"
    assert page.locator("[name=body]").input_value() == plain
    expect(page.locator("[data-editor-note]")).not_to_be_empty()
    page.keyboard.press("Control+z")
    expect(text_of(page).locator("li")).to_have_count(2)
    page.keyboard.press("Control+y")

    # What was undone for a moment may be on its way as well.
    def is_last(answer: Response) -> bool:
        return answer.url.endswith("/draft/") and "!" in (answer.request.post_data or "")

    with page.expect_response(is_last):
        page.keyboard.type("!")
    page.reload()
    expect(text_of(page)).to_contain_text("- two")
    assert page.locator("[name=body_type]").input_value() == "PLAIN"
    assert Reply.objects.get().body_type == "PLAIN"
    switch(page, say)
    assert page.locator("[name=body_type]").input_value() == "HTML"
    assert "<p>" in page.locator("[name=body]").input_value()


def test_the_spelling_follows_ticket_text_and_person_and_does_not_leave(
    composer: Page, portal: Portal
):
    page = composer
    expect(text_of(page)).to_have_attribute("lang", "pl")
    expect(text_of(page)).to_have_attribute("spellcheck", "true")
    insert(page)
    expect(text_of(page)).to_have_attribute("lang", "en")
    choice = page.locator("[data-spelling]")
    choice.focus()
    page.keyboard.type("pol")
    expect(text_of(page)).to_have_attribute("lang", "pl")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#reply-status")).to_be_visible()
    body = Reply.objects.get().body
    assert "lang" not in body
    assert "spellcheck" not in body


def text_of(page: Page) -> Locator:
    return page.locator("[data-compose] .editor-text")


def switch(page: Page, say: Say) -> None:
    """Turn the text plain, or back, from the toolbar by keyboard."""
    text_of(page).focus()
    page.keyboard.press("Alt+F10")
    page.keyboard.press("End")
    expect(page.get_by_role("button", name=say("Plain text"), exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(text_of(page)).to_be_focused()


def insert(page: Page) -> None:
    """Insert the canned response by keyboard, at the cursor's place."""
    text_of(page).evaluate("element => element.blur()")
    page.keyboard.press("/")
    page.locator("[data-picker-query]").fill("rma")
    expect(page.locator("[data-option]")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(text_of(page)).to_be_focused()


def values(page: Page) -> tuple[str, str, list[str]]:
    """Return what the form keeps of insertions: the first text, its version, all versions."""
    names = ("canned_response", "canned_version")
    first, version = (page.locator(f"[name={name}]").input_value() for name in names)
    rows = page.locator("[data-inserted] [name=inserted]").all()
    return first, version, [row.input_value() for row in rows]
