"""A text's way from its author's desk into use, in a real browser and both languages."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Portal, Say
from thulium_portal.accounts.models import User
from thulium_portal.canned.models import CannedResponse
from thulium_portal.demo.loader import load_demo_responses

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Enter = Callable[[User], Page]


def test_a_text_is_proposed_returned_mended_and_approved(
    portal: Portal, enter: Enter, anna: User, ewa: User, say: Say
):
    page = enter(anna)
    page.goto(f"{portal.url}/canned/new/")
    page.locator("[name=title]").fill("Towaru chwilowo nie ma")
    write(page, "Niestety towaru nie ma.")
    propose = page.get_by_role("button", name=say("Save and send for approval"))
    expect(propose).to_be_hidden()
    page.locator("[name=scope][value=shared]").check()
    propose.click()
    expect(standing(page)).to_contain_text(say("Waiting for approval"))

    page = enter(ewa)
    page.goto(portal.url)
    expect(page.locator(".nav-wide .nav-count")).to_contain_text("1")
    page.goto(f"{portal.url}/canned/?state=waiting")
    page.locator("#canned-preview h2 a").click()
    page.get_by_text(say("Return with a note")).click()
    page.locator("[name=note]").fill("Bez „niestety” i z terminem.")
    page.get_by_role("button", name=say("Return to the author")).click()
    expect(standing(page)).to_contain_text("Bez „niestety” i z terminem.")

    page = enter(anna)
    page.goto(f"{portal.url}/canned/")
    page.get_by_role("main").get_by_role("link", name="Towaru chwilowo nie ma").click()
    expect(standing(page)).to_contain_text("Ewa Kot")
    page.get_by_role("main").get_by_role("link", name=say("Edit")).click()
    write(page, "Towar będzie u nas w piątek.")
    page.get_by_role("button", name=say("Save and send for approval")).click()
    expect(standing(page)).to_contain_text(say("Waiting for approval"))

    page = enter(ewa)
    page.goto(f"{portal.url}/canned/?state=waiting")
    page.get_by_role("button", name=say("Approve")).click()
    expect(page.locator("main")).to_contain_text(say("Live"))
    expect(page.locator(".nav-wide .nav-count")).to_have_count(0)
    response = CannedResponse.objects.get()
    assert (response.state, response.decided_by, response.owner) == ("live", ewa, anna)


def test_two_versions_are_compared_and_one_comes_back(
    portal: Portal, enter: Enter, ewa: User, say: Say
):
    load_demo_responses(ewa)
    response = CannedResponse.objects.get(shortcut="podziekowanie")
    page = enter(ewa)
    for text in ("Dziękujemy za miłe słowa.", "Dziękujemy za ciepłe słowa."):
        page.goto(f"{portal.url}/canned/{response.pk}/edit/")
        write(page, text)
        page.get_by_role("button", name=say("Save a new version")).click()
        expect(page.locator(".response-text")).to_contain_text(text)
    page.locator("#compare").select_option("2")
    page.locator("#compare-with").select_option("3")
    page.get_by_role("button", name=say("Compare")).click()
    comparison = page.locator("#comparison")
    expect(comparison.locator("del")).to_have_text(["miłe", *legend(comparison, "del")])
    expect(comparison.locator("ins")).to_have_text(["ciepłe", *legend(comparison, "ins")])
    page.get_by_role("button", name=say("restore this text")).first.click()
    expect(page.locator(".response-text")).to_contain_text("miłe")
    assert response.versions.count() == 4


def test_a_text_like_another_is_saved_when_its_author_insists(
    portal: Portal, enter: Enter, anna: User, ewa: User, say: Say, complaints: list[str]
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
    page.get_by_role("button", name=say("Save anyway")).click()
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
