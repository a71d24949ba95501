"""Two people on one ticket, what comes while a reply is written, and undo from the next page."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Enter, Portal, Say
from thulium_portal import gateway
from thulium_portal.accounts.models import User
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import State
from thulium_portal.tickets.index.intake import note
from thulium_portal.tickets.models import KnownTicket, Presence

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TICKET = 1234
ANOTHER = re.compile(r"/tickets/(?!1234/)\d+/")
TEXT = "Dzień dobry, paczka wyszła dzisiaj i dotrze jutro do południa."
ASKED_AGAIN = 12_000
"""Milliseconds in which a page has asked the portal once more."""


@pytest.fixture
def ewas(browser: Browser, portal: Portal, ewa: User, language: str) -> Iterator[Page]:
    """Return the page of a second person, in a browser of her own."""
    client = Client()
    client.force_login(ewa)
    with browser.new_context() as context:
        context.add_cookies(
            [
                {"name": name, "value": morsel.value, "url": portal.url}
                for name, morsel in client.cookies.items()
            ]
        )
        yield context.new_page()


@pytest.fixture
def annas(enter: Enter, portal: Portal, anna: User, language: str) -> Page:
    """Return Anna's page of the ticket, which the index knows."""
    follow()
    page = enter(anna)
    page.goto(f"{portal.url}/tickets/{TICKET}/")
    return page


@pytest.fixture
def time_to_undo(portal: Portal, settings: Any) -> None:
    settings.UNDO_SECONDS = 30


def follow(ticket_id: int = TICKET) -> None:
    """Read the ticket into the index, as the worker beside does a little later."""
    note(gateway.thulium_client().get_ticket(ticket_id))


def write(page: Page, text: str = TEXT) -> None:
    page.locator(".editor-text").click()
    page.keyboard.insert_text(text)


def news(page: Page) -> Any:
    """Wait until the strip tells of something, and return it."""
    strip = page.locator("[data-live]")
    expect(strip).to_be_visible(timeout=ASKED_AGAIN)
    return strip


def test_two_people_see_each_other_and_who_writes(
    annas: Page, ewas: Page, portal: Portal, say: Say
):
    ewas.goto(f"{portal.url}/tickets/{TICKET}/")
    looking, writing = say("%(name)s is looking at this ticket"), say("%(name)s is writing a reply")
    expect(ewas.locator("[data-people]")).to_have_text(looking % {"name": "Anna Nowak"})
    expect(annas.locator("[data-people]")).to_have_text(
        looking % {"name": "Ewa Kot"}, timeout=ASKED_AGAIN
    )
    write(annas)
    expect(ewas.locator("[data-people]")).to_have_text(
        writing % {"name": "Anna Nowak"}, timeout=ASKED_AGAIN
    )
    expect(ewas.locator("[data-people-said]")).to_have_text(writing % {"name": "Anna Nowak"} + ".")
    annas.goto(f"{portal.url}/replies/")
    expect(ewas.locator("[data-people]")).to_be_hidden(timeout=ASKED_AGAIN)
    assert set(Presence.objects.values_list("person__username", flat=True)) == {"ewa"}


def test_a_new_message_is_shown_without_touching_what_is_being_written(
    annas: Page, portal: Portal, say: Say
):
    write(annas)
    for _ in range(len("południa.")):
        annas.keyboard.press("ArrowLeft")
    number = portal.thulium.receive_mail(TICKET, "<p>Czy jest już numer przesyłki?</p>")
    follow()
    strip = news(annas)
    words = f"{say('New message from the customer')} · {say('just now')}"
    expect(strip.locator("[data-live-news]")).to_have_text(words)
    expect(annas.locator("[data-people-said]")).to_have_text(f"{words}.")
    expect(annas.locator(f"#message-{number}")).to_have_count(0)
    first_frame = annas.locator("[data-mail-frame]").first.element_handle()
    strip.get_by_role("button", name=say("Show", "what is new on the ticket")).click()
    message = annas.locator(f"#message-{number}")
    expect(message).to_be_in_viewport()
    expect(message.frame_locator("iframe").locator("body")).to_contain_text("numer przesyłki?")
    expect(strip).to_be_hidden()
    assert first_frame.evaluate("frame => frame.isConnected")
    annas.keyboard.insert_text("samego ")
    expect(annas.locator(".editor-text")).to_have_text(TEXT.replace("południa", "samego południa"))


def test_what_was_shown_counts_as_seen(annas: Page, portal: Portal):
    write(annas)
    portal.thulium.receive_mail(TICKET, "<p>Jeszcze jedno pytanie</p>")
    follow()
    strip = news(annas)
    strip.get_by_role("button").click()
    expect(strip).to_be_hidden()
    annas.keyboard.press("Control+Enter")
    annas.wait_for_url("**/replies/**")
    expect(annas.locator("#reply-status")).to_have_attribute(
        "data-reply-state", State.CONFIRMED, timeout=15_000
    )
    assert annas.locator('[data-guard="newer_message"]').count() == 0


