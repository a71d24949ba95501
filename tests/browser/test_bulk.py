"""A bulk reply from the pasted numbers to the summary, with what goes wrong on the way."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Portal, Say
from thulium_portal.accounts.models import User
from thulium_portal.bulk import steps
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import State

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Enter = Callable[[User], Page]
LONG_ENOUGH = 20_000
NARROW = {"width": 360, "height": 740}


@pytest.fixture(autouse=True)
def _a_quick_pace(monkeypatch):
    monkeypatch.setattr(steps, "READ_EVERY", timedelta(0))
    monkeypatch.setattr(steps, "SUBMIT_EVERY", timedelta(milliseconds=300))


def row(page: Page, ticket_id: int) -> Locator:
    return page.locator(f'[data-ticket="{ticket_id}"]')


def is_accessible(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    size = page.viewport_size
    page.set_viewport_size(NARROW)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    page.set_viewport_size(size)


def prepared(page: Page, portal: Portal, say: Say, *numbers: int) -> None:
    """Paste the numbers, start from a canned response and wait for the check list."""
    page.goto(f"{portal.url}/bulk/")
    is_accessible(page)
    page.get_by_label(say("Ticket numbers or links")).fill("\n".join(map(str, numbers)))
    page.get_by_role("button", name=say("Write the text")).click()
    expect(page.locator(".editor-text")).to_be_visible()
    page.wait_for_load_state()  # by then every script listens for keys
    page.keyboard.press("/")
    page.keyboard.type("awaria")
    expect(page.locator("[data-option]")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator(".editor-text")).to_contain_text("wracamy o")
    is_accessible(page)
    page.get_by_role("button", name=say("Fill it in for each ticket")).click()
    page.get_by_label("Godzina").fill("14:00")
    is_accessible(page)
    page.keyboard.press("Enter")
    checking = page.locator("#bulk-live[data-bulk-state=checking]")
    expect(checking).to_be_visible(timeout=LONG_ENOUGH)


@pytest.fixture
def outage(make) -> None:
    """Store a text about an outage, with a greeting and a question."""
    make(
        "Awaria sklepu",
        "<p>{{ powitanie | Dzień dobry }}, wracamy o {{ wpisz: godzina }}.</p><p>{{ podpis }}</p>",
    )


def test_three_numbers_one_closed_one_changed_before_it_left(
    portal: Portal, enter: Enter, anna: User, outage: None, say: Say
):
    page = enter(anna)
    prepared(page, portal, say, 1234, 1226, 1233, 1229)
    expect(row(page, 1226)).to_have_attribute("data-place", "left_out")
    expect(row(page, 1226)).to_contain_text(say("The ticket is closed."))
    expect(row(page, 1234)).to_contain_text("Pani Mario, wracamy o 14:00.")
    is_accessible(page)

    # One is changed on its ticket and led back from there, another is left out.
    row(page, 1234).get_by_role("link", name=say("Open")).click()
    page.locator(".editor-text").press("Control+End")
    page.keyboard.type(" Przepraszamy!")
    expect(page.locator("[name=revision]")).to_have_value("2", timeout=LONG_ENOUGH)
    page.get_by_role("link", name=say("Back to the list")).click()
    expect(row(page, 1234)).to_contain_text(say("Changed by you"))
    row(page, 1229).get_by_role("button", name=say("Leave out")).click()
    expect(row(page, 1229)).to_have_attribute("data-place", "left_out")

    portal.thulium.write_as_customer(1233, "Jeszcze jedno pytanie")
    page.locator("#send-all").press("Enter")
    state = row(page, 1234).locator("[data-reply-state]")
    expect(state).to_have_attribute("data-reply-state", "confirmed", timeout=LONG_ENOUGH)
    stopped = row(page, 1233).locator("[data-reply-state]")
    expect(stopped).to_have_attribute("data-reply-state", "blocked", timeout=LONG_ENOUGH)
    expect(page.locator("#bulk-live")).to_have_attribute("data-bulk-state", "done")
    is_accessible(page)
    (received,) = portal.thulium.received()
    assert "Przepraszamy!" in received["body"]

    page.locator("[data-count=attention]").click()
    expect(page.locator(".bulk-row")).to_have_count(1)
    expect(row(page, 1233)).to_be_visible()


def test_everything_is_undone_and_sent_after_all(
    portal: Portal, enter: Enter, anna: User, outage: None, say: Say, settings
):
    settings.UNDO_SECONDS = 60
    page = enter(anna)
    prepared(page, portal, say, 1234, 1233, 1229)
    page.locator("#send-all").click()
    pending = page.locator('[data-reply-state="pending"]')
    expect(pending).to_have_count(3, timeout=LONG_ENOUGH)
    page.locator("#undo-all").click()
    expect(page.locator("[data-place=going]")).to_have_count(3)
    assert portal.thulium.received() == []
    assert Reply.objects.filter(state=State.CANCELLED).count() == 3

    settings.UNDO_SECONDS = 1
    page.get_by_role("button", name=say("Change the text")).click()
    page.locator(".editor-text").press("Control+End")
    page.keyboard.type(" Dziękujemy za cierpliwość.")
    page.get_by_role("button", name=say("Fill it in for each ticket")).click()
    page.get_by_label("Godzina").fill("15:00")
    page.keyboard.press("Enter")
    expect(page.locator("#send-all")).to_be_visible(timeout=LONG_ENOUGH)
    page.locator("#send-all").dblclick()
    confirmed = page.locator('[data-reply-state="confirmed"]')
    expect(confirmed).to_have_count(3, timeout=LONG_ENOUGH)
    bodies = [received["body"] for received in portal.thulium.received()]
    assert len(bodies) == 3
    assert all("15:00" in body and "Dziękujemy" in body for body in bodies)
