"""A ticket changes while its reply is written: what the person sees, and what they can do."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Portal, Say
from tests.browser.test_outcomes import TEXT, becomes, send, texts
from thulium_portal.accounts.models import User
from thulium_portal.replies.states import State

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

JAN = "jan.wisniewski@example.net"


def write_on(page: Page) -> None:
    """Put the cursor into the text; on a phone its sheet is opened for that."""
    editor = page.locator(".editor-text")
    expect(editor).to_be_attached()
    opener = page.locator("[data-open-composer]")
    (opener if opener.is_visible() else editor).click()
    expect(editor).to_be_focused()


@pytest.fixture(params=[1366, 360])
def stopped(
    request: pytest.FixtureRequest, enter: Callable[[User], Page], portal: Portal, anna: User
) -> Page:
    """Return the page of a reply that was stopped while it was looked at, wide and narrow."""
    page = enter(anna)
    page.set_viewport_size({"width": request.param, "height": 768})
    page.goto(f"{portal.url}/tickets/1234/")
    write_on(page)
    page.keyboard.insert_text(TEXT)
    portal.thulium.change_ticket(1234, sender=JAN)
    portal.thulium.write_as_customer(1234, "Proszę jednak o wysyłkę na adres brata.")
    send(page)
    becomes(page, State.BLOCKED)
    return page


def test_the_page_names_the_change_and_shows_the_newest_message(
    stopped: Page, say: Say, language: str
):
    differences = stopped.locator("[data-guard]")
    expect(differences).to_have_count(2)
    expect(differences.first).to_contain_text("maria@example.org")
    expect(differences.first).to_contain_text(JAN)
    newest = stopped.frame_locator("[data-mail-frame]").locator("body")
    expect(newest).to_contain_text("Proszę jednak o wysyłkę na adres brata.")
    expect(stopped.locator(".status-actions .btn-primary")).to_have_id("act-back")
    expect(stopped.locator("#act-anyway")).to_have_text(say("Send despite these changes"))
    wide = stopped.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert not wide


def test_writing_on_brings_the_text_back_beside_the_ticket_as_it_is(stopped: Page, portal: Portal):
    stopped.locator("#act-back").click()
    stopped.wait_for_url("**/tickets/1234/")
    expect(stopped.locator(".editor-text")).to_have_text(TEXT)
    expect(stopped.locator(".ticket-head")).to_contain_text(JAN)
    write_on(stopped)
    send(stopped)
    becomes(stopped, State.CONFIRMED)
    assert len(texts(portal)) == 1


def test_sending_in_spite_of_it_sends_once(stopped: Page, portal: Portal):
    stopped.locator("#act-anyway").click()
    becomes(stopped, State.CONFIRMED)
    expect(stopped.locator(".page-head")).to_contain_text(JAN)
    assert len(texts(portal)) == 1


def test_giving_it_up_sends_nothing(stopped: Page, portal: Portal):
    stopped.locator("#act-discard").click()
    becomes(stopped, State.CANCELLED)
    assert texts(portal) == []
