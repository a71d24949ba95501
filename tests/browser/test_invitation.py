"""The ways to a password, in a browser, by keyboard, in both languages, under the strict policy."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Enter, Portal, Say
from tests.factories import PASSWORD
from tests.support.accessibility import bubbles, faults, faults_of_space
from tests.support.mail_server import MailServer, mail_server
from thulium_portal.accounts import mails
from thulium_portal.accounts.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NEW = "zielona łąka w maju"
Elsewhere = Callable[[], Page]


@pytest.fixture
def server(portal: Portal, settings: Any) -> Iterator[MailServer]:
    """Run a real mail server, with links that lead to this portal."""
    settings.PORTAL_URL = portal.url
    with mail_server(settings) as server:
        yield server


@pytest.fixture
def elsewhere(browser: Browser, complaints: list[str]) -> Iterator[Elsewhere]:
    """Return a function that opens a browser of somebody else, who speaks neither language."""
    contexts = []

    def elsewhere() -> Page:
        contexts.append(browser.new_context(locale="de-DE"))
        page = contexts[-1].new_page()
        page.on("console", lambda said: complaints.append(said.text))
        return page

    yield elsewhere
    for context in contexts:
        context.close()


def link_in(server: MailServer, address: str) -> str:
    mails.wait()
    text = server.to(address)[-1].get_content().replace("=\n", "")
    return str(re.search(r"http\S+/accounts/\S+", text).group())  # type: ignore[union-attr]


def looks_right(page: Page) -> list[str]:
    return [*bubbles(page), *faults(page), *faults_of_space(page)]


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id || document.activeElement.className"))


def refused(page: Page, complaints: list[str]) -> None:
    """See that the page came back with its errors, which the browser counts as one of its own."""
    expect(page.locator("[data-error-summary]")).to_be_focused()
    complaints[:] = [said for said in complaints if "422" not in said]


def test_somebody_is_invited_and_chooses_a_password(
    portal: Portal,
    page: Page,
    enter: Enter,
    adam: User,
    language: str,
    say: Say,
    server: MailServer,
    elsewhere: Elsewhere,
    complaints: list[str],
):
    User.objects.filter(pk=adam.pk).update(language=language)
    enter(adam).goto(f"{portal.url}/people/new/")
    page.locator("#id_name").press("Enter")
    refused(page, complaints)
    expect(page.locator("#id_name_error")).to_contain_text(say("Type the first and last name."))
    page.locator("[data-error-summary] a").first.press("Enter")
    assert focused(page) == "id_name"
    page.keyboard.type("Piotr Zieliński")
    page.locator("#id_email").fill("piotr@sklep.example")
    page.locator("#id_language").select_option(language)
    page.locator("#id_username").fill("piotr")
    assert looks_right(page) == []
    page.locator("#id_username").press("Enter")
    expect(page).to_have_url(re.compile(r"/people/(#id_name)?$"))
    row = page.get_by_role("row").filter(has_text="piotr")
    expect(row).to_contain_text(say("invited", "person"))

    theirs = elsewhere()
    asked: list[tuple[str, str]] = []
    theirs.on("request", lambda sent: asked.append((sent.url, sent.headers.get("referer", ""))))
    link = link_in(server, "piotr@sklep.example")
    theirs.goto(link)
    expect(theirs).to_have_url(f"{portal.url}/accounts/invitation/")
    expect(theirs.get_by_role("heading", name=say("Choose a password"))).to_be_visible()
    key = link.split("/")[-2]
    assert not any(key in url for url, _referer in asked[1:])
    assert not any(key in referer for _url, referer in asked)
    assert looks_right(theirs) == []
    assert focused(theirs) == "id_password"
    theirs.keyboard.type("piotr 2026 piotr")
    theirs.keyboard.press("Enter")
    refused(theirs, complaints)
    theirs.locator("#id_password").focus()
    theirs.keyboard.type(NEW)
    theirs.keyboard.press("Tab")
    theirs.keyboard.press("Enter")
    expect(theirs.locator("#id_password")).to_have_value(NEW)
    expect(theirs.locator("#id_password")).to_have_attribute("type", "text")
    theirs.keyboard.press("Enter")
    expect(theirs).to_have_url(f"{portal.url}/")
    expect(theirs.get_by_text("Piotr Zieliński").first).to_be_attached()
    assert User.objects.get(username="piotr").check_password(NEW)


def test_a_link_is_handed_over(
    portal: Portal, page: Page, enter: Enter, adam: User, anna: User, language: str, say: Say
):
    User.objects.filter(pk=adam.pk).update(language=language)
    page.context.grant_permissions(["clipboard-write"])
    enter(adam).goto(f"{portal.url}/people/{anna.pk}/")
    assert looks_right(page) == []
    page.get_by_role("button", name=say("Give a link to choose a new password")).press("Enter")
    link = page.get_by_label(say("The link"))
    expect(link).to_have_value(re.compile("/accounts/password/reset/key/"))
    assert looks_right(page) == []
    page.get_by_role("button", name=say("Copy")).press("Enter")
    # The word changes once the browser has the link in its clipboard, which no page may read.
    expect(page.get_by_role("button", name=say("Copied"))).to_be_visible()


def test_a_forgotten_password_is_replaced_by_mail(
    portal: Portal,
    page: Page,
    anna: User,
    language: str,
    say: Say,
    server: MailServer,
    complaints: list[str],
):
    User.objects.filter(pk=anna.pk).update(email="anna@sklep.example")
    page.goto(f"{portal.url}/accounts/login/")
    page.locator(f"button[name=language][value={language}]").press("Enter")
    page.get_by_role("link", name=say("Forgot the password?")).press("Enter")
    assert looks_right(page) == []
    page.locator("#id_login").press("Enter")
    refused(page, complaints)
    page.locator("#id_login").fill("anna@sklep.example")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=say("Look into your mailbox"))).to_be_visible()
    assert looks_right(page) == []

    page.goto(link_in(server, "anna@sklep.example"))
    expect(page).to_have_url(f"{portal.url}/accounts/password/reset/key/")
    page.keyboard.type(NEW)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{portal.url}/accounts/login/")
    said = say("Your password was changed. Sign in with the new one.")
    expect(page.get_by_text(said)).to_be_visible()
    page.locator("#id_login").fill("anna")
    page.locator("#id_password").fill(NEW)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{portal.url}/")


def test_a_password_that_was_typed_by_somebody_else_is_changed_first(
    portal: Portal, page: Page, anna: User, language: str, say: Say, complaints: list[str]
):
    User.objects.filter(pk=anna.pk).update(must_change_password=True)
    page.goto(f"{portal.url}/replies/")
    page.locator("#id_login").fill("anna")
    page.locator("#id_password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=say("Choose a password of your own"))).to_be_visible()
    assert looks_right(page) == []
    page.locator("#id_oldpassword").fill(PASSWORD)
    page.keyboard.press("Enter")
    refused(page, complaints)
    for name, typed in (("oldpassword", PASSWORD), ("password1", NEW), ("password2", NEW)):
        page.locator(f"#id_{name}").fill(typed)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{portal.url}/replies/")


def test_a_date_typed_by_half_is_told_by_the_page(
    portal: Portal, enter: Enter, anna: User, language: str, say: Say
):
    page = enter(anna)
    page.goto(f"{portal.url}/tickets/1234/")
    page.locator("details:has(#reminder-day) summary").first.press("Enter")
    day = page.locator("#reminder-day")
    day.focus()
    page.keyboard.type("3")
    page.keyboard.press("Enter")
    expect(
        page.get_by_text(say("This is filled in by half. Complete it or clear it."))
    ).to_be_visible()
    expect(day).to_be_focused()
    expect(day).to_have_attribute("aria-invalid", "true")
