"""Browsers keep no page; words are not lost by that: whoever leaves is asked, or they are kept."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Enter, Portal
from thulium_portal.accounts.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def leave(page: Page, path: str, *, stay: bool) -> list[str]:
    """Press a link to *path*; return the kinds of questions that the browser asked."""
    asked: list[str] = []

    def answer(dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss() if stay else dialog.accept()

    page.on("dialog", answer)
    page.locator(f'nav a[href="{path}"]').first.click(no_wait_after=True)
    if not stay:
        page.wait_for_url(f"**{path}")
    page.remove_listener("dialog", answer)
    return asked


def test_whoever_leaves_words_behind_that_nothing_keeps_is_asked(
    enter: Enter, portal: Portal, adam: User, complaints: list[str]
):
    page = enter(adam)
    page.goto(f"{portal.url}/people/new/")
    assert leave(page, "/replies/", stay=False) == []
    page.goto(f"{portal.url}/people/new/")
    page.locator("#id_name").press_sequentially("Jan Nowy")
    assert leave(page, "/replies/", stay=True) == ["beforeunload"]
    expect(page.locator("#id_name")).to_have_value("Jan Nowy")
    page.locator("#id_name").press("Enter")  # refused, since more is missing
    expect(page.locator("#id_name")).to_have_value("Jan Nowy")
    expect(page.locator("[aria-invalid=true]").first).to_be_visible()
    complaints.clear()  # the browser tells of the status 422


def test_a_reply_is_there_again_after_going_back(enter: Enter, portal: Portal, anna: User):
    page = enter(anna)
    page.goto(f"{portal.url}/tickets/1234/")
    page.locator(".editor-text").wait_for()
    page.keyboard.press("r")
    page.keyboard.type("Sprawdzamy to z kurierem.")
    assert leave(page, "/replies/", stay=False) == []
    page.go_back()
    expect(page.locator(".editor-text")).to_contain_text("Sprawdzamy to z kurierem.")
