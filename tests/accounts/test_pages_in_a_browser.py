"""What the scripts of the sign-in and of the people's pages do, in a real browser."""

import re

import pytest
from django.test import Client
from playwright.sync_api import ConsoleMessage, Page, expect

from tests.factories import PASSWORD, make_person
from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import Role
from thulium_portal.demo.people import DEMO_PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WIDTHS = [1280, 360]


@pytest.fixture
def url(live_server, thulium):
    return str(live_server.url)


@pytest.fixture
def complaints(page):
    """What the browser said: a broken policy or script shows there."""
    told: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            told.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: told.append(str(error)))
    return told


def enter(page: Page, url: str, person: User) -> Page:
    client = Client()
    client.force_login(person)
    cookies = [
        {"name": name, "value": cookie.value, "url": url} for name, cookie in client.cookies.items()
    ]
    page.context.add_cookies(cookies)
    return page


def test_one_press_fills_in_a_demo_person_and_the_next_signs_in(page, url, complaints):
    ewa = make_person("ewa", name="Ewa Kot", role=Role.SUPERVISOR)
    ewa.set_password(DEMO_PASSWORD)
    ewa.save()
    page.goto(f"{url}/accounts/login/")
    page.get_by_role("button", name=re.compile("Ewa Kot")).click()
    expect(page.get_by_label("Nazwa użytkownika")).to_have_value("ewa")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{url}/")
    assert complaints == []


def test_a_password_can_be_looked_at_before_it_is_sent(page, url, complaints):
    page.goto(f"{url}/accounts/login/")
    field = page.locator("#id_password")
    field.fill(PASSWORD)
    page.get_by_role("button", name="Pokaż hasło").click()
    expect(field).to_have_attribute("type", "text")
    page.get_by_role("button", name="Ukryj hasło").click()
    expect(field).to_have_attribute("type", "password")
    assert complaints == []


def test_an_agent_login_is_looked_up_while_it_is_typed(page, url, adam, complaints):
    olga = make_person("olga", role=Role.ADMINISTRATOR)
    enter(page, url, olga).goto(f"{url}/people/new/")
    login = page.locator("#id_agent_login")
    for typed, found in (
        ("nie.ma", "unknown"),
        ("jan.dawny", "inactive"),
        ("adam.lis", "taken"),
        ("piotr.zielinski", "active"),
    ):
        login.clear()
        login.press_sequentially(typed)
        expect(page.locator(f"[data-agent-check={found}]")).to_be_visible()
    login.clear()
    expect(page.locator("[data-agent-check]")).to_have_count(0)
    assert complaints == []


def test_thulium_out_of_reach_is_told_and_no_obstacle(page, url, adam, thulium):
    thulium.fail_next("down", 10)
    enter(page, url, adam).goto(f"{url}/people/new/")
    page.locator("#id_name").fill("Piotr Zieliński")
    page.locator("#id_username").fill("piotr")
    page.get_by_label("Pierwsze hasło, które").check()
    page.locator("#id_password").fill("kawa-z-mlekiem-rano")
    page.locator("#id_agent_login").press_sequentially("piotr.zielinski")
    expect(page.locator("[data-agent-check=cannot_tell]")).to_be_visible()
    page.locator("#id_confirmation").fill("piotr.zielinski")
    page.get_by_role("button", name="Dodaj osobę").click()
    expect(page).to_have_url(f"{url}/people/")
    row = page.get_by_role("row").filter(has_text="piotr.zielinski")
    expect(row).to_contain_text("jeszcze niesprawdzony")


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", ["pl", "en"])
def test_no_page_is_wider_than_the_screen(page, url, adam, complaints, language, width):
    adam.language = language
    adam.save()
    make_person("dlugie", name="Wolfeschlegelsteinhausenbergerdorff Anna", agent_login="a" * 60)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{url}/accounts/login/")
    assert_fits(page)
    enter(page, url, adam)
    for path in ("people/", "people/new/", f"people/{adam.pk}/", "accounts/profile/"):
        page.goto(f"{url}/{path}")
        assert_fits(page)
    page.goto(f"{url}/accounts/password/")
    assert_fits(page)
    assert complaints == []


def assert_fits(page: Page) -> None:
    """Fail where something is drawn past the edge: its card would cut it off.

    What is there for screen readers alone is clipped to nothing and passed over.
    """
    past_the_edge = """() => {
        const edge = document.documentElement.clientWidth;
        const clipped = (element) => element !== null
            && (getComputedStyle(element).clipPath !== "none" || clipped(element.parentElement));
        return [...document.querySelectorAll("main *")]
            .filter((element) => element.getBoundingClientRect().right > edge + 1)
            .filter((element) => !clipped(element))
            .map((element) => element.outerHTML.slice(0, 80));
    }"""
    assert page.evaluate(past_the_edge) == [], page.url
