"""Questions of a canned response answered by keyboard alone, and leftovers that cannot be sent."""

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
BODY = (
    "<p>{{ greeting | Dzień dobry }},</p><p>{{ forms: czekał Pan / czekała Pani / trwało to }} do "
    "{{ ask: dzień | date }}, zwrot {{ ask: kwota | amount }} "
    "{{ ask: sposób | choice: przelewem; na kartę }}.</p>"
)
FILLED = "czekała Pani do 24 listopada 2026, zwrot 1 234,50 zł na kartę."


@pytest.fixture(params=["pl", "en"])
def page_of_ticket(
    request: pytest.FixtureRequest, portal: Portal, enter: Enter, anna: User, ewa: User
) -> Page:
    """Return the composer in one language, with one canned response to insert."""
    anna.language = request.param
    anna.save()
    create_response(ResponseText(title="Zwrot", body=BODY, language="pl"), actor=ewa)
    page = enter(anna)
    page.goto(f"{portal.url}/tickets/1234/")
    expect(page.locator(".editor-text")).to_be_visible()
    return page


def test_a_text_is_filled_in_by_keyboard_alone(page_of_ticket: Page, complaints: list[str]):
    page = page_of_ticket
    open_questions(page)
    expect(page.locator("#fill-in-address input[value=she]")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#fill-in-ask_0")).to_be_focused()
    page.locator("#fill-in-ask_0").fill("2026-11-24")
    page.locator("#fill-in-ask_1").focus()
    page.keyboard.type("dużo")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#fill-in-ask_1_error")).to_be_visible()
    expect(page.locator("#fill-in-ask_1")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type("1234,5")
    page.keyboard.press("Enter")
    text = page.locator(".editor-text")
    expect(text).to_contain_text("Pani Mario")
    expect(text).to_contain_text(FILLED)
    expect(text).to_be_focused()
    assert [told for told in complaints if "422" not in told] == []
    complaints.clear()


def test_escape_inserts_nothing_and_returns_to_the_text(page_of_ticket: Page):
    page = page_of_ticket
    page.locator(".editor-text").click()
    page.keyboard.type("Już napisane.")
    page.locator("[data-picker-query]").focus()
    page.keyboard.type("zwrot")
    expect(page.locator("[data-option]")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("dialog[data-fill-in]")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog[data-fill-in]")).to_be_hidden()
    expect(page.locator(".editor-text")).to_be_focused()
    expect(page.locator(".editor-text")).to_have_text("Już napisane.")


def test_a_leftover_is_marked_refused_and_passes_when_it_is_meant(
    page_of_ticket: Page, complaints: list[str]
):
    page = page_of_ticket
    text = page.locator(".editor-text")
    text.click()
    page.keyboard.type("Jak w przypisie [strona], paczka jest w drodze.")
    expect(text.locator(".leftover")).to_have_text("[strona]")
    expect(page.locator("[data-unfinished]")).to_contain_text("[strona]")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#body-errors .fault mark")).to_have_text("[strona]")
    expect(text).to_contain_text("Jak w przypisie [strona]")
    assert Reply.objects.exclude(state="draft").count() == 0
    confirm = page.locator("#id_confirm_leftover")
    confirm.focus()
    page.keyboard.press("Space")
    expect(confirm).to_be_checked()
    expect(text.locator(".leftover")).to_have_count(0)
    expect(page.locator("[data-unfinished]")).to_be_hidden()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#reply-status")).to_be_visible()
    assert [told for told in complaints if "422" not in told] == []
    complaints.clear()


def test_braces_that_were_typed_are_asked_about_once(page_of_ticket: Page, complaints: list[str]):
    page = page_of_ticket
    text = page.locator(".editor-text")
    text.click()
    page.keyboard.type("Proszę wpisać {{ user.id }} w szablonie.")
    expect(text.locator("[data-blank]")).to_have_text("user.id")
    expect(page.locator("[data-unfinished]")).to_contain_text("user.id")
    page.keyboard.press("Control+Enter")
    confirm = page.locator("#id_confirm_leftover")
    expect(confirm).not_to_be_checked()
    expect(page.locator("#meant")).to_contain_text("{{ user.id }}")
    assert Reply.objects.exclude(state="draft").count() == 0
    confirm.focus()
    page.keyboard.press("Space")
    expect(text.locator("[data-blank]")).to_have_count(0)
    expect(page.locator("[data-unfinished]")).to_be_hidden()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#reply-status")).to_be_visible()
    assert "{{ user.id }}" in Reply.objects.get().body
    assert [told for told in complaints if "422" not in told] == []
    complaints.clear()


def test_a_blank_of_a_canned_text_stops_the_send_in_the_page(
    page_of_ticket: Page, ewa: User, complaints: list[str]
):
    body = "<p>Oddamy {{ wpisz: kwota }} jutro.</p>"
    create_response(ResponseText(title="Pieniądze", body=body, language="pl"), actor=ewa)
    page = page_of_ticket
    page.route("**/fill-in/", lambda route: route.abort())
    page.keyboard.press("/")
    page.keyboard.type("pieniądze")
    expect(page.locator("[data-option]")).to_have_count(1)
    page.keyboard.press("Enter")
    blank = page.locator(".editor-text [data-blank]")
    expect(blank).to_have_text("kwota")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-unfinished]")).to_contain_text("kwota")
    expect(page.locator("#meant input")).to_have_count(0)
    # Loaded anew, its draft knows whose blank it is.
    with page.expect_response("**/draft/"):
        page.locator("[data-picker-query]").focus()
    page.reload()
    expect(blank).to_have_text("kwota")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-unfinished]")).to_contain_text("kwota")
    assert Reply.objects.exclude(state="draft").count() == 0
    complaints.clear()  # the questions that were not answered


def open_questions(page: Page) -> None:
    """Take the only canned response by keyboard."""
    page.keyboard.press("/")
    page.keyboard.type("zwrot")
    expect(page.locator("[data-option]")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("dialog[data-fill-in]")).to_be_visible()


def test_what_the_customer_wrote_and_what_an_author_meant_is_not_marked(
    page_of_ticket: Page, ewa: User
):
    text = "<p>Kod XXX</p><blockquote><p>Panie/Pani {imie}</p></blockquote>"
    create_response(ResponseText("Kod", text, language="pl", meant=("XXX",)), actor=ewa)
    page = page_of_ticket
    page.keyboard.press("/")
    page.keyboard.type("kod")
    expect(page.locator("[data-option]")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator(".editor-text")).to_contain_text("{imie}")
    expect(page.locator(".editor-text .leftover")).to_have_count(0)
    page.locator(".editor-text > p", has_text="Kod XXX").click()
    page.keyboard.type(" TODO ")
    expect(page.locator(".editor-text > p", has_text="TODO")).to_have_count(1)
    expect(page.locator(".editor-text .leftover")).to_have_text("TODO")
