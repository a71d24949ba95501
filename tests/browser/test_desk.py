"""The desk in a browser: looked through by keyboard, refreshed in place, readable for everybody."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.conftest import Portal
from tests.support.accessibility import faults
from thulium_portal.tickets import presence
from thulium_portal.tickets.index.intake import put_words
from thulium_portal.tickets.models import KnownQueue, KnownTicket

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SCREENS = [(1440, "light"), (360, "dark")]
FOCUSED = "document.activeElement.closest('[data-ticket]')?.dataset.ticket"
WAITING = range(4100, 4110)
FREE = 4200


@pytest.fixture
def portal(live_server, thulium) -> Portal:
    """Run the portal without its worker, which would list other tickets than these."""
    return Portal(live_server.url, thulium)


@pytest.fixture(autouse=True)
def _tickets(anna):
    """Ten of Anna's whose customers wait, the lowest number longest, and one that is nobody's."""
    KnownQueue.objects.create(queue_id=7, name="Sklep")
    for number in WAITING:
        known(number, hours=4110 - number)
    known(FREE, hours=2, agent_login="", customer_name="Jan Wrona")


def known(number: int, hours: float, **given: str) -> None:
    usual = {"agent_login": "anna.nowak", "customer_name": f"Klientka {number}"}
    now = timezone.now()
    with transaction.atomic():
        ticket = KnownTicket.objects.create(
            ticket_id=number,
            subject="Gdzie jest moja paczka, zamówiona dawno i bardzo potrzebna?",
            queue_id=7,
            queue_name="Sklep",
            waiting_since=now - timedelta(hours=hours),
            changed_at=now,
            read_at=now,
            files_waiting=2,
            **usual | given,
        )
        put_words([ticket])


def refresh(page: Page) -> None:
    """Let the quarter of a minute pass after which the page asks again."""
    with page.expect_response(lambda answer: "/desk/?" in answer.url):
        page.clock.fast_forward(15_000)


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: "-".join(map(str, screen)))
def test_everybody_can_read_it(screen, browser, portal, enter, page, language, anna, ewa):
    width, scheme = screen
    presence.note(WAITING[0], ewa, writing=True)
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    enter(anna)
    for address in ("/", "/?list=unassigned&choose=1", "/?q=paczka", "/?list=waiting"):
        page.goto(portal.url + address)
        assert faults(page) == [], address
    page.locator("summary", has_text="Kolejka" if language == "pl" else "Queue").click()
    assert faults(page) == []


def test_the_list_is_gone_through_by_keyboard(portal, enter, page, language, anna, complaints):
    enter(anna).goto(portal.url)
    for number in WAITING[:3]:
        page.keyboard.press("j")
        assert page.evaluate(FOCUSED) == str(number)
    page.keyboard.press("k")
    assert page.evaluate(FOCUSED) == str(WAITING[1])
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{portal.url}/tickets/{WAITING[1]}/")
    page.wait_for_load_state()
    complaints.clear()  # Thulium does not know these tickets


def test_the_list_renews_itself_where_the_reader_is(portal, enter, page, say, anna, ewa):
    page.clock.install()
    enter(anna).goto(f"{portal.url}/?choose=1")
    row = page.locator(f"[data-ticket='{WAITING[5]}']")
    row.locator("input").check()
    row.locator("a").focus()
    page.evaluate("scrollTo(0, 300)")
    before = row.bounding_box()["y"]
    known(4099, hours=20)
    KnownTicket.objects.filter(pk=WAITING[0]).delete()
    presence.note(WAITING[5], ewa, writing=True)
    refresh(page)
    expect(page.locator("[data-ticket]").first).to_have_attribute("data-ticket", "4099")
    expect(page.locator(f"[data-ticket='{WAITING[0]}']")).to_have_count(0)
    expect(row).to_contain_text(say("%(name)s is writing") % {"name": "Ewa Kot"})
    expect(row.locator("input")).to_be_checked()
    expect(row.locator("a")).to_be_focused()
    assert abs(row.bounding_box()["y"] - before) < 2
    expect(page.locator("[data-announce]")).to_have_text(
        say("New on the list: {n}").replace("{n}", "1")
    )


def test_a_bar_tells_how_many_are_chosen(portal, enter, page, say, anna):
    page.set_viewport_size({"width": 360, "height": 700})
    enter(anna).goto(f"{portal.url}/?choose=1")
    bar = page.locator("[data-chosen]")
    for number in WAITING[:2]:
        page.locator(f"[data-ticket='{number}'] input").check()
    expect(bar).to_have_text(say("Chosen: {n}").replace("{n}", "2"))
    expect(bar).to_be_in_viewport()
    page.locator("#choose [type=reset]").click()
    expect(bar).to_have_text(say("Chosen: {n}").replace("{n}", "0"))
    assert page.locator("[data-ticket] input:checked").count() == 0


def test_nothing_moves_while_nothing_changes(portal, enter, page, anna, language):
    page.clock.install()
    enter(anna).goto(portal.url)
    page.evaluate("document.querySelector('[data-ticket]').marked = true")
    refresh(page)
    assert page.evaluate("document.querySelector('[data-ticket]').marked") is True


def test_a_menu_that_is_open_stays_open(portal, enter, page, anna, language):
    page.clock.install()
    enter(anna).goto(portal.url)
    menu = page.locator(".desk-queues")
    menu.locator("summary").click()
    known(4098, hours=30)
    refresh(page)
    expect(page.locator("[data-ticket='4098']")).to_be_visible()
    expect(menu).to_have_attribute("open", "")


def test_where_the_portal_is_lost_the_page_says_since_when(
    portal, enter, page, anna, say, complaints
):
    page.clock.install()
    enter(anna).goto(portal.url)
    page.route("**/desk/**", lambda route: route.abort())
    words = say("The list could not be refreshed since {time}").split("{")[0]
    for _ in range(4):
        with page.expect_event("requestfailed"):
            page.clock.fast_forward(15_000)
    expect(page.locator("[data-worry]")).to_contain_text(words)
    expect(page.locator("[data-age]")).to_be_hidden()
    complaints.clear()


def test_a_customer_is_found_and_a_number_opens_from_the_box(portal, enter, page, anna, language):
    enter(anna).goto(portal.url)
    box = page.locator("[data-command-query]")
    page.locator("[data-open-command]").click()
    box.fill("wrona")
    option = page.locator("[data-command-list] a[href*='q=wrona']")
    option.click()
    expect(page.locator("[data-ticket]")).to_have_count(1)
    expect(page.locator("[data-open-command]")).to_contain_text("wrona")
    page.keyboard.press("Control+k")
    page.keyboard.type("1234")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{portal.url}/tickets/1234/")


def test_a_ticket_is_taken_from_the_list(portal, enter, page, anna, say):
    known(1230, hours=2, agent_login="")
    enter(anna).goto(f"{portal.url}/?list=unassigned")
    page.locator("[data-ticket='1230'] button").click()
    expect(
        page.get_by_text(say("Ticket %(number)s is yours now.") % {"number": 1230})
    ).to_be_visible()
    expect(page).to_have_url(f"{portal.url}/?list=unassigned")
    expect(page.locator("[data-ticket='1230']")).to_have_count(0)


def test_the_main_button_leads_to_who_waits_longest(portal, enter, page, anna, say, complaints):
    enter(anna).goto(portal.url)
    page.get_by_role("link", name=say("Reply to the next")).click()
    expect(page).to_have_url(f"{portal.url}/tickets/{WAITING[0]}/?write")
    page.wait_for_load_state()
    complaints.clear()
