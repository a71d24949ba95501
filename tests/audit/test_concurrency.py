"""Sixteen writers at once leave one chain without a gap; run on SQLite and PostgreSQL."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from tests.support.record import note
from thulium_portal.audit.actions import Action
from thulium_portal.audit.models import AuditEntry, AuditHead
from thulium_portal.audit.services import Subject, checkpoint, record
from thulium_portal.audit.verification import verify

WRITERS = 16
EACH = 12

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(120)]


def write(writer: int, start: threading.Barrier) -> None:
    start.wait(20)
    try:
        for number in range(EACH):
            with transaction.atomic():
                record(
                    Action.SIGNED_IN,
                    actor=None,
                    subject=Subject("writer", str(writer)),
                    facts={"number": number},
                    content={"note": f"{writer}/{number}"},
                )
                transaction.set_rollback(number % 4 == 3)
    finally:
        connection.close()


def test_sixteen_writers_leave_no_gap():
    start = threading.Barrier(WRITERS)
    with ThreadPoolExecutor(WRITERS) as pool:
        for done in [pool.submit(write, writer, start) for writer in range(WRITERS)]:
            done.result(100)
    expected = WRITERS * EACH * 3 // 4
    sequences = list(AuditEntry.objects.order_by("sequence").values_list("sequence", flat=True))
    assert sequences == list(range(1, expected + 1))
    assert AuditHead.objects.get().sequence == expected
    assert verify().broken is None
    for writer in range(WRITERS):
        own = AuditEntry.objects.filter(subject_id=str(writer)).order_by("sequence")
        numbers = [entry.contents.get().data for entry in own]
        assert numbers == [f"{writer}/{number}" for number in range(EACH) if number % 4 != 3]


def test_checkpoints_made_at_once_still_follow_from_one_another():
    start = threading.Barrier(4)

    def sign() -> None:
        start.wait(20)
        try:
            for _ in range(5):
                note()
                checkpoint()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(sign) for _ in range(4)]:
            done.result(100)
    report = verify()
    assert report.broken is None
    assert report.entries == 20
    assert report.checkpoints >= 5
