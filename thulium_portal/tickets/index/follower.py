"""Following Thulium's list: what changed is listed, read and named, politely and in turn.

One process does it for all, in steps of one call each, with a budget a minute; never inside a
transaction, and never in the way of a reply, whose calls go their own way.
"""

import logging
import os
import secrets
import socket
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from thulium_portal import gateway
from thulium_portal.thulium import Reason, ThuliumClient, ThuliumError
from thulium_portal.tickets import presence
from thulium_portal.tickets.index import claim, customers, headings, readings
from thulium_portal.tickets.index.state import Problem
from thulium_portal.tickets.index.walk import Walk, changes_since
from thulium_portal.tickets.models import TicketIndex

logger = logging.getLogger(__name__)

READ_TIMEOUT = 10.0
ORDINARY_EVERY = timedelta(seconds=0.6)
"""Between two readings nobody waits for; the rest of the minute's calls is for the others."""
CATCH_UP_EVERY = timedelta(seconds=30)
"""While all tickets are listed, what changed is asked for this often."""
WHOLE_EVERY = timedelta(hours=20)
AT_NIGHT = range(1, 5)
"""Hours, local time, in which all tickets are listed anew."""
AT_LATEST = timedelta(days=3)
MORE_ATTEMPTS = 2
"""So often the whole list is read again where it showed fewer tickets than it counts."""
NEXT_ATTEMPT = timedelta(hours=1)
NOT_OURS_SECONDS, IDLE_SECONDS = 5.0, 1.0
_LINE_IS_DOWN = frozenset({Reason.NO_CONNECTION, Reason.CERTIFICATE, Reason.BUSY})
_PROBLEMS = {
    Reason.NO_RIGHT: Problem.NO_RIGHT,
    Reason.WRONG_CREDENTIALS: Problem.CREDENTIALS,
    Reason.SERVER_ERROR: Problem.SERVER_ERROR,
    Reason.BUSY: Problem.BUSY,
    Reason.UNEXPECTED_ANSWER: Problem.UNEXPECTED,
    Reason.REDIRECTED: Problem.UNEXPECTED,
    Reason.NOT_FOUND: Problem.UNEXPECTED,
    Reason.REFUSED: Problem.UNEXPECTED,
}


class Follower:
    """One process's try at following; most of the time another one is at it."""

    def __init__(self) -> None:
        self._name = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"[-100:]
        self._rest_until = self._next_ordinary = timezone.now()
        self._alone_until: datetime | None = None
        self._names = customers.Patience()
        self._failures = 0

    def leave_alone(self, until: datetime | None) -> None:
        """Ask Thulium nothing at all before *until*, which it asked for itself."""
        if until is not None:
            self._alone_until = max(until, self._alone_until or until)

    def run(self, stopping: threading.Event, is_done: Callable[[], bool] | None = None) -> None:
        """Follow until *stopping* is set, or *is_done*; both are heeded after every call."""
        try:
            while not (stopping.is_set() or (is_done and is_done())):
                stopping.wait(self.step())
        finally:
            claim.let_go(self._name)

    def run_due(self, most: int) -> int:
        """Take up to *most* steps that are due now, and leave the rest; return how many."""
        done = 0
        try:
            while done < most and self.step() == 0:
                done += 1
        finally:
            claim.let_go(self._name)
        return done

    def step(self) -> float:
        """Make the one call that is most due; return the seconds to wait before the next step."""
        now = timezone.now()
        row = claim.hold(self._name, now)
        if row is None:
            return NOT_OURS_SECONDS
        if self._alone_until and now < self._alone_until <= now + claim.LONGEST_WAIT:
            return IDLE_SECONDS
        if claim.take_list_call(self._name, now):
            self._list(row, now)
            return 0
        if now < self._rest_until <= now + claim.LONGEST_REST:
            return IDLE_SECONDS
        return 0 if self._read_one(now) or self._name_one(now) else IDLE_SECONDS

    # Listing

    def _list(self, row: TicketIndex, now: datetime) -> None:
        """Ask for the next page of the walk that is most due, and take it in."""
        walk, is_whole = _next_walk(row, now)
        try:
            page = _client().get_tickets(walk.since, walk.offset)
            after = walk.after(page)
        except ThuliumError as error:
            self._list_failed(row, walk, error, is_whole=is_whole and row.newest is not None)
            return
        outdated = headings.take_page(page.rows, began=now, watched=presence.watched())
        after = after.without(outdated - set(walk.tail))
        values = _whole_values(row, after) if is_whole else _recent_values(row, after)
        if row.problem or row.failures:
            values |= {"problem": "", "problem_since": None, "failures": 0}
        claim.store(row, **values)

    def _list_failed(
        self, row: TicketIndex, walk: Walk, error: ThuliumError, *, is_whole: bool
    ) -> None:
        """Leave Thulium alone for a while, and let pages say why.

        Where but the walk through all tickets fails, as deep pages may, the changes go on.
        """
        now = timezone.now()
        if is_whole and error.reason in {Reason.SERVER_ERROR, Reason.TIMED_OUT}:
            later = now + claim.rest(walk.failures)
            claim.store(row, whole=walk.put_off(later).stored())
            return
        rest = (
            timedelta(seconds=error.retry_after) if error.retry_after else claim.rest(row.failures)
        )
        problem = _PROBLEMS.get(error.reason, Problem.UNREACHABLE)
        since = row.problem_since if row.problem == problem else now
        claim.store(
            row,
            failures=row.failures + 1,
            next_call_at=now + rest,
            problem=problem,
            problem_since=since,
        )
        if error.retry_after:
            self.leave_alone(now + rest)

    # Reading

    def _read_one(self, now: datetime) -> bool:
        watched = presence.watched()
        row = readings.next_due(watched)
        if row is None:
            return False
        is_urgent = readings.is_urgent(row, watched)
        return self._call(now, lambda client: readings.read(row, client), is_urgent=is_urgent)

    def _name_one(self, now: datetime) -> bool:
        customer = customers.next_unnamed(self._names.put_off(now))
        if customer is None:
            return False
        if customers.take_over(customer):
            return True
        if self._names.is_resting(now):
            return False
        return self._call(now, lambda client: self._ask(customer, client), is_urgent=False)

    def _ask(self, customer: int, client: ThuliumClient) -> None:
        """Ask for a name; where only it cannot be told, the tickets are read all the same."""
        try:
            customers.ask(customer, client)
        except ThuliumError as error:
            if error.reason in _LINE_IS_DOWN or error.retry_after:
                raise
            self._names.failed(customer)
        else:
            self._names.succeeded(customer)

    def _call(
        self, now: datetime, call: Callable[[ThuliumClient], None], *, is_urgent: bool
    ) -> bool:
        """Make *call* where the budget allows; after an error of the line all calls rest."""
        soon = self._next_ordinary - now
        if not is_urgent and timedelta(0) < soon <= ORDINARY_EVERY:
            return False
        if not claim.take_call(self._name, now):
            return False
        if not is_urgent:
            self._next_ordinary = now + ORDINARY_EVERY
        try:
            call(_client())
        except ThuliumError as error:
            self._rest_until = timezone.now() + claim.rest(self._failures)
            self._failures += 1
            if error.retry_after:
                self.leave_alone(timezone.now() + timedelta(seconds=error.retry_after))
        else:
            self._failures = 0
        return True


