"""A reply that a rule holds: asked, approved with another text, sent back; by keyboard alone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Portal, Say
from tests.support.accessibility import faults
from thulium_portal.accounts.models import User
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import State
from thulium_portal.stop_rules.models import StopRule

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Enter = Callable[[User], Page]
SENTENCE = "Każde odszkodowanie sprawdza druga osoba."
TEXT = "Dzień dobry, przyznajemy odszkodowanie w wysokości 100 zł."


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until *target* has the focus."""
    expect(target).to_be_visible()
    for _step in range(80):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    pytest.fail("Tab does not come there")


@pytest.fixture(params=[1366, 360])
def page_of(request: pytest.FixtureRequest, enter: Enter, ewa: User) -> Enter:
    """Return what gives the page of a person who has signed in, wide and narrow."""

    def page_of(person: User) -> Page:
        page = enter(person)
        page.set_viewport_size({"width": request.param, "height": 768})
        return page

    return page_of


@pytest.fixture
def ask(
    page_of: Enter,
    portal: Portal,
    anna: User,
    make_rule: Callable[..., StopRule],
    complaints: list[str],
    language: str,
) -> Callable[[], Page]:
    """Return what writes a reply that a rule holds, and asks a colleague by keyboard."""
    make_rule("odszkodowan*", sentence=SENTENCE, effect=StopRule.Effect.SECOND_PERSON)

    def ask() -> Page:
        page = page_of(anna)
        page.goto(f"{portal.url}/tickets/1234/")
        expect(page.locator(".editor-text")).to_be_attached()
        page.keyboard.press("r")
        expect(page.locator(".editor-text")).to_be_focused()
        page.keyboard.insert_text(TEXT)
        page.keyboard.press("Control+Enter")
        block = page.locator("[data-ask-approval]")
        expect(block).to_contain_text("Ewa Kot")
        expect(page.locator("[data-doubts]")).to_contain_text(SENTENCE)
        complaints.clear()  # the browser tells of the 422
        tab_to(page, page.locator("#ask-note"))
        page.keyboard.insert_text("Pierwszy taki przypadek.")
        tab_to(page, block.locator("button[name=approval]"))
        page.keyboard.press("Enter")
        page.wait_for_url("**/replies/**")
        return page

    return ask


def test_a_held_reply_is_approved_with_another_text(
    ask: Callable[[], Page], page_of: Enter, portal: Portal, ewa: User, say: Say
):
    page = ask()
    expect(page.locator("#reply-status")).to_contain_text("Ewa Kot")
    expect(page.locator("#act-undo")).to_be_visible()
    assert faults(page) == []

    page = page_of(ewa)
    page.goto(f"{portal.url}/replies/approvals/")
    assert faults(page) == []
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/approval/")
    expect(page.get_by_role("main")).to_contain_text("Pierwszy taki przypadek.")
    expect(page.get_by_role("main")).to_contain_text(SENTENCE)
    assert faults(page) == []
    tab_to(page, page.get_by_role("link", name=say("Change the text")))
    page.keyboard.press("Enter")
    page.wait_for_url("**/approval/?change")
    tab_to(page, page.locator(".editor-text"))
    page.keyboard.press("Control+Home")
    page.keyboard.insert_text("Po zmianie: ")
    page.keyboard.press("Enter")
    assert Reply.objects.get().state == State.UNAPPROVED
    assert faults(page) == []
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/replies/approvals/")
    reply = Reply.objects.get()
    assert (reply.approved_by, reply.agent_login) == (ewa, "anna.nowak")
    assert reply.body.startswith("<p>Po zmianie:")
    assert TEXT in reply.written_body
    page.goto(f"{portal.url}/replies/{reply.uuid}/")
    expect(page.get_by_role("main")).to_contain_text("Ewa Kot")
    assert faults(page) == []


def test_a_held_reply_is_approved_from_the_command_box_and_by_its_key(
    ask: Callable[[], Page], page_of: Enter, portal: Portal, ewa: User, say: Say
):
    ask()
    page = page_of(ewa)
    page.goto(f"{portal.url}/replies/{Reply.objects.get().uuid}/approval/")
    button = page.locator("[data-approve-button]")
    page.keyboard.press("a")
    expect(button).to_be_focused()
    page.keyboard.press("Control+k")
    page.keyboard.type(say("Approve and send"))
    option = page.locator("[data-command-box] [role=option][aria-selected=true]")
    expect(option.locator(".command-words")).to_have_text(say("Approve and send"))
    expect(option.locator("kbd")).to_have_text(["Ctrl", "Enter"])
    page.keyboard.press("Enter")
    expect(page.locator("[data-command-note]")).to_have_text(say("Press Ctrl Enter to send"))
    assert Reply.objects.get().state == State.UNAPPROVED
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/replies/approvals/")
    assert Reply.objects.get().approved_by == ewa


def test_a_held_reply_is_sent_back_and_its_author_reads_why(
    ask: Callable[[], Page], page_of: Enter, portal: Portal, anna: User, ewa: User, say: Say
):
    ask()
    page = page_of(ewa)
    page.goto(f"{portal.url}/replies/{Reply.objects.get().uuid}/approval/")
    tab_to(page, page.locator("[name=note]"))
    page.keyboard.insert_text("Najpierw zdjęcia uszkodzeń.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/replies/approvals/")

    page = page_of(anna)
    page.goto(portal.url)
    expect(page.get_by_role("main")).to_contain_text("Najpierw zdjęcia uszkodzeń.")
    page.goto(f"{portal.url}/tickets/1234/")
    expect(page.locator(".editor-text")).to_be_attached()
    page.keyboard.press("r")
    expect(page.locator("[data-sent-back]")).to_contain_text("Najpierw zdjęcia uszkodzeń.")
    expect(page.locator(".editor-text")).to_have_text(TEXT)
    tab_to(page, page.get_by_role("button", name=say("Hide this note")))
    page.keyboard.press("Enter")
    expect(page.locator("[data-sent-back]")).to_have_count(0)
    expect(page.locator(".editor-text")).to_have_text(TEXT)
