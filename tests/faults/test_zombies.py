"""A worker that slept past its lease and wakes at the gate sends nothing."""

import itertools
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from tests.faults.laboratory import wait_until
from tests.faults.portal import FENCE
from tests.faults.test_points import settle
from tests.faults.texts import word_of

pytestmark = [pytest.mark.faults]

CLAIMED = ("after_claim", "after_ticket_read", "before_gate", "gate_begun")
_numbers = itertools.count(1)


@contextmanager
def frozen(lab, house, point: str) -> Iterator[None]:
    """Freeze a worker at *point*; at the end it wakes and finishes what it was about to do."""
    zombie = lab.start("workers:freeze_at", point, house=house)
    wait_until(lambda: _state_of(zombie) == "T", f"the worker stops at {point}")
    yield
    os.kill(zombie.pid, signal.SIGCONT)
    zombie.join(20)
    assert zombie.exitcode == 0


def _state_of(process: BaseProcess) -> str:
    return Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()[0]


@pytest.mark.parametrize("point", CLAIMED)
def test_a_worker_that_wakes_after_another_took_over_sends_nothing(point, lab, patient):
    number = next(_numbers)
    word = word_of(1, number)
    row = lab.call("people:submit", word, number)
    with frozen(lab, patient, point):
        assert settle(lab, row) == "confirmed"
        before = lab.ledger().posts
    assert lab.ledger().posts == before
    assert lab.ledger().copies()[word] == 1


@pytest.mark.parametrize("point", ["before_gate", "gate_begun", "after_gate_commit", "after_gate"])
def test_a_worker_that_wakes_late_sends_nothing_even_if_nobody_took_over(point, lab, patient):
    number = next(_numbers)
    word = word_of(1, number)
    row = lab.call("people:submit", word, number)
    before = lab.ledger().posts
    with frozen(lab, patient, point):
        slept_since = time.monotonic()
        lab.call("people:let_time_pass", 900)
        # The fence counts real seconds, those of a machine asleep included.
        wait_until(lambda: time.monotonic() > slept_since + FENCE + 0.1, "the fence's time is over")
    assert lab.ledger().posts == before
    state = settle(lab, row)
    assert (state, lab.ledger().copies()[word]) in {("confirmed", 1), ("not_found", 0)}
    assert lab.call("oracle:judge", lab.ledger(), [word]).failures == {}
