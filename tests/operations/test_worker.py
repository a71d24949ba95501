"""The worker beside its deliveries: a lost line is tried, and it stops when asked."""

import threading

import pytest
from django.db import connection
from django.utils import timezone

from thulium_portal.audit.models import Checkpoint
from thulium_portal.operations.worker import Worker
from thulium_portal.replies.delivery import circuit_breaker
from thulium_portal.replies.models import ThuliumConnection

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
