"""A text's way from its author's desk into use, in a real browser and both languages."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Portal
from thulium_portal.accounts.models import User
from thulium_portal.canned.models import CannedResponse
from thulium_portal.demo.loader import load_demo_responses

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Enter = Callable[[User], Page]


@dataclass(frozen=True)
class Words:
    """What a reader of one language sees on the way."""

    language: str
    propose: str
    waiting: str
    open_return: str
    give_back: str
    resubmit: str
    approve: str
    live: str
    edit: str
    save: str
    save_anyway: str
    compare: str
    bring_back: str


POLISH = Words(
    language="pl",
    propose="Zapisz i przekaż do zatwierdzenia",
    waiting="Czeka na zatwierdzenie",
    open_return="Zwróć z notatką",
    give_back="Zwróć autorowi",
    resubmit="Zapisz i przekaż do zatwierdzenia",
    approve="Zatwierdź",
    live="W użyciu",
    edit="Edytuj",
    save="Zapisz nową wersję",
    save_anyway="Zapisz mimo to",
    compare="Porównaj",
    bring_back="przywróć ten tekst",
)
ENGLISH = Words(
    language="en",
    propose="Save and send for approval",
    waiting="Waiting for approval",
    open_return="Return with a note",
    give_back="Return to the author",
    resubmit="Save and send for approval",
    approve="Approve",
    live="Live",
    edit="Edit",
    save="Save a new version",
    save_anyway="Save anyway",
    compare="Compare",
    bring_back="bring this text back",
)


@pytest.fixture(params=[POLISH, ENGLISH], ids=lambda words: words.language)
def words(request: pytest.FixtureRequest, anna: User, ewa: User) -> Words:
    """Return the words of one language, which both people read."""
    for person in (anna, ewa):
        person.language = request.param.language
        person.save()
    return request.param


def test_a_text_is_proposed_returned_mended_and_approved(
    portal: Portal, enter: Enter, anna: User, ewa: User, words: Words
):
    page = enter(anna)
    page.goto(f"{portal.url}/canned/new/")
    page.locator("[name=title]").fill("Towaru chwilowo nie ma")
    write(page, "Niestety towaru nie ma.")
    propose = page.get_by_role("button", name=words.propose)
    expect(propose).to_be_hidden()
    page.locator("[name=scope][value=shared]").check()
    propose.click()
    expect(standing(page)).to_contain_text(words.waiting)

    page = enter(ewa)
    page.goto(portal.url)
    expect(page.locator(".nav-wide .nav-count")).to_contain_text("1")
    page.goto(f"{portal.url}/canned/?state=waiting")
    page.locator("#canned-preview h2 a").click()
    page.get_by_text(words.open_return).click()
    page.locator("[name=note]").fill("Bez „niestety” i z terminem.")
    page.get_by_role("button", name=words.give_back).click()
    expect(standing(page)).to_contain_text("Bez „niestety” i z terminem.")

    page = enter(anna)
    page.goto(f"{portal.url}/canned/")
    page.get_by_role("main").get_by_role("link", name="Towaru chwilowo nie ma").click()
    expect(standing(page)).to_contain_text("Ewa Kot")
    page.get_by_role("main").get_by_role("link", name=words.edit).click()
    write(page, "Towar będzie u nas w piątek.")
    page.get_by_role("button", name=words.resubmit).click()
    expect(standing(page)).to_contain_text(words.waiting)

    page = enter(ewa)
    page.goto(f"{portal.url}/canned/?state=waiting")
    page.get_by_role("button", name=words.approve).click()
    expect(page.locator("main")).to_contain_text(words.live)
    expect(page.locator(".nav-wide .nav-count")).to_have_count(0)
    response = CannedResponse.objects.get()
    assert (response.state, response.decided_by, response.owner) == ("live", ewa, anna)


def test_two_versions_are_compared_and_one_comes_back(
    portal: Portal, enter: Enter, ewa: User, words: Words
):
    load_demo_responses(ewa)
    response = CannedResponse.objects.get(shortcut="podziekowanie")
    page = enter(ewa)
    for text in ("Dziękujemy za miłe słowa.", "Dziękujemy za ciepłe słowa."):
        page.goto(f"{portal.url}/canned/{response.pk}/edit/")
        write(page, text)
        page.get_by_role("button", name=words.save).click()
        expect(page.locator(".response-text")).to_contain_text(text)
    page.locator("#compare").select_option("2")
    page.locator("#compare-with").select_option("3")
    page.get_by_role("button", name=words.compare).click()
    comparison = page.locator("#comparison")
    expect(comparison.locator("del")).to_have_text(["miłe", *legend(comparison, "del")])
    expect(comparison.locator("ins")).to_have_text(["ciepłe", *legend(comparison, "ins")])
    page.get_by_role("button", name=words.bring_back).first.click()
    expect(page.locator(".response-text")).to_contain_text("miłe")
    assert response.versions.count() == 4


def test_a_text_like_another_is_saved_when_its_author_insists(
    portal: Portal, enter: Enter, anna: User, ewa: User, words: Words, complaints: list[str]
):
    load_demo_responses(ewa)
    there = CannedResponse.objects.select_related("current").get(shortcut="podziekowanie")
    page = enter(anna)
    page.goto(f"{portal.url}/canned/new/")
    page.locator("[name=title]").fill("Moje podziękowanie")
    write(
        page,
        "bardzo dziękujemy za te słowa. Przekazaliśmy je osobom, które przygotowały zamówienie "
        "– ucieszyły się tak samo jak my.",
    )
    page.locator(".author-actions .btn-primary").click()
    expect(page.get_by_role("alert").get_by_role("link", name=there.title)).to_be_visible()
    expect(page.locator("[name=title]")).to_have_value("Moje podziękowanie")
    expect(page.locator(".editor-text")).to_contain_text("ucieszyły się")
    page.get_by_role("button", name=words.save_anyway).click()
    expect(page.get_by_role("heading", name="Moje podziękowanie")).to_be_visible()
    # The browser tells of every answer that is not 200.
    assert [told for told in complaints if "409" not in told] == []
    complaints.clear()


def write(page: Page, text: str) -> None:
    """Put *text* into the editor in place of what it holds."""
    editor = page.locator(".editor-text")
    expect(editor).to_be_visible()
    editor.click()
    page.keyboard.press("Control+a")
    page.keyboard.type(text)
    expect(editor).to_contain_text(text)


def standing(page: Page) -> Locator:
    """Return the card that says where the text is in its life."""
    return page.locator(".standing")


def legend(comparison: Locator, tag: str) -> list[str]:
    """Return the words of the comparison's legend for one mark."""
    return comparison.locator(f".legend {tag}").all_inner_texts()
