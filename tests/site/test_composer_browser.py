"""The composer's scripts in a real browser: nothing typed is lost, nothing leaves by accident."""

import re
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import expect

from tests.site import composer_pages
from tests.site.composer_pages import SENT, Portal

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("tests.site.composer_pages"),
]

FROM_WORD = """<html><head><style>p{color:red}</style></head><body><!--StartFragment-->
<p class=MsoListParagraph style='text-indent:-18pt;mso-list:l0 level1 lfo1'><![if !supportLists]>
<span style='mso-list:Ignore'>·<span style='font:7pt'>&nbsp;&nbsp;</span></span><![endif]>Jabłka</p>
<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'>
<span style='mso-list:Ignore'>·</span>Gruszki</p>
<p style='color:red'>Tekst style="x" <b style='font-weight:900'>gruby</b></p></body></html>"""


@pytest.fixture
def portal(monkeypatch):
    """The portal's side, as the test wants it."""
    fresh = Portal()
    monkeypatch.setattr(composer_pages, "portal", fresh)
    return fresh


@pytest.fixture
def screen(page, live_server, portal, as_anna):
    """The composer's page, which must not complain about anything in the console."""
    # Nobody's files get past the door but those of a person who is signed in.
    page.context.add_cookies(
        [
            {"name": name, "value": cookie.value, "url": live_server.url}
            for name, cookie in as_anna.cookies.items()
        ]
    )
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{live_server.url}/tickets/1234/")
    expect(editor(page)).to_be_visible()
    yield page
    # Refusals are what the tests ask for, and a mail's frame lets no script of Playwright's clock
    # in either; a browser mentions each.
    expected = ("the server responded with", "Blocked script execution in 'about:srcdoc'")
    assert [words for words in complaints if not any(part in words for part in expected)] == []


def editor(screen):
    return screen.locator(".editor-text")


def body(screen):
    return screen.locator("[name=body]").input_value()


def write(screen, text):
    editor(screen).focus()
    screen.keyboard.type(text)


def paste(screen, kind, content):
    screen.evaluate(
        """([kind, content]) => {
          const data = new DataTransfer();
          if (kind === "file") data.items.add(new File(["xx"], content, { type: "image/png" }));
          else data.setData(kind, content);
          document.querySelector(".editor-text").dispatchEvent(
            new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }""",
        [kind, content],
    )


def kept_here(screen):
    return screen.evaluate(
        "localStorage.getItem(`portal-draft:${document.body.dataset.person}:1234`)"
    )


def options(screen):
    return screen.locator("[data-picker-results]").get_by_role("option")


def insert(screen, query):
    screen.locator("[data-picker-query]").fill(query)
    expect(options(screen)).to_have_count(1)
    screen.keyboard.press("Enter")
    expect(editor(screen)).to_be_focused()


# Writing


def test_the_editor_takes_over_and_says_so_in_the_form(screen):
    assert screen.locator("[name=body_type]").input_value() == "HTML"
    expect(screen.locator("textarea[name=body]")).to_be_hidden()
    label = screen.locator("label[for=id_body]")
    assert editor(screen).get_attribute("aria-labelledby") == label.get_attribute("id")
    assert editor(screen).get_attribute("spellcheck") == "true"
    assert editor(screen).get_attribute("lang") == "pl"


def test_bold_by_keyboard_shows_on_its_button(screen):
    write(screen, "Ala")
    screen.keyboard.press("Control+b")
    screen.keyboard.type(" kot")
    expect(screen.locator("[data-command=bold]")).to_have_attribute("aria-pressed", "true")
    assert body(screen) == "<p>Ala<strong> kot</strong></p>"


def test_the_toolbar_is_one_tab_stop_with_arrows_inside(screen):
    buttons = screen.locator("[data-command]")
    assert buttons.evaluate_all("all => all.filter(one => one.tabIndex === 0).length") == 1
    buttons.first.focus()
    screen.keyboard.press("ArrowRight")
    expect(screen.locator("[data-command=italic]")).to_be_focused()
    screen.keyboard.press("End")
    expect(screen.locator("[role=toolbar] button:visible").last).to_be_focused()


