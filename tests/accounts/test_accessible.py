"""The pages of people and of signing in as a browser draws them: for everybody, on every screen."""

import pytest
from django.test import Client
from playwright.sync_api import Page

from tests.factories import make_person
from tests.support.accessibility import faults
from thulium_portal.accounts.models import AgentProfile, User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = ("people/", "people/new/", "accounts/profile/", "accounts/password/", "accounts/logout/")
SCREENS = [(1440, "light", "pl"), (360, "dark", "en")]


@pytest.fixture(params=SCREENS, ids=lambda screen: "-".join(map(str, screen)))
def screen(request, browser, adam):
    """Return a page of one width, colour scheme and language."""
    width, scheme, language = request.param
    User.objects.update(language=language)
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, locale=language
    )
    yield context.new_page()
    context.close()


def enter(page: Page, url: str, person: User) -> None:
    client = Client()
    client.force_login(person)
    page.context.add_cookies(
        [{"name": name, "value": kept.value, "url": url} for name, kept in client.cookies.items()]
    )


def test_signing_in_and_failing_to(screen, live_server, settings):
    settings.PRACTICE_MODE = True
    screen.goto(f"{live_server.url}/accounts/login/")
    assert faults(screen) == []
    screen.fill("#id_login", "adam")
    screen.fill("#id_password", "guess")
    with screen.expect_navigation():
        screen.keyboard.press("Enter")
    assert faults(screen) == []


def test_the_pages_of_an_administrator(screen, live_server, adam, thulium):
    make_person("nowy", name="Nowa Osoba")
    make_person("jan", name="Jan Dawny", agent_login="jan.dawny", is_active=False)
    AgentProfile.objects.filter(login="jan.dawny").update(active_in_thulium=False)
    enter(screen, live_server.url, adam)
    for path in (*PAGES, f"people/{adam.pk}/", "people/?q=nobody"):
        screen.goto(f"{live_server.url}/{path}")
        assert faults(screen) == [], path


@pytest.mark.parametrize("path", ["people/new/", "accounts/password/", "accounts/profile/"])
def test_a_refused_form(screen, live_server, adam, thulium, path):
    enter(screen, live_server.url, adam)
    screen.goto(f"{live_server.url}/{path}")
    screen.locator("main form").evaluate("form => { form.noValidate = true; form.reset(); }")
    screen.locator("[name=name], [name=oldpassword]").first.fill("")
    with screen.expect_navigation():
        screen.locator("main form .btn-primary").click()
    assert screen.locator(".error-summary").is_visible()
    assert faults(screen) == []
