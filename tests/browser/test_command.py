"""The command box by keyboard alone: over every page, and over a half-written reply."""

from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import Enter, Portal, Say
from tests.desk.conftest import known
from thulium_portal.accounts.models import User
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import State

__all__ = ["known"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TICKET = 1234


@pytest.fixture(params=[1440, 360])
def composer(
    request: pytest.FixtureRequest,
    page: Page,
    enter: Enter,
    portal: Portal,
    anna: User,
    make,
    language: str,
) -> Page:
    """Return a ticket's page on a desk and a phone, in either *language*, and texts."""
    make(title="Paczka zagubiona", body="<p>Kurier potwierdził zagubienie.</p>")
    make(title="Zwrot pieniędzy", body="<p>Oddamy {{ wpisz: kwota }} jutro.</p>")
    page.set_viewport_size({"width": request.param, "height": 800})
    enter(anna).goto(f"{portal.url}/tickets/{TICKET}/")
    page.locator("[data-compose] .editor-text").wait_for(state="attached")
    return page


def box(page: Page):
    return page.locator("[data-command-box]")


def chosen(page: Page):
    return page.locator("[data-command-list] [aria-selected=true]")


def asks_for(address: str, query: str) -> bool:
    """Tell whether *address* is that of the box asking for exactly *query*."""
    parts = urlsplit(address)
    return parts.path == "/command/" and parse_qs(parts.query).get("q") == [query]


def ask(page: Page, query: str) -> None:
    """Type *query* into the box and wait for what the portal finds."""
    page.keyboard.press("Control+k")
    with page.expect_response(lambda answer: asks_for(answer.url, query)):
        page.keyboard.type(query)
    expect(page.locator("[data-command-note]")).not_to_be_empty()


def write(page: Page, text: str) -> None:
    page.keyboard.press("r")
    expect(page.locator(".editor-text")).to_be_focused()
    page.keyboard.type(text)


def body(page: Page) -> str:
    return page.locator("[name=body]").input_value()


def test_a_canned_response_goes_in_at_the_cursor(composer: Page):
    page = composer
    write(page, "Ala ma kota")
    for _ in "kota":
        page.keyboard.press("ArrowLeft")
    ask(page, "zagubiona")
    expect(chosen(page)).to_contain_text("Paczka zagubiona")
    page.keyboard.press("Enter")
    expect(page.locator(".editor-text")).to_be_focused()
    expect(page.locator(".editor-text")).to_contain_text("zagubienie")
    assert body(page) == "<p>Ala ma Kurier potwierdził zagubienie.kota</p>"
    assert page.locator("[name=inserted]").count() == 1


def test_a_blank_of_what_goes_in_is_asked_for(composer: Page):
    page = composer
    write(page, "Tak")
    ask(page, "zwrot")
    page.keyboard.press("Enter")
    expect(page.locator("dialog[data-fill-in]")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".editor-text")).to_be_focused()


def test_escape_leads_back_to_the_very_place_in_the_text(composer: Page):
    page = composer
    write(page, "Ala kota")
    for _ in "kota":
        page.keyboard.press("ArrowLeft")
    page.keyboard.press("Control+k")
    expect(page.locator("[data-command-query]")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("!document.activeElement.closest('main')")
    page.keyboard.press("Escape")
    expect(box(page)).to_be_hidden()
    expect(page.locator(".editor-text")).to_be_focused()
    page.keyboard.type("ma ")
    assert body(page) == "<p>Ala ma kota</p>"


def test_enter_does_not_send_and_ctrl_enter_on_the_act_does(composer: Page, say: Say):
    page = composer
    write(page, "Sprawdzamy to z kurierem.")
    ask(page, say("Send reply").split()[0].lower())
    page.locator("[data-command-list] [data-sends]").first.hover()
    expect(chosen(page)).to_contain_text(say("Send reply"))
    for _ in range(3):
        page.keyboard.press("Enter")
    expect(page.locator("[data-command-note]")).to_have_text(say("Press Ctrl Enter to send"))
    expect(box(page)).to_be_visible()
    assert not Reply.objects.exclude(state=State.DRAFT).exists()
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/replies/**")
    assert Reply.objects.exclude(state=State.DRAFT).count() == 1


def test_acts_stand_only_where_their_control_does(composer: Page, say: Say, portal: Portal):
    page = composer
    page.keyboard.press("Control+k")
    acts = page.locator("[data-acts-group] [role=option]")
    expect(acts.filter(has_text=say("Send later…"))).to_have_count(1)
    page.goto(f"{portal.url}/canned/")
    page.keyboard.press("Control+k")
    expect(acts.filter(has_text=say("Keyboard shortcuts", "keyboard"))).to_have_count(1)
    expect(acts.filter(has_text=say("Send later…"))).to_have_count(0)


def test_a_note_for_the_team_is_begun(composer: Page, say: Say, settings):
    settings.THULIUM_COMMENT_FIELD = "comment"
    composer.reload()
    composer.locator("[data-compose] .editor-text").wait_for(state="attached")
    ask(composer, say("internal comment colleagues", "search words").split()[0])
    expect(chosen(composer)).to_contain_text(say("Note for the team"))
    composer.keyboard.press("Enter")
    expect(composer.locator("#note-text")).to_be_focused()
    expect(composer.locator("[data-send]")).to_be_hidden()


def test_the_keys_of_an_act_stand_beside_it_and_it_is_done(composer: Page, say: Say):
    page = composer
    ask(page, say("help keys", "search words").split()[0])
    expect(chosen(page)).to_contain_text(say("Keyboard shortcuts", "keyboard"))
    expect(chosen(page).locator("kbd")).to_have_text("?")
    page.keyboard.press("Enter")
    expect(page.locator("[data-keys]")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("[data-keys]")).to_be_hidden()


def test_enter_before_the_answer_takes_what_was_typed(composer: Page, portal: Portal):
    page = composer
    page.goto(f"{portal.url}/canned/")
    page.keyboard.press("Control+k")
    page.keyboard.type("#1234")
    page.keyboard.press("Enter")
    page.wait_for_url("**/tickets/1234/")


def test_the_last_answer_wins(composer: Page):
    page = composer
    held = []
    page.route(lambda address: asks_for(address, "pac"), lambda route: held.insert(0, route))
    page.keyboard.press("Control+k")
    with page.expect_request(lambda request: asks_for(request.url, "pac")):
        page.keyboard.type("pac")
    with page.expect_response(lambda answer: asks_for(answer.url, "zwrot")):
        page.locator("[data-command-query]").fill("zwrot")
    assert len(held) == 1
    expect(chosen(page)).to_contain_text("Zwrot")
    expect(page.locator("[data-command-list]")).not_to_contain_text("Paczka zagubiona")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_box_is_accessible(composer: Page, scheme: str):
    page = composer
    page.emulate_media(color_scheme=scheme)
    ask(page, "paczka")
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
    assert found.violations_count == 0, found.generate_report()
    query = page.locator("[data-command-query]")
    assert query.get_attribute("aria-activedescendant") == chosen(page).get_attribute("id")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
