"""A supervisor takes an evidence package from the list, and a stranger checks it."""

import uuid
from dataclasses import dataclass

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from playwright.sync_api import expect

from tests.support.packages import unpack, verify
from thulium_portal.audit.signing import current_key
from thulium_portal.replies import services
from thulium_portal.replies.drafts import Text
from thulium_portal.replies.services import Submission
from thulium_portal.storage.services import store
from thulium_portal.tickets.snapshot import Snapshot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@dataclass(frozen=True)
class Words:
    """What a reader of one language sees and presses."""

    language: str
    package: str
    ask: str
    too_little: str
    download: str


POLISH = Words(
    "pl", "Pakiet dowodowy", "Pokaż zawartość", "Wpisz numer zgłoszenia", "Pobierz pakiet"
)
ENGLISH = Words(
    "en", "Evidence package", "Show what goes in", "Enter a ticket number", "Download the package"
)


@pytest.mark.parametrize("words", [POLISH, ENGLISH], ids=lambda words: words.language)
def test_a_package_is_taken_from_the_list_and_holds(portal, enter, anna, ewa, tmp_path, words):
    ewa.language = words.language
    ewa.save()
    stored = store(SimpleUploadedFile("faktura.pdf", b"%PDF-1.4 faktura"))
    submission = Submission(
        uuid.uuid4(), Text("<p>Paczka jedzie.</p>"), Snapshot(1234), files=[stored]
    )
    reply = services.submit(submission, actor=anna).reply
    page = enter(ewa)
    page.goto(f"{portal.url}/replies/{reply.uuid}/")
    expect(page.locator("#reply-status")).to_have_attribute(
        "data-reply-state", "confirmed", timeout=15_000
    )

    page.goto(f"{portal.url}/audit/")
    page.get_by_role("link", name=words.package).click()
    page.get_by_role("button", name=words.ask).press("Enter")
    expect(page.locator(".field-bad")).to_contain_text(words.too_little)

    page.goto(f"{portal.url}/audit/?ticket=1234")
    page.get_by_role("link", name=words.package).press("Enter")
    expect(page.get_by_text(current_key().fingerprint)).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name=words.download).press("Enter")
    path = tmp_path / download.value.suggested_filename
    assert path.name.startswith("evidence-ticket-1234-")
    download.value.save_as(path)
    verdict = verify(unpack(path), "--key", current_key().fingerprint)
    assert (verdict.code, verdict.lines("BAD")) == (0, [])
