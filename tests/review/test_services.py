"""Who looked is recorded, and a record that does not hold is told on every page."""

import pytest
from django.utils import timezone

from tests.support.pages import missing
from tests.support.record import submitted
from thulium_portal.audit.actions import Action
from thulium_portal.audit.models import AuditContent, AuditEntry
from thulium_portal.audit.verification_runs import check_record
from thulium_portal.review import services

pytestmark = pytest.mark.django_db


def searches() -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(action=Action.AUDIT_SEARCHED).order_by("sequence"))


def test_a_search_is_recorded_with_its_words_erasable(as_ewa, ewa, anna):
    submitted(anna)
    as_ewa.get("/audit/?q=Wiśniewska&ticket=1234")
    (entry,) = searches()
    assert (entry.actor, entry.ticket_id) == (ewa, 1234)
    assert "Wiśniewska" not in entry.record
    assert AuditContent.objects.get(entry=entry).data == "Wiśniewska"


def test_the_same_search_is_noted_once_in_five_minutes(as_ewa, as_adam, time_machine):
    time_machine.move_to(timezone.now(), tick=False)
    for _ in range(2):
        as_ewa.get("/audit/?q=paczka")
    as_ewa.get("/audit/?q=zwrot")
    as_adam.get("/audit/?q=paczka")
    assert len(searches()) == 3
    time_machine.shift(services.ONE_VIEWING.total_seconds() + 1)
    as_ewa.get("/audit/?q=paczka")
    assert len(searches()) == 4


@pytest.mark.parametrize("query", ["", "?until=2026-13-45", "?person=nobody"])
def test_looking_at_the_whole_list_or_a_mistyped_one_is_no_search(as_ewa, query):
    as_ewa.get(f"/audit/{query}")
    assert searches() == []


def test_a_broken_record_is_told_on_every_page_to_those_who_watch(
    as_anna, sign_in, ewa, adam, anna, tamper
):
    entry = submitted(anna)
    with tamper() as sql:
        sql("UPDATE audit_auditentry SET action = 'x' WHERE sequence = %s", entry.sequence)
    check_record(actor=None)
    for person in (ewa, adam):
        page = sign_in(person).get("/").content.decode()
        assert not missing(page, 'class="notice notice-bad"', "Portal nadal zapisuje")
    assert "notice-bad" not in as_anna.get("/").content.decode()
    assert submitted(anna).sequence == AuditEntry.objects.count()


def test_a_whole_record_shows_no_banner(as_ewa, anna):
    submitted(anna)
    check_record(actor=None)
    assert "notice-bad" not in as_ewa.get("/").content.decode()
