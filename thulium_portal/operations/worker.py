"""The outbox worker: claims what is due, delivers several at once, settles what is unknown.

The table is the queue and the only truth; any number of workers may run on any number of machines.
"""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection, transaction
from django.db.models import QuerySet, Subquery
from django.utils import timezone

from thulium_portal import gateway
from thulium_portal.audit.actions import Action
from thulium_portal.audit.services import record
from thulium_portal.audit.settings_log import record_settings
from thulium_portal.bulk import steps
from thulium_portal.bulk.models import BulkReply
from thulium_portal.operations.housekeeping import Housekeeping, sign_record
from thulium_portal.replies import canned_usage
from thulium_portal.replies.delivery import (
    circuit_breaker,
    leases,
    outbox,
    readback,
    restore_guard,
    ticket_status,
)
from thulium_portal.replies.delivery.claims import Claim
from thulium_portal.replies.delivery.clocks import JumpDetector
from thulium_portal.replies.models import Reply, ThuliumConnection
from thulium_portal.replies.states import State
from thulium_portal.thulium import NotFound, OtherTicket, ThuliumError
from thulium_portal.tickets.index.follower import Follower

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.25
HEARTBEAT_SECONDS = 20.0
REAP_SECONDS = 5.0
PROBE_TIMEOUT = 5.0
DATABASE_AWAY_SECONDS = 1.0
FOLLOWED_AT_ONCE = 20
"""So many steps of following Thulium's list are taken where all work is done in one go."""


