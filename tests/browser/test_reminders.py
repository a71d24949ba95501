"""Being reminded in a real browser: chosen with Send, due on the desk, gone with the answer."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Enter, Portal, Say
from thulium_portal import gateway
from thulium_portal.accounts.models import User
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import WAS_SENT
from thulium_portal.tickets import reminders
from thulium_portal.tickets.index.intake import take_in
from thulium_portal.tickets.models import Reminder

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TICKET = 1234
SEEN = 10**9
"""No message of the practice Thulium is newer."""


def test_a_reminder_goes_from_send_to_the_customers_answer(
    portal: Portal, enter: Enter, anna: User, say: Say, page: Page
):
    enter(anna)
    write_and_send(page, portal, say)
    let_days_pass(anna, 3)

    page.goto(portal.url)
    row = page.locator(f'[data-reminder-of="{TICKET}"]')
    expect(row).to_contain_text("3")
    row.get_by_role("link").click()
    expect(page).to_have_url(re.compile(rf"/tickets/{TICKET}/"))

    portal.thulium.write_as_customer(TICKET, "Dziękuję, paczka dotarła.")
    take_in(gateway.thulium_client().get_ticket(TICKET))
    page.goto(portal.url)
    expect(page.locator("[data-reminder-of]")).to_have_count(0)
    assert not Reminder.objects.exists()


def test_one_is_put_off_and_done_from_the_desk_by_keyboard(
    portal: Portal, enter: Enter, anna: User, say: Say, page: Page
):
    enter(anna)
    for number in (TICKET, TICKET + 1):
        reminders.begin(anna, number, reminders.today(anna), newest=SEEN)
    page.goto(portal.url)
    rows = page.locator("[data-reminder-of]")
    expect(rows).to_have_count(2)
    rows.first.locator('button[value="3"]').focus()
    page.keyboard.press("Enter")
    expect(rows).to_have_count(1)
    rows.first.get_by_role("button", name=say("Done", "button: a reminder")).focus()
    page.keyboard.press("Enter")
    expect(rows).to_have_count(0)
    assert Reminder.objects.get().due_on == reminders.in_days(anna, 3)


def test_the_tickets_page_sets_and_removes_one(
    portal: Portal, enter: Enter, anna: User, say: Say, page: Page
):
    enter(anna)
    page.goto(f"{portal.url}/tickets/{TICKET}/")
    box = page.locator("[data-reminder]")
    box.locator("summary").click()
    box.locator('button[value="7"]').click()
    expect(page.locator("[data-reminder] summary")).to_contain_text(re.compile(r"\d"))
    assert Reminder.objects.get().due_on == reminders.in_days(anna, 7)
    box.locator("summary").click()
    box.get_by_role("button", name=say("Remove the reminder")).click()
    expect(box.locator("summary")).to_have_text(say("Remind me…"))
    assert not Reminder.objects.exists()


def write_and_send(page: Page, portal: Portal, say: Say) -> None:
    page.goto(f"{portal.url}/tickets/{TICKET}/")
    page.locator("[contenteditable=true]").fill("Dzień dobry, paczka dotrze jutro do południa.")
    page.get_by_label(say("Remind me if the customer does not answer")).select_option("3")
    page.locator("[data-send]").click()
    page.wait_for_url(re.compile(r"/replies/|/tickets/"))
    expect(page.locator("[data-reply-state=confirmed]")).to_be_visible(timeout=20_000)
    reply = Reply.objects.get()
    assert reply.state in WAS_SENT
    assert reply.remind_after == 3


def let_days_pass(person: User, days: int) -> None:
    """Let the reminder be as old as if it had been set *days* ago."""
    reminder = Reminder.objects.get(person=person)
    assert reminder.due_on == reminders.in_days(person, days)
    Reminder.objects.update(
        due_on=reminder.due_on - timedelta(days=days),
        created_at=reminder.created_at - timedelta(days=days),
    )


def test_the_pages_with_reminders_fit_a_phone(
    portal: Portal, enter: Enter, anna: User, say: Say, page: Page
):
    reminders.begin(anna, TICKET, reminders.today(anna), newest=SEEN)
    enter(anna)
    page.set_viewport_size({"width": 360, "height": 740})
    for address in ("/", "/reminders/", f"/tickets/{TICKET}/", "/replies/?since=2026-11-01"):
        page.goto(f"{portal.url}{address}")
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= 360, address