def test_what_was_told_and_not_shown_does_not_count_as_seen(
    annas: Page, portal: Portal, complaints: list[str]
):
    write(annas)
    portal.thulium.receive_mail(TICKET, "<p>Jeszcze jedno pytanie</p>")
    follow()
    news(annas)
    annas.keyboard.press("Control+Enter")
    expect(annas.locator('[data-doubts] [data-guard="newer_message"]')).to_be_visible()
    assert set(Reply.objects.values_list("state", flat=True)) <= {State.DRAFT}
    complaints.clear()  # the question


def test_by_keyboard_the_new_message_has_the_focus(annas: Page, portal: Portal):
    number = portal.thulium.reply_in_panel(TICKET, "ewa.kot", "<p>Już sprawdzam.</p>")
    follow()
    button = news(annas).get_by_role("button")
    button.focus()
    annas.keyboard.press("Enter")
    expect(annas.locator(f"#message-{number}")).to_be_focused()


def test_a_changed_status_is_told_and_shown(annas: Page, portal: Portal, say: Say):
    portal.thulium.change_ticket(TICKET, status="5")
    follow()
    name = KnownTicket.objects.get(pk=TICKET).status_name
    expect(annas.locator("[data-ticket-status]")).not_to_have_text(name)
    told = say("Status: {name}").replace("{name}", name)
    expect(news(annas).locator("[data-live-status]")).to_have_text(told)
    expect(annas.locator("[data-ticket-status]")).to_have_text(name)


def test_where_thulium_is_silent_nothing_is_lost(annas: Page, portal: Portal, say: Say):
    write(annas)
    portal.thulium.receive_mail(TICKET, "<p>Pytanie</p>")
    follow()
    strip = news(annas)
    before = annas.locator(".message-list > li").count()
    portal.thulium.fail_next("down")
    strip.get_by_role("button").click()
    expect(strip.locator("[data-live-failed]")).to_be_visible(timeout=15_000)
    assert annas.locator(".message-list > li").count() == before
    expect(annas.locator(".editor-text")).to_have_text(TEXT)


def test_who_was_signed_out_is_not_asked_for_again_and_again(
    annas: Page, anna: User, complaints: list[str]
):
    annas.context.clear_cookies()
    asked: list[int] = []
    annas.on("response", lambda answer: "/pulse/" in answer.url and asked.append(answer.status))
    again = "document.dispatchEvent(new Event('visibilitychange'))"
    with annas.expect_response("**/pulse/**"):
        annas.evaluate(again)
    assert asked == [401]
    with annas.expect_response("**/pulse/**"):
        annas.evaluate(again)
    assert asked == [401, 401]
    complaints.clear()  # the browser notes each 401


def test_what_happens_at_thulium_arrives_within_twenty_seconds(
    enter: Enter, portal: Portal, anna: User, say: Say
):
    page = enter(anna)
    page.goto(f"{portal.url}/tickets/{TICKET}/")
    portal.thulium.receive_mail(TICKET, "<p>Czy jest już numer przesyłki?</p>")
    portal.thulium.change_ticket(TICKET, status="5")
    strip = page.locator("[data-live]")
    expect(strip.locator("[data-live-news]")).to_contain_text(
        say("New message from the customer"), timeout=20_000
    )
    expect(strip.locator("[data-live-status]")).to_be_visible(timeout=5_000)


def test_a_reply_of_a_colleague_is_told_while_it_is_on_its_way(
    annas: Page, ewas: Page, portal: Portal, settings: Any, say: Say
):
    settings.UNDO_SECONDS = 30
    ewas.goto(f"{portal.url}/tickets/{TICKET}/")
    write(annas)
    annas.keyboard.press("Control+Enter")
    annas.wait_for_url("**/replies/**")
    words = "Anna Nowak: " + say("the reply will be sent at %(time)s").partition("%")[0]
    strip = ewas.locator("[data-people]")
    expect(strip).to_contain_text(words, timeout=ASKED_AGAIN)
    expect(strip.locator("bdi")).to_have_text("Anna Nowak")
    expect(ewas.locator("[data-people-said]")).to_contain_text(words)
    annas.keyboard.press("u")
    annas.wait_for_url(f"**/tickets/{TICKET}/**")
    expect(strip).not_to_contain_text(words, timeout=ASKED_AGAIN)


# Undo and the next ticket


@pytest.fixture
def waiting(anna: User) -> None:
    """A second ticket of Anna's whose customer waits, listed by the worker or not."""
    KnownTicket.objects.update_or_create(
        ticket_id=1218,
        defaults={"agent_login": "anna.nowak", "waiting_since": timezone.now()},
    )


