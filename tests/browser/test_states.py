"""What a page becomes while it is used, as axe reads it: refused, opened, gone wrong, told anew."""

from collections.abc import Callable, Iterator

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from tests.browser.conftest import Enter, Portal
from tests.support.accessibility import faults
from thulium_portal.accounts.models import User
from thulium_portal.signatures import services as signatures
from thulium_portal.signatures.services import Wording
from thulium_portal.tickets import statuses

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TICKET = 1234
DOUBTFUL = "Panie Janie, w załączniku przesyłam fakturę dla XXX i ZK/2026/999."
LANGUAGE_AND_SCHEME = [("pl", "light"), ("en", "dark")]


@pytest.fixture(autouse=True)
def _refusals_are_expected(complaints: list[str]) -> Iterator[None]:
    """Take what the browser says of refused forms and ended sessions out of its complaints."""
    yield
    complaints[:] = [told for told in complaints if "status of 4" not in told]


@pytest.fixture(params=LANGUAGE_AND_SCHEME, ids=["pl-light", "en-dark"])
def person(request: pytest.FixtureRequest, anna: User, page: Page) -> User:
    anna.language, scheme = request.param
    anna.save()
    page.emulate_media(color_scheme=scheme)
    return anna


@pytest.fixture(params=[1440, 360])
def ticket(
    request: pytest.FixtureRequest,
    page: Page,
    enter: Enter,
    portal: Portal,
    person: User,
    ewa: User,
    settings,
    make: Callable[..., object],
) -> Page:
    """Open a ticket that has all a composer may have, on a desk and on a phone."""
    settings.THULIUM_COMMENT_FIELD = "comment"
    settings.UNDO_SECONDS = 60
    statuses.learn()
    for kind, body in (("signature", "<p>Sklep</p>"), ("opening", "<p>Dzień dobry,</p>")):
        signatures.save(Wording(kind, body), row=None, whose=None, actor=ewa)
    make("Zwrot pieniędzy", "<p>Oddamy {{ wpisz: kwota }} jutro.</p>")
    page.set_viewport_size({"width": request.param, "height": 1000})
    enter(person).goto(f"{portal.url}/tickets/{TICKET}/")
    page.locator(".editor-text").wait_for(state="attached")
    return page


def write(page: Page, text: str) -> None:
    page.keyboard.press("r")
    expect(page.locator(".editor-text")).to_be_focused()
    page.keyboard.insert_text(text)


def close(page: Page) -> None:
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)


@pytest.mark.timeout(120)
def test_refused_forms(ticket: Page):
    page, found = ticket, {}
    write(page, "")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-error-summary]")).to_be_visible()
    found["nothing written"] = faults(page)
    page.locator(".editor-text").focus()
    page.keyboard.insert_text(DOUBTFUL)
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-guard=leftover]").first).to_be_visible()
    found["a leftover"] = faults(page)
    page.locator("#id_confirm_leftover").check()
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-doubts]")).to_be_visible()
    told = page.locator("[data-doubts] [data-guard]")
    guards = set(told.evaluate_all("all => all.map((one) => one.dataset.guard)"))
    assert guards >= {"attachment", "greeting", "other_customer"}
    found["every guard"] = faults(page)
    page.locator("[data-let-pass]").first.check()
    found["one let pass"] = faults(page)
    assert {state: faults for state, faults in found.items() if faults} == {}


@pytest.mark.timeout(120)
def test_what_opens(ticket: Page):
    page, found = ticket, {}
    for name, keys in (("keys", "?"), ("command box", "Control+k")):
        page.keyboard.press(keys)
        expect(page.locator("dialog[open]")).to_have_count(1)
        found[name] = faults(page)
        close(page)
    page.keyboard.press("Control+k")
    page.keyboard.type("zwrot")
    expect(page.locator("[data-command-list] [data-canned]").first).to_be_visible()
    found["command box that found"] = faults(page)
    close(page)
    write(page, "Paczka dotrze jutro.")
    page.locator("[data-preview]").click()
    expect(page.locator("[data-preview-sheet] iframe")).to_be_visible()
    found["preview"] = faults(page)
    close(page)
    page.locator(".send-later summary").click()
    found["send later"] = faults(page)
    page.locator(".send-later summary").click()
    page.locator(".ask-approval summary").click() if page.locator(".ask-approval").count() else None
    found["ask a colleague"] = faults(page)
    page.locator("#act-note").check()
    expect(page.locator("#note-text")).to_be_visible()
    found["note"] = faults(page)
    assert {state: faults for state, faults in found.items() if faults} == {}


@pytest.mark.timeout(120)
def test_blanks_that_are_asked_for(ticket: Page):
    page = ticket
    write(page, "Dzień dobry,")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("/")
    page.locator("[data-picker-query]").fill("zwrot")
    expect(page.locator("[data-option]")).to_have_count(1)
    assert faults(page) == []
    page.keyboard.press("Enter")
    expect(page.locator("[data-fill-in][open]")).to_be_visible()
    assert faults(page) == []


@pytest.mark.timeout(120)
def test_news_the_end_of_a_session_and_the_undo_bar(ticket: Page, portal: Portal, person: User):
    page, found = ticket, {}
    portal.thulium.write_as_customer(TICKET, "Jeszcze jedno pytanie.")
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    write(page, "Paczka dotrze jutro.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-let-pass], #reply-status").first).to_be_visible()
    passes = page.locator("[data-let-pass]")
    if passes.count():
        found["news"] = faults(page)
        passes.first.check()
        page.keyboard.press("Control+Enter")
    expect(page.locator("#reply-status")).to_be_visible()
    found["sent"] = faults(page)
    page.goto(portal.url)
    expect(page.locator("[data-undo-bar]")).to_be_visible()
    found["undo bar"] = faults(page)
    page.goto(f"{portal.url}/tickets/{TICKET}/")
    page.locator(".editor-text").wait_for(state="attached")
    write(page, "Druga.")
    Session.objects.all().delete()
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-sign-in-again] [name=password]")).to_be_visible()
    found["session ended"] = faults(page)
    assert {state: faults for state, faults in found.items() if faults} == {}
