"""Tables from the library to the wire, and clippings of other programs in a reply."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils.translation import gettext, override
from playwright.sync_api import Page, expect

from tests.browser.conftest import Portal
from thulium_portal.accounts.models import User
from thulium_portal.canned.models import CannedResponse
from thulium_portal.canned.services import create_response
from thulium_portal.canned.validation import ResponseText
from thulium_portal.lib.html import losses
from thulium_portal.lib.html.sanitize import clean_reply_html

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Enter = Callable[[User], Page]
CASES = Path(__file__).parent.parent / "cases"
TABLE = (
    "<table><tbody><tr><td>Rozmiar</td><td>Cena</td></tr>"
    "<tr><td>40</td><td>10 zł</td></tr></tbody></table>"
)
OLD = (
    '<div>Raz</div><div>dwa</div><h2 class="x">Nagłówek</h2>\r\n\r\n<p>a  b<b>c</b></p>'
    "<table><tr><td>x</td></tr></table><p></p>"
)
"""As an earlier version stored it, when other markup was on the list."""


@pytest.fixture
def response(ewa: User) -> CannedResponse:
    """Return the text of the case, as an import stores it."""
    body = (CASES / "import" / "import_table.csv").read_text(encoding="utf-8-sig")
    body = body.splitlines()[1].partition(";")[2]
    return create_response(ResponseText("Z tabelą", body, shortcut="tabela"), actor=ewa)


def editor(page: Page):
    return page.locator(".editor-text")


def test_a_table_is_the_same_in_the_library_the_picker_the_editor_and_on_the_wire(
    portal: Portal, enter: Enter, ewa: User, response: CannedResponse
):
    page = enter(ewa)
    page.goto(f"{portal.url}/canned/{response.pk}/")
    assert response.current.body == TABLE
    assert page.locator(".prose table").evaluate("table => table.outerHTML") == TABLE
    page.goto(f"{portal.url}/tickets/1234/")
    page.locator("[data-picker-query]").fill("tabela")
    expect(page.locator("[data-option]")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(editor(page).locator("td")).to_have_text(["Rozmiar", "Cena", "40", "10 zł"])
    assert page.locator("[name=body]").input_value() == TABLE
    page.locator("[data-send]").click()
    page.wait_for_url("**/replies/**")
    expect(page.locator("[data-reply-state=confirmed]").first).to_be_visible(timeout=30_000)
    assert page.locator(".prose table").first.evaluate("table => table.outerHTML") == TABLE
    (sent,) = portal.thulium.received(1234)
    assert sent["body"] == TABLE


@pytest.mark.parametrize("body", [TABLE, OLD])
def test_saving_the_title_alone_changes_not_a_byte_of_the_text(
    portal: Portal, enter: Enter, ewa: User, response: CannedResponse, body: str
):
    version = response.current
    type(version).objects.filter(pk=version.pk).update(body=body)
    page = enter(ewa)
    page.goto(f"{portal.url}/canned/{response.pk}/edit/")
    expect(editor(page)).to_be_visible()
    page.locator("[name=title]").fill("Z tabelą cen")
    page.locator(".author-actions [type=submit]").first.click()
    page.wait_for_url(f"**/canned/{response.pk}/")
    response.refresh_from_db()
    assert (response.title, response.current.number) == ("Z tabelą cen", 2)
    assert response.current.body == body


# Clippings of other programs

WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head>
<!--[if gte mso 9]><xml><o:OfficeDocumentSettings/></xml><![endif]-->
<style><!-- p.MsoNormal {margin:0cm; color:red} @list l0:level1 {mso-level-text:"%1."} --></style>
</head><body lang=PL style='tab-interval:35.4pt'><!--StartFragment-->
<h1 style='color:#2F5496'>Zwrot<o:p></o:p></h1>
<p class=MsoNormal style='margin-bottom:8.0pt'><span style='mso-ansi-language:PL'>Dzień
dobry, </span><b style='mso-bidi-font-weight:normal'>pani Anno</b><s>!</s><o:p></o:p></p>
<p class=MsoListParagraphCxSpFirst style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'>
<![if !supportLists]><span style='mso-fareast-font-family:Calibri'><span
style='mso-list:Ignore'>1.<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp;
</span></span></span><![endif]>Pierwszy<o:p></o:p></p>
<p class=MsoListParagraphCxSpMiddle style='mso-list:l0 level2 lfo1'><![if !supportLists]><span
style='mso-list:Ignore'>a.<span>&nbsp; </span></span><![endif]>W środku<o:p></o:p></p>
<p class=MsoListParagraphCxSpLast style='mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='mso-list:Ignore'>2.<span>&nbsp; </span></span><![endif]>Drugi<o:p></o:p></p>
<table class=MsoTableGrid border=1 style='border-collapse:collapse'><tr
style='mso-yfti-irow:0'><td width=200 style='border:solid'><p class=MsoNormal>A<o:p></o:p></p></td>
<td><p class=MsoNormal><span style='color:red'>B</span><o:p></o:p></p></td></tr></table>
<p class=MsoNormal><!--[if gte vml 1]><v:shape id="x"/><![endif]--><![if !vml]><img width=9
src="file:///C:/Temp/clip_image001.png" alt="Znak firmy"><![endif]></p>
<!--EndFragment--></body></html>"""
EXCEL = """<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head>
<meta name=Generator content="Microsoft Excel 15"><style><!--table {mso-displayed-decimal-separator:
"\\,";} .xl65 {color:black;} --></style></head><body link="#0563C1"><table border=0 cellpadding=0
width=192 style='border-collapse:collapse;width:144pt'><!--StartFragment--><col width=64 span=2
style='width:48pt'><tr height=20 style='height:15.0pt'><td height=20 class=xl65 width=64
style='height:15.0pt'>Towar</td><td class=xl66 colspan=2>Cena</td></tr><tr height=20><td>Buty</td>
<td align=right x:num="199">199,00</td><td></td></tr><!--EndFragment--></table></body></html>"""
DOCS = """<meta charset='utf-8'><b style="font-weight:normal;" id="docs-internal-guid-1a2b">
<p dir="ltr" style="line-height:1.38;margin-top:0pt;"><span style="font-size:11pt;
font-family:Arial;color:#000000;background-color:transparent;font-weight:400;font-style:normal;
text-decoration:none;vertical-align:baseline;white-space:pre-wrap;">Zwykły, </span><span
style="font-weight:700;text-decoration:none;white-space:pre-wrap;">gruby</span><span
style="font-weight:400;font-style:italic;"> pochyły</span><span
style="font-weight:400;text-decoration:line-through;"> skreślony</span></p><br /><ol
style="margin-top:0;"><li dir="ltr" style="list-style-type:lower-alpha;font-weight:400;"
aria-level="1"><p dir="ltr" role="presentation"><span style="font-weight:400;">raz</span></p></li>
</ol>
<p><a href="www.example.org/x" style="text-decoration:none;"><span style="color:#1155cc;
text-decoration:underline;">tu</span></a> <a href="#heading=h.1"><span
style="text-decoration:underline;">tam</span></a></p></b>"""
GMAIL = """<meta http-equiv="content-type" content="text/html; charset=utf-8"><div dir="ltr">
<div>Dzień dobry,</div><div><br></div><div>proszę o <font color="#ff0000">pilną</font> odpowiedź.
</div><div>Pozdrawiam<br clear="all"></div><blockquote class="gmail_quote" style="margin:0 0 0 .8ex;
border-left:1px solid #ccc"><div>Kiedyś</div><div>napisano</div></blockquote></div>"""
NO_HEADER = (
    "The table has no header row. If its first row names the columns, put the cursor there and "
    "press “Header row”: screen readers then say it with each cell."
)
CLIPPINGS = {
    "word": (
        WORD,
        "<h1>Zwrot</h1><p>Dzień dobry, <strong>pani Anno</strong><s>!</s></p>"
        '<ol><li><p>Pierwszy</p><ol type="a"><li><p>W środku</p></li></ol></li>'
        "<li><p>Drugi</p></li></ol>"
        "<table><tbody><tr><td><p>A</p></td><td><p>B</p></td></tr></tbody></table>"
        "<p>[Znak firmy]</p>",
        ["colours", "pictures"],
    ),
    "excel": (
        EXCEL,
        '<table><tbody><tr><td>Towar</td><td colspan="2">Cena</td></tr>'
        "<tr><td>Buty</td><td>199,00</td><td></td></tr></tbody></table>",
        [],
    ),
    "docs": (
        DOCS,
        "<p>Zwykły, <strong>gruby</strong><em> pochyły</em><s> skreślony</s></p><p><br></p>"
        '<ol type="a"><li><p>raz</p></li></ol>'
        '<p><a href="https://www.example.org/x">tu</a> tam</p>',
        [],
    ),
    "structure": (
        "<h2>Zwrot</h2><h5>Termin</h5><h4></h4><h6>Koszt</h6>"
        "<table><tr><th></th><th>Cena</th></tr><tr><td>Buty</td><td>10</td></tr></table>",
        "<h2>Zwrot</h2><h3>Termin</h3><p><br></p><h4>Koszt</h4>"
        "<table><tbody><tr><td></td><th>Cena</th></tr>"
        "<tr><td>Buty</td><td>10</td></tr></tbody></table>",
        [],
    ),
    "gmail": (
        GMAIL,
        "<p>Dzień dobry,<br><br>proszę o pilną odpowiedź.<br>Pozdrawiam</p>"
        "<blockquote>Kiedyś<br>napisano</blockquote>",
        ["colours"],
    ),
}