def test_a_link_is_set_by_keyboard_and_completed(screen):
    write(screen, "Zobacz ")
    screen.keyboard.press("Control+Shift+k")
    screen.keyboard.type("example.org/a")
    screen.keyboard.press("Enter")
    expect(editor(screen)).to_be_focused()
    assert body(screen) == '<p>Zobacz <a href="https://example.org/a">example.org/a</a></p>'


def test_ctrl_k_links_the_words_that_are_selected(screen):
    write(screen, "tutaj")
    screen.keyboard.press("Control+a")
    screen.keyboard.press("Control+k")
    screen.keyboard.type("example.org/a")
    screen.keyboard.press("Enter")
    assert body(screen) == '<p><a href="https://example.org/a">tutaj</a></p>'


def test_text_from_word_keeps_its_lists_and_loses_its_looks(screen):
    write(screen, "")
    paste(screen, "text/html", FROM_WORD)
    assert "<ul><li><p>Jabłka</p></li><li><p>Gruszki</p></li></ul>" in body(screen)
    assert body(screen).endswith("<strong>gruby</strong></p>")
    assert 'Tekst style="x"' in body(screen)


def test_enter_never_sends(screen, portal):
    write(screen, "raz")
    screen.keyboard.press("Enter")
    screen.keyboard.type("dwa")
    screen.locator("[data-picker-query]").fill("nic takiego")
    expect(screen.locator(".picker-none")).to_be_visible()
    screen.keyboard.press("Enter")
    screen.locator(".send-later summary").click()
    screen.locator("#id_send_at").focus()
    screen.keyboard.press("Enter")
    expect(screen.locator("[data-saved-line]")).to_contain_text("Szkic zapisany")
    assert body(screen) == "<p>raz</p><p>dwa</p>"
    assert portal.sent == []


# Canned responses


def test_a_slash_opens_the_picker_and_enter_inserts_below_what_was_typed(screen):
    write(screen, "Moje słowa")
    screen.evaluate("document.activeElement.blur()")
    screen.keyboard.press("/")
    expect(options(screen)).to_have_count(3)
    query = screen.locator("[data-picker-query]")
    expect(query).to_be_focused()
    screen.keyboard.press("ArrowDown")
    expect(query).to_have_attribute("aria-activedescendant", "picker-option-2")
    screen.keyboard.press("Enter")
    expect(editor(screen)).to_have_text("Moje słowaKurier potwierdził zagubienie.")
    assert body(screen) == "<p>Moje słowaKurier potwierdził zagubienie.</p>"
    assert screen.locator("[name=canned_response]").input_value() == "2"
    assert screen.locator("[name=canned_version]").input_value() == "20"


def test_a_second_canned_response_does_not_change_where_the_reply_started(screen):
    insert(screen, "zagubiona")
    insert(screen, "podpis")
    assert screen.locator("[name=canned_response]").input_value() == "2"


def test_escape_closes_the_picker_and_goes_back_to_the_text(screen):
    write(screen, "Moje słowa")
    screen.locator("[data-picker-query]").focus()
    expect(options(screen)).to_have_count(3)
    screen.keyboard.press("Escape")
    expect(options(screen)).to_have_count(0)
    expect(editor(screen)).to_be_focused()
    assert body(screen) == "<p>Moje słowa</p>"


def test_blanks_are_filled_one_after_the_other_by_tab(screen):
    insert(screen, "opóźniona")
    screen.keyboard.type("ZK/118")
    screen.keyboard.press("Tab")
    screen.keyboard.type("jutro")
    expect(screen.locator("[data-unfinished]")).to_be_hidden()
    assert body(screen) == "<p>Dzień dobry,</p><p>zamówienie ZK/118 wyruszy jutro.</p>"


