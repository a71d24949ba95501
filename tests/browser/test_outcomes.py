"""What can become of a reply, followed in a real browser to its end."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.conftest import Portal
from thulium_portal.accounts.models import User
from thulium_portal.replies.delivery import outcomes, readback
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import State

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TEXT = "Dzień dobry, paczka wyszła dzisiaj i dotrze jutro do południa."
LONG_ENOUGH = 15_000


@pytest.fixture(autouse=True)
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let an afternoon of readings pass in a second."""
    soon = timedelta(milliseconds=200)
    monkeypatch.setattr(outcomes, "FIRST_CHECK", soon)
    monkeypatch.setattr(readback, "SCHEDULE", tuple(soon * step for step in range(1, 8)))
    monkeypatch.setattr(readback, "SETTLE_TIME", soon * 2)


@pytest.fixture
def compose(enter: Callable[[User], Page], portal: Portal, anna: User) -> Callable[..., Page]:
    """Return a function that opens the composer and writes a text."""

    def compose(text: str = TEXT) -> Page:
        page = enter(anna)
        page.goto(f"{portal.url}/tickets/1234/")
        page.locator(".editor-text").click()
        page.keyboard.insert_text(text)
        return page

    return compose


def send(page: Page) -> None:
    """Press Send and arrive at the reply's page."""
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/replies/**")


def becomes(page: Page, state: State) -> None:
    """Wait until the page shows *state*."""
    live = page.locator("#reply-status")
    expect(live).to_have_attribute("data-reply-state", state, timeout=LONG_ENOUGH)


def texts(portal: Portal) -> list[str]:
    """Return what the customer of the ticket received."""
    return [message["body"] for message in portal.thulium.received(1234)]


def test_undo_brings_back_the_exact_draft(
    compose: Callable[..., Page], portal: Portal, settings: Any, tmp_path: Path
):
    settings.UNDO_SECONDS = 60
    label = tmp_path / "Etykieta zwrotna żółta.pdf"
    label.write_bytes(b"%PDF-1.4 etykieta")
    page = compose()
    page.locator("input[type=file]").set_input_files(label)
    send(page)
    becomes(page, State.PENDING)
    expect(page.locator("[data-until]")).to_be_visible()
    page.reload()
    page.locator("#act-undo").click()
    page.wait_for_url("**/tickets/1234/")
    expect(page.locator(".editor-text")).to_have_text(TEXT)
    expect(page.locator(".file-list").first).to_contain_text("Etykieta zwrotna żółta.pdf")
    assert texts(portal) == []
    settings.UNDO_SECONDS = 1
    page.locator(".editor-text").click()
    send(page)
    becomes(page, State.CONFIRMED)
    [message] = portal.thulium.received(1234)
    assert [file["filename"] for file in message["attachments"]] == ["Etykieta zwrotna żółta.pdf"]


def test_send_now_ends_the_waiting(compose: Callable[..., Page], portal: Portal, settings: Any):
    settings.UNDO_SECONDS = 60
    page = compose()
    send(page)
    page.locator("#act-send-now").click()
    becomes(page, State.CONFIRMED)
    assert len(texts(portal)) == 1


def test_a_planned_reply_is_listed_moved_and_taken_back(
    compose: Callable[..., Page], portal: Portal
):
    page = compose()
    page.locator(".send-later summary").click()
    page.locator("[name=send_at][type=datetime-local]").fill(_local(timedelta(days=2)))
    page.locator("[data-send]").click()
    page.wait_for_url("**/replies/**")
    becomes(page, State.PENDING)
    address = page.url
    page.goto(f"{portal.url}/replies/?state=on-its-way")
    expect(page.locator("[data-reply-state=pending]")).to_have_count(1)
    page.goto(address)
    page.locator(".reschedule summary").click()
    page.locator("#reschedule-at").fill(_local(timedelta(days=3)))
    page.locator(".reschedule button:not([name])").click()
    becomes(page, State.PENDING)
    assert Reply.objects.get().not_before > timezone.now() + timedelta(days=2, hours=12)
    page.locator("#act-undo").click()
    page.wait_for_url("**/tickets/1234/")
    expect(page.locator(".editor-text")).to_have_text(TEXT)
    assert texts(portal) == []


def test_a_planned_reply_waits_when_the_customer_writes_first(
    compose: Callable[..., Page], portal: Portal
):
    page = compose()
    page.locator(".send-later summary").click()
    page.locator("[name=send_at][type=datetime-local]").fill(_local(timedelta(days=2)))
    page.locator("[data-send]").click()
    page.wait_for_url("**/replies/**")
    portal.thulium.write_as_customer(1234, "Proszę jednak anulować zamówienie.")
    page.locator("#act-send-now").click()
    becomes(page, State.BLOCKED)
    assert texts(portal) == []
    page.locator("#act-anyway").click()
    becomes(page, State.CONFIRMED)
    assert len(texts(portal)) == 1


def test_a_refused_reply_is_corrected_and_sent(compose: Callable[..., Page], portal: Portal):
    portal.thulium.fail_next("refused")
    page = compose()
    send(page)
    becomes(page, State.REJECTED)
    page.locator("#act-back").click()
    page.wait_for_url("**/tickets/1234/")
    expect(page.locator(".editor-text")).to_have_text(TEXT)
    page.locator(".editor-text").click()
    page.keyboard.press("Control+End")
    page.keyboard.insert_text(" Pozdrawiamy!")
    send(page)
    becomes(page, State.CONFIRMED)
    [text] = texts(portal)
    assert "Pozdrawiamy!" in text


def test_a_lost_answer_is_confirmed_without_a_second_call(
    compose: Callable[..., Page], portal: Portal
):
    portal.thulium.fail_next("broken_after")
    page = compose()
    send(page)
    becomes(page, State.CONFIRMED)
    states = list(Reply.objects.get().delivery_attempts.values_list("verdict", flat=True))
    assert states == ["unknown"]
    assert len(texts(portal)) == 1


def test_a_reply_that_never_arrived_is_sent_again_after_a_look(
    compose: Callable[..., Page], portal: Portal
):
    portal.thulium.fail_next("broken_before")
    page = compose()
    send(page)
    becomes(page, State.NOT_FOUND)
    assert texts(portal) == []
    page.locator("a[href$='/send-again/']").click()
    expect(page.locator("main")).to_contain_text("Maria Wiśniewska")
    page.locator("[name=checked]").check()
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_url(lambda address: "send-again" not in address)
    becomes(page, State.CONFIRMED)
    assert len(texts(portal)) == 1
    assert Reply.objects.filter(state=State.SUPERSEDED).count() == 1


def test_a_reply_waits_out_a_line_that_is_down_and_leaves_by_itself(
    compose: Callable[..., Page], portal: Portal, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(outcomes, "BACK_OFF_SECONDS", 0.6)
    monkeypatch.setattr(outcomes, "BACK_OFF_MOST_SECONDS", 0.6)
    page = compose()
    portal.thulium.fail_next("down", times=10_000, on="all")
    send(page)
    expect(page.locator("#reply-status")).to_contain_text(
        "Jeszcze nie została wysłana", timeout=LONG_ENOUGH
    )
    assert texts(portal) == []
    portal.thulium.recover()
    becomes(page, State.CONFIRMED)
    assert len(texts(portal)) == 1


def _local(ahead: timedelta) -> str:
    """Return a time as a datetime-local field takes it, in Warsaw's clock."""
    moment: datetime = timezone.localtime() + ahead
    return moment.strftime("%Y-%m-%dT%H:%M")
