"""Two-step sign-in in a browser, by keyboard, in both languages, under the portal's own policy."""

import json
import re
from typing import Any

import pyotp
import pytest
from django.conf import settings as portal_settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from playwright.sync_api import Page, expect

from tests.browser.conftest import Portal, Say
from tests.factories import PASSWORD
from tests.support.accessibility import faults, faults_of_space
from thulium_portal.accounts.models import User
from thulium_portal.audit.models import AuditEntry
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import State

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WRONG = (
    "This code is not right. Look at the app again and type the newest one; each code counts only "
    "once."
)
CODES = re.compile(r"\d{8}")


@pytest.fixture(autouse=True)
def _spoken(page: Page, portal: Portal, language: str) -> None:
    page.context.add_cookies(
        [{"name": portal_settings.LANGUAGE_COOKIE_NAME, "value": language, "url": portal.url}]
    )


class Device:
    """A device that holds passkeys and knows its person, or does not."""

    def __init__(self, page: Page) -> None:
        self._session = page.context.new_cdp_session(page)
        self._session.send("WebAuthn.enable")
        options = {"protocol": "ctap2", "transport": "internal"}
        able = dict.fromkeys(("hasResidentKey", "hasUserVerification", "isUserVerified"), True)
        made = self._session.send(
            "WebAuthn.addVirtualAuthenticator",
            {"options": options | able | {"automaticPresenceSimulation": True}},
        )
        self._id = made["authenticatorId"]

    def knows_person(self, *, known: bool) -> None:
        told = {"authenticatorId": self._id, "isUserVerified": known}
        self._session.send("WebAuthn.setUserVerified", told)


def code_of(app: pyotp.TOTP) -> str:
    """Return a code that was not used before: forgetting that is what half a minute does."""
    cache.clear()
    return app.now()


def type_password(page: Page) -> None:
    page.locator("main [name=password]").focus()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")


def sign_in(page: Page, portal: Portal, path: str = "/") -> None:
    page.goto(f"{portal.url}/accounts/login/?next={path}")
    page.keyboard.type("anna")
    type_password(page)


def press(page: Page, words: str) -> None:
    """Reach a link or a button by its words, and press it by the keyboard."""
    target = page.locator("main").get_by_role("link", name=words, exact=True)
    target = target.or_(page.locator("main").get_by_role("button", name=words, exact=True))
    target.focus()
    page.keyboard.press("Enter")


def add_app(page: Page, portal: Portal, say: Say) -> tuple[pyotp.TOTP, list[str]]:
    """Add an app, from the page of one's settings on; return it, and the recovery codes."""
    page.goto(f"{portal.url}/accounts/profile/")
    press(page, say("Two-step sign-in"))
    press(page, say("Add an app"))
    type_password(page)
    picture = page.locator(".qr")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.complete && image.naturalWidth > 100")
    assert [*faults(page), *faults_of_space(page)] == []
    app = pyotp.TOTP(page.locator(".typed-key").inner_text().replace(" ", ""))
    page.locator("main [name=code]").focus()
    page.keyboard.type(app.now())
    page.keyboard.press("Enter")
    codes = page.locator(".recovery-codes code")
    expect(codes).to_have_count(10)
    return app, codes.all_inner_texts()


def pasted(page: Page) -> str:
    """Return what the clipboard holds; the portal's pages may not read it themselves."""
    page.evaluate("document.querySelector('main').append(document.createElement('textarea'))")
    field = page.locator("main > textarea")
    field.press("Control+v")
    value = field.input_value()
    field.evaluate("field => field.remove()")
    return value


def recorded() -> list[str]:
    return list(AuditEntry.objects.order_by("sequence").values_list("action", flat=True))


def test_an_app_is_added_and_asked_for_and_a_recovery_code_stands_in(
    page: Page, portal: Portal, anna: User, say: Say, complaints: list[str]
):
    sign_in(page, portal)
    page.wait_for_url(f"{portal.url}/")
    app, codes = add_app(page, portal, say)
    with page.expect_download() as download:
        press(page, say("Download"))
    kept = download.value.path().read_text(encoding="utf-8")
    assert CODES.findall(kept) == codes
    assert download.value.suggested_filename == say("recovery-codes.txt")
    press(page, say("Copy"))
    expect(page.get_by_role("button", name=say("Copied"))).to_be_visible()
    assert pasted(page) == "\n".join(codes)
    expect(page.get_by_role("button", name=say("Print"))).to_be_visible()
    assert [*faults(page), *faults_of_space(page)] == []
    press(page, say("I have kept them"))
    expect(page.get_by_text(say("On", "two-step sign-in"), exact=True)).to_be_visible()
    assert [*faults(page), *faults_of_space(page)] == []

    for typed in (code_of(app), codes[0]):
        page.context.clear_cookies(name="portal_session")
        sign_in(page, portal, "/replies/")
        expect(page.locator("main [name=code]")).to_be_focused()
        assert [*faults(page), *faults_of_space(page)] == []
        page.keyboard.type("000000")
        page.keyboard.press("Enter")
        expect(page.locator("[data-error-summary]")).to_be_focused()
        page.locator("main [name=code]").fill(typed)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{portal.url}/replies/")
    assert recorded().count("person.signed_in") == 3
    assert all("422" in words for words in complaints)
    complaints.clear()


