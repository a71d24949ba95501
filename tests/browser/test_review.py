"""The review in a browser: found by keyboard, compared, kept by name, taken away as a file."""

import csv
import io
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Portal
from thulium_portal.accounts.models import User
from thulium_portal.audit.models import AuditEntry
from thulium_portal.canned.models import CannedResponse
from thulium_portal.canned.services import create_response
from thulium_portal.canned.validation import ResponseText
from thulium_portal.replies import services
from thulium_portal.replies.canned_usage import compare_waiting
from thulium_portal.replies.drafts import Text
from thulium_portal.replies.services import Submission
from thulium_portal.tickets.snapshot import Snapshot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Enter = Callable[[User], Page]
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Words:
    """What was written in one language, and what its reader sees and types."""

    language: str
    given: str
    sent: str
    query: str
    removed: list[str]
    added: list[str]
    more: str
    login: str
    changed: str
    lightly: str
    filter: str
    save_this: str
    name: str
    kept: str
    forget: str
    export: str
    csv: str
    heading: str
    end: str


POLISH = Words(
    language="pl",
    given="Przesyłka do Łodzi wyszła wczoraj, kurier doręczy ją w piątek przed południem.",
    sent="Przesyłka do Łodzi wyszła wczoraj, kurier doręczy ją we wtorek przed południem.",
    query="przesylka lodz",
    removed=["w piątek"],
    added=["we wtorek"],
    more="Więcej filtrów",
    login="Login agenta",
    changed="Zmiany przed wysłaniem",
    lightly="Lekko zmienione (do 20% słów)",
    filter="Filtruj",
    save_this="Zapisz ten widok…",
    name="Nazwa widoku",
    kept="Zapisano widok „Zmienione przez Annę”.",
    forget="Usuń ten widok",
    export="Eksportuj…",
    csv="CSV (arkusz kalkulacyjny)",
    heading="Treść odpowiedzi",
    end="Koniec eksportu. Wierszy: 1.",
)
ENGLISH = Words(
    language="en",
    given="Your parcel left our warehouse yesterday; the courier brings it on Friday before noon.",
    sent="Your parcel left our warehouse yesterday; the courier brings it on Tuesday before noon.",
    query="PARCEL warehouse",
    removed=["Friday"],
    added=["Tuesday"],
    more="More filters",
    login="Agent login",
    changed="Changed before sending",
    lightly="Lightly edited (up to 20 % of the words)",
    filter="Filter",
    save_this="Save this view…",
    name="Name of the view",
    kept="The view “Zmienione przez Annę” is kept.",
    forget="Remove this view",
    export="Export…",
    csv="CSV (spreadsheet)",
    heading="Text of the reply",
    end="End of the export. Lines: 1.",
)


@pytest.fixture(params=[POLISH, ENGLISH], ids=lambda words: words.language)
def words(request: pytest.FixtureRequest, ewa: User) -> Words:
    """Return the words of one language, which the reviewer reads."""
    ewa.language = request.param.language
    ewa.save()
    return request.param


@pytest.fixture
def audit(portal: Portal, enter: Enter, anna: User, ewa: User, words: Words) -> Page:
    """Return the review of four replies: changed, unchanged, of somebody else, about other things.

    The changed one is the third from the top of the list.
    """
    text = ResponseText("Paczka", f"<p>{words.given}</p>", language=words.language)
    response = create_response(text, actor=ewa)
    submit(f"<p>{words.sent}</p>", response, ticket=1234, author=anna)
    submit(f"<p>{words.given}</p>", response, ticket=1233, author=anna)
    submit(f"<p>{words.sent}</p>", response, ticket=1231, author=ewa)
    submit("<p>Faktura.</p>", None, ticket=1230, author=anna)
    compare_waiting()
    page = enter(ewa)
    page.goto(f"{portal.url}/audit/")
    expect(rows(page)).to_have_count(4)
    return page