def test_a_blank_is_chosen_by_a_click(screen):
    insert(screen, "opóźniona")
    editor(screen).locator(".chip-empty", has_text="data").click()
    screen.keyboard.type("jutro")
    assert body(screen) == "<p>Dzień dobry,</p><p>zamówienie {{ numer }} wyruszy jutro.</p>"


def test_an_unfilled_blank_stops_the_sending_and_is_pointed_out(screen, portal):
    insert(screen, "opóźniona")
    screen.keyboard.press("Control+Enter")
    expect(screen.locator("[data-unfinished] li")).to_have_count(2)
    expect(editor(screen)).to_be_focused()
    assert screen.evaluate("getSelection().toString()") == "{{ numer }}"
    assert portal.sent == []


def test_on_a_phone_the_picker_is_a_sheet(screen):
    screen.set_viewport_size({"width": 360, "height": 740})
    screen.locator("[data-open-composer]").click()
    screen.locator("[data-open-picker]").click()
    expect(screen.locator("[data-picker-sheet]")).to_be_visible()
    options(screen).last.click()
    expect(screen.locator("[data-picker-sheet]")).to_be_hidden()
    expect(editor(screen)).to_be_focused()
    assert body(screen) == "<p>Anna Nowak</p>"


# Files


def attach(screen, *names, content=b"abc"):
    files = [{"name": name, "mimeType": "text/plain", "buffer": content} for name in names]
    screen.locator("[name=attachments]").set_input_files(files)


def files(screen, state):
    return screen.locator(f"[data-file-list] [data-file-state={state}]")


def kept_files(screen):
    fields = screen.locator("[name=keep_files]")
    return fields.evaluate_all("fields => fields.map(field => field.value)")


def test_files_are_uploaded_as_they_come_and_can_be_taken_away_again(screen, portal):
    for name in ("zażółć gęślą.txt", "drugi.txt"):
        attach(screen, name)
    expect(files(screen, "kept")).to_have_count(2)
    assert list(portal.stored.values()) == ["zażółć gęślą.txt", "drugi.txt"]
    screen.get_by_role("button", name="zażółć gęślą.txt").click()
    expect(screen.get_by_role("button", name="drugi.txt")).to_be_focused()
    expect(files(screen, "kept")).to_have_count(1)
    screen.wait_for_function("() => document.querySelectorAll('[name=keep_files]').length === 1")
    assert kept_files(screen) == list(portal.stored)


def test_what_cannot_be_sent_is_refused_before_it_is_uploaded(screen, portal):
    attach(screen, "pusty.txt", content=b"")
    attach(screen, "duży.txt", content=b"x" * (1024 * 1024 + 1))
    attach(screen, "gra.exe")
    attach(screen, "CZYTAJ")
    refused = files(screen, "refused")
    expect(refused).to_have_count(4)
    for place, words in enumerate(["pusty.txt", "1 MB", ".exe", "Zmień nazwę"]):
        expect(refused.nth(place)).to_contain_text(words)
    assert portal.stored == {}
    write(screen, "Z plikiem")
    screen.locator("[data-send]").click()
    expect(screen.locator("[data-send-line]")).to_contain_text("Nie wysłano")
    expect(refused.nth(0).get_by_role("button")).to_be_focused()
    for _each in range(4):
        screen.keyboard.press("Enter")
    screen.keyboard.press("Control+Enter")
    expect(screen).to_have_url(re.compile(f"/replies/{SENT}/$"))


def test_a_file_the_portal_refuses_says_why_and_is_not_left_out_in_silence(screen, portal):
    portal.refuses = True
    attach(screen, "umowa.pdf")
    expect(files(screen, "refused")).to_contain_text("nie można wysłać")
    write(screen, "Z plikiem")
    screen.locator("[data-send]").click()
    expect(screen.locator("[data-send-line]")).to_contain_text("Nie wysłano")
    assert portal.sent == []


