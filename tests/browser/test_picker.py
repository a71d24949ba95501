"""The picker by keyboard alone: six keys for a routine reply, one greeting, one closing."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Portal
from thulium_portal.accounts.models import User
from thulium_portal.canned.services import create_response
from thulium_portal.canned.validation import ResponseText
from thulium_portal.replies.models import Reply

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Enter = Callable[[User], Page]
FIRST = "<p>Dzień dobry,</p><p>paczka jest w drodze.</p><p>Z poważaniem<br>Anna</p>"
SECOND = "<p>Dzień dobry,</p><p>koszt zwrócimy.</p><p>Z poważaniem<br>Anna</p>"


@pytest.fixture(params=["pl", "en"])
def page_of_ticket(
    request: pytest.FixtureRequest, portal: Portal, enter: Enter, anna: User, ewa: User
) -> Page:
    """Return the composer in one language, with two canned responses to insert."""
    anna.language = request.param
    anna.save()
    create_response(ResponseText(title="Paczka w drodze", body=FIRST, language="pl"), actor=ewa)
    create_response(ResponseText(title="Zwrot kosztów", body=SECOND, language="pl"), actor=ewa)
    page = enter(anna)
    page.goto(f"{portal.url}/tickets/1234/")
    expect(page.locator(".editor-text")).to_be_visible()
    return page


def insert(page: Page, words: str) -> None:
    page.locator("[data-picker-query]").focus()
    page.keyboard.type(words)
    expect(page.locator("[data-option]").first).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator(".editor-text")).to_be_focused()


def test_a_routine_reply_takes_six_keys(page_of_ticket: Page):
    page = page_of_ticket
    pressed = 0
    for key in ("/", "p", "a", "c", "Enter"):
        page.keyboard.press(key)
        pressed += 1
    expect(page.locator(".editor-text")).to_contain_text("paczka jest w drodze.")
    expect(page.locator(".editor-text")).to_be_focused()
    page.keyboard.press("Control+Enter")
    pressed += 1
    page.wait_for_url("**/replies/**")
    assert pressed == 6
    assert "paczka jest w drodze." in Reply.objects.exclude(state="draft").get().body


def test_a_second_text_brings_no_second_greeting_and_undo_takes_it_back(page_of_ticket: Page):
    page, text = page_of_ticket, page_of_ticket.locator(".editor-text")
    insert(page, "pac")
    expect(text).to_contain_text("paczka jest w drodze.")
    expect(page.locator("[data-left-out]")).to_be_hidden()
    insert(page, "zwr")
    expect(text.locator("p")).to_have_text(
        ["Dzień dobry,", "paczka jest w drodze.", "koszt zwrócimy.", "Z poważaniemAnna"]
    )
    expect(page.locator("[data-left-out]")).to_be_visible()
    page.keyboard.press("Control+z")
    expect(text).not_to_contain_text("koszt zwrócimy.")
    expect(text.locator("p")).to_have_count(3)


def test_what_was_left_out_is_put_in_with_one_key(page_of_ticket: Page):
    page, text = page_of_ticket, page_of_ticket.locator(".editor-text")
    insert(page, "pac")
    insert(page, "zwr")
    expect(page.locator("[data-left-out]")).to_be_visible()
    page.keyboard.press("Alt+i")
    expect(page.locator("[data-left-out]")).to_be_hidden()
    expect(text.get_by_text("Dzień dobry,")).to_have_count(2)
    expect(text.get_by_text("koszt zwrócimy.")).to_have_count(1)
    expect(text).to_be_focused()


def test_what_the_person_typed_stays(page_of_ticket: Page):
    page, text = page_of_ticket, page_of_ticket.locator(".editor-text")
    text.focus()
    page.keyboard.type("Szanowna Pani,")
    insert(page, "zwr")
    expect(text.locator("p")).to_have_text(
        ["Szanowna Pani,", "koszt zwrócimy.", "Z poważaniemAnna"]
    )


def test_what_the_conversation_names_is_offered_for_a_blank(
    portal: Portal, enter: Enter, anna: User, ewa: User
):
    body = "<p>Zamówienie {{ wpisz: numer zamówienia }} wyszło.</p>"
    create_response(ResponseText(title="Wyszło", body=body, language="pl"), actor=ewa)
    page = enter(anna)
    page.goto(f"{portal.url}/tickets/1234/")
    expect(page.locator(".editor-text")).to_be_visible()
    page.locator("[data-picker-query]").focus()
    page.keyboard.type("wysz")
    expect(page.locator("[data-option]")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("#fill-in-ask_0")).to_be_focused()
    page.keyboard.press("Alt+i")
    expect(page.locator("#fill-in-ask_0")).to_have_value("ZK/2026/118")
    page.keyboard.press("Escape")
    text = page.locator(".editor-text")
    text.focus()
    page.keyboard.type("Zamówienie {{ numer zamówienia }} wyszło.")
    offer = page.locator("[data-unfinished] li").get_by_text("wstaw", exact=True)
    expect(page.locator("[data-unfinished] li")).to_contain_text("W rozmowie jest ZK/2026/118")
    offer.press("Enter")
    expect(text).to_have_text("Zamówienie ZK/2026/118 wyszło.")
    expect(page.locator("[data-unfinished]")).to_be_hidden()
