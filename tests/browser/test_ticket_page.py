"""The ticket's page in a real browser: what is in sight at every size, a phone's sheet, keys."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import Enter, Portal, Say, without_scripts
from tests.support.customers import listed
from thulium_portal.accounts.models import User
from thulium_portal.practice.store import Store
from thulium_portal.replies.models import Reply
from thulium_portal.tickets import reading

pytestmark = [pytest.mark.browser, pytest.mark.each_width, pytest.mark.django_db(transaction=True)]

TICKET = 1234
PHONE = (360, 740)
SIZES = {
    "wide": (1440, 900),
    "medium": (1024, 768),
    "zoomed": (720, 450),
    "zoomed-laptop": (683, 384),
    "phone": PHONE,
}
PARAGRAPHS = "<p>Proszę o informację, kiedy dotrze zamówienie ZK/2026/118.</p>" * 4
Open = Callable[..., Page]


@pytest.fixture
def open_ticket(page: Page, portal: Portal, enter: Enter, anna: User) -> Open:
    """Return a function that opens the ticket in a window of a size."""

    def open_ticket(size: tuple[int, int] = SIZES["wide"], query: str = "") -> Page:
        page.set_viewport_size({"width": size[0], "height": size[1]})
        enter(anna).goto(f"{portal.url}/tickets/{TICKET}/{query}")
        expect(page.locator("textarea[name=body]")).to_be_hidden()
        return page

    return open_ticket


def editor(page: Page) -> Locator:
    return page.locator(".editor-text")


def is_whole(page: Page, place: str) -> bool:
    """Tell whether an element is in the window with all its height, and covered by nothing."""
    return page.locator(place).evaluate(
        """(part) => {
          const box = part.getBoundingClientRect();
          const x = box.left + box.width / 2;
          return box.height > 20 && [box.top + 2, box.bottom - 2].every((y) => {
            return y >= 0 && y <= innerHeight && part.contains(document.elementFromPoint(x, y));
          });
        }"""
    )


def too_wide(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth > innerWidth")


# What is in sight


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_newest_message_and_send_bar_are_in_sight_in_a_long_thread(
    open_ticket: Open, portal: Portal, size: tuple[int, int]
):
    for number in range(49):
        portal.thulium.receive_mail(TICKET, f"<p>Wiadomość {number}</p>{PARAGRAPHS}")
    newest = portal.thulium.receive_mail(TICKET, "<p>Najnowsza</p>")
    page = open_ticket(size)
    words = page.locator(f"#message-{newest}").frame_locator("iframe").get_by_text("Najnowsza")
    expect(words).to_be_in_viewport()
    if size == PHONE:
        assert is_whole(page, "[data-open-composer]")
        page.locator("[data-open-composer]").click()
        expect(editor(page)).to_be_focused()
    assert is_whole(page, "[data-send]")
    assert not too_wide(page)


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_the_send_bar_stays_in_sight_below_a_long_reply(open_ticket: Open, size: tuple[int, int]):
    page = open_ticket(size)
    if size == PHONE:
        page.locator("[data-open-composer]").click()
    editor(page).focus()
    for _line in range(40):
        page.keyboard.press("Enter")
    page.keyboard.type("Koniec")
    assert is_whole(page, "[data-send]")
    expect(editor(page).get_by_text("Koniec")).to_be_in_viewport()
    assert page.evaluate("scrollY") <= 80


@pytest.mark.parametrize("size", [SIZES["wide"], PHONE], ids=["wide", "phone"])
def test_without_scripts_the_newest_message_and_the_send_bar_are_in_sight(
    browser: Browser, portal: Portal, page: Page, enter: Enter, anna: User, size: tuple[int, int]
):
    for _number in range(20):
        portal.thulium.receive_mail(TICKET, PARAGRAPHS)
    newest = portal.thulium.receive_mail(TICKET, "<p>Najnowsza</p>")
    with without_scripts(browser, enter(anna), size) as tab:
        tab.goto(f"{portal.url}/tickets/{TICKET}/")
        expect(tab.locator(f"#message-{newest} h3")).to_be_in_viewport()
        expect(tab.locator("[data-send]")).to_be_in_viewport(ratio=1)
        tab.locator("[name=body]").fill("Bez skryptów")
        tab.locator("[data-send]").click()
        expect(tab.locator("#reply-status")).to_be_visible()
    assert Reply.objects.get().body == "Bez skryptów"


def test_conversation_and_composer_scroll_on_their_own(open_ticket: Open, portal: Portal):
    for _number in range(20):
        portal.thulium.receive_mail(TICKET, PARAGRAPHS)
    page = open_ticket()
    page.locator("[data-conversation]").hover()
    page.mouse.wheel(0, -600)
    page.wait_for_function("() => document.querySelector('[data-conversation]').scrollTop < -500")
    assert page.evaluate("[scrollY, document.querySelector('.composer-scroll').scrollTop]") == [
        0,
        0,
    ]


def test_nothing_shifts_while_the_page_is_built(open_ticket: Open, portal: Portal, page: Page):
    for _number in range(10):
        portal.thulium.receive_mail(TICKET, PARAGRAPHS)
    page.add_init_script(
        """window.shifts = 0;
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) window.shifts += entry.value;
        }).observe({ type: "layout-shift", buffered: true });"""
    )
    open_ticket()
    page.wait_for_load_state("load")
    assert page.evaluate("window.shifts") < 0.05


# Reading


def test_the_first_unread_is_what_came_since_the_person_last_looked(
    open_ticket: Open, portal: Portal
):
    for number in range(12):
        portal.thulium.receive_mail(TICKET, f"<p>Dawna {number}</p>{PARAGRAPHS}")
    page = open_ticket()
    first = portal.thulium.receive_mail(TICKET, f"<p>Pierwsza nowa</p>{PARAGRAPHS}")
    for _number in range(6):
        portal.thulium.receive_mail(TICKET, PARAGRAPHS)
    page.reload()
    expect(page.locator(f"#message-{first} h3")).not_to_be_in_viewport()
    page.locator("[data-unread]").click()
    expect(page.locator(f"#message-{first} h3")).to_be_in_viewport()
    page.reload()
    expect(page.locator("[data-unread]")).to_be_hidden()


def test_the_customer_their_tickets_and_files(
    open_ticket: Open, settings: Any, say: Say, monkeypatch: pytest.MonkeyPatch
):
    told = Store.messages

    def with_names(store: Store, ticket_id: int) -> list[dict[str, Any]]:
        rows = told(store, ticket_id)
        for row in rows:
            row["attachments"] = [{"token": "t", "filename": "zrzut-ekranu.png"}]
        return rows

    monkeypatch.setattr(Store, "messages", with_names)
    settings.THULIUM_TICKET_LINK = "https://panel.example.org/t/{id}"
    page = open_ticket()
    known = reading.load(TICKET, User()).customer_id
    listed(1102, "Maria", "maria@example.org", "Zwrot butów", customer_id=known)
    page.reload()
    panel = page.locator("#customer")
    expect(panel).to_contain_text(say("Other tickets"))
    expect(panel.locator("[data-other-ticket='1102'] a")).to_have_attribute(
        "href", "/tickets/1102/"
    )
    expect(panel).to_contain_text("zrzut-ekranu.png")
    link = panel.get_by_role("link", name=say("Open in Thulium"))
    expect(link).to_have_attribute("href", "https://panel.example.org/t/1234")
    for size in (SIZES["medium"], PHONE):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        expect(panel).to_be_hidden()
        page.locator("button[popovertarget=customer]:visible").click()
        expect(panel.get_by_text("zrzut-ekranu.png").first).to_be_in_viewport()
        assert Axe().run(page).violations_count == 0
        page.keyboard.press("Escape")
        expect(panel).to_be_hidden()


# The sheet of a phone


def test_by_touch_the_sheet_opens_grows_and_closes_without_losing_a_word(
    browser: Browser, portal: Portal, page: Page, enter: Enter, anna: User
):
    with browser.new_context(
        viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True
    ) as phone:
        phone.add_cookies(enter(anna).context.cookies())
        tab = phone.new_page()
        tab.goto(f"{portal.url}/tickets/{TICKET}/")
        expect(editor(tab)).to_be_attached()
        expect(editor(tab)).to_be_hidden()
        tab.locator("[data-open-composer]").tap()
        expect(editor(tab)).to_be_focused()
        tab.keyboard.type("Nie zginie")
        before = tab.locator("#composer").bounding_box()["height"]
        tab.locator("[data-grow-composer]").tap()
        assert tab.locator("#composer").bounding_box()["height"] > before
        tab.locator("[data-close-composer]").tap()
        expect(editor(tab)).to_be_hidden()
        expect(tab.locator("[data-conversation]")).to_be_in_viewport()
        tab.locator("[data-open-composer]").tap()
        expect(editor(tab)).to_have_text("Nie zginie")
        tab.go_back()
        expect(editor(tab)).to_be_hidden()
        assert tab.url == f"{portal.url}/tickets/{TICKET}/"
        tab.locator("[data-open-composer]").tap()
        tab.touchscreen.tap(180, 20)
        expect(editor(tab)).to_be_hidden()
        tab.reload()
        tab.locator("[data-open-composer]").tap()
        expect(editor(tab)).to_have_text("Nie zginie")


def test_by_keyboard_the_sheet_holds_the_focus_and_escape_closes_it(open_ticket: Open):
    page = open_ticket(PHONE)
    page.locator("[data-open-composer]").press("Enter")
    expect(editor(page)).to_be_focused()
    for _step in range(25):
        page.keyboard.press("Shift+Tab")
        assert page.evaluate(
            "document.activeElement === document.body"
            " || document.querySelector('#composer').contains(document.activeElement)"
        )
    editor(page).focus()
    page.keyboard.press("Escape")
    expect(editor(page)).to_be_hidden()
    expect(page.locator("[data-open-composer]")).to_be_focused()


@pytest.mark.parametrize("size", [PHONE, SIZES["wide"]], ids=["phone", "wide"])
def test_a_refused_send_shows_the_error_and_the_tick_near_the_send_bar(
    open_ticket: Open, complaints: list[str], language: str, size: tuple[int, int]
):
    page = open_ticket(size)
    if size == PHONE:
        page.locator("[data-open-composer]").click()
    editor(page).focus()
    page.keyboard.type("Dzień dobry, proszę o XXX do wtorku.")
    page.locator("[data-send]").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    expect(page.locator("[data-error-summary] h2")).to_be_in_viewport()
    tick = page.locator("#id_confirm_leftover")
    assert is_whole(page, "#meant label")
    assert is_whole(page, "[data-send]")
    gap = page.locator(".send-bar").bounding_box()["y"] - tick.bounding_box()["y"]
    assert 0 < gap < 120
    assert Axe().run(page).violations_count == 0
    complaints.clear()  # the refusal
    tick.check()
    page.locator("[data-send]").click()
    page.wait_for_url("**/replies/**")


@pytest.mark.parametrize("size", [PHONE, SIZES["wide"]], ids=["phone", "wide"])
@pytest.mark.parametrize("asks", [False, True], ids=["alone", "with a colleague"])
def test_the_send_bar_is_one_row(
    open_ticket: Open, language: str, size: tuple[int, int], asks: bool, make_rule: Callable
):
    if asks:
        make_rule(effect="second_person")
    page = open_ticket(size)
    if size == PHONE:
        page.locator("[data-open-composer]").click()
    expect(page.locator(".ask-approval")).to_have_count(int(asks))
    tops = page.locator(".send-bar .btn").evaluate_all(
        "buttons => buttons.filter((each) => each.checkVisibility())"
        ".map((each) => each.getBoundingClientRect()).map(({ top, height }) => top + height / 2)"
    )
    assert len(tops) >= 3
    assert max(tops) - min(tops) < 10


# Keys


def test_escape_leaves_the_text_for_the_conversation_and_r_comes_back(open_ticket: Open):
    page = open_ticket(query="?write")
    expect(editor(page)).to_be_focused()
    page.keyboard.type("r")
    page.keyboard.press("Escape")
    expect(page.locator("[data-conversation]")).to_be_focused()
    page.keyboard.press("r")
    expect(editor(page)).to_be_focused()
    expect(editor(page)).to_have_text("r")


def test_one_goes_on_writing_above_the_closing_of_a_draft(open_ticket: Open, anna: User):
    lines = ("Dzień dobry Pani Mario,", "paczka wyszła.", "Z poważaniem", "Anna Nowak")
    body = "".join(f"<p>{line}</p>" for line in lines)
    Reply.objects.create(ticket_id=1234, author=anna, body=body, submission_key=uuid.uuid4())
    page = open_ticket(query="?write")
    expect(editor(page)).to_be_focused()
    page.keyboard.type(" Dotrze jutro.")
    written = [lines[0], "paczka wyszła. Dotrze jutro.", *lines[2:]]
    expect(editor(page).locator("p")).to_have_text(written)


def test_a_slash_looks_for_a_canned_response_only_where_nothing_is_written(open_ticket: Open):
    page = open_ticket(query="?write")
    page.keyboard.press("/")
    expect(page.locator("[data-picker-query]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(editor(page)).to_be_focused()
    page.keyboard.type("a/b")
    expect(editor(page)).to_have_text("a/b")


def test_few_tabs_lead_from_the_start_of_the_page_into_the_text(open_ticket: Open):
    page = open_ticket()
    expect(editor(page)).not_to_be_focused()
    for _tab in range(8):
        page.keyboard.press("Tab")
        if editor(page).evaluate("text => text === document.activeElement"):
            return
    raise AssertionError("more than eight tabs")


# For everybody


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_the_page_is_accessible_and_fits(
    open_ticket: Open, size: tuple[int, int], scheme: str, page: Page
):
    page.emulate_media(color_scheme=scheme)
    open_ticket(size)
    assert Axe().run(page).violations_count == 0
    assert not too_wide(page)
    if size == PHONE:
        page.locator("[data-open-composer]").click()
        expect(editor(page)).to_be_focused()
        assert Axe().run(page).violations_count == 0


@pytest.mark.parametrize("width", [360, 1440])
def test_a_ticket_that_is_not_there_has_a_whole_page_without_an_editor(
    width: int, enter: Enter, portal: Portal, anna: User, say: Say, complaints: list[str]
):
    page = enter(anna)
    page.set_viewport_size({"width": width, "height": 740})
    page.goto(f"{portal.url}/tickets/99999/")
    title = say("There is no ticket %(number)s") % {"number": 99999}
    expect(page.locator("h1")).to_have_text(title)
    assert page.title().startswith(title)
    expect(page.locator("#open-ticket")).to_be_in_viewport()
    page.wait_for_load_state("networkidle")
    assert Axe().run(page).violations_count == 0
    assert not too_wide(page)
    assert [words for words in complaints if "404" not in words] == []
    complaints.clear()  # the browser notes the 404
