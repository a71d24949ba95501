"""“Before you send” by keyboard alone: what guards doubt, heeded and let pass."""

import uuid
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
from thulium_portal.replies.states import State
from thulium_portal.tickets import reading

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TEXT = "Dzień dobry, paczka dotrze jutro do południa."
GREETED = {
    "pl": ("Panie Janie,", "Pani Mario,", "w załączniku przesyłam fakturę."),
    "en": ("Dear John,", "Dear Maria,", "please find the invoice attached."),
}
"""Another name, the customer's own, and words of a file, by the language of who writes."""
OF_ANOTHER = "ZK/2026/097"
MOST_TABS = 40

Write = Callable[..., Page]


@pytest.fixture(autouse=True)
def _refusals_are_expected(complaints: list[str]):
    """Take what the browser says of a refused form out of its complaints."""
    yield
    complaints[:] = [told for told in complaints if "422" not in told]


@pytest.fixture(params=[1440, 360])
def write(
    request: pytest.FixtureRequest,
    enter: Callable[[User], Page],
    portal: Portal,
    anna: User,
    language: str,
) -> Write:
    """Return a function that opens a ticket and writes, wide and narrow, in both languages."""

    def write(*lines: str) -> Page:
        page = enter(anna)
        page.set_viewport_size({"width": request.param, "height": 800})
        page.goto(f"{portal.url}/tickets/1234/")
        editor = page.locator(".editor-text")
        expect(editor).to_be_attached()
        page.keyboard.press("r")
        expect(editor).to_be_focused()
        first, *others = lines or [TEXT]
        page.keyboard.insert_text(first)
        for line in others:
            page.keyboard.press("Enter")
            page.keyboard.insert_text(line)
        return page

    return write


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until *wanted* has the focus."""
    for _press in range(MOST_TABS):
        if wanted.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError("not reached by Tab")


def asked(page: Page, *guards: str) -> list[Locator]:
    """Press Send; return the doubts of *guards*, which alone are told then and have the focus."""
    page.keyboard.press("Control+Enter")
    told = page.locator("[data-doubts] [data-guard]")
    doubts = [page.locator(f"[data-doubts] [data-guard={guard}]") for guard in guards]
    for doubt in doubts:
        expect(doubt).to_be_visible()
    expect(told).to_have_count(len(guards))
    expect(page.locator("[data-doubts]")).to_be_focused()
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return doubts


def let_pass(page: Page, doubts: list[Locator]) -> None:
    """Let all *doubts* pass: Space ticks each, and Send is one key further than the last."""
    for doubt in doubts:
        tab_to(page, doubt.locator("[data-let-pass]"))
        page.keyboard.press("Space")
    expect(page.locator("[data-send]")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/replies/**")


def correct(page: Page, doubt: Locator, right: str) -> None:
    """Go to the words that *doubt* is about, by its action, and write *right* over them."""
    tab_to(page, doubt.locator("[data-lead=text]"))
    page.keyboard.press("Enter")
    expect(page.locator(".editor-text")).to_be_focused()
    page.keyboard.insert_text(right)


def confirmed() -> list[str]:
    """Return what was let pass of the reply, without what it was about."""
    return [code.partition(":")[0] for code in sent().confirmed]


def sent() -> Reply:
    """Return the reply that was sent from the page."""
    return Reply.objects.exclude(state=State.DRAFT).get(ticket_id=1234)


@pytest.fixture
def another_reply(anna: User) -> None:
    """What the same person sent somebody else just now."""
    now = timezone.now()
    Reply.objects.create(
        submission_key=uuid.uuid4(),
        ticket_id=1233,
        ticket_subject=f"Zwrot butów {OF_ANOTHER}",
        customer_name="Katarzyna Lewandowska",
        customer_email="katarzyna.lewandowska@example.com",
        body=f"<p>Zwrot {OF_ANOTHER} przyjęty.</p>",
        author=anna,
        agent_login="anna.nowak",
        state=State.SUPERSEDED,
        submitted_at=now,
        not_before=now,
    )


def test_a_greeting_is_corrected_and_an_attachment_let_pass(write: Write, say: Say, language: str):
    other, right, of_a_file = GREETED[language]
    page = write(other, of_a_file)
    _of_file, greeting = asked(page, "attachment", "greeting")
    expect(page.locator("#doubts-title")).to_have_text(say("Before you send"))
    expect(greeting).to_contain_text(say("Not a mistake"))
    correct(page, greeting, right.removesuffix(","))
    expect(page.locator(".editor-text p").first).to_have_text(right)
    let_pass(page, asked(page, "attachment"))
    assert confirmed() == ["attachment"]


def test_a_file_is_attached_and_a_greeting_let_pass(write: Write, language: str, tmp_path: Path):
    invoice = tmp_path / "faktura.pdf"
    invoice.write_bytes(b"%PDF-1.4 faktura")
    other, _right, of_a_file = GREETED[language]
    page = write(other, of_a_file)
    # Heard from now on: the browser needs a moment to hand its window over.
    page.on("filechooser", lambda chooser: chooser.set_files(invoice))
    of_file, _greeting = asked(page, "attachment", "greeting")
    tab_to(page, of_file.locator("[data-lead=files]"))
    page.keyboard.press("Enter")
    expect(page.locator("[data-file-list] li")).to_contain_text("faktura.pdf")
    let_pass(page, asked(page, "greeting"))
    assert confirmed() == ["greeting"]
    assert sent().attachments.count() == 1


@pytest.mark.usefixtures("another_reply")
def test_a_number_of_another_customer_is_corrected_and_let_pass(write: Write):
    page = write(f"Zamówienie {OF_ANOTHER} wyszło.")
    [doubt] = asked(page, "other_customer")
    expect(doubt).to_contain_text("Katarzyna Lewandowska")
    correct(page, doubt, "ZK/2026/118")
    text = page.locator(".editor-text")
    expect(text).to_have_text("Zamówienie ZK/2026/118 wyszło.")
    page.keyboard.press("End")
    page.keyboard.insert_text(f" Także {OF_ANOTHER}.")
    let_pass(page, asked(page, "other_customer"))
    assert confirmed() == ["other_customer"]


def test_a_newer_message_is_read_and_let_pass(write: Write, portal: Portal):
    page = write()
    number = portal.thulium.write_as_customer(1234, "Proszę jednak o zwrot pieniędzy.")
    reading.load_snapshot(1234, User())
    doubts = asked(page, "newer_message")
    expect(page.locator(".editor-text")).to_have_text(TEXT)
    tab_to(page, doubts[0].locator("[data-lead=message]"))
    page.keyboard.press("Enter")
    message = page.locator(f"#message-{number}")
    expect(message).to_be_focused()
    expect(message).to_be_in_viewport()
    assert texts(portal) == []
    page.keyboard.press("r")
    expect(page.locator(".editor-text")).to_be_focused()
    let_pass(page, asked(page, "newer_message"))
    assert sent().confirmed == [f"newer_message:{number}"]


def test_all_that_only_the_ticket_and_the_login_tell_is_let_pass(
    write: Write, portal: Portal, anna: User, say: Say
):
    AgentProfile.objects.filter(user=anna).update(
        active_in_thulium=False, checked_at=timezone.now()
    )
    page = write("Dzień dobry, jak w przypisie [strona].")
    told = say(
        "Replies sent under it would be refused. You can write; your text is kept as a draft."
    )
    expect(page.locator("[data-inactive-agent]")).to_contain_text(told)
    portal.thulium.change_ticket(1234, status=shop.CLOSED, sender="nowy@example.org")
    reading.load_snapshot(1234, User())
    page.keyboard.press("Control+Enter")
    left = page.locator("#id_confirm_leftover")
    expect(left).to_be_visible()
    tab_to(page, left)
    page.keyboard.press("Space")
    doubts = asked(page, "agent_inactive", "ticket_closed", "recipient_changed")
    let_pass(page, doubts)
    codes = {"agent_inactive", "ticket_closed", "recipient_changed", "unfinished"}
    assert set(confirmed()) == codes
