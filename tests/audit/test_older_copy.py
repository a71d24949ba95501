"""A record put back to an older copy of itself is found by what was signed after that copy."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.support.record import note, submitted
from thulium_portal.audit.faults import Broken, RecordFault
from thulium_portal.audit.models import AuditEntry
from thulium_portal.audit.services import checkpoint
from thulium_portal.audit.verification import verify

pytestmark = pytest.mark.django_db

Tamper = Callable[[], Any]
# Emptied backwards and filled forwards, as the keys between them ask.
TABLES = ("audit_auditentry", "audit_auditcontent", "audit_audithead", "audit_checkpoint")


@contextmanager
def put_back(tamper: Tamper) -> Iterator[None]:
    """Copy the record, head and checkpoints included, and put the copy back after the block."""
    with tamper() as sql:
        for table in TABLES:
            sql(f"CREATE TEMPORARY TABLE older_{table} AS SELECT * FROM {table}")
    yield
    with tamper() as sql:
        for table in reversed(TABLES):
            sql(f"DELETE FROM {table}")
        for table in TABLES:
            sql(f"INSERT INTO {table} SELECT * FROM older_{table} ORDER BY 1")
            sql(f"DROP TABLE older_{table}")


@pytest.fixture
def older_copy(anna, tamper):
    submitted(anna)
    checkpoint()
    with put_back(tamper):
        note()
        note()
        checkpoint()
    assert AuditEntry.objects.count() == 1


@pytest.mark.usefixtures("older_copy")
def test_an_older_copy_is_found_by_the_file_beside_the_database():
    assert verify().broken == Broken(3, RecordFault.CUT)


@pytest.mark.usefixtures("older_copy")
def test_an_older_copy_is_found_after_its_record_has_grown_past_the_cut():
    for _number in range(4):
        note()
    assert verify().broken == Broken(3, RecordFault.CHECKPOINT)