def test_an_upload_that_fails_is_tried_again_and_sending_waits_for_it(screen, portal):
    portal.breaks = True
    attach(screen, "umowa.pdf")
    expect(files(screen, "waiting")).to_contain_text("Jeszcze nieprzesłany")
    portal.breaks = False
    write(screen, "Z plikiem")
    screen.locator("[data-send]").click()
    expect(screen.locator("[data-send-line]")).to_contain_text("gdy tylko prześlą się pliki")
    screen.evaluate("window.dispatchEvent(new Event('online'))")
    expect(screen).to_have_url(re.compile(f"/replies/{SENT}/$"))
    ((fields, _),) = portal.sent
    assert [fields["keep_files"]] == list(portal.stored)


def test_whoever_would_rather_not_wait_for_a_file_stays_in_the_text(screen, portal):
    portal.breaks = True
    attach(screen, "umowa.pdf")
    expect(files(screen, "waiting")).to_have_count(1)
    write(screen, "Z plikiem")
    screen.locator("[data-send]").click()
    screen.get_by_role("button", name="Jeszcze nie wysyłaj").click()
    expect(screen.locator("[data-send]")).to_be_focused()
    portal.breaks = False
    screen.evaluate("window.dispatchEvent(new Event('online'))")
    expect(files(screen, "kept")).to_have_count(1)
    assert portal.sent == []


def test_an_upload_goes_on_once_somebody_is_signed_in_again(screen, portal):
    portal.signed_in = False
    attach(screen, "umowa.pdf")
    expect(files(screen, "waiting").locator("a")).to_have_attribute("href", "/accounts/login/")
    portal.signed_in = True
    screen.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(files(screen, "kept")).to_have_count(1)


def test_the_same_file_is_taken_once(screen, portal):
    attach(screen, "umowa.pdf")
    expect(files(screen, "kept")).to_have_count(1)
    screen.evaluate(
        """() => {
          const input = document.querySelector("[name=attachments]");
          const data = new DataTransfer();
          const file = new File(["x"], "a.txt", { lastModified: 1 });
          const same = new File(["x"], "a.txt", { lastModified: 1 });
          data.items.add(file);
          data.items.add(same);
          input.files = data.files;
          input.dispatchEvent(new Event("change"));
        }"""
    )
    expect(files(screen, "kept")).to_have_count(2)


def test_leaving_the_page_is_warned_of_only_while_a_file_is_under_way(screen, portal):
    asked = "!window.dispatchEvent(new Event('beforeunload', { cancelable: true }))"
    assert not screen.evaluate(asked)
    portal.breaks = True
    attach(screen, "umowa.pdf")
    expect(files(screen, "waiting")).to_have_count(1)
    assert screen.evaluate(asked)
    portal.breaks = False
    screen.evaluate("window.dispatchEvent(new Event('online'))")
    expect(files(screen, "kept")).to_have_count(1)
    assert not screen.evaluate(asked)


def test_a_pasted_picture_becomes_a_file(screen):
    paste(screen, "file", "zrzut.png")
    expect(files(screen, "kept")).to_contain_text("zrzut.png")
    assert body(screen) == ""


# Keeping


def test_what_is_typed_is_saved_by_itself(screen, portal):
    write(screen, "Ala ma kota")
    expect(screen.locator("[data-saved-line]")).to_have_text("Szkic zapisany 1")
    assert portal.saved == ["<p>Ala ma kota</p>"]
    assert screen.locator("[name=revision]").input_value() == "1"
    assert kept_here(screen) is None


def test_a_text_the_portal_did_not_save_is_offered_back_after_a_reload(screen, portal):
    portal.breaks = True
    write(screen, "Nie do stracenia")
    expect(screen.locator("[data-saved-line].worried")).to_be_visible()
    screen.reload()
    screen.locator("[data-use-copy]").click()
    expect(editor(screen)).to_have_text("Nie do stracenia")


@pytest.mark.parametrize("fault", ["breaks", "signed out"])
def test_a_save_that_failed_is_tried_again_by_itself(screen, portal, fault):
    portal.breaks, portal.signed_in = fault == "breaks", fault != "signed out"
    write(screen, "Nie do stracenia")
    expect(screen.locator("[data-saved-line].worried")).to_be_visible()
    portal.breaks, portal.signed_in = False, True
    expect(screen.locator("[data-saved-line]")).to_have_text("Szkic zapisany 1", timeout=10_000)
    expect(screen.locator("[data-saved-line].worried")).to_have_count(0)


