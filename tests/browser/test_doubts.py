"""“Before you send” by keyboard alone: what guards doubt, heeded and let pass."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Portal, Say
from tests.browser.test_outcomes import texts
from thulium_portal.accounts.models import AgentProfile, User
from thulium_portal.practice import shop
from thulium_portal.replies.models import Reply
from thulium_portal.tickets import reading

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TEXT = "Dzień dobry, paczka dotrze jutro do południa."
OF_A_FILE = "Dzień dobry, w załączniku przesyłam fakturę."
MOST_TABS = 40


@pytest.fixture(autouse=True)
def _refusals_are_expected(complaints: list[str]):
    """Take what the browser says of a refused form out of its complaints."""
    yield
    complaints[:] = [told for told in complaints if "422" not in told]


@pytest.fixture(params=[1440, 360])
def write(
    request: pytest.FixtureRequest, enter: Callable[[User], Page], portal: Portal, anna: User
) -> Callable[..., Page]:
    """Return a function that opens a ticket and writes, wide and narrow."""

    def write(text: str = TEXT) -> Page:
        page = enter(anna)
        page.set_viewport_size({"width": request.param, "height": 800})
        page.goto(f"{portal.url}/tickets/1234/")
        editor = page.locator(".editor-text")
        expect(editor).to_be_attached()
        page.keyboard.press("r")
        expect(editor).to_be_focused()
        page.keyboard.insert_text(text)
        return page

    return write


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until *wanted* has the focus."""
    for _press in range(MOST_TABS):
        if wanted.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError("not reached by Tab")


def asked(page: Page, guard: str) -> Locator:
    """Press Send; return the doubt of *guard*, which is then told and has the focus."""
    page.keyboard.press("Control+Enter")
    doubt = page.locator(f"[data-guard={guard}]")
    expect(doubt).to_be_visible()
    expect(page.locator("[data-doubts]")).to_be_focused()
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return doubt


def let_pass(page: Page, doubt: Locator) -> None:
    """Let *doubt*, the only one, pass: Space ticks it, and Send is one key further."""
    tab_to(page, doubt.locator("[data-let-pass]"))
    page.keyboard.press("Space")
    expect(page.locator("[data-send]")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/replies/**")


def test_an_attachment_is_let_pass(write: Callable[..., Page], say: Say):
    page = write(OF_A_FILE)
    doubt = asked(page, "attachment")
    expect(doubt).to_contain_text(say("Not a mistake"))
    expect(page.locator("#doubts-title")).to_have_text(say("Before you send"))
    let_pass(page, doubt)
    [code] = Reply.objects.get().confirmed
    assert code.startswith("attachment:")


def test_an_attachment_is_added(write: Callable[..., Page], portal: Portal, tmp_path: Path):
    invoice = tmp_path / "faktura.pdf"
    invoice.write_bytes(b"%PDF-1.4 faktura")
    page = write(OF_A_FILE)
    doubt = asked(page, "attachment")
    tab_to(page, doubt.locator("[data-lead=files]"))
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files(invoice)
    expect(page.locator("[data-file-list] li")).to_contain_text("faktura.pdf")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/replies/**")
    assert Reply.objects.get().confirmed == []


def test_a_newer_message_is_shown_and_let_pass(write: Callable[..., Page], portal: Portal):
    page = write()
    number = portal.thulium.write_as_customer(1234, "Proszę jednak o zwrot pieniędzy.")
    reading.load_snapshot(1234)
    doubt = asked(page, "newer_message")
    expect(page.locator(f"#message-{number}")).to_be_attached()
    expect(page.locator(".editor-text")).to_have_text(TEXT)
    let_pass(page, doubt)
    assert Reply.objects.get().confirmed == [f"newer_message:{number}"]


def test_a_newer_message_is_read_and_the_text_goes_on(write: Callable[..., Page], portal: Portal):
    page = write()
    number = portal.thulium.write_as_customer(1234, "Proszę jednak o zwrot pieniędzy.")
    reading.load_snapshot(1234)
    doubt = asked(page, "newer_message")
    tab_to(page, doubt.locator("[data-lead=message]"))
    page.keyboard.press("Enter")
    message = page.locator(f"#message-{number}")
    expect(message).to_be_focused()
    expect(message).to_be_in_viewport()
    assert texts(portal) == []


def test_a_closed_ticket_is_let_pass(write: Callable[..., Page], portal: Portal, language: str):
    portal.thulium.change_ticket(1234, status=shop.CLOSED)
    page = write()
    let_pass(page, asked(page, "ticket_closed"))
    assert Reply.objects.get().confirmed == ["ticket_closed"]


def test_an_inactive_login_is_told_before_the_first_word(
    write: Callable[..., Page], anna: User, say: Say
):
    AgentProfile.objects.filter(user=anna).update(
        active_in_thulium=False, checked_at=timezone.now()
    )
    page = write()
    told = say(
        "Replies sent under it would be refused. You can write; your text is kept as a draft."
    )
    expect(page.locator("[data-inactive-agent]")).to_contain_text(told)
    let_pass(page, asked(page, "agent_inactive"))
    assert Reply.objects.get().confirmed == ["agent_inactive"]


def test_two_doubts_are_ticked_one_after_the_other(write: Callable[..., Page], portal: Portal):
    portal.thulium.change_ticket(1234, status=shop.CLOSED)
    page = write(OF_A_FILE)
    first = asked(page, "ticket_closed").locator("[data-let-pass]")
    second = page.locator("[data-guard=attachment] [data-let-pass]")
    tab_to(page, first)
    page.keyboard.press("Space")
    expect(first).to_be_focused()
    tab_to(page, second)
    page.keyboard.press("Space")
    expect(page.locator("[data-send]")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/replies/**")
    assert len(Reply.objects.get().confirmed) == 2