def test_a_reply_is_found_opened_and_compared_by_keyboard_alone(audit: Page, words: Words):
    page = audit
    page.keyboard.press("/")
    expect(page.locator(".audit-filters [name=q]")).to_be_focused()
    page.keyboard.type(words.query)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/audit/?q={words.query.split()[0]}*")
    expect(rows(page)).to_have_count(3)
    links = rows(page).locator(".audit-excerpt")
    for key, at in (("j", 0), ("j", 1), ("j", 2), ("k", 1), ("j", 2)):
        page.keyboard.press(key)
        expect(links.nth(at)).to_be_focused()
    page.keyboard.press("Enter")
    difference = page.locator("[aria-labelledby=difference-title] .prose")
    expect(difference.locator("del")).to_have_text(words.removed)
    expect(difference.locator("ins")).to_have_text(words.added)
    expect(page.locator("[aria-labelledby=text-title]")).to_contain_text(words.sent)
    expect(page.locator("[aria-labelledby=proof-title] .pill-good")).to_be_visible()


def test_the_entries_before_and_after_are_a_key_away(audit: Page, portal: Portal):
    page, entry = audit, AuditEntry.objects.filter(action="reply.submitted").latest("sequence")
    page.goto(f"{portal.url}/audit/{entry.sequence}/")
    expect(page.locator("[rel=next]")).to_be_visible()
    page.keyboard.press("j")
    page.wait_for_url(f"**/audit/{entry.sequence + 1}/")
    page.keyboard.press("k")
    page.wait_for_url(f"**/audit/{entry.sequence}/")


def test_filters_are_kept_by_name_and_opened_again(
    audit: Page, portal: Portal, enter: Enter, adam: User, words: Words
):
    page = audit
    page.get_by_text(words.more).press("Enter")
    page.get_by_label(words.login).select_option("anna.nowak")
    page.get_by_label(words.changed).select_option(label=words.lightly)
    page.get_by_role("button", name=words.filter, exact=True).press("Enter")
    expect(rows(page)).to_have_count(1)
    expect(rows(page)).to_contain_text("1234")
    page.get_by_text(words.save_this).press("Enter")
    page.get_by_label(words.name).focus()
    page.keyboard.type("Zmienione przez Annę")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text(words.kept)
    expect(rows(page)).to_have_count(1)

    page.goto(f"{portal.url}/audit/")
    expect(rows(page)).to_have_count(4)
    page.get_by_role("link", name="Zmienione przez Annę").press("Enter")
    expect(rows(page)).to_have_count(1)
    expect(page.get_by_label(words.login)).to_be_visible()
    expect(page.get_by_label(words.login)).to_have_value("anna.nowak")
    page.get_by_role("button", name=words.forget).press("Enter")
    expect(rows(page)).to_have_count(4)
    expect(page.locator(".saved-view")).to_have_count(0)


def test_a_file_holds_what_the_filters_show_and_nothing_else(
    audit: Page, portal: Portal, words: Words
):
    page = audit
    page.goto(f"{portal.url}/audit/?person=anna&changed=light")
    expect(rows(page)).to_have_count(1)
    page.get_by_text(words.export).press("Enter")
    with page.expect_download() as download:
        page.get_by_role("link", name=words.csv).press("Enter")
    header, line, end = lines_of(download.value.path())
    assert download.value.suggested_filename.startswith("audit-replies-")
    assert line[header.index(words.heading)] == words.sent
    assert {"Anna Nowak", "anna.nowak", "1234", "Paczka"} <= set(line)
    assert end[0] == words.end


def submit(html: str, response: CannedResponse | None, *, ticket: int, author: User) -> None:
    """Send *html*, which began as the canned response."""
    version = response.current if response else None
    text = Text(html, canned_response=response, canned_version=version)
    services.submit(Submission(uuid.uuid4(), text, Snapshot(ticket)), actor=author)


def rows(page: Page) -> Locator:
    """Return the lines of the list."""
    return page.locator(".audit-list tbody tr")


def lines_of(path: Path) -> list[list[str]]:
    """Return the cells of a CSV file, which must open in a Polish Excel as it is."""
    raw = path.read_bytes()
    assert raw.startswith(BYTE_ORDER_MARK)
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""), delimiter=";"))