def test_leaving_the_field_saves_at_once_when_the_session_is_back(screen, portal):
    portal.signed_in = False
    write(screen, "Ala")
    link = screen.locator("[data-saved-line] a")
    expect(link).to_have_attribute("target", "_blank")
    portal.signed_in = True
    screen.locator("[data-picker-query]").focus()
    expect(screen.locator("[data-saved-line]")).to_have_text("Szkic zapisany 1")
    assert portal.saved == ["<p>Ala</p>"]


def test_signing_out_takes_the_texts_of_this_person_off_the_computer(screen, portal):
    portal.breaks = True
    write(screen, "tajne")
    expect(screen.locator("[data-saved-line].worried")).to_be_visible()
    screen.evaluate("localStorage.setItem('portal-draft:999999:1234', 'innej osoby')")
    screen.evaluate(
        """() => {
          const form = document.querySelector("[data-sign-out]");
          form.addEventListener("submit", (event) => event.preventDefault());
          form.requestSubmit();
        }"""
    )
    assert kept_here(screen) is None
    assert screen.evaluate("localStorage.getItem('portal-draft:999999:1234')") == "innej osoby"


# Sending


def test_ctrl_enter_sends_once_and_leads_to_the_reply(screen, portal):
    write(screen, "Wysyłamy")
    screen.keyboard.press("Control+Enter")
    screen.keyboard.press("Control+Enter")
    expect(screen).to_have_url(re.compile(f"/replies/{SENT}/$"))
    ((fields, _),) = portal.sent
    assert (fields["body"], fields["body_type"]) == ("<p>Wysyłamy</p>", "HTML")
    assert kept_here(screen) is None


def test_two_clicks_send_one_form_with_its_files(screen, portal):
    write(screen, "Z plikiem")
    attach(screen, "faktura ąę.pdf", content=b"%PDF")
    screen.locator("[data-send]").dblclick()
    expect(screen).to_have_url(re.compile(f"/replies/{SENT}/$"))
    ((fields, sent),) = portal.sent
    assert {fields["keep_files"]: "faktura ąę.pdf"} == portal.stored
    assert not sent


def test_a_refused_form_keeps_text_and_files_and_says_why_at_each_place(screen, portal):
    write(screen, "Za długa")
    attach(screen, "a.txt")
    expect(files(screen, "kept")).to_have_count(1)
    portal.refuses = True
    screen.locator("[data-send]").click()
    expect(screen.locator("[data-error-summary]")).to_be_focused()
    expect(screen.locator("#body-errors")).to_contain_text("Skróć odpowiedź.")
    expect(screen.locator("#attachments-errors")).to_contain_text("x.exe")
    assert body(screen) == "<p>Za długa</p>"
    expect(files(screen, "kept")).to_have_count(1)
    assert Axe().run(screen).violations_count == 0
    screen.locator("[data-error-summary] a").first.click()
    expect(editor(screen)).to_be_focused()
    portal.refuses = False
    screen.keyboard.press("Control+Enter")
    expect(screen).to_have_url(re.compile(f"/replies/{SENT}/$"))


def test_a_session_that_ended_keeps_the_page_and_the_text(screen, portal):
    portal.signed_in = False
    write(screen, "Zostaje")
    screen.locator("[data-send]").click()
    link = screen.locator("[data-send-line] a")
    expect(link).to_have_attribute("href", "/accounts/login/")
    assert body(screen) == "<p>Zostaje</p>"
    portal.signed_in = True
    screen.locator("[data-send]").click()
    expect(screen).to_have_url(re.compile(f"/replies/{SENT}/$"))


