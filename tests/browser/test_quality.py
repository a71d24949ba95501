"""A reply is judged and its author answers, in a real browser, in both languages."""

import re
import uuid
from dataclasses import dataclass

import pytest
from playwright.sync_api import expect

from tests.support import record
from thulium_portal.quality.models import Assessment
from thulium_portal.replies import services
from thulium_portal.replies.drafts import Text
from thulium_portal.replies.services import Submission
from thulium_portal.tickets.snapshot import Snapshot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@dataclass(frozen=True)
class Words:
    """What a reader of one language sees and presses."""

    language: str
    reason: str
    improve: str
    too_little: str
    nothing_else: str
    answer: str
    read: str
    noted: str
    reports: str


POLISH = Words(
    "pl", "Napisane od zera", "Do poprawy", "Napisz, co można poprawić",
    "Nic więcej nie czeka na ocenę", "Odpowiedz…", "Przeczytane", "Dziękujemy za przeczytanie",
    "Odpowiedzi według dni",
)  # fmt: skip
ENGLISH = Words(
    "en", "Written from scratch", "Could be better", "Say what could be better",
    "Nothing else waits for a review", "Answer…", "I have read it", "Thank you for reading it",
    "Replies by day",
)  # fmt: skip


@pytest.mark.parametrize("words", [POLISH, ENGLISH], ids=lambda words: words.language)
def test_a_verdict_is_given_in_two_clicks_and_answered(portal, enter, anna, ewa, complaints, words):
    for person in (anna, ewa):
        person.language = words.language
        person.save()
    submission = Submission(uuid.uuid4(), Text("<p>Paczka jedzie.</p>"), Snapshot(1234))
    reply = services.submit(submission, actor=anna).reply
    page = enter(ewa)
    page.goto(f"{portal.url}/replies/{reply.uuid}/")
    expect(page.locator("#reply-status")).to_have_attribute(
        "data-reply-state", "confirmed", timeout=15_000
    )

    page.goto(f"{portal.url}/quality/")
    expect(page.get_by_text(words.reason)).to_be_visible()
    page.get_by_role("link", name="Paczka jedzie.").click()
    asked = page.locator("[data-question]")
    expect(asked.frame_locator("iframe").locator("body")).to_contain_text("zwrot kosztów dostawy")
    expect(asked.locator("iframe")).to_have_attribute("style", re.compile("height"))
    page.get_by_role("button", name=words.improve).click()
    expect(page.locator(".field-bad")).to_contain_text(words.too_little)
    expect(page.get_by_text("Paczka jedzie.")).to_be_visible()
    assert [text for text in complaints if "422" in text]
    complaints.clear()
    page.locator("textarea[name=note]").fill("Zabrakło powitania.")
    page.get_by_role("button", name=words.improve).click()
    expect(page.get_by_text(words.nothing_else)).to_be_visible()

    page = enter(anna)
    page.goto(portal.url)
    expect(page.get_by_text("Zabrakło powitania.")).to_be_visible()
    page.get_by_text(words.answer).press("Enter")
    page.locator("textarea[name=answer]").fill("Dopiszę.")
    page.get_by_role("button", name=words.read).press("Enter")
    expect(page.get_by_text(words.noted)).to_be_visible()
    assert Assessment.objects.get().answer == "Dopiszę."


@pytest.mark.parametrize("words", [POLISH, ENGLISH], ids=lambda words: words.language)
def test_the_months_pictures_have_their_numbers_as_a_table(portal, enter, anna, ewa, words):
    ewa.language = words.language
    ewa.save()
    submission = Submission(uuid.uuid4(), Text("<p>Paczka jedzie.</p>"), Snapshot(1234))
    services.submit(submission, actor=anna)
    page = enter(ewa)
    for number in range(12):
        response = {"canned_id": 100 + number, "canned_title": f"Szablon {number}"}
        record.submitted(anna, **response)
    page.goto(f"{portal.url}/reports/")
    assert page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") == 1
    picture = page.get_by_role("img", name=words.reports)
    expect(picture).to_be_visible()
    card = page.locator("section", has=picture)
    card.locator("summary").press("Enter")
    card.get_by_role("link", name="13", exact=True).click()
    expect(page.get_by_role("link", name="Paczka jedzie.")).to_be_visible()
