"""Texts from a file, from a colleague's reply, and back from customers, in a real browser."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.conftest import Portal, Say
from thulium_portal.accounts.models import User
from thulium_portal.canned.models import CannedResponse
from thulium_portal.canned.services import create_response
from thulium_portal.canned.validation import ResponseText

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Enter = Callable[[User], Page]
TITLE = "Przyjęte zgłoszenie"
BODY = "<p>Zgłoszenie {{ ticket_number }} jest u nas.</p>"
HEAD = "title;shortcut;body\r\n"
GOOD = "Zażółć paczkę;zolw;<p>Gęślą jaźń.</p>\r\n"
TWIN = "Inny tytuł;zolw;<p>Coś innego.</p>\r\n"
SCRIPT = "Zły kod;kod;<p>x</p><script>y</script>\r\n"


WORDS = {
    "pl": SimpleNamespace(
        refused="Odrzucony: 2",
        store="Zapisz 1 szablon",
        accepted="Przyjęt",
        corrected="Sprostowano 1 z 1",
    ),
    "en": SimpleNamespace(
        refused="Refused: 2",
        store="Store 1 canned response",
        accepted="Accepted",
        corrected="1 of 1 corrected",
    ),
}
"""What a reader sees besides the texts that stand in the catalogue word for word."""


@pytest.fixture
def words(language: str) -> SimpleNamespace:
    """Return the words of one language, which both people read."""
    return WORDS[language]


@pytest.fixture
def response(ewa: User) -> CannedResponse:
    """Return a live text with one placeholder."""
    return create_response(ResponseText(title=TITLE, body=BODY, shortcut="przyjete"), actor=ewa)


def test_a_file_with_errors_stores_nothing_by_itself_and_a_mended_one_all(
    portal: Portal, enter: Enter, ewa: User, words: SimpleNamespace, say: Say
):
    page = enter(ewa)
    page.goto(f"{portal.url}/canned/import/")
    bring(page, HEAD + GOOD + TWIN + SCRIPT, say)
    main = page.locator("main")
    expect(main).to_contain_text(words.refused)
    expect(main.locator("tbody tr")).to_have_count(3)
    expect(main.locator("tbody")).to_contain_text("<script>")
    # The good row alone may be stored, without the refused ones; nobody asked for that yet.
    expect(page.get_by_role("button", name=words.store)).to_have_count(1)
    assert not CannedResponse.objects.exists()

    page.get_by_role("link", name=say("Choose another file")).click()
    bring(page, HEAD + GOOD, say)
    page.get_by_role("button", name=words.store).click()
    expect(main.get_by_role("link", name="Zażółć paczkę").first).to_be_visible()
    assert CannedResponse.objects.get().shortcut == "zolw"


def test_a_file_without_a_column_that_is_needed_says_which(
    portal: Portal, enter: Enter, ewa: User, say: Say, complaints: list[str]
):
    page = enter(ewa)
    page.goto(f"{portal.url}/canned/import/")
    bring(page, "title;shortcut\r\nZwrot;zwrot\r\n", say)
    expect(page.locator("main .field-bad")).to_contain_text("body")
    # The browser tells of every answer that is not 200.
    assert [told for told in complaints if "422" not in told] == []
    complaints.clear()


def test_a_change_made_in_a_reply_becomes_a_version(
    portal: Portal,
    enter: Enter,
    anna: User,
    ewa: User,
    words: SimpleNamespace,
    say: Say,
    response: CannedResponse,
):
    page = enter(anna)
    insert(page, portal)
    page.keyboard.press("Control+End")
    page.keyboard.type(" Wrócimy jutro.")
    send(page, say)
    page.get_by_role("button", name=say("Propose it")).click()
    proposed = page.locator("[aria-labelledby=proposed-title]")
    expect(proposed).to_contain_text("Wrócimy jutro.")
    expect(proposed).not_to_contain_text("1234")

    page = enter(ewa)
    page.goto(f"{portal.url}/canned/proposals/")
    page.get_by_role("main").get_by_role("link", name=TITLE).click()
    expect(page.locator("[aria-labelledby=comparison-title] ins").first).to_be_visible()
    page.get_by_role("button", name=say("Accept as the new version")).click()
    page.wait_for_url(f"{portal.url}/canned/{response.pk}/")
    expect(page.locator(".response-text")).to_contain_text("Wrócimy jutro.")
    expect(page.locator("main")).to_contain_text("Anna Nowak")

    page = enter(anna)
    page.goto(f"{portal.url}/canned/proposals/")
    expect(page.locator("tbody tr")).to_contain_text(words.accepted)
    response.refresh_from_db()
    assert response.current is not None
    assert (response.current.number, "{{" in response.current.body) == (2, True)


def test_a_recalled_text_leaves_the_picker_and_is_corrected_with_its_customer(
    portal: Portal,
    enter: Enter,
    anna: User,
    ewa: User,
    words: SimpleNamespace,
    say: Say,
    response: CannedResponse,
):
    page = enter(anna)
    insert(page, portal)
    send(page, say)

    page = enter(ewa)
    page.goto(f"{portal.url}/canned/{response.pk}/")
    page.get_by_role("link", name=say("recall this version…")).first.click()
    page.locator("[name=reason]").fill("To nieprawda.")
    page.locator("[name=correction]").fill("Przepraszamy, zgłoszenie prowadzi kurier.")
    page.get_by_role(
        "button", name=say("Recall", "button: take a version out of use"), exact=True
    ).click()
    expect(page.locator("tbody tr")).to_have_count(1)

    page = enter(anna)
    search(page, portal)
    expect(page.locator("[data-picker-results] .picker-none")).to_contain_text("przyjete")
    page.goto(portal.url)
    page.get_by_role("main").locator("a[href^='/recalls/']").first.click()
    page.get_by_role("button", name=say("Write the correction")).click()
    expect(page.locator(".editor-text")).to_contain_text("prowadzi kurier")
    assert len(portal.thulium.received(1234)) == 1
    send(page, say)
    assert len(portal.thulium.received(1234)) == 2

    page = enter(ewa)
    page.goto(f"{portal.url}/canned/{response.pk}/")
    page.locator(".standing a[href^='/recalls/']").click()
    expect(page.locator("main")).to_contain_text(words.corrected)


def bring(page: Page, text: str, say: Say) -> None:
    """Choose a file as Excel saves it in Poland, and ask what it comes to."""
    file = FilePayload(name="szablony.csv", mimeType="text/csv", buffer=text.encode("cp1250"))
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name=say("See what it would change")).click()


def search(page: Page, portal: Portal) -> None:
    """Look for the text in the composer of the ticket."""
    page.goto(f"{portal.url}/tickets/1234/")
    expect(page.locator(".editor-text")).to_be_visible()
    page.locator("[data-picker-query]").press_sequentially("przyjete")


def insert(page: Page, portal: Portal) -> None:
    """Put the text into the reply; what is typed next goes behind it."""
    search(page, portal)
    expect(page.locator("[data-picker-results] [data-option]")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator(".editor-text")).to_contain_text("Zgłoszenie 1234 jest u nas.")
    expect(page.locator(".editor-text")).to_be_focused()


def send(page: Page, say: Say) -> None:
    """Send what is written, and wait until Thulium shows it."""
    page.get_by_role("button", name=say("Send reply")).click()
    state = page.locator("#reply-status")
    expect(state).to_have_attribute("data-reply-state", "confirmed", timeout=15_000)