def paste(page: Page, kind: str, content: str) -> None:
    page.evaluate(
        """([kind, content]) => {
          const data = new DataTransfer();
          data.setData(kind, content);
          document.querySelector(".editor-text").dispatchEvent(
            new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }""",
        [kind, content],
    )


@pytest.mark.parametrize("program", CLIPPINGS)
def test_clippings_of_other_programs_keep_their_form_and_what_is_lost_is_told(
    portal: Portal, enter: Enter, anna: User, program: str
):
    clipping, html, lost = CLIPPINGS[program]
    page = enter(anna)
    page.goto(f"{portal.url}/tickets/1234/")
    editor(page).focus()
    paste(page, "text/html", clipping)
    assert page.locator("[name=body]").input_value().removesuffix("<p><br></p>") == html
    with override(anna.language):
        told = losses.sentence(lost)
        header = gettext(NO_HEADER) if program == "excel" else ""
    told = " ".join(filter(None, (told, header)))
    expect(page.locator("[data-editor-note]")).to_have_text(told)


def test_lines_of_plain_text_are_pasted_as_lines(portal: Portal, enter: Enter, anna: User):
    page = enter(anna)
    page.goto(f"{portal.url}/tickets/1234/")
    editor(page).focus()
    paste(page, "text/plain", "Dzień dobry,\r\nraz <b>\ndwa\n\n  Anna")
    body = page.locator("[name=body]")
    assert body.input_value() == ("<p>Dzień dobry,<br>raz &lt;b&gt;<br>dwa</p><p>&nbsp; Anna</p>")
    paste(page, "text/plain", " Nowak")
    assert body.input_value().endswith("Anna Nowak</p>")