def test_a_passkey_is_the_second_step_and_signs_in_alone(
    page: Page, portal: Portal, anna: User, say: Say
):
    device = Device(page)
    sign_in(page, portal)
    page.wait_for_url(f"{portal.url}/")
    page.goto(f"{portal.url}/accounts/2fa/")
    press(page, say("Add a passkey"))
    type_password(page)
    name = page.locator("main [name=name]")
    expect(name).to_be_visible()
    assert [*faults(page), *faults_of_space(page)] == []
    name.fill("Laptop Anny")
    press(page, say("Make the passkey"))
    expect(page.locator(".recovery-codes code")).to_have_count(10)
    press(page, say("I have kept them"))
    expect(page.locator(".passkeys")).to_contain_text("Laptop Anny")
    page.context.clear_cookies(name="portal_session")
    sign_in(page, portal, "/replies/")
    expect(page.locator("#passkey-button")).to_be_focused()
    assert [*faults(page), *faults_of_space(page)] == []
    page.keyboard.press("Enter")
    page.wait_for_url(f"{portal.url}/replies/")

    page.context.clear_cookies(name="portal_session")
    page.goto(f"{portal.url}/accounts/login/?next=/canned/")
    assert [*faults(page), *faults_of_space(page)] == []
    device.knows_person(known=False)
    press(page, say("Sign in with a passkey"))
    expect(page.locator("[data-passkey-error]")).to_have_text(
        say("Nothing was chosen, or it took too long. Press the button again.")
    )
    device.knows_person(known=True)
    press(page, say("Sign in with a passkey"))
    page.wait_for_url(f"{portal.url}/canned/")
    entries = AuditEntry.objects.filter(action="person.signed_in").order_by("sequence")
    told = [json.loads(entry.record)["facts"]["by"] for entry in entries]
    assert told == ["password", "password+webauthn", "webauthn"]

    page.goto(f"{portal.url}/accounts/2fa/")
    page.locator(".passkeys").get_by_role("link").nth(1).press("Enter")
    page.get_by_role("link", name=say("Use a passkey")).press("Enter")
    press(page, say("Use the passkey"))
    press(page, say("Remove the passkey"))
    expect(page.get_by_text(say("Off", "two-step sign-in"), exact=True)).to_be_visible()


def send(page: Page) -> None:
    """Go on where the text was left, and send it."""
    expect(page.locator("[data-sign-in-again]")).to_be_hidden()
    expect(page.locator(".editor-text")).to_be_focused()
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/replies/**")


def test_signing_in_again_over_the_text_asks_for_the_code_too(
    page: Page, portal: Portal, anna: User, say: Say, complaints: list[str]
):
    sign_in(page, portal)
    page.wait_for_url(f"{portal.url}/")
    app, _codes = add_app(page, portal, say)
    page.goto(f"{portal.url}/tickets/1234/")
    page.locator("[data-compose] .editor-text").wait_for(state="attached")
    page.keyboard.press("r")
    expect(page.locator(".editor-text")).to_be_focused()
    Session.objects.all().delete()
    page.keyboard.type("Sprawdzamy to z kurierem.")
    window = page.locator("[data-sign-in-again]")
    expect(window.locator("[name=password]")).to_be_focused()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    code = window.locator("[name=code]")
    expect(code).to_be_focused()
    expect(window.locator("[name=password]")).to_be_hidden()
    assert faults(page) == []
    page.keyboard.type("000000")
    page.keyboard.press("Enter")
    expect(window.locator("[data-sign-in-error]")).to_have_text(say(WRONG))
    expect(code).to_be_focused()
    page.keyboard.type(code_of(app))
    page.keyboard.press("Enter")
    send(page)
    (reply,) = Reply.objects.exclude(state=State.DRAFT)
    assert "kurierem" in reply.body
    complaints.clear()


def test_a_role_that_needs_it_now_loses_no_text(
    page: Page, portal: Portal, anna: User, say: Say, settings: Any, complaints: list[str]
):
    sign_in(page, portal)
    page.wait_for_url(f"{portal.url}/")
    page.goto(f"{portal.url}/tickets/1234/")
    page.locator("[data-compose] .editor-text").wait_for(state="attached")
    page.keyboard.press("r")
    expect(page.locator(".editor-text")).to_be_focused()
    settings.REQUIRE_SECOND_FACTOR = frozenset({"agent"})
    page.keyboard.type("Sprawdzamy to z kurierem.")
    window = page.locator("[data-sign-in-again]")
    expect(window.locator("[data-sign-in-error]")).to_have_text(
        say("Your role now needs two-step sign-in. Set it up in a new tab, then come back here.")
    )
    expect(window.locator("[data-sign-in-elsewhere]")).to_be_focused()
    with page.context.expect_page() as opened:
        page.keyboard.press("Enter")
    tab = opened.value
    tab.wait_for_url(f"{portal.url}/accounts/2fa/")
    assert [*faults(tab), *faults_of_space(tab)] == []
    press(tab, say("Add an app"))
    type_password(tab)
    key = tab.locator(".typed-key").inner_text().replace(" ", "")
    tab.locator("main [name=code]").focus()
    tab.keyboard.type(pyotp.TOTP(key).now())
    tab.keyboard.press("Enter")
    expect(tab.locator(".recovery-codes code")).to_have_count(10)
    tab.close()
    page.bring_to_front()
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    send(page)
    (reply,) = Reply.objects.exclude(state=State.DRAFT)
    assert "kurierem" in reply.body
    complaints.clear()
