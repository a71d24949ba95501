"""Send later by keyboard alone: one key for an offered time, said on the button, kept on reload."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Portal, Say
from thulium_portal.accounts.models import User
from thulium_portal.replies.models import Reply

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Enter = Callable[[User], Page]
WORDS = {"pl": ("Zaplanuj na ", "To niedziela."), "en": ("Schedule for ", "That is a Sunday.")}


@pytest.mark.parametrize("width", [1440, 360])
@pytest.mark.parametrize("language", ["pl", "en"])
def test_an_offered_time_is_taken_by_one_key_and_kept(
    portal: Portal, enter: Enter, anna: User, language: str, width: int
):
    anna.language = language
    anna.save()
    page = enter(anna)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{portal.url}/tickets/1234/")
    text, send = page.locator(".editor-text"), page.locator("[data-send]")
    if width < 400:
        page.locator("[data-open-composer]").click()
    expect(text).to_be_visible()
    text.focus()
    page.keyboard.type("Paczka jest w drodze.")
    page.locator(".send-later summary").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-send-at]").first).to_be_visible()
    at = page.locator("[data-send-at]").nth(1).get_attribute("value")
    page.keyboard.press("2")
    expect(page.locator("input[name=send_at]")).to_have_value(at)
    expect(send).to_be_focused()
    expect(page.locator("[data-send-box][open]")).to_have_count(0)
    planned, sunday = WORDS[language]
    expect(send).to_contain_text(planned)
    expect(send).to_contain_text("8:00")
    with page.expect_response("**/draft/"):
        text.focus()
        page.locator("[data-picker-query]").evaluate(
            "field => field.form.querySelector('[data-send]').focus()"
        )
    page.reload()
    expect(page.locator("input[name=send_at]")).to_have_value(at)
    expect(send).to_contain_text(planned)
    page.locator(".send-later summary").focus()
    page.keyboard.press("Enter")
    field = page.locator("input[name=send_at]")
    field.fill("2027-02-07T08:00")
    expect(page.locator("[data-day-off]")).to_have_text(sunday)
    page.locator("[data-send-at-once]").focus()
    page.keyboard.press("Enter")
    expect(field).to_have_value("")
    expect(send).not_to_contain_text(planned)
    page.locator(".send-later summary").focus()
    page.keyboard.press("Enter")
    field.fill(at)
    expect(page.locator("[data-day-off]")).to_have_text("")
    page.keyboard.press("Escape")
    expect(page.locator(".send-later summary")).to_be_focused()
    expect(page.locator("[data-send-at]").first).to_be_hidden()
    send.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/replies/**")
    reply = Reply.objects.exclude(state="draft").get()
    assert reply.scheduled
    expect(page.locator("[data-send-at], .reschedule").first).to_be_attached()


HALF = "This is filled in by half. Complete it or clear it."


@pytest.mark.parametrize("way", ["button", "keys", "preview"])
def test_a_time_typed_by_half_is_told_in_the_persons_language_and_nothing_leaves(
    portal: Portal, enter: Enter, anna: User, say: Say, way: str
):
    page = enter(anna)
    page.goto(f"{portal.url}/tickets/1234/")
    page.locator(".editor-text").focus()
    page.keyboard.type("Paczka jest w drodze.")
    page.locator(".send-later summary").click()
    field = page.locator("input[name=send_at]")
    field.focus()
    page.keyboard.type("12")
    if way == "keys":
        page.keyboard.press("Control+Enter")
    else:
        page.locator({"button": "[data-send]", "preview": "[data-preview]"}[way]).click()
    error = page.locator("[data-half-filled-error]")
    expect(error).to_contain_text(say(HALF))
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description(re.compile(f"^{re.escape(say(HALF))}"))
    assert not Reply.objects.exclude(state="draft").exists()
    field.fill("2027-02-08T08:00")
    expect(error).to_have_count(0)
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/replies/**")
    assert Reply.objects.exclude(state="draft").get().scheduled


@pytest.mark.parametrize("size", [(1280, 720), (360, 740)], ids=["small", "phone"])
def test_opened_a_box_leaves_the_bar_in_sight_and_closes_the_other(
    portal: Portal, enter: Enter, anna: User, make_rule: Callable, size: tuple[int, int]
):
    make_rule(effect="second_person")
    page = enter(anna)
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(f"{portal.url}/tickets/1234/")
    expect(page.locator(".editor-text")).to_be_attached()
    page.keyboard.press("r")
    send, boxes = page.locator("[data-send]"), page.locator("[data-send-box]")
    for box in (boxes.first, boxes.last):
        box.locator("summary").click()
        expect(page.locator("[data-send-box][open]")).to_have_count(1)
        expect(box).to_have_attribute("open", "")
        expect(send).to_be_in_viewport(ratio=1)
        # Over the text, and over nothing that the text is written with.
        top = box.locator("summary + div").bounding_box()["y"]
        if size[0] > 400:
            tools = page.locator(".editor-head").bounding_box()
            assert tools["y"] + tools["height"] <= top
    page.keyboard.press("Escape")
    expect(page.locator("[data-send-box][open]")).to_have_count(0)
    expect(boxes.last.locator("summary")).to_be_focused()
    boxes.first.locator("summary").click()
    page.locator(".conversation-pane").click() if size[0] > 400 else page.keyboard.press("Escape")
    expect(page.locator("[data-send-box][open]")).to_have_count(0)
    expect(page.locator(".composer-pane")).to_be_visible()
