"""A text that brings a file and sets a status, from its author's desk to the customer."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.browser.conftest import Portal, Say
from thulium_portal import gateway
from thulium_portal.accounts.models import User
from thulium_portal.canned import attachments
from thulium_portal.canned.models import CannedFile, CannedResponse
from thulium_portal.canned.services import create_response
from thulium_portal.canned.validation import ResponseText
from thulium_portal.replies.models import Reply

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Enter = Callable[[User], Page]
NAME = "formularz żółty.pdf"
BYTES = b"%PDF-1.4 formularz zwrotu"
CLOSED = ("6", "Zamknięte")
MOST_TABS = 20
LONG_ENOUGH = 15_000


WORDS = {
    "pl": SimpleNamespace(
        ticket=1234,
        text="Formularz wypełnia się przed zwrotem.",
        other="EN",
        send="Wyślij i ustaw: Zamknięte",
        leave="bez zmiany",
        done="zmieniony",
        offered="Plik „formularz żółty.pdf” zaginął, więc szablonu nie można użyć",
        refused="więc tej odpowiedzi nie można wysłać",
    ),
    "en": SimpleNamespace(
        ticket=1230,
        text="The form is filled in before a return.",
        other="PL",
        send="Send and set: Zamknięte",
        leave="leave it as it is",
        done="· set",
        offered="“formularz żółty.pdf” is lost, so the text cannot be used",
        refused="so this reply cannot be sent",
    ),
}
"""What a reader sees besides the texts that stand in the catalogue word for word."""


@pytest.fixture
def words(language: str) -> SimpleNamespace:
    """Return the words of one language, which both people read."""
    return WORDS[language]


@pytest.fixture
def response(language: str, ewa: User) -> CannedResponse:
    """Return the text in the reader's language; it and its twin have the same file and status.

    By the alphabet the twin comes first, by the ticket's language this one.
    """
    (file,), _errors = attachments.store([SimpleUploadedFile(NAME, BYTES)], actor=ewa)
    made: dict[str, CannedResponse] = {}
    for each, words in WORDS.items():
        text = ResponseText(
            title="RMA 2" if each == language else "RMA 1",
            body=f"<p>{words.text}</p>",
            language=each,
            files=(file.pk,),
            status_after=CLOSED[0],
            status_after_name=CLOSED[1],
        )
        made[each] = create_response(text, variant_of=made.get("pl"), actor=ewa)
    return made[language]


@pytest.fixture
def page(page: Page, enter: Enter, portal: Portal, anna: User, words: SimpleNamespace) -> Page:
    """Return the composer of the ticket."""
    enter(anna)
    page.goto(f"{portal.url}/tickets/{words.ticket}/")
    expect(page.locator(".editor-text")).to_be_visible()
    return page


def test_file_and_status_come_with_the_text_and_follow_the_reply(
    page: Page, portal: Portal, words: SimpleNamespace, response: CannedResponse
):
    options = look_up(page, response)
    expect(options).to_have_count(2)
    expect(options.first.locator(".pill")).to_have_count(0)
    expect(options.last.locator(".pill")).to_contain_text(words.other)
    page.keyboard.press("Enter")
    expect(page.locator(".editor-text")).to_have_text(words.text)
    expect(page.locator(".editor-text")).to_be_focused()
    choice = file_of(page)
    expect(choice).to_be_checked()
    switch(page, choice)
    expect(choice).not_to_be_checked()
    page.keyboard.press("Space")
    expect(choice).to_be_checked()
    expect(page.locator("[data-send]")).to_have_text(words.send)
    send(page)
    (message,) = portal.thulium.received(words.ticket)
    (file,) = message["attachments"]
    assert words.text in message["body"]
    assert (file["filename"], portal.thulium.file_content(file["token"])) == (NAME, BYTES)
    expect(page.locator("#status-afterwards")).to_contain_text(words.done, timeout=LONG_ENOUGH)
    assert status_in_thulium(words) == CLOSED[1]


def test_a_status_that_follows_later_is_told_without_a_reload(
    page: Page, words: SimpleNamespace, say: Say, response: CannedResponse, settings: Any
):
    settings.UNDO_SECONDS = 60
    look_up(page, response)
    page.keyboard.press("Enter")
    expect(page.locator(".editor-text")).to_be_focused()
    page.keyboard.press("Control+Enter")
    send_now, told = page.locator("#act-send-now"), page.locator("#status-afterwards")
    expect(send_now).to_be_visible()
    Reply.objects.update(status_due_at=timezone.now() + timedelta(hours=1))
    send_now.click()
    confirmed(page)
    expect(told).to_contain_text(say("once the reply was sent", "a status is set"))
    Reply.objects.update(status_due_at=timezone.now())
    expect(told).to_contain_text(words.done, timeout=LONG_ENOUGH)


def test_enter_takes_what_was_typed_even_before_the_list_has_followed(
    page: Page, words: SimpleNamespace, response: CannedResponse
):
    page.keyboard.press("/")
    expect(page.locator("[data-option]").first).to_contain_text(response.title)
    page.keyboard.type("rma")
    page.keyboard.press("Enter")
    expect(page.locator(".editor-text")).to_have_text(words.text)


def test_what_was_unticked_stays_behind(
    page: Page, portal: Portal, words: SimpleNamespace, response: CannedResponse
):
    look_up(page, response)
    page.keyboard.press("Enter")
    expect(page.locator(".editor-text")).to_be_focused()
    switch(page, file_of(page))
    status_of(page).focus()
    page.keyboard.type(words.leave[:5])
    expect(page.locator("[data-send]")).not_to_have_text(words.send)
    send(page)
    (message,) = portal.thulium.received(words.ticket)
    assert message["attachments"] == []
    assert Reply.objects.get().status_after == ""
    assert status_in_thulium(words) != CLOSED[1]


def test_a_text_whose_file_is_lost_is_marked_and_goes_into_no_reply(
    page: Page, portal: Portal, words: SimpleNamespace, say: Say, response: CannedResponse
):
    lose(CannedFile.objects.get())
    look_up(page, response)
    results = page.locator("[data-picker-results]")
    expect(results.locator("[data-option]").first).to_contain_text(words.offered)
    page.keyboard.press("Enter")
    expect(results).to_be_visible()
    expect(page.locator("[data-picker-query]")).to_be_focused()
    expect(page.locator(".editor-text")).to_have_text("")
    expect(page.locator("[data-canned-file]")).to_have_count(0)
    page.goto(f"{portal.url}/canned/")
    row = page.locator(".library-rows li").filter(has_text=response.title)
    expect(row).to_contain_text(say("A file is lost"))
    expect(page.locator("#canned-preview").get_by_role("alert")).to_contain_text(NAME)


def test_a_reply_whose_file_was_lost_meanwhile_is_refused_with_its_text_kept(
    page: Page,
    portal: Portal,
    words: SimpleNamespace,
    response: CannedResponse,
    complaints: list[str],
):
    look_up(page, response)
    page.keyboard.press("Enter")
    text = page.locator(".editor-text")
    expect(text).to_be_focused()
    page.keyboard.press("Control+End")
    page.keyboard.type(" 123")
    lose(CannedFile.objects.get())
    page.keyboard.press("Control+Enter")
    expect(page.locator("#canned-files-errors")).to_contain_text(words.refused)
    expect(text).to_have_text(f"{words.text} 123")
    expect(file_of(page)).to_be_checked()
    assert portal.thulium.received(words.ticket) == []
    assert not Reply.objects.exclude(state="draft").exists()
    # The browser tells of every answer that is not 200.
    assert [told for told in complaints if "422" not in told] == []
    complaints.clear()


def test_two_versions_show_that_file_and_status_were_exchanged(
    portal: Portal, enter: Enter, ewa: User, say: Say, response: CannedResponse
):
    page = enter(ewa)
    page.goto(f"{portal.url}/canned/{response.pk}/edit/")
    page.get_by_role("checkbox", name=NAME).uncheck()
    file = FilePayload(name="nowy.pdf", mimeType="application/pdf", buffer=BYTES)
    page.locator("#id_files").set_input_files(file)
    page.locator("#id_status_after").select_option(label="W realizacji")
    page.get_by_role("button", name=say("Save a new version")).click()
    expect(page.get_by_role("link", name="nowy.pdf")).to_be_visible()
    page.get_by_role("link", name=say("what changed last")).first.click()
    details = page.locator("#comparison .compare-details")
    removed, added = details.locator("del"), details.locator("ins")
    expect(removed.filter(has_text=NAME)).to_be_visible()
    expect(added.filter(has_text="nowy.pdf")).to_be_visible()
    expect(removed.filter(has_text=CLOSED[1])).to_be_visible()
    expect(added.filter(has_text="W realizacji")).to_be_visible()


def look_up(page: Page, response: CannedResponse) -> Locator:
    """Ask for the text by keyboard, and return what is offered once it stands first."""
    page.keyboard.press("/")
    page.keyboard.type("rma")
    options = page.locator("[data-option]")
    expect(options.first).to_contain_text(response.title)
    return options


def switch(page: Page, choice: Locator) -> None:
    """Go on by Tab until *choice* has the focus, and press Space."""
    for _tab in range(MOST_TABS):
        page.keyboard.press("Tab")
        if choice.evaluate("element => element === document.activeElement"):
            break
    expect(choice).to_be_focused()
    page.keyboard.press("Space")


def file_of(page: Page) -> Locator:
    """Return the box of the file that the text brings."""
    return page.locator("[data-canned-files]").get_by_role("checkbox", name=NAME)


def status_of(page: Page) -> Locator:
    """Return the choice of the status that the ticket gets."""
    return page.locator("[data-status-after]")


def send(page: Page) -> None:
    """Send what is written, and wait until Thulium shows it."""
    page.keyboard.press("Control+Enter")
    confirmed(page)


def confirmed(page: Page) -> None:
    """Wait until the reply was found on its ticket."""
    state = page.locator("#reply-status")
    expect(state).to_have_attribute("data-reply-state", "confirmed", timeout=LONG_ENOUGH)


def status_in_thulium(words: SimpleNamespace) -> Any:
    return gateway.thulium_client().get_ticket(words.ticket).status_name


def lose(file: CannedFile) -> None:
    """Delete the bytes of *file*, as a disk or a hasty hand does."""
    default_storage.delete(file.file.path)
