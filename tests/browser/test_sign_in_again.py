"""The session ends while a reply is written: a window over the text, and the same Send goes on."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from playwright.sync_api import Page, expect

from tests.browser.conftest import Enter, Portal, Say
from thulium_portal.accounts.models import User
from thulium_portal.canned.services import create_response
from thulium_portal.canned.validation import ResponseText
from thulium_portal.notes.models import Note
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import State

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "Sroka-liczy-7-orzechow"
OTHER = (
    "Somebody else is signed in here now. Nothing of yours is sent under their name. "
    "Signing in as yourself signs them out."
)


@pytest.fixture(autouse=True)
def _refusals_are_expected(complaints: list[str]):
    """Take what the browser says of an ended session and of wrong words out of its complaints."""
    yield
    complaints[:] = [told for told in complaints if "401" not in told and "422" not in told]


@pytest.fixture(params=[1440, 360])
def written(
    request: pytest.FixtureRequest,
    page: Page,
    enter: Enter,
    portal: Portal,
    anna: User,
    language: str,
) -> Page:
    """Return a reply half written when its session ended."""
    anna.set_password(PASSWORD)
    anna.save()
    page.set_viewport_size({"width": request.param, "height": 800})
    enter(anna).goto(f"{portal.url}/tickets/1234/")
    page.locator("[data-compose] .editor-text").wait_for(state="attached")
    page.keyboard.press("r")
    expect(page.locator(".editor-text")).to_be_focused()
    Session.objects.all().delete()
    page.keyboard.type("Sprawdzamy to z kurierem.")
    return page


def window(page: Page):
    return page.locator("[data-sign-in-again]")


def sent() -> list[Reply]:
    return list(Reply.objects.exclude(state=State.DRAFT))


def test_the_same_send_goes_on_once(written: Page, anna: User):
    page = written
    page.keyboard.press("Control+Enter")
    password = window(page).locator("[name=password]")
    expect(password).to_be_focused()
    expect(window(page).locator("[name=login]")).to_have_value(anna.username)
    page.keyboard.type("not this one")
    page.keyboard.press("Enter")
    expect(window(page).locator("[data-sign-in-error]")).not_to_be_empty()
    expect(password).to_be_focused()
    assert sent() == []
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/replies/**")
    (reply,) = sent()
    assert reply.author == anna
    assert "kurierem" in reply.body
    assert PASSWORD not in page.url


def test_the_draft_is_saved_and_the_cursor_stands_where_it_stood(written: Page):
    page = written
    expect(window(page).locator("[name=password]")).to_be_focused()
    page.keyboard.type(PASSWORD)
    with page.expect_response(lambda answer: answer.url.endswith("/draft/") and answer.ok):
        page.keyboard.press("Enter")
    expect(page.locator(".editor-text")).to_be_focused()
    page.keyboard.type(" Do jutra.")
    expect(page.locator("[name=body]")).to_have_value("<p>Sprawdzamy to z kurierem. Do jutra.</p>")


def test_nothing_is_sent_under_the_name_of_another_person(
    written: Page, portal: Portal, anna: User, ewa: User, say: Say
):
    page = written
    client = Client()
    client.force_login(ewa)
    page.context.add_cookies(
        [
            {"name": name, "value": morsel.value, "url": portal.url}
            for name, morsel in client.cookies.items()
        ]
    )
    page.keyboard.press("Control+Enter")
    told = window(page).locator("[data-sign-in-error]")
    words = say(OTHER)
    expect(told).to_have_text(words)
    assert sent() == []
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/replies/**")
    assert [reply.author for reply in sent()] == [anna]


def sign_in(page: Page) -> None:
    expect(window(page).locator("[name=password]")).to_be_focused()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(window(page)).to_be_hidden()


@pytest.fixture
def signed_out(
    page: Page, enter: Enter, portal: Portal, anna: User, ewa: User, language: str, settings
) -> Page:
    """Return the page of a ticket on which nothing is written yet when its session ends."""
    settings.THULIUM_COMMENT_FIELD = "comment"
    anna.set_password(PASSWORD)
    anna.save()
    body = "<p>Dzień dobry,</p><p>paczka {{ ask: numer }} jest w drodze.</p>"
    create_response(ResponseText(title="Paczka w drodze", body=body, language="pl"), actor=ewa)
    enter(anna).goto(f"{portal.url}/tickets/1234/")
    expect(page.locator(".editor-text")).to_be_visible()
    return page


def test_the_picker_and_its_questions_go_on(signed_out: Page):
    page = signed_out
    Session.objects.all().delete()
    page.keyboard.press("/")
    page.keyboard.type("pac")
    sign_in(page)
    expect(page.locator("[data-option]").first).to_be_visible()
    Session.objects.all().delete()
    page.locator("[data-picker-query]").focus()
    page.keyboard.press("Enter")
    sign_in(page)
    expect(page.locator("dialog[data-fill-in]")).to_be_visible()


def test_the_preview_goes_on(signed_out: Page):
    page = signed_out
    page.locator(".editor-text").press_sequentially("Już jedzie.")
    with page.expect_response(lambda answer: answer.url.endswith("/draft/") and answer.ok):
        page.locator(".editor-text").blur()
    Session.objects.all().delete()
    page.locator("[data-preview]").first.click()
    sign_in(page)
    expect(page.locator("dialog[data-preview-sheet]")).to_be_visible()


def test_the_command_box_goes_on(signed_out: Page):
    page = signed_out
    Session.objects.all().delete()
    page.keyboard.press("Control+k")
    page.keyboard.type("paczka", delay=60)
    sign_in(page)
    expect(page.locator("[data-command-box] [role=combobox]")).to_have_value("paczka")
    expect(page.locator("[data-command-box] [role=option]").first).to_be_visible()


def test_a_note_is_kept(signed_out: Page, anna: User):
    page = signed_out
    page.locator("#act-reply").focus()
    page.keyboard.press("ArrowRight")
    Session.objects.all().delete()
    page.locator("#note-text").press_sequentially("Klientka woli telefon.")
    page.locator("#note-text").blur()
    sign_in(page)
    expect(page.locator("[data-note-line]")).not_to_be_empty()
    assert Note.objects.get().author == anna
