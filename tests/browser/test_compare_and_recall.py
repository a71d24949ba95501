"""A text changed by two, proposed by a third, found faulty: nobody's words are lost on the way."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Portal, Say
from thulium_portal.accounts.models import User
from thulium_portal.canned.models import CannedResponse, Proposal
from thulium_portal.canned.proposals import services
from thulium_portal.canned.proposals.services import Edit
from thulium_portal.canned.proposals.suggestion import Sent
from thulium_portal.canned.proposals.template import Filling
from thulium_portal.canned.recalls import recall
from thulium_portal.canned.services import create_response, revise
from thulium_portal.canned.validation import ResponseText
from thulium_portal.replies import services as replies
from thulium_portal.replies.drafts import Text
from thulium_portal.replies.models import Reply
from thulium_portal.replies.services import Submission
from thulium_portal.tickets.snapshot import Snapshot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Enter = Callable[[User], Page]
FIRST = ResponseText("Termin zwrotu", "<p>Na zwrot jest 30 dni.</p>", shortcut="termin")
FAULT = "Termin jest inny."


WORDS = {
    "pl": SimpleNamespace(
        saved_meanwhile="nowsza wersja 2 – autor: Adam Lis",
        save_mine="Zapisz mój tekst jako wersję 3",
        once_more="porównaj go jeszcze raz",
        credit="Propozycja: Anna Nowak",
        recalled="Szablon użyty w tym tekście został wycofany: Termin jest inny.",
        recall_link="wycofaj tę wersję… (wersja 1)",
        bring_back="przywróć ten tekst (wersja 1)",
        corrected="Sprostowano 0 z 2",
    ),
    "en": SimpleNamespace(
        saved_meanwhile="Adam Lis saved version 2 while you were writing",
        save_mine="Save mine as version 3",
        once_more="compare it once more",
        credit="Proposed by Anna Nowak",
        recalled="A canned response in this text was recalled: Termin jest inny.",
        recall_link="recall this version… (version 1)",
        bring_back="restore this text (version 1)",
        corrected="0 of 2 corrected",
    ),
}
"""What a reader sees besides the texts that stand in the catalogue word for word."""


@pytest.fixture
def words(language: str) -> SimpleNamespace:
    """Return the words of one language, which both people read."""
    return WORDS[language]


@pytest.fixture
def response(ewa: User) -> CannedResponse:
    return create_response(FIRST, actor=ewa)


@pytest.fixture
def proposal(language: str, response: CannedResponse, anna: User) -> Proposal:
    """Return what Anna proposes, of a reply in which she wrote fourteen days."""
    given, sent = FIRST.body, FIRST.body.replace("30", "14")
    assert response.current is not None
    edit = Edit(response.current, Filling(given, {}), Sent(sent), uuid.uuid4())
    return services.propose(edit, actor=anna)


def test_the_second_to_save_sees_both_texts_and_chooses(
    portal: Portal,
    enter: Enter,
    ewa: User,
    adam: User,
    words: SimpleNamespace,
    say: Say,
    response: CannedResponse,
    complaints: list[str],
):
    page = enter(ewa)
    page.goto(f"{portal.url}/canned/{response.pk}/edit/")
    write(page, "Na zwrot jest 14 dni.")
    change(response, "Na zwrot jest 20 dni.", actor=adam)
    page.get_by_role("button", name=say("Save a new version")).click()
    conflict = page.locator(".conflict")
    expect(conflict).to_contain_text(words.saved_meanwhile)
    expect(conflict.locator("del")).to_have_text("20")
    expect(conflict.locator("ins")).to_have_text("14")
    expect(page.locator(".editor-text")).to_have_text("Na zwrot jest 14 dni.")
    page.get_by_role("button", name=words.save_mine).click()
    expect(page.locator(".history > li")).to_have_count(3)
    expect(page.locator(".response-text")).to_have_text("Na zwrot jest 14 dni.")
    only(complaints, "409")


def test_a_proposal_for_a_text_that_changed_is_compared_once_more_and_accepted(
    portal: Portal,
    enter: Enter,
    ewa: User,
    adam: User,
    words: SimpleNamespace,
    say: Say,
    response: CannedResponse,
    proposal: Proposal,
    complaints: list[str],
):
    page = enter(ewa)
    page.goto(f"{portal.url}/canned/proposals/{proposal.pk}/")
    write(page, "Na zwrot jest 14 dni od odbioru.")
    change(response, "Na zwrot jest 20 dni.", actor=adam)
    page.get_by_role("button", name=say("Accept as the new version")).click()
    expect(page.locator("main")).to_contain_text(words.once_more)
    comparison = page.locator("[aria-labelledby=comparison-title] .compare")
    expect(comparison.locator("del")).to_have_text("20")
    expect(page.locator(".editor-text")).to_have_text("Na zwrot jest 14 dni od odbioru.")
    page.get_by_role("button", name=say("Accept as the new version")).click()
    expect(page.locator(".history > li").first).to_contain_text(words.credit)
    expect(page.locator(".response-text")).to_have_text("Na zwrot jest 14 dni od odbioru.")
    only(complaints, "409")


def test_a_declined_proposal_comes_back_to_its_author_with_the_reason(
    portal: Portal,
    enter: Enter,
    anna: User,
    ewa: User,
    say: Say,
    response: CannedResponse,
    proposal: Proposal,
):
    page = enter(ewa)
    page.goto(f"{portal.url}/canned/proposals/{proposal.pk}/")
    page.locator("[name=answer]").fill("To ustalenie z jednym klientem.")
    page.get_by_role("button", name=say("Decline"), exact=True).click()
    expect(page.locator("tbody tr")).to_contain_text(say("Declined"))

    page = enter(anna)
    page.goto(f"{portal.url}/canned/proposals/")
    expect(page.locator("tbody tr")).to_contain_text("To ustalenie z jednym klientem.")
    assert CannedResponse.objects.get().versions.count() == 1


def test_a_text_recalled_while_a_reply_is_written_leaves_the_picker_and_stops_the_send(
    portal: Portal,
    enter: Enter,
    anna: User,
    ewa: User,
    words: SimpleNamespace,
    say: Say,
    response: CannedResponse,
    complaints: list[str],
):
    page = enter(anna)
    page.goto(f"{portal.url}/tickets/1234/")
    text, results = page.locator(".editor-text"), page.locator("[data-picker-results]")
    expect(text).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type("termin")
    page.keyboard.press("Enter")
    expect(text).to_be_focused()
    assert response.current is not None
    recall(response.current, reason=FAULT, correction="<p>Jest 14 dni.</p>", actor=ewa)
    page.locator("[data-picker-query]").focus()
    page.keyboard.type("termin")
    expect(results.locator(".picker-none")).to_be_visible()
    page.keyboard.press("Escape")
    expect(text).to_be_focused()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#despite-recall")).to_contain_text(words.recalled)
    expect(text).to_have_text("Na zwrot jest 30 dni.")
    assert not Reply.objects.exclude(state="draft").exists()
    text.focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("Na zwrot jest 14 dni.")
    page.get_by_role(
        "checkbox", name=say("I have read the text; what it says now is right")
    ).focus()
    page.keyboard.press("Space")
    page.keyboard.press("Control+Enter")
    state = page.locator("#reply-status")
    expect(state).to_have_attribute("data-reply-state", "confirmed", timeout=15_000)
    only(complaints, "422")


def test_customers_of_an_older_version_are_listed_and_corrections_wait_for_a_person(
    portal: Portal,
    enter: Enter,
    anna: User,
    ewa: User,
    words: SimpleNamespace,
    say: Say,
    response: CannedResponse,
):
    answer(response, Snapshot(1234, "Paczka", "Maria Wiśniewska"), author=anna)
    answer(response, Snapshot(1231, "Faktura", "Tomasz Kamiński"), author=ewa)
    change(response, "Na zwrot jest 14 dni.", actor=ewa)
    response.refresh_from_db()
    answer(response, Snapshot(1233, "Buty", "Katarzyna Lewandowska"), author=anna)

    page = enter(ewa)
    page.goto(f"{portal.url}/canned/{response.pk}/")
    page.get_by_role("link", name=words.recall_link).click()
    page.locator("[name=reason]").fill(FAULT)
    page.locator("[name=correction]").fill("Na zwrot jest 14 dni.")
    page.get_by_role(
        "button", name=say("Recall", "button: take a version out of use"), exact=True
    ).click()
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.filter(has_text="Maria Wiśniewska")).to_contain_text("Anna Nowak")
    expect(rows.filter(has_text="Tomasz Kamiński")).to_contain_text("Ewa Kot")
    expect(page.locator(".page-head")).to_contain_text(words.corrected)
    listed = page.url
    page.goto(f"{portal.url}/canned/{response.pk}/")
    expect(page.locator(".history .pill-bad")).to_have_count(1)
    expect(page.get_by_role("button", name=words.bring_back)).to_have_count(0)

    page = enter(anna)
    page.goto(listed)
    expect(rows).to_have_count(1)
    rows.get_by_role("button", name=say("Write the correction")).click()
    expect(page.locator(".editor-text")).to_have_text("Na zwrot jest 14 dni.")
    page.goto(listed)
    expect(rows.get_by_role("button", name=say("Go on with the correction"))).to_be_visible()
    assert Reply.objects.get(corrects__ticket_id=1234).state == "draft"
    page.goto(f"{portal.url}/tickets/1234/")
    expect(page.locator(".editor-text")).to_be_visible()
    page.locator("[data-picker-query]").press_sequentially("termin")
    expect(page.locator("[data-option]")).to_contain_text("Na zwrot jest 14 dni.")


def write(page: Page, text: str) -> None:
    """Put *text* into the editor in place of what it holds."""
    editor = page.locator(".editor-text")
    expect(editor).to_be_visible()
    editor.click()
    page.keyboard.press("Control+a")
    page.keyboard.type(text)
    expect(editor).to_have_text(text)


def change(response: CannedResponse, text: str, *, actor: User) -> None:
    """Have somebody else save a second version."""
    revise(response, replace(FIRST, body=f"<p>{text}</p>"), seen_version=1, actor=actor)


def answer(response: CannedResponse, snapshot: Snapshot, *, author: User) -> None:
    """Send the newest version of the text to the customer of a ticket."""
    version = response.current
    assert version is not None
    text = Text(version.body, canned_response=response, canned_version=version)
    replies.submit(Submission(uuid.uuid4(), text, snapshot), actor=author)


def only(complaints: list[str], status: str) -> None:
    """Take out that the browser told of answers with *status*; nothing else may be there."""
    assert complaints
    assert [told for told in complaints if status not in told] == []
    complaints.clear()
