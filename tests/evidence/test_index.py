"""The page that asks what a package is to prove, and tells what it would hold."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.support.pages import missing, shown
from tests.support.record import note, submitted
from thulium_portal.audit.actions import Action
from thulium_portal.audit.models import AuditEntry
from thulium_portal.audit.signing import current_key, known_keys
from thulium_portal.evidence import views

pytestmark = pytest.mark.django_db


def page(client: Client, query: str = "") -> str:
    answer = client.get(f"/audit/evidence/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_asks_first_and_offers_nothing_yet(client):
    text = page(client)
    assert "Show what goes in" in text
    assert not shown(text, "/audit/evidence/download/", "error-summary")


def test_a_ticket_is_counted_and_offered(client, anna):
    submitted(anna, ticket_id=77)
    note(ticket_id=77)
    note(Action.AUDIT_VIEWED, ticket_id=77)
    note()
    text = page(client, "?ticket=%2377")
    assert not missing(text, "<dd>2</dd>", 'href="/audit/evidence/download/?ticket=%2377"')


def test_days_count_everything_in_them(client):
    note()
    note(Action.AUDIT_VIEWED)
    today = timezone.localdate()
    text = page(client, f"?since={today}&until={today}")
    assert f"/audit/evidence/download/?since={today}&amp;until={today}" in text
    found = client.get(f"/audit/evidence/?since={today}").context["found"]
    assert (found.first, found.last) == (1, AuditEntry.objects.count())


@pytest.mark.parametrize("ticket_id", [99, 10**17])
def test_an_empty_ticket_is_told_kindly(client, ticket_id):
    text = page(client, f"?ticket={ticket_id}")
    assert "Nothing is recorded of that" in text
    assert "/audit/evidence/download/" not in text


def test_days_without_entries_are_told_as_well(client):
    note()
    tomorrow = timezone.localdate() + timedelta(days=2)
    assert "Nothing is recorded of that" in page(client, f"?since={tomorrow}")


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("?ticket=", "Enter a ticket number or choose days."),
        ("?ticket=abc", "A ticket number is made of digits only"),
        ("?since=yesterday", "This is not a date"),
        ("?since=2026-11-23&until=2026-11-22", "The last day is before the first one."),
        ("?ticket=" + "9" * 10_000, "A ticket number is made of digits only"),
    ],
)
def test_what_makes_no_sense_is_told_at_its_field(client, query, words):
    text = page(client, query)
    assert words in text
    assert "/audit/evidence/download/" not in text


def test_a_span_too_long_for_a_page_names_the_command(client, monkeypatch):
    monkeypatch.setattr(views, "MOST_AT_ONCE", 1)
    note(ticket_id=5)
    note(ticket_id=5)
    text = page(client, "?ticket=5")
    assert "export_evidence" in text
    assert "/audit/evidence/download/" not in text


def test_the_fingerprint_is_there_to_be_read_out(client, settings):
    former = current_key().fingerprint
    settings.AUDIT_SIGNING_KEY_FALLBACKS = [settings.AUDIT_SIGNING_KEY]
    settings.AUDIT_SIGNING_KEY = "another-" + "k" * 50
    text = page(client)
    assert current_key().fingerprint in text
    assert "Former key" in text.split(former, maxsplit=1)[0]
    assert [key.fingerprint for key in known_keys()] == [current_key().fingerprint, former]
    assert current_key().fingerprint.replace(" ", "").startswith(current_key().id)


def test_it_speaks_polish(as_ewa):
    text = page(as_ewa, "?ticket=99")
    assert not missing(text, "Pakiet dowodowy", "W rejestrze nic o tym nie ma")


def test_the_list_leads_here_with_its_ticket_and_days(client, anna):
    entry = submitted(anna, ticket_id=1234)
    today = timezone.localdate()
    text = client.get(f"/audit/?ticket=1234&since={today}&q=lodzi").content.decode()
    assert f'href="/audit/evidence/?ticket=1234&amp;since={today}"' in text
    assert 'href="/audit/evidence/"' in client.get("/audit/").content.decode()
    shown = client.get(f"/audit/{entry.sequence}/").content.decode()
    assert 'href="/audit/evidence/?ticket=1234"' in shown
