"""The worker beside its deliveries: a lost line is tried, and it stops when asked."""

import math
import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from thulium_portal.audit.models import Checkpoint
from thulium_portal.operations.worker import POLL_SECONDS, Worker
from thulium_portal.replies.delivery import circuit_breaker
from thulium_portal.replies.models import Reply, ThuliumConnection

pytestmark = pytest.mark.django_db


def test_a_line_that_came_back_is_noticed_by_a_harmless_reading(thulium):
    ThuliumConnection.objects.update_or_create(
        pk=1, defaults={"down_since": timezone.now(), "probe_at": timezone.now()}
    )
    Worker(at_once=1)._probe()
    assert circuit_breaker.status().down_since is None
    assert thulium.received() == []


def test_a_line_that_is_still_down_stays_so(thulium):
    thulium.fail_next("down", times=10)
    ThuliumConnection.objects.update_or_create(
        pk=1, defaults={"down_since": timezone.now(), "probe_at": timezone.now()}
    )
    Worker(at_once=1)._probe()
    assert circuit_breaker.status().down_since is not None


def test_one_worker_tries_the_line_at_a_time():
    ThuliumConnection.objects.update_or_create(
        pk=1, defaults={"down_since": timezone.now(), "probe_at": timezone.now()}
    )
    assert [circuit_breaker.claim_probe(), circuit_breaker.claim_probe()] == [True, False]


@pytest.fixture
def idle():
    """A worker beside whose polls nothing else happens."""
    circuit_breaker.pulse()
    worker = Worker(at_once=1)
    worker._next_heartbeat = worker._next_reaping = math.inf
    return worker


def test_a_poll_of_an_idle_worker_asks_one_question(idle, submit, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert idle._turn() == POLL_SECONDS
    submit()
    with django_assert_num_queries(1):
        assert idle._turn() == POLL_SECONDS


def test_the_question_of_a_poll_reads_no_table_from_end_to_end(idle, submit):
    for number in range(1, 60):
        submit(ticket_id=number)
    with CaptureQueriesContext(connection) as asked:
        idle._turn()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Of so few rows it would read all and sort them.
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
        explain = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
        cursor.execute(f"{explain} {asked[0]['sql']}")
        plan = "\n".join(str(row) for row in cursor.fetchall())
    indexes = {"reply_pending_due", "reply_check_due", "reply_status_due", "bulk_due"}
    assert {name for name in indexes if name in plan} == indexes, plan
    assert not [sorting for sorting in ("TEMP B-TREE", "Sort") if sorting in plan], plan


@pytest.mark.parametrize(
    ("state", "column"),
    [("pending", "not_before"), ("sent", "next_check_at"), ("confirmed", "status_due_at")],
)
def test_a_poll_ends_when_the_next_thing_is_due(idle, submit, state, column):
    reply = submit().reply
    due = timezone.now() + timedelta(seconds=POLL_SECONDS / 2)
    Reply.objects.filter(pk=reply.pk).update(**{"state": state, column: due})
    assert 0 < idle._turn() < POLL_SECONDS


@pytest.mark.django_db(transaction=True)
def test_a_running_worker_delivers_and_stops_when_asked(submit, thulium, no_undo_time):
    worker = Worker(at_once=2)

    def run() -> None:
        worker.run()
        connection.close()

    thread = threading.Thread(target=run)
    reply = submit().reply
    thread.start()
    try:
        for _look in range(1000):
            reply.refresh_from_db()
            if reply.state == "confirmed":
                break
            threading.Event().wait(0.01)
    finally:
        worker.stop()
        thread.join(timeout=20)
    assert not thread.is_alive()
    assert reply.state == "confirmed"
    assert Checkpoint.objects.exists()
