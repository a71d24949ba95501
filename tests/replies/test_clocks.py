"""Noticing that somebody set the clock."""

import pytest
from django.utils import timezone

from thulium_portal.audit.models import AuditEntry
from thulium_portal.operations.worker import Worker
from thulium_portal.replies.delivery import circuit_breaker, clocks


@pytest.fixture
def boot(monkeypatch):
    """Hold the machine's own clock, so that moving the wall clock is a jump."""
    now = [clocks.boot_clock()]
    monkeypatch.setattr(clocks, "boot_clock", lambda: now[0])
    return now


@pytest.mark.parametrize(("moved", "seen"), [(3600, 3600), (-3600, -3600), (1, 0)])
def test_a_clock_that_was_set_is_noticed_and_a_drift_is_not(boot, time_machine, moved, seen):
    time_machine.move_to(1_800_000_000, tick=False)
    detector = clocks.JumpDetector()
    time_machine.move_to(1_800_000_000 + moved, tick=False)
    assert detector.jump() == pytest.approx(seen)
    assert detector.jump() == 0.0


def test_a_sleep_of_the_machine_is_no_jump(boot, time_machine):
    time_machine.move_to(1_800_000_000, tick=False)
    detector = clocks.JumpDetector()
    time_machine.move_to(1_800_003_600, tick=False)
    boot[0] += 3600
    assert detector.jump() == 0.0


@pytest.mark.django_db
def test_a_jump_pauses_sending_for_one_undo_time_and_is_recorded(boot, time_machine):
    time_machine.move_to(1_800_000_000, tick=False)
    worker = Worker(at_once=1)
    time_machine.move_to(1_800_000_000 + 7200, tick=False)
    worker._pause_after_clock_jump()
    assert circuit_breaker.status().pause_until > timezone.now()
    assert AuditEntry.objects.filter(action="clock.jumped").count() == 1
