"""Signatures, first words and notes in a real browser, by keyboard alone, wide and on a phone."""

import os

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Enter, Portal, Say, without_scripts
from thulium_portal import gateway
from thulium_portal.accounts.models import User
from thulium_portal.notes.models import LONGEST_TEXT, Note
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
    expect(page.locator("[data-note-line]")).not_to_be_empty()
    picture(page, f"note-{language}-{width}")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".message-comment").last).to_be_attached()
    told = say("The note is on the ticket. The customer does not see it.")
    expect(page.get_by_text(told)).to_be_visible()
    messages = gateway.thulium_client().get_ticket(1234).messages
    assert [each.comment for each in messages if each.comment][-1] == "Klientka woli telefon."
    assert portal.thulium.received(1234) == []


@SIZES
def test_a_note_without_scripts(
    browser: Browser, enter: Enter, portal: Portal, anna: User, say: Say, width: int, settings
):
    settings.THULIUM_COMMENT_FIELD = "comment"
    with without_scripts(browser, enter(anna), (width, 800)) as page:
        page.goto(f"{portal.url}/tickets/1234/?act=note")
        text = page.locator("#note-text")
        text.fill("\n" + "ż" * LONGEST_TEXT)
        page.get_by_role("button", name=say("Add the note to the ticket")).click()
        expect(page.get_by_text(f"{LONGEST_TEXT}")).to_be_visible()
        expect(text).to_have_value("\n" + "ż" * LONGEST_TEXT)
        text.fill("Klientka woli telefon.")
        page.get_by_role("button", name=say("Add the note to the ticket")).click()
        told = say("The note is on the ticket. The customer does not see it.")
        expect(page.get_by_text(told)).to_be_visible()
    messages = gateway.thulium_client().get_ticket(1234).messages
    assert [each.comment for each in messages if each.comment][-1] == "Klientka woli telefon."


@SIZES
def test_two_windows_keep_both_notes_and_show_them(
    enter: Enter, portal: Portal, anna: User, say: Say, language: str, width: int, settings
):
    settings.THULIUM_COMMENT_FIELD = "comment"
    Note.objects.create(ticket_id=1234, author=anna, text="początek")
    first = enter(anna)
    second = first.context.new_page()
    for page in (first, second):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(f"{portal.url}/tickets/1234/?act=note")
        expect(page.locator("#note-text")).to_have_value("początek")
        expect(page.locator(".editor-text")).to_be_attached()
    for page, words in ((first, "z pierwszego okna"), (second, "z drugiego okna")):
        if width < 900:
            page.locator("[data-open-composer]").first.click()
        page.locator("#note-text").fill(words)
        page.locator("#note-text").blur()
        expect(page.locator("[data-note-line]")).not_to_be_empty()
    # Its own words go on in their own note.
    second.locator("#note-text").fill("z drugiego okna, dalej")
    second.get_by_role("button", name=say("Add the note to the ticket")).click()
    told = say("The note is on the ticket. The customer does not see it.")
    expect(second.get_by_text(told)).to_be_visible()
    expect(second.locator("#note-text")).to_have_value("z pierwszego okna")
    texts = set(Note.objects.values_list("text", "state"))
    assert texts == {("z pierwszego okna", "draft"), ("z drugiego okna, dalej", "saved")}
    Note.objects.create(ticket_id=1234, author=anna, text="i jeszcze inne słowa")
    second.goto(f"{portal.url}/tickets/1234/?act=note")
    if width < 900:
        second.locator("[data-open-composer]").first.click()
    shown = second.locator("[data-note-text]:visible")
    expect(shown).to_have_count(2)
    expect(shown.last).to_have_value("z pierwszego okna")
    picture(second, f"notes-{language}-{width}")
