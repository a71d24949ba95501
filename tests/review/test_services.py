"""Who looked is recorded, and a record that does not hold is told on every page."""

import pytest
from django.utils import timezone

from tests.support.record import submitted
from thulium_portal.audit.actions import Action
from thulium_portal.audit.models import AuditContent, AuditEntry
from thulium_portal.audit.verification_runs import check_record
from thulium_portal.review import services

pytestmark = pytest.mark.django_db


def searches() -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(action=Action.AUDIT_SEARCHED).order_by("sequence"))


def test_a_search_is_recorded_with_its_words_erasable(sign_in, ewa, anna):
    submitted(anna)
    sign_in(ewa).get("/audit/?q=Wiśniewska&ticket=1234")
    (entry,) = searches()
    assert (entry.actor, entry.ticket_id) == (ewa, 1234)
    assert "Wiśniewska" not in entry.record
    assert AuditContent.objects.get(entry=entry).data == "Wiśniewska"


def test_the_same_search_is_noted_once_in_five_minutes(sign_in, ewa, adam, time_machine):
    time_machine.move_to(timezone.now(), tick=False)
    client = sign_in(ewa)
    for _ in range(2):
        client.get("/audit/?q=paczka")
    client.get("/audit/?q=zwrot")
    sign_in(adam).get("/audit/?q=paczka")
    assert len(searches()) == 3
    time_machine.shift(services.ONE_VIEWING.total_seconds() + 1)
    client.get("/audit/?q=paczka")
    assert len(searches()) == 4


@pytest.mark.parametrize("query", ["", "?until=2026-13-45", "?person=nobody"])
def test_looking_at_the_whole_list_or_a_mistyped_one_is_no_search(sign_in, ewa, query):
    sign_in(ewa).get(f"/audit/{query}")
    assert searches() == []


def test_a_broken_record_is_told_on_every_page_to_those_who_watch(sign_in, ewa, adam, anna, tamper):
    entry = submitted(anna)
    with tamper() as sql:
        sql("UPDATE audit_auditentry SET action = 'x' WHERE sequence = %s", entry.sequence)
    check_record(actor=None)
    for person in (ewa, adam):
        page = sign_in(person).get("/").content.decode()
        assert 'class="notice notice-bad"' in page
        assert "Portal nadal zapisuje" in page
    assert "notice-bad" not in sign_in(anna).get("/").content.decode()
    assert submitted(anna).sequence == AuditEntry.objects.count()


def test_a_whole_record_shows_no_banner(sign_in, ewa, anna):
    submitted(anna)
    check_record(actor=None)
    assert "notice-bad" not in sign_in(ewa).get("/").content.decode()
