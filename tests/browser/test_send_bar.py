"""The button that sends says the whole act: the status it sets, and when."""

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from tests.browser.conftest import Enter, Portal, Say, without_scripts
from thulium_portal import gateway
from thulium_portal.accounts.models import User
from thulium_portal.replies.models import Reply
from thulium_portal.tickets import statuses

pytestmark = [pytest.mark.browser, pytest.mark.each_width, pytest.mark.django_db(transaction=True)]

WAITING = "Oczekuje na klienta"
LONG_ENOUGH = 15_000
TICKET = 1234


@pytest.fixture(params=[1440, 360])
def composer(
    request: pytest.FixtureRequest,
    page: Page,
    enter: Enter,
    portal: Portal,
    anna: User,
    language: str,
) -> Page:
    """Return the composer of a ticket, on a desk and on a phone, in either *language*."""
    statuses.learn()
    page.set_viewport_size({"width": request.param, "height": 800})
    enter(anna)
    page.goto(f"{portal.url}/tickets/{TICKET}/")
    page.locator("[data-compose] .editor-text").wait_for(state="attached")
    page.keyboard.press("r") if request.param == 360 else None
    return page


def send_and_set(say: Say, status: str) -> str:
    return say("Send and set: {status}").replace("{status}", status)


def test_a_status_is_chosen_by_keyboard_and_follows_the_reply(composer: Page, say: Say):
    page = composer
    write(page, "Sprawdzamy to z kurierem.")
    send = page.locator("[data-send]")
    expect(send).to_have_text(say("Send reply"))
    send.focus()
    page.keyboard.press("Tab")
    expect(page.locator("[data-status-after]")).to_be_focused()
    page.keyboard.type("Ocz")
    expect(send).to_have_text(send_and_set(say, WAITING))
    page.keyboard.press("Control+Enter")
    state = page.locator("#reply-status")
    expect(state).to_have_attribute("data-reply-state", "confirmed", timeout=LONG_ENOUGH)
    set_now = say("set", "a status")
    expect(page.locator("#status-afterwards")).to_contain_text(set_now, timeout=LONG_ENOUGH)
    assert gateway.thulium_client().get_ticket(TICKET).status_name == WAITING


def test_the_choice_stays_with_the_draft_and_comes_for_the_next_ticket(
    composer: Page, portal: Portal, say: Say
):
    page = composer
    write(page, "Sprawdzamy to z kurierem.")
    page.locator("[data-status-after]").focus()
    page.keyboard.type("Ocz")
    with page.expect_response(lambda answer: keeps_status(answer.request, "2")):
        page.keyboard.press("Tab")
    page.reload()
    expect(page.locator("[data-send]")).to_have_text(send_and_set(say, WAITING))
    page.locator("[data-compose] .editor-text").focus()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#reply-status")).to_be_visible()
    page.goto(f"{portal.url}/tickets/1230/")
    expect(page.locator("[data-send]")).to_have_text(send_and_set(say, WAITING))


def test_a_status_that_went_meanwhile_is_told_beside_the_choice(
    composer: Page, say: Say, monkeypatch: pytest.MonkeyPatch, complaints: list[str]
):
    page = composer
    write(page, "Sprawdzamy to z kurierem.")
    page.locator("[data-status-after]").focus()
    page.keyboard.type("Ocz")
    rest = {key: name for key, name in statuses.known().items() if name != WAITING}
    monkeypatch.setattr(statuses, "known", lambda: rest)
    page.keyboard.press("Control+Enter")
    told = page.locator("#status-after-errors")
    expect(told).to_contain_text(
        say(
            "That status is no longer there. Choose another one or leave the status as it is, "
            "and send again."
        )
    )
    expect(page.locator("[data-send]")).to_have_text(say("Send reply"))
    page.keyboard.press("Control+Enter")
    expect(page.locator("#reply-status")).to_be_visible()
    assert Reply.objects.get().status_after == ""
    complaints.clear()  # the browser names the answer 422


def test_without_scripts_it_is_a_plain_choice(
    browser: Browser, page: Page, enter: Enter, portal: Portal, anna: User, say: Say
):
    statuses.learn()
    enter(anna)
    with without_scripts(browser, page, (360, 740)) as plain:
        plain.goto(f"{portal.url}/tickets/{TICKET}/")
        plain.locator("[name=body]").fill("Sprawdzamy to z kurierem.")
        plain.get_by_label(say("and set the status of the ticket:")).select_option(label=WAITING)
        plain.get_by_role("button", name=say("Send reply")).click()
        expect(plain.locator("#reply-status")).to_be_visible()
    assert Reply.objects.get().status_after_name == WAITING


def keeps_status(request: Request, status: str) -> bool:
    """Tell whether *request* keeps a draft with that status."""
    field = f'name="status_after"\r\n\r\n{status}\r\n'
    return request.url.endswith("/draft/") and field in (request.post_data or "")


def write(page: Page, words: str) -> None:
    """Type *words* into the reply; on a phone its sheet is opened first."""
    text = page.locator("[data-compose] .editor-text")
    text.focus()
    page.keyboard.type(words)
    expect(text).to_contain_text(words)
