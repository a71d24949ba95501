"""What the customer gets, as axe reads it in an empty page (EN 301 549, clause 11.8)."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Enter, Portal
from tests.support.accessibility import faults
from thulium_portal.accounts.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGE = '<!doctype html><html lang="pl"><title>Mail</title><body><main><h1>Mail</h1>{}</main></html>'
"""A mail program's own page around a message: it brings the title, never the text's headings."""
TOOLS = (
    "bold",
    "italic",
    "underline",
    "strike",
    "heading",
    "blockquote",
    "bulletList",
    "orderedList",
)


@pytest.fixture
def composer(page: Page, enter: Enter, portal: Portal, anna: User) -> Page:
    enter(anna)
    page.goto(f"{portal.url}/tickets/1234/")
    expect(page.locator(".editor-text")).to_be_visible()
    page.locator(".editor-text").focus()
    return page


def leaves(page: Page, portal: Portal) -> str:
    """Send what was written and return it as Thulium got it, once axe has found nothing in it."""
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/replies/**")
    expect(page.locator("[data-reply-state=confirmed]").first).to_be_visible(timeout=30_000)
    (sent,) = portal.thulium.received(1234)
    page.goto("about:blank")
    page.set_content(PAGE.format(sent["body"]))
    assert faults(page) == []
    return sent["body"]


@pytest.mark.parametrize("tool", TOOLS)
def test_each_tool_of_the_bar(composer: Page, portal: Portal, tool: str):
    composer.locator(f"[data-command={tool}]").click()
    composer.keyboard.type("Dziękujemy za wiadomość.")
    assert "Dziękujemy za wiadomość." in leaves(composer, portal)


def test_a_link_bears_its_address_where_no_words_were_chosen(composer: Page, portal: Portal):
    composer.keyboard.type("Szczegóły: ")
    composer.locator("[data-command=link]").click()
    composer.locator("dialog[open] input").fill("example.org/zwroty")
    composer.keyboard.press("Enter")
    assert ">example.org/zwroty</a>" in leaves(composer, portal)


def test_a_new_table_has_a_heading_row(composer: Page, portal: Portal):
    composer.locator("[data-command=table]").click()
    for words in ("Towar", "Cena", "Sztuk", "Buty", "199 zł", "1"):
        composer.keyboard.type(words)
        composer.keyboard.press("Tab")
    assert "<th>Towar</th>" in leaves(composer, portal)


SHOP = '<a href="https://example.org/x">{}</a>'
PASTED = {
    "a link without words": f"<p>Tu: {SHOP.format('')} jest.</p>",
    "a link around a picture": f"<p>Tu: {SHOP.format('<img src=a.png>')} jest.</p>",
    "a list around something else": "<ul><p>raz</p><li>dwa</li></ul><li>sam</li>",
    "an empty list": "<ul><li></li></ul><p>Jest</p>",
    "a table without headings": "<table><tr><td>Buty</td><td>199 zł</td></tr></table>",
}


@pytest.mark.parametrize("what", PASTED)
def test_what_is_pasted(composer: Page, portal: Portal, what: str):
    composer.evaluate(
        """html => {
          const data = new DataTransfer();
          data.setData("text/html", html);
          document.querySelector(".editor-text").dispatchEvent(
            new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }""",
        PASTED[what],
    )
    assert "<img" not in leaves(composer, portal)