@pytest.mark.parametrize("name", ["excel_table", "gdocs_bold", "www_link"])
def test_the_cases_of_pasting_come_out_as_the_server_would_write_them(
    portal: Portal, enter: Enter, anna: User, name: str
):
    clipping = (CASES / "paste" / f"{name}.html").read_text()
    page = enter(anna)
    page.goto(f"{portal.url}/tickets/1234/")
    editor(page).focus()
    paste(page, "text/html", clipping)
    pasted = page.locator("[name=body]").input_value()
    assert clean_reply_html(clipping).replace(' rel="noopener noreferrer"', "") in pasted


# The tools of a table


def test_a_table_is_made_and_changed_by_keyboard_alone(
    portal: Portal, enter: Enter, anna: User, complaints: list[str]
):
    page = enter(anna)
    page.goto(f"{portal.url}/tickets/1234/")
    tools = page.locator("[data-table-tools]")
    expect(tools).to_be_hidden()
    editor(page).focus()
    page.keyboard.press("Alt+F10")
    expect(page.locator("[data-command=bold]")).to_be_focused()
    for _ in range(page.locator("[data-command]").count()):
        if page.evaluate("document.activeElement.dataset.command") == "table":
            break
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(tools).to_be_visible()
    page.keyboard.type("Towar")
    page.keyboard.press("Tab")
    page.keyboard.type("Cena")
    page.keyboard.press("Alt+F10")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(page.locator("[data-command=deleteColumn]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(editor(page)).to_be_focused()
    for command in ("addRow", "addRow", "deleteColumn"):
        page.locator(f"[data-command={command}]").click()
    page.keyboard.press("ArrowDown")
    page.locator("[data-command=deleteRow]").click()
    expect(page.locator("[data-command=headerRow]")).to_have_attribute("aria-pressed", "true")
    page.locator("[data-command=headerRow]").click()
    body = page.locator("[name=body]")
    empty = "<tr><td></td><td></td></tr>"
    assert body.input_value().removesuffix("<p><br></p>") == (
        f"<table><tbody><tr><td>Towar</td><td></td></tr>{empty * 3}</tbody></table>"
    )
    page.locator("[data-command=deleteTable]").click()
    expect(tools).to_be_hidden()
    assert body.input_value() == ""
