"""Signatures, first words and notes in a real browser, by keyboard alone, wide and on a phone."""

import os

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Enter, Portal, Say
from thulium_portal import gateway
from thulium_portal.accounts.models import User
from thulium_portal.signatures.services import Wording, save

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SIZES = pytest.mark.parametrize("width", [1440, 360])


@pytest.fixture
def around(anna: User, ewa: User) -> None:
    """Let the office have a signature, an opening and a closing, and Anna a signature."""
    for kind, body, whose in (
        ("signature", "<p>Sklep, tel. 22 100 20 30</p>", None),
        ("opening", "<p>Dzień dobry,</p>", None),
        ("closing", "<p>Z poważaniem</p>", None),
        ("signature", "<p>{{ my_name }}<br><strong>Sklep</strong></p>", anna),
    ):
        save(Wording(kind, body), row=None, whose=whose, actor=whose or ewa)


def picture(page: Page, name: str) -> None:
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def to_composer(page: Page, width: int) -> None:
    """On a phone the composer is a sheet that is opened first."""
    page.set_viewport_size({"width": width, "height": 800})


@SIZES
def test_first_words_and_one_signature_by_keyboard(
    enter: Enter, portal: Portal, anna: User, around: None, language: str, width: int
):
    page = enter(anna)
    to_composer(page, width)
    page.goto(f"{portal.url}/tickets/1234/")
    editor = page.locator(".editor-text")
    expect(editor).to_be_attached()
    shown = page.locator(".signature:visible")
    if width < 900:
        page.locator("[data-open-composer]").first.focus()
        page.keyboard.press("Enter")
    expect(shown).to_have_text("Anna NowakSklep")
    begin = page.locator("[data-begin]")
    begin.focus()
    page.keyboard.press("Enter")
    expect(editor).to_contain_text("Dzień dobry,")
    expect(begin).to_be_hidden()
    page.keyboard.type("Paczka wyszła dzisiaj rano.")
    expect(editor.locator("p")).to_have_text(
        ["Dzień dobry,", "Paczka wyszła dzisiaj rano.", "Z poważaniem"]
    )
    choice = page.locator("#id_signature")
    choice.focus()
    page.keyboard.press("ArrowDown")
    expect(shown).to_have_text("Sklep, tel. 22 100 20 30")
    page.keyboard.press("ArrowUp")
    expect(shown).to_have_text("Anna NowakSklep")
    picture(page, f"signature-{language}-{width}")
    editor.focus()
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-reply-state=confirmed]")).to_be_visible(timeout=20_000)
    (received,) = portal.thulium.received(1234)
    assert received["body"].endswith("<p>Anna Nowak<br><strong>Sklep</strong></p>")
    assert received["body"].count("Anna Nowak") == 1


@SIZES
def test_a_note_by_keyboard_never_reaches_the_customer(
    enter: Enter, portal: Portal, anna: User, say: Say, language: str, width: int, settings
):
    settings.THULIUM_COMMENT_FIELD = "comment"
    page = enter(anna)
    to_composer(page, width)
    page.goto(f"{portal.url}/tickets/1234/")
    expect(page.locator(".editor-text")).to_be_attached()
    if width < 900:
        page.locator("[data-open-composer]").first.focus()
        page.keyboard.press("Enter")
    expect(page.locator(".note-panel")).to_be_hidden()
    page.locator("#act-reply").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-send]")).to_be_hidden()
    expect(page.get_by_text(say("The customer will not see it"))).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.locator("#note-text")).to_be_focused()
    page.keyboard.type("Klientka woli telefon.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-note-line]")).not_to_be_empty()
    picture(page, f"note-{language}-{width}")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".message-comment").last).to_be_attached()
    told = say("The note is on the ticket. The customer does not see it.")
    expect(page.get_by_text(told)).to_be_visible()
    messages = gateway.thulium_client().get_ticket(1234).messages
    assert [each.comment for each in messages if each.comment][-1] == "Klientka woli telefon."
    assert portal.thulium.received(1234) == []