@pytest.mark.usefixtures("time_to_undo", "waiting")
def test_n_leads_on_from_the_reply_and_u_brings_it_back(annas: Page, portal: Portal, say: Say):
    write(annas)
    annas.keyboard.press("Control+Enter")
    annas.wait_for_url("**/replies/**")
    annas.keyboard.press("n")
    annas.wait_for_url(ANOTHER)
    bar = annas.locator("[data-undo-bar]")
    expect(bar).to_contain_text("Maria Wiśniewska")
    expect(bar.locator("[data-until]")).to_contain_text(" s")
    expect(annas.locator(".editor-text")).to_be_focused()
    annas.keyboard.press("Escape")
    annas.keyboard.press("u")
    annas.wait_for_url(f"**/tickets/{TICKET}/**")
    expect(annas.locator(".editor-text")).to_have_text(TEXT)
    expect(annas.locator("[data-undo-bar]")).to_have_count(0)
    assert [reply.state for reply in Reply.objects.order_by("pk")] == [
        State.CANCELLED,
        State.DRAFT,
    ]


@pytest.mark.usefixtures("time_to_undo", "waiting")
def test_alt_and_u_undo_from_within_the_next_reply_whose_text_is_kept(annas: Page, portal: Portal):
    write(annas)
    annas.keyboard.press("Control+Shift+Enter")
    annas.wait_for_url(ANOTHER)
    next_ticket = annas.url
    expect(annas.locator("[data-undo-bar] kbd")).to_have_text("Alt U")
    annas.locator(".editor-text").click()
    annas.keyboard.type("Tu u nas")
    annas.keyboard.press("Alt+u")
    annas.wait_for_url(f"**/tickets/{TICKET}/**")
    expect(annas.locator(".editor-text")).to_have_text(TEXT)
    annas.goto(next_ticket)
    expect(annas.locator(".editor-text")).to_have_text("Tu u nas")


@pytest.mark.usefixtures("time_to_undo", "waiting")
def test_on_a_phone_the_bar_takes_one_line(annas: Page):
    write(annas)
    annas.keyboard.press("Control+Shift+Enter")
    annas.wait_for_url(ANOTHER)
    annas.set_viewport_size({"width": 360, "height": 740})
    bar = annas.locator("[data-undo-bar]")
    box, button = bar.bounding_box(), bar.locator("[data-undo]").bounding_box()
    assert box
    assert button
    assert box["height"] < button["height"] + 16
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 360
    left = bar.locator(".undo-left").bounding_box()
    assert left
    assert left["x"] + left["width"] <= button["x"]
    expect(bar.locator(".undo-short")).to_have_text("Maria Wiśniewska")
    name = bar.locator("p > a").bounding_box()
    assert name
    assert name["width"] > 50


@pytest.mark.usefixtures("waiting")
def test_send_and_next_in_one_and_the_bar_says_what_is_known(annas: Page, settings: Any, say: Say):
    settings.UNDO_SECONDS = 3
    write(annas)
    annas.keyboard.press("Control+Shift+Enter")
    annas.wait_for_url(ANOTHER)
    bar = annas.locator("[data-undo-bar]")
    expect(bar.locator("[data-undo]")).to_be_visible()
    told = say("Handed to Thulium at %(time)s").partition("%")[0]
    confirmed = say("Confirmed on the ticket, message %(number)s").partition("%")[0]
    annas.wait_for_function(
        "words => words.some((each) => document.querySelector('[data-undo-words]')"
        ".textContent.startsWith(each))",
        arg=[told, confirmed],
        timeout=15_000,
    )
    expect(bar.locator("[data-undo]")).to_be_hidden()
    expect(bar).to_be_hidden(timeout=15_000)


@pytest.mark.usefixtures("time_to_undo", "waiting")
def test_the_choice_of_the_next_ticket_is_remembered(annas: Page, portal: Portal):
    annas.locator("[data-then-next]").check()
    annas.reload()
    expect(annas.locator("[data-then-next]")).to_be_checked()
    write(annas)
    annas.keyboard.press("Control+Enter")
    annas.wait_for_url(ANOTHER)


@pytest.mark.usefixtures("time_to_undo")
def test_single_keys_do_nothing_in_fields_and_where_they_are_switched_off(
    annas: Page, portal: Portal
):
    write(annas)
    annas.keyboard.press("Control+Enter")
    annas.wait_for_url("**/replies/**")
    annas.goto(f"{portal.url}/canned/")
    annas.locator("input[name=q]:visible").last.focus()
    annas.keyboard.type("un")
    assert annas.url.endswith("/canned/")
    annas.evaluate("localStorage.setItem('portal-keys-off', '1')")
    annas.locator("h1").click()
    annas.keyboard.press("u")
    annas.keyboard.press("n")
    expect(annas.locator("[data-undo-bar]")).to_be_visible()
    assert Reply.objects.get().state == State.PENDING
    assert annas.url.endswith("/canned/")
