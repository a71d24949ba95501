"""A customer's data is found, held and erased with the keyboard alone, in both languages."""

import uuid
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from thulium_portal.audit.verification_runs import check_record
from thulium_portal.privacy.models import LegalHold
from thulium_portal.replies import services
from thulium_portal.replies.drafts import Text
from thulium_portal.replies.models import Reply
from thulium_portal.replies.services import Submission
from thulium_portal.tickets.snapshot import Snapshot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ADDRESS = "maria@example.org"


@dataclass(frozen=True)
class Words:
    """What a reader of one language sees and presses."""

    language: str
    tab: str
    box: str
    not_yet: str
    reason: str
    lift: str
    ground: str
    confirm: str
    erase: str
    something_else: str
    erased: str
    text_gone: str


POLISH = Words(
    "pl", "Dane klientów", "Adres e-mail, imię i nazwisko", "Nie można tego jeszcze usunąć",
    "Dlaczego danych nie wolno usunąć", "Znieś", "Podstawa prawna", "Aby potwierdzić",
    "Usuń na zawsze", "To coś innego", "Usunięto na zawsze", "Tekst usunięto",
)  # fmt: skip
ENGLISH = Words(
    "en", "Customer data", "E-mail address, name", "This cannot be erased yet",
    "Why the data must be kept", "Lift", "Legal ground", "To confirm",
    "Erase for good", "This is something else", "Erased for good", "The text was erased",
)  # fmt: skip


def type_into(page: Page, label: str, words: str) -> None:
    """Type *words* into a field and press Enter."""
    box = page.get_by_label(label)
    box.focus()
    page.keyboard.type(words)
    page.keyboard.press("Enter")


@pytest.mark.parametrize("words", [POLISH, ENGLISH], ids=lambda words: words.language)
def test_a_customer_is_found_held_and_erased(portal, enter, anna, adam, complaints, words):
    adam.language = words.language
    adam.save()
    snapshot = Snapshot(1234, "Paczka", "Maria Wiśniewska", customer_email=ADDRESS)
    submission = Submission(uuid.uuid4(), Text("<p>Paczka jedzie.</p>"), snapshot)
    reply = services.submit(submission, actor=anna).reply
    page = enter(adam)
    page.goto(f"{portal.url}/replies/{reply.uuid}/")
    expect(page.locator("#reply-status")).to_have_attribute(
        "data-reply-state", "confirmed", timeout=15_000
    )

    page.goto(f"{portal.url}/audit/")
    page.get_by_role("link", name=words.tab).press("Enter")
    type_into(page, words.box, "wisniewska")
    expect(page.locator("[data-group=replies]")).to_contain_text("Paczka jedzie.")
    assert ADDRESS not in page.url
    page.locator("[data-group=record] summary").press("Enter")
    expect(page.locator("[data-group=record] li").first).to_be_visible()

    type_into(page, words.reason, "Sprawa 7/26")
    expect(page.get_by_role("button", name=words.lift, exact=True)).to_be_visible()
    assert LegalHold.objects.standing().get().customer == ADDRESS
    type_into(page, words.box, ADDRESS)
    expect(page.get_by_text(words.not_yet)).to_be_visible()
    expect(page.locator("[data-hindered]")).to_contain_text("Sprawa 7/26")
    page.locator("[data-hindered] a").press("Enter")
    page.get_by_role("button", name=words.lift, exact=True).press("Enter")

    type_into(page, words.box, ADDRESS)
    page.get_by_label(words.ground).select_option("request")
    type_into(page, words.confirm, "kto inny")
    expect(page.locator(".field-bad")).to_contain_text(words.something_else)
    assert [text for text in complaints if "422" in text]
    complaints.clear()
    confirm = page.get_by_label(words.confirm)
    expect(confirm).to_have_value("kto inny")
    confirm.fill(ADDRESS)
    page.get_by_role("button", name=words.erase).press("Enter")
    expect(page.get_by_text(words.erased)).to_be_visible()
    assert Reply.objects.get().body == ""
    page.goto(f"{portal.url}/replies/{reply.uuid}/")
    expect(page.locator("[data-erased]")).to_contain_text(words.text_gone)
    assert check_record(actor=None).broken is None
