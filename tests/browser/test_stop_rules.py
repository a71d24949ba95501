"""A stop rule is made, tried and started, an agent is asked and goes on: by keyboard alone."""

import re
import uuid

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.accessibility import faults
from thulium_portal.replies import services
from thulium_portal.replies.drafts import Text
from thulium_portal.replies.models import Reply
from thulium_portal.replies.services import Submission
from thulium_portal.stop_rules.models import StopRule
from thulium_portal.tickets.snapshot import Snapshot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SIZES = [(1440, 900), (360, 740)]
MOST_TABS = 80


def reach(page: Page, target: Locator) -> None:
    """Press Tab until *target* has the focus."""
    expect(target).to_be_visible()
    for _step in range(MOST_TABS):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{target} is not reached by {MOST_TABS} Tabs")


def typed(page: Page, field: str, text: str) -> None:
    reach(page, page.locator(f"main [name={field}]"))
    for number, line in enumerate(text.split("\n")):
        if number:
            page.keyboard.press("Enter")
        page.keyboard.type(line)


def press(page: Page, name: str, role: str = "button") -> None:
    reach(page, page.locator("main").get_by_role(role, name=name, exact=True))
    page.keyboard.press("Enter")


@pytest.fixture(params=SIZES, ids=["desktop", "phone"])
def at(request: pytest.FixtureRequest, enter, portal, ewa, page: Page):
    """Return a function that opens a page as some person, at one size of window."""
    page.set_viewport_size({"width": request.param[0], "height": request.param[1]})

    def at(person, address: str) -> Page:
        enter(person).goto(f"{portal.url}{address}")
        return page

    return at


def sent_before(anna, *bodies: str) -> None:
    for number, body in enumerate(bodies):
        text, snapshot = Text(f"<p>{body}</p>"), Snapshot(7000 + number)
        services.submit(Submission(uuid.uuid4(), text, snapshot), actor=anna)


def test_a_rule_is_made_tried_and_started_and_its_question_answered(at, anna, ewa, complaints, say):
    sent_before(anna, "Paczka jedzie.", "Wypłacimy ODSZKODOWANIE jutro.", "Do widzenia.")
    page = at(ewa, "/stop-rules/")
    assert faults(page) == []
    press(page, say("Write the first rule"), "link")
    typed(page, "name", "Odszkodowania")
    typed(page, "words", "*odszkodowan")
    typed(page, "sentence", "Czy to uzgodnione z działem reklamacji?")
    press(page, say("Save and try it", "stop rule"))

    # A pattern that can never be found: said beside its field, and nothing typed is lost.
    expect(page.locator(".field-bad")).to_contain_text("*odszkodowan")
    expect(page.locator("[data-error-summary]")).to_be_focused()
    expect(page.locator("[name=name]")).to_have_value("Odszkodowania")
    assert [text for text in complaints if "422" in text]
    complaints.clear()
    assert faults(page) == []
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("[name=words]")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type("odszkodowan*\nzwrot* pieniędzy")
    press(page, say("Save and try it", "stop rule"))

    expect(page.locator("[data-rule-trial=over]")).to_be_visible()
    expect(page.locator("[data-hit]")).to_have_count(1)
    expect(page.locator("[data-hit] mark")).to_have_text("ODSZKODOWANIE")
    assert faults(page) == []
    press(page, say("Switch the rule on"))
    expect(page).to_have_url(re.compile(r"/stop-rules/\d+/$"))
    rule = StopRule.objects.get()
    assert rule.is_active
    assert faults(page) == []

    page = at(anna, "/tickets/1234/")
    text, opener = page.locator(".editor-text"), page.locator("[data-open-composer]")
    expect(text).to_have_count(1)
    if opener.is_visible():  # on a phone the composer is a sheet over the conversation
        reach(page, opener)
        page.keyboard.press("Enter")
    else:
        page.keyboard.press("r")
    expect(text).to_be_focused()
    page.keyboard.press("Control+End")
    page.keyboard.type("Wypłacimy Państwu odszkodowanie w piątek.")
    page.keyboard.press("Control+Enter")
    doubt = page.locator(f"[data-guard='rule:{rule.pk}']")
    expect(doubt).to_contain_text("Czy to uzgodnione z działem reklamacji?")
    complaints.clear()
    assert faults(page) == []
    passing = doubt.locator(f"[name=confirm][value='rule:{rule.pk}']")
    reach(page, passing)
    page.keyboard.press("Space")
    expect(passing).to_be_checked()
    page.keyboard.press("Control+Enter")
    expect(page).not_to_have_url(re.compile(r"/tickets/1234/"), timeout=10_000)
    reply = Reply.objects.get(ticket_id=1234, submitted_at__isnull=False)
    assert reply.confirmed == [f"rule:{rule.pk}"]

    page = at(ewa, f"/stop-rules/{rule.pk}/")
    expect(page.locator("[data-rule-stopped='1']")).to_be_visible()
    expect(page.locator("[data-became=passed]")).to_be_visible()
    assert faults(page) == []
    press(page, say("Switch the rule off"))
    expect(page.get_by_text(say("Off", "stop rule"), exact=True)).to_be_visible()
    assert not StopRule.objects.get().is_active


def test_a_rule_that_would_stop_everything_is_started_only_by_a_second_word(
    at, anna, ewa, complaints, say
):
    sent_before(anna, *["Dzień dobry."] * 9)
    page = at(ewa, "/stop-rules/new/")
    typed(page, "name", "Wszystko")
    typed(page, "words", "dobry")
    for choice in ("audience", "attached"):
        # The fields that belong to a choice come with it, and go with it.
        reach(page, page.locator(f"[name={choice}]:checked"))
        more = page.locator(".rule-new, .rule-size").locator("visible=true")
        page.keyboard.press("ArrowUp" if choice == "audience" else "ArrowDown")
        if choice == "audience":
            expect(page.locator("[name=new_for]")).to_be_visible()
            page.keyboard.press("ArrowDown")
            expect(page.locator("[name=new_for]")).to_be_hidden()
        else:
            page.keyboard.press("ArrowUp")
        expect(more).to_have_count(0)
    typed(page, "sentence", "Na pewno?")
    press(page, say("Save and try it", "stop rule"))
    expect(page.locator("[data-rule-warning]")).to_contain_text("9")
    expect(page.locator("#trial-said")).not_to_be_empty()
    assert faults(page) == []
    press(page, say("Switch the rule on"))
    expect(page.locator("[data-error-summary]")).to_be_focused()
    assert not StopRule.objects.get().is_active
    assert [text for text in complaints if "422" in text]
    complaints.clear()
    assert faults(page) == []
    reach(page, page.locator("[name=is_meant]"))
    page.keyboard.press("Space")
    press(page, say("Switch the rule on"))
    expect(page).to_have_url(re.compile(r"/stop-rules/\d+/$"))
    assert StopRule.objects.get().is_active
