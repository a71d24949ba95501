"""Switched off in the middle of sending: in the record no call begins after the person went."""

import itertools

import pytest

from tests.faults.laboratory import Laboratory, wait_until
from tests.faults.test_zombies import frozen
from tests.faults.texts import word_of

pytestmark = [pytest.mark.faults]

ROUNDS, TEXTS = 12, 12
CLAIMED = ("after_claim", "after_upload", "before_gate", "gate_begun")
_numbers = itertools.count(1)


@pytest.mark.parametrize("vendor", ["sqlite", "postgresql"])
def test_no_call_begins_after_a_person_was_switched_off(vendor, seed):
    with Laboratory(vendor) as lab:
        lab.start("workers:run")
        wait_until(lambda: lab.call("portal:line_status")["worker_seen_at"], "a worker is there")
        words = lab.call("people:race_for_leaving", seed, ROUNDS, TEXTS)
        wait_until(
            lambda: lab.call("people:count_by_state").keys() <= {"held", "confirmed"},
            "every reply is held or confirmed",
        )
        judgement = lab.call("oracle:judge", lab.ledger(), words)
        begun_too_late = lab.call("people:calls_after_leaving")
        states = lab.call("people:count_by_state")
    assert (judgement.failures, begun_too_late) == ({}, []), f"FAULT_SEED={seed}"
    assert states.keys() == {"held", "confirmed"}, "the race was never close"


@pytest.mark.parametrize("point", CLAIMED)
def test_a_worker_that_had_the_reply_in_hand_sends_nothing(point, lab, patient):
    number = next(_numbers)
    word = word_of(4, number)
    row = lab.call("people:submit", word, 4_000 + number, point == "after_upload")
    with frozen(lab, patient, point):
        lab.call("people:leave")
    assert lab.call("people:states", row) == ["held"]
    assert lab.ledger().copies()[word] == 0
    lab.call("people:come_back")


def test_a_call_that_had_begun_is_looked_for_as_ever(lab, patient):
    word = word_of(4, 99)
    row = lab.call("people:submit", word, 4_099)
    with frozen(lab, patient, "after_gate"):
        lab.call("people:leave")
        assert lab.call("people:states", row) == ["sending"]
    wait_until(lambda: lab.ledger().copies()[word] == 1, "what had begun arrives")
    lab.call("people:come_back")