def _client() -> ThuliumClient:
    return gateway.thulium_client(read_timeout=READ_TIMEOUT)


def _next_walk(row: TicketIndex, now: datetime) -> tuple[Walk, bool]:
    """Return the walk whose next page is asked for, and whether it is the one through all."""
    whole = Walk.read(row.whole) if row.whole else Walk(now)
    if row.newest is None:
        return whole, True
    if row.recent:
        return Walk.read(row.recent), False
    is_caught_up = row.listed_at is not None and now - row.listed_at < CATCH_UP_EVERY
    may_go_on = whole.not_before is None or whole.not_before <= now
    if is_caught_up and may_go_on and (row.whole or _is_whole_due(row, now)):
        return whole, True
    return Walk(now, since=changes_since(row.newest, row.listed_at, now)), False


def _is_whole_due(row: TicketIndex, now: datetime) -> bool:
    if row.whole_at is None:
        return True
    is_night = timezone.localtime(now).hour in AT_NIGHT
    return now - row.whole_at >= (WHOLE_EVERY if is_night else AT_LATEST)


def _recent_values(row: TicketIndex, walk: Walk) -> dict[str, Any]:
    if not walk.is_finished:
        return {"recent": walk.stored()}
    return {"recent": {}, "listed_at": walk.began, "newest": _newest(row, walk)}


def _whole_values(row: TicketIndex, walk: Walk) -> dict[str, Any]:
    values: dict[str, Any] = {"whole": walk.stored()}
    if row.newest is None:
        # From here on the changes are followed beside, as long as this takes.
        values["newest"] = _newest(row, walk)
    if not walk.is_finished:
        return values
    headings.read_unseen(walk.began)
    customers.renew()
    values |= {"whole": {}, "whole_at": walk.began}
    if row.listed_at is None or row.listed_at < walk.began:
        values["listed_at"] = walk.began
    is_short = headings.seen_since(walk.began) + walk.left_out < walk.count
    if is_short and walk.attempt < MORE_ATTEMPTS:
        now = timezone.now()
        again = Walk(now, attempt=walk.attempt + 1, not_before=now + NEXT_ATTEMPT)
        values["whole"] = again.stored()
    return values


def _newest(row: TicketIndex, walk: Walk) -> datetime:
    """Return from where on changes are listed next; never from after now, whatever is told."""
    newest = max(filter(None, (row.newest, walk.newest)), default=walk.began)
    return min(newest, walk.began)
