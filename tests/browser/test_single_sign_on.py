"""Single sign-on in a real browser, under the policy the portal is served with."""

import pytest
from django.conf import settings as portal_settings
from django.contrib.sessions.models import Session
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.conftest import Enter, Portal, Say, without_scripts
from tests.support.accessibility import faults, faults_of_space
from tests.support.sign_on_provider import SignOnProvider
from thulium_portal.accounts.models import User
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import State

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

STYLE = "https://cdn.jsdelivr.net/**"
"""Of the provider's pages; a test has no network."""
ADDRESS = "anna.nowak@firma.example"


@pytest.fixture
def provider(provider: SignOnProvider, anna: User, page: Page, language: str) -> SignOnProvider:
    """Return a provider that sends people through two more hosts; its style sheet is elsewhere."""
    User.objects.filter(pk=anna.pk).update(email=ADDRESS)
    provider.knows("a1", email=ADDRESS)
    other = provider.url.replace("localhost", "127.0.0.1")
    provider.alter["/.well-known/openid-configuration"] = lambda true: (
        true | {"authorization_endpoint": f"{other}/start"}
    )
    provider.redirects = {"/start": f"{provider.url}/further", "/further": "/oauth2/authorize"}
    page.context.route(STYLE, _no_style)
    return provider


def _no_style(route: Route) -> None:
    route.fulfill(body="", content_type="text/css")


@pytest.fixture
def stranger(page: Page, portal: Portal, provider: SignOnProvider, language: str) -> Page:
    """Return a browser in which nobody is signed in, set to the language."""
    name = portal_settings.LANGUAGE_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": language, "url": portal.url}])
    return page


def sign_in_there(page: Page, subject: str) -> None:
    """Sign in on the provider's page."""
    page.locator("input[name=sub]").fill(subject)
    page.get_by_role("button", name="Authorize").click()


def test_a_person_signs_in_by_keyboard(stranger: Page, portal: Portal, anna: User, say: Say):
    page = stranger
    page.goto(f"{portal.url}/accounts/login/?next=/replies/")
    button = page.get_by_role(
        "button", name=say("Sign in with %(name)s") % {"name": "Konto firmowe"}
    )
    assert (faults(page), faults_of_space(page)) == ([], [])
    button.focus()
    page.keyboard.press("Enter")
    sign_in_there(page, "a1")
    page.wait_for_url(f"{portal.url}/replies/")
    expect(page.locator("body")).to_have_attribute("data-person", str(anna.pk))


def test_without_scripts_the_way_is_the_same(
    stranger: Page, portal: Portal, anna: User, browser: Browser
):
    with without_scripts(browser, stranger, (360, 740)) as page:
        page.context.route(STYLE, _no_style)
        page.goto(f"{portal.url}/accounts/oidc/sso/login/")
        page.locator("[data-sign-on] button").click()
        sign_in_there(page, "a1")
        page.wait_for_url(f"{portal.url}/")
        expect(page.locator("body")).to_have_attribute("data-person", str(anna.pk))


def test_whoever_is_not_let_in_reads_what_to_do_and_may_use_another_account(
    stranger: Page,
    portal: Portal,
    anna: User,
    provider: SignOnProvider,
    complaints: list[str],
    say: Say,
):
    page = stranger
    provider.knows("x1", email="x@firma.example")
    page.goto(f"{portal.url}/accounts/oidc/sso/login/")
    page.locator("[data-sign-on] button").click()
    sign_in_there(page, "x1")
    heading = say("The portal does not know this account")
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    assert (faults(page), faults_of_space(page)) == ([], [])
    page.get_by_role("button", name=say("Use another account", "single sign-on")).click()
    page.wait_for_url("**/oauth2/authorize?**prompt=login**")
    sign_in_there(page, "a1")
    page.wait_for_url(f"{portal.url}/")
    complaints.clear()  # that the answer was 403


def test_a_reply_goes_on_once_its_author_signed_in_again_in_a_new_tab(
    stranger: Page, portal: Portal, enter: Enter, anna: User, settings, complaints: list[str]
):
    settings.PASSWORD_SIGN_IN = False
    page = enter(anna)
    page.goto(f"{portal.url}/tickets/1234/")
    page.locator("[data-compose] .editor-text").wait_for(state="attached")
    page.keyboard.press("r")
    expect(page.locator(".editor-text")).to_be_focused()
    Session.objects.all().delete()
    page.keyboard.type("Sprawdzamy to z kurierem.")
    page.keyboard.press("Control+Enter")
    window = page.locator("[data-sign-in-again]")
    link = window.locator("[data-sign-in-elsewhere]")
    expect(link).to_be_focused()
    assert (faults(page), faults_of_space(page)) == ([], [])
    with page.expect_popup() as opened:
        page.keyboard.press("Enter")
    tab = opened.value
    tab.locator("[data-sign-on] button").click()
    sign_in_there(tab, "a1")
    tab.wait_for_url(f"{portal.url}/")
    assert not Reply.objects.exclude(state=State.DRAFT).exists()
    page.bring_to_front()
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    page.wait_for_url("**/replies/**")
    (reply,) = Reply.objects.exclude(state=State.DRAFT)
    assert reply.author == anna
    assert "kurierem" in reply.body
    complaints.clear()  # that the session had ended
