"""The main job from end to end in a real browser, in both languages."""

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Portal
from thulium_portal.accounts.models import User
from thulium_portal.demo.loader import load_demo_responses

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "kawa-z-mlekiem-o-siódmej"


@dataclass(frozen=True)
class Words:
    """What a reader of one language sees and types on the way."""

    language: str
    sign_in: str
    shortcut: str
    greeting: str
    order: str
    day: str
    send: str
    confirmed: str
    sign_out: str


POLISH = Words(
    language="pl",
    sign_in="Zaloguj się",
    shortcut="opoznienie",
    greeting="Dzień dobry",
    order="ZK/2026/118",
    day="we wtorek",
    send="Wyślij odpowiedź",
    confirmed="Potwierdzone w zgłoszeniu",
    sign_out="Wyloguj się",
)
ENGLISH = Words(
    language="en",
    sign_in="Sign in",
    shortcut="delay",
    greeting="Hello Maria",
    order="ZK/2026/118",
    day="Tuesday",
    send="Send reply",
    confirmed="Confirmed on the ticket",
    sign_out="Sign out",
)


@pytest.mark.parametrize("words", [POLISH, ENGLISH], ids=lambda words: words.language)
def test_a_reply_goes_from_sign_in_to_the_audit(
    page: Page, portal: Portal, anna: User, ewa: User, words: Words
):
    load_demo_responses(ewa)
    for person in (anna, ewa):
        person.language = words.language
        person.set_password(PASSWORD)
        person.save()

    page.goto(portal.url)
    sign_in(page, anna, words)
    page.locator("[data-open-command]").click()
    page.locator("[data-command-query]").fill("1234")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{portal.url}/tickets/1234/")

    insert_canned_response(page, words)
    page.get_by_role("button", name=words.send).click()
    state = page.locator("#reply-status")
    expect(state).to_have_attribute(
        "data-reply-state", re.compile("sent|confirmed"), timeout=15_000
    )
    expect(state).to_have_attribute("data-reply-state", "confirmed", timeout=15_000)
    expect(state).to_contain_text(words.confirmed)

    (received,) = portal.thulium.received(1234)
    assert received["user_login"] == "anna.nowak"
    assert received["body_type"] == "HTML"
    assert words.greeting in received["body"]
    assert words.order in received["body"]
    assert "{{" not in received["body"]

    sign_out(page, words)
    sign_in(page, ewa, words)
    page.goto(f"{portal.url}/audit/?ticket=1234")
    (row,) = page.locator("table tbody tr").all()
    expect(row).to_contain_text("Anna Nowak")
    expect(row).to_contain_text(words.confirmed)
    row.get_by_role("link").first.click()
    expect(page.locator("main")).to_contain_text(words.order)
    expect(page.locator("main")).to_contain_text(str(received["message_id"]))


def insert_canned_response(page: Page, words: Words) -> None:
    """Find a canned response by keyboard, take it, and answer the two questions it asks."""
    expect(page.locator(".editor-text")).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type(words.shortcut)
    expect(page.locator("[data-picker-results] [data-option]")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("#fill-in-ask_0")).to_be_focused()
    page.keyboard.type(words.order)
    page.keyboard.press("Tab")
    page.keyboard.type(words.day)
    page.keyboard.press("Enter")
    expect(page.locator(".editor-text")).to_contain_text(words.greeting)
    expect(page.locator(".editor-text")).to_contain_text(words.day)
    expect(page.locator(".editor-text [data-blank]")).to_have_count(0)


def sign_in(page: Page, person: User, words: Words) -> None:
    page.locator("[name=login]").fill(person.username)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    expect(page.locator("[data-open-command]")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", words.language)


def sign_out(page: Page, words: Words) -> None:
    """Leave through the page's own menu."""
    page.get_by_role("button", name=words.sign_out).click()
    expect(page.locator("[name=login]")).to_be_visible()