def test_an_answer_that_cannot_be_read_is_not_called_sent(screen, portal):
    portal.breaks = True
    write(screen, "Nie wiadomo")
    key = screen.locator("[name=submission_key]").input_value()
    screen.locator("[data-send]").click()
    expect(screen.locator("[data-send-line]")).not_to_be_empty()
    assert screen.url.endswith("/tickets/1234/")
    assert "Nie wiadomo" in kept_here(screen)
    portal.breaks = False
    screen.locator("[data-send]").click()
    expect(screen).to_have_url(re.compile(f"/replies/{SENT}/$"))
    assert [fields["submission_key"] for fields, _ in portal.sent] == [key, key]


def test_a_time_for_sending_later_changes_the_buttons_words(screen, portal):
    words = screen.locator("[data-send-words]")
    before = words.inner_text()
    screen.locator(".send-later summary").click()
    screen.locator("#id_send_at").fill("2026-12-01T09:30")
    expect(words).not_to_have_text(before)
    write(screen, "Później")
    screen.locator("[data-send]").click()
    expect(screen).to_have_url(re.compile(f"/replies/{SENT}/$"))
    assert portal.sent[0][0]["send_at"] == "2026-12-01T09:30"


# Following


def test_a_change_of_state_is_drawn_and_announced_once(screen, portal, live_server):
    portal.states = ["pending", "pending", "sending", "confirmed"]
    screen.goto(f"{live_server.url}/replies/{SENT}/")
    live = screen.locator("[data-reply-live]")
    expect(live).to_have_attribute("data-reply-state", "confirmed", timeout=10_000)
    expect(screen.locator("[data-announce]")).not_to_be_empty()
    assert live.get_attribute("hx-trigger") is None


def test_a_button_is_not_exchanged_while_nothing_changed(screen, portal, live_server):
    portal.leaves_at = timezone.now() + timedelta(seconds=30)
    screen.goto(f"{live_server.url}/replies/{SENT}/")
    screen.evaluate("document.querySelector('#act-undo').dataset.same = 'yes'")
    with screen.expect_response("**/status/"):
        pass
    with screen.expect_response("**/status/"):
        pass
    expect(screen.locator("#act-undo[data-same=yes]")).to_be_visible()


def test_the_countdown_runs_by_the_servers_clock(screen, portal, live_server):
    portal.leaves_at = timezone.now() + timedelta(seconds=30)
    screen.clock.install(time=timezone.now() + timedelta(hours=3))
    screen.goto(f"{live_server.url}/replies/{SENT}/")
    expect(screen.get_by_role("timer")).to_contain_text("s")
    shown = screen.get_by_role("timer").inner_text()
    assert any(f"{seconds} s" in shown for seconds in range(25, 31))


# The shell


def test_the_keys_are_listed_and_can_be_switched_off(screen):
    screen.evaluate("document.activeElement.blur()")
    screen.keyboard.press("?")
    expect(screen.locator("[data-keys]")).to_be_visible()
    screen.locator("[data-keys-switch]").uncheck()
    screen.keyboard.press("Escape")
    screen.keyboard.press("?")
    screen.keyboard.press("g")
    screen.keyboard.press("d")
    expect(screen.locator("[data-keys]")).to_be_hidden()
    expect(screen.locator("[data-compose]")).to_be_visible()
    screen.locator("[data-open-keys]").click()
    expect(screen.locator("[data-keys]")).to_be_visible()


def test_a_customers_mail_takes_the_height_it_needs(screen):
    frame = screen.locator("[data-mail-frame]")
    inner = "frame => frame.contentDocument.documentElement.scrollHeight <= frame.clientHeight"
    expect(frame).to_be_visible()
    assert frame.evaluate(inner)
    assert frame.evaluate("frame => frame.clientHeight") > 600


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_the_composer_is_accessible_and_fits(screen, width, scheme):
    screen.emulate_media(color_scheme=scheme)
    screen.set_viewport_size({"width": width, "height": 800})
    assert screen.evaluate("document.documentElement.scrollWidth") <= width
    assert Axe().run(screen).violations_count == 0
