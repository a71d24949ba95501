"""The record is signed and checked in passing, and what is over goes at night."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from thulium_portal.audit.models import AuditEntry, Checkpoint
from thulium_portal.operations import housekeeping
from thulium_portal.operations.housekeeping import Housekeeping
from thulium_portal.replies.delivery import circuit_breaker
from thulium_portal.tickets import presence
from thulium_portal.tickets.models import Presence

pytestmark = pytest.mark.django_db


def test_the_record_is_signed_in_passing(submit):
    submit()
    Housekeeping().run_if_due()
    assert Checkpoint.objects.get().sequence == AuditEntry.objects.first().sequence


def test_the_record_is_checked_once_a_night(submit, time_machine):
    submit()
    circuit_breaker.pulse()
    for moment in ("2026-11-23T01:00+01:00", "2026-11-23T02:20+01:00", "2026-11-23T02:40+01:00"):
        time_machine.move_to(moment)
        Housekeeping().run_if_due()
    assert AuditEntry.objects.filter(action="audit.verified").count() == 1


def test_whatever_an_authority_does_the_night_goes_on(submit, monkeypatch):
    def fails():
        raise RuntimeError("nobody thought of this")

    ran = []
    monkeypatch.setattr(housekeeping, "stamp_days", fails)
    monkeypatch.setattr(housekeeping, "check_recent", lambda: ran.append("what is new"))
    monkeypatch.setattr(housekeeping, "check_record", lambda **_by: ran.append("all of it"))
    submit()
    Housekeeping().run_if_due()
    assert len(ran) == 1


def test_sessions_that_are_over_go_at_night(time_machine, sign_in, anna):
    sign_in(anna)
    circuit_breaker.pulse()
    # At noon: the work of a night begins a little after two.
    time_machine.move_to(timezone.localtime().replace(hour=12) + timedelta(days=2))
    sign_in(anna)
    Housekeeping().run_if_due()
    assert Session.objects.filter(expire_date__lt=timezone.now()).count() == 0
    assert Session.objects.count() == 1


def test_nobody_knows_for_longer_than_a_day_who_was_on_a_ticket(anna, time_machine):
    time_machine.move_to("2026-11-26T10:00:00+00:00", tick=False)
    presence.note(7, anna)
    time_machine.shift(24 * 3600 + 1)
    presence.note(8, anna)
    Housekeeping().run_if_due()
    assert set(Presence.objects.values_list("ticket_id", flat=True)) == {8}
