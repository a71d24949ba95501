"""A ticket's conversation in a real browser: where it opens, what is folded, what is seen."""

import random
import re

import pytest
from playwright.sync_api import Browser, FrameLocator, Locator, Page, expect

from tests.browser.conftest import Enter, Portal, without_scripts
from tests.support.mails import HIDING_BLOCKS, GeneratedMail
from thulium_portal.accounts.models import User
from thulium_portal.lib.html.mail import is_html, read_mail
from thulium_portal.lib.html.mail_frame import mail_frame

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TICKET = 1234
WINDOWS = {"desktop": (1366, 768), "phone": (360, 740)}
PARAGRAPHS = "<p>Proszę o informację, kiedy dotrze zamówienie ZK/2026/118.</p>" * 4


@pytest.fixture(params=WINDOWS)
def window(request: pytest.FixtureRequest, page: Page) -> tuple[int, int]:
    width, height = WINDOWS[request.param]
    page.set_viewport_size({"width": width, "height": height})
    return width, height


def long_thread(portal: Portal, last: str) -> int:
    for number in range(49):
        portal.thulium.receive_mail(TICKET, f"<p>Wiadomość {number}</p>{PARAGRAPHS}")
    return portal.thulium.receive_mail(TICKET, last)


def visible_part(part: Locator, window: tuple[int, int]) -> float:
    """Return how many pixels of *part* are in the window and in the list it scrolls in."""
    return part.evaluate(
        """(part, height) => {
          const own = part.getBoundingClientRect();
          const list = part.closest("[data-conversation]").getBoundingClientRect();
          const top = Math.max(own.top, list.top, 0);
          return Math.min(own.bottom, list.bottom, height) - top;
        }""",
        window[1],
    )


def mail(page: Page, number: int) -> FrameLocator:
    return page.locator(f"#message-{number}").frame_locator("iframe")


def test_a_long_thread_opens_at_its_newest_message(
    page: Page, portal: Portal, enter: Enter, anna: User, window: tuple[int, int]
):
    number = long_thread(portal, "<p>Najnowsza wiadomość</p>")
    enter(anna).goto(f"{portal.url}/tickets/{TICKET}/")
    words = mail(page, number).get_by_text("Najnowsza wiadomość")
    expect(words).to_be_in_viewport()
    newest = page.locator(f"#message-{number}")
    assert visible_part(newest, window) >= min(60, newest.bounding_box()["height"] - 2)


def test_a_newest_message_longer_than_the_list_opens_at_its_beginning(
    page: Page, portal: Portal, enter: Enter, anna: User, window: tuple[int, int]
):
    number = long_thread(portal, "<p>Początek najnowszej</p>" + PARAGRAPHS * 10)
    enter(anna).goto(f"{portal.url}/tickets/{TICKET}/")
    expect(page.locator(f"#message-{number} h3")).to_be_in_viewport()
    expect(mail(page, number).get_by_text("Początek najnowszej")).to_be_in_viewport()


def test_one_click_opens_the_history_and_the_frame_grows(
    page: Page, portal: Portal, enter: Enter, anna: User, window: tuple[int, int]
):
    quote = "<blockquote>" + "<p>dawne słowa</p>" * 30 + "</blockquote>"
    number = portal.thulium.receive_mail(
        TICKET, f"<p>nowe</p><p>W dniu 20.11.2026 10:00 Jan pisze:</p>{quote}"
    )
    enter(anna).goto(f"{portal.url}/tickets/{TICKET}/")
    frame = page.locator(f"#message-{number} iframe")
    expect(mail(page, number).get_by_text("dawne słowa").last).to_be_hidden()
    before = frame.bounding_box()["height"]
    mail(page, number).locator("summary").click()
    expect(mail(page, number).get_by_text("dawne słowa").last).to_be_visible()
    page.wait_for_function(
        "([frame, height]) => frame.clientHeight > height", arg=[frame.element_handle(), before]
    )
    assert frame.evaluate("frame => frame.contentDocument.documentElement.scrollHeight") <= (
        frame.evaluate("frame => frame.clientHeight")
    )
    mail(page, number).locator("summary").click()
    page.wait_for_function(
        "([frame, height]) => frame.clientHeight <= height", arg=[frame.element_handle(), before]
    )


def test_without_scripts_too_a_long_thread_opens_at_its_newest_message(
    browser: Browser, page: Page, portal: Portal, enter: Enter, anna: User, window: tuple[int, int]
):
    number = long_thread(portal, "<p>Najnowsza wiadomość</p>")
    with without_scripts(browser, enter(anna), window) as tab:
        tab.goto(f"{portal.url}/tickets/{TICKET}/")
        expect(tab.locator(f"#message-{number} h3")).to_be_in_viewport()


def as_read(page: Page, document: str) -> str:
    """Return what the browser renders of a document, without blanks, its folds opened."""
    page.goto("about:blank")  # else the policy of the document before stays in force
    page.set_content(document)
    return page.evaluate(
        """() => {
          for (const fold of document.querySelectorAll("details, dialog")) fold.open = true;
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          let read = "";
          while (walker.nextNode()) {
            const parent = walker.currentNode.parentElement;
            const tiny = getComputedStyle(parent).fontSize === "0px";
            if (!tiny && parent.checkVisibility({ visibilityProperty: true })) {
              read += walker.currentNode.data;
            }
          }
          return read.replace(/\\s/gu, "");
        }"""
    )


def test_the_browser_reads_in_the_frame_what_it_reads_in_the_mail(
    page: Page, complaints: list[str]
):
    compared = 0
    for seed in range(150):
        body = re.sub("<xml>.*?</xml>", "", GeneratedMail(random.Random(seed)).html().body)
        if not is_html(body) or any(each in body for each in HIDING_BLOCKS):
            continue
        mail = read_mail(body)
        frame = mail_frame(mail.own, mail.history, summary=mail.attribution)
        assert as_read(page, frame) == as_read(page, f"<!doctype html>{body}"), body
        compared += 1
    assert compared > 60
    complaints.clear()  # what the mails themselves provoke
