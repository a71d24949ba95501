"""The pages of sessions and of waiting: of two browsers one ends the other."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Portal, Say
from tests.factories import PASSWORD
from tests.support.accessibility import faults, faults_of_space
from thulium_portal.accounts.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def sign_in(page: Page, url: str, say: Say, password: str = PASSWORD) -> None:
    page.goto(f"{url}{reverse('account_login')}")
    page.get_by_label(say("User name"), exact=True).fill("anna")
    page.get_by_label(say("Password"), exact=True).fill(password)
    page.keyboard.press("Enter")


def test_another_browser_is_signed_out_by_keyboard_and_stays_out(
    browser: Browser, portal: Portal, anna: User, say: Say, language: str
):
    locale = {"pl": "pl-PL", "en": "en-GB"}[language]
    phone = browser.new_context(locale=locale, viewport={"width": 360, "height": 740})
    other = phone.new_page()
    here = browser.new_context(locale=locale).new_page()
    for each in (other, here):
        sign_in(each, portal.url, say)
        expect(each).to_have_url(f"{portal.url}/")
    here.goto(portal.url + reverse("usersessions_list"))
    expect(here.get_by_text(say("this session"))).to_be_visible()
    assert [*faults(here), *faults_of_space(here)] == []
    button = here.get_by_role("button", name=say("Sign out everywhere else"))
    button.focus()
    here.keyboard.press("Enter")
    # Whoever found the browser open does not know the password.
    here.get_by_role("main").get_by_label(say("Password"), exact=True).fill(PASSWORD)
    here.keyboard.press("Enter")
    expect(button).to_have_count(0)
    expect(here.get_by_text(say("this session"))).to_be_visible()
    other.goto(portal.url)
    expect(other).to_have_url(f"{portal.url}{reverse('account_login')}?next=/")
    for context in (phone, here.context):
        context.close()


def test_the_wait_is_counted_down_and_its_end_is_told(
    browser: Browser, portal: Portal, anna: User, say: Say, language: str
):
    locale = {"pl": "pl-PL", "en": "en-GB"}[language]
    strange = browser.new_context(locale=locale).new_page()
    strange.clock.install()
    for _ in range(6):
        sign_in(strange, portal.url, say, "nie-to-hasło")
        expect(strange.locator("[data-error-summary]")).to_be_visible()
    seconds = {"pl": "Poczekaj 15 sekund", "en": "Wait 15 seconds"}[language]
    expect(strange.locator("[data-error-summary]")).to_contain_text(seconds)
    expect(strange.locator("[data-wait-left]")).to_have_text(re.compile("^0:1[0-5]$"))
    strange.clock.run_for(15_000)
    expect(strange.locator("[data-wait-told]")).to_contain_text(say("You can try again now."))
    expect(strange.locator("[data-wait-left]")).to_be_hidden()
    assert [*faults(strange), *faults_of_space(strange)] == []
    strange.context.close()