class Worker:
    """One worker process; ``stop()`` lets it finish the calls in hand and return from ``run()``."""

    def __init__(self, *, at_once: int) -> None:
        self._name = f"{socket.gethostname()}:{os.getpid()}"
        self._at_once = at_once
        self._stopping = threading.Event()
        self._wake = threading.Event()
        # Two threads more than deliveries at once: housekeeping and following Thulium's list never
        # take a reply's place.
        self._pool = ThreadPoolExecutor(at_once + 2, thread_name_prefix="delivery")
        self._claims: dict[Future[None], Claim | None] = {}
        self._next_heartbeat = self._next_reaping = 0.0
        self._housekeeping = Housekeeping()
        self._round: Future[None] | None = None
        self._follower = Follower()
        self._following: Future[None] | None = None
        self._clock = JumpDetector()
        self._reading_first = False

    def stop(self) -> None:
        """Ask the worker to end after the calls in hand; safe from a signal handler."""
        self._stopping.set()
        self._wake.set()

    def run(self) -> None:
        """Work until :meth:`stop`; settings that changed since the last start are recorded."""
        restore_guard.database_is_current()
        record_settings()
        try:
            while not self._stopping.is_set():
                self._wake.wait(self._turn_safely())
                self._wake.clear()
        finally:
            # Calls in hand end by themselves: cutting one would leave its outcome unknown.
            wait(self._claims)
            self._pool.shutdown()
            sign_record()
            connection.close()

    def run_once(self) -> int:
        """Do what is due now, one after the other in this thread; returns how much was done."""
        restore_guard.database_is_current()
        done = leases.expire()
        self._probe()
        while (bulk := steps.take()) is not None:
            steps.take_step(bulk)
            done += 1
        while (claim := outbox.claim_next(worker=self._name)) is not None:
            outbox.deliver(claim)
            done += 1
        while (reply := readback.claim_check()) is not None:
            readback.check(reply)
            done += 1
        while (reply := ticket_status.take()) is not None:
            ticket_status.follow(reply)
            done += 1
        self._follower.leave_alone(circuit_breaker.status().pause_until)
        done += self._follower.run_due(FOLLOWED_AT_ONCE)
        return done + canned_usage.compare_waiting()

    def _turn_safely(self) -> float:
        """Take one turn and return how many seconds to wait; a lost database is waited for."""
        try:
            return self._turn()
        except DatabaseError:
            logger.exception("the database is away, trying again")
            connection.close()
            return DATABASE_AWAY_SECONDS

    def _turn(self) -> float:
        self._forget_finished()
        self._pause_after_clock_jump()
        self._run_periodic_tasks()
        now = timezone.now()
        if (due := _next_due(now)) > now:
            return _poll((due - now).total_seconds())
        while len(self._claims) < self._at_once and not self._stopping.is_set():
            if not self._start_next():
                break
        return self._pause()

    def _start_next(self) -> bool:
        """Start a delivery or a reading, by turns, so that a long queue leaves no doubt waiting."""
        self._reading_first = not self._reading_first
        if self._reading_first:
            started = self._start_reading() or self._start_delivery()
        else:
            started = self._start_delivery() or self._start_reading()
        return started or self._start_following() or self._start_bulk_step()

    def _start_delivery(self) -> bool:
        claim = outbox.claim_next(worker=self._name)
        return claim is not None and self._start(partial(outbox.deliver, claim), claim)

    def _start_reading(self) -> bool:
        reply = readback.claim_check()
        return reply is not None and self._start(partial(readback.check, reply))

    def _start_following(self) -> bool:
        reply = ticket_status.take()
        return reply is not None and self._start(partial(ticket_status.follow, reply))

    def _start_bulk_step(self) -> bool:
        bulk = steps.take()
        return bulk is not None and self._start(partial(steps.take_step, bulk))

    def _start(self, job: Callable[[], None], claim: Claim | None = None) -> bool:
        future = self._pool.submit(_in_thread, job)
        self._claims[future] = claim
        future.add_done_callback(lambda _: self._wake.set())
        return True

    def _forget_finished(self) -> None:
        for future in [future for future in self._claims if future.done()]:
            del self._claims[future]

    def _pause_after_clock_jump(self) -> None:
        """Pause for one undo time after the clock was set, so that nothing leaves too early."""
        jumped = self._clock.jump()
        if jumped:
            circuit_breaker.pause(settings.UNDO_SECONDS)
            with transaction.atomic():
                record(Action.CLOCK_JUMPED, actor=None, facts={"seconds": round(jumped)})

    def _run_periodic_tasks(self) -> None:
        now = time.monotonic()
        if now >= self._next_heartbeat:
            self._next_heartbeat = now + HEARTBEAT_SECONDS
            for claim in filter(None, self._claims.values()):
                outbox.extend_lease(claim)
        if now >= self._next_reaping:
            self._next_reaping = now + REAP_SECONDS
            leases.expire()
            circuit_breaker.pulse()
            self._probe()
            self._start_housekeeping()
            self._start_following_tickets()

    def _start_housekeeping(self) -> None:
        """Keep order in a thread of the pool, one round at a time; no reply waits for it."""
        if self._round is None or self._round.done():
            self._round = self._pool.submit(_in_thread, self._housekeeping.run_if_due)

    def _start_following_tickets(self) -> None:
        """Follow Thulium's list in a thread of the pool; one that ended by an error begins anew."""
        self._follower.leave_alone(circuit_breaker.status().pause_until)
        if self._following is None or self._following.done():
            job = partial(self._follower.run, self._stopping)
            self._following = self._pool.submit(_in_thread, job)

    def _pause(self) -> float:
        """Return how long to wait: until the next reply is due, at most one poll."""
        due = (
            Reply.objects.filter(state=State.PENDING, not_before__gt=timezone.now())
            .order_by("not_before")
            .values_list("not_before", flat=True)
            .first()
        )
        return POLL_SECONDS if due is None else _poll((due - timezone.now()).total_seconds())

    def _probe(self) -> None:
        """Try a line that is down by a harmless reading; any sensible answer closes the breaker."""
        if circuit_breaker.status().down_since is None or not circuit_breaker.claim_probe():
            return
        waiting = Reply.objects.filter(state=State.PENDING).order_by("not_before").first()
        try:
            gateway.thulium_client(read_timeout=PROBE_TIMEOUT).get_ticket(
                waiting.ticket_id if waiting else 1
            )
        except (NotFound, OtherTicket):
            circuit_breaker.record_success()
        except ThuliumError as error:
            circuit_breaker.record_failure(
                error.reason, ticket_id=waiting.ticket_id if waiting else 0
            )
        else:
            circuit_breaker.record_success()


def _next_due(now: datetime) -> datetime:
    """Return when anything is due first, by one question; whether it may begin is asked then.

    Of nothing that waits that is one poll from *now* on.
    """

    def first(rows: QuerySet[Any], column: str) -> Subquery:
        # Only what has a time is in the index.
        rows = rows.filter(**{f"{column}__isnull": False})
        return Subquery(rows.order_by(column).values(column)[:1])

    # The one row that is always there stands for none of the four: it carries the question.
    moments = ThuliumConnection.objects.filter(pk=1).values_list(
        first(Reply.objects.filter(state=State.PENDING), "not_before"),
        first(Reply.objects.filter(state__in=readback.WATCHED), "next_check_at"),
        first(Reply.objects.filter(state=State.CONFIRMED), "status_due_at"),
        first(BulkReply.objects.all(), "due_at"),
    )
    known = moments.first()
    if known is None:
        return now
    return min(filter(None, known), default=now + timedelta(seconds=POLL_SECONDS))


def _poll(seconds: float) -> float:
    """Return how long to wait where something is due in *seconds*: at most one poll."""
    return min(POLL_SECONDS, max(0.002, seconds))


def _in_thread(job: Callable[[], None]) -> None:
    close_old_connections()
    try:
        job()
    except Exception:
        logger.exception("a delivery ended unexpectedly; its lease will run out")
    finally:
        connection.close()
