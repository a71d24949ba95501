"""A worker killed at each named point: what the row says at once, and what becomes of the reply."""

import itertools
import signal

import pytest

from tests.faults.laboratory import Laboratory, wait_until
from tests.faults.texts import word_of

pytestmark = [pytest.mark.faults]

ROUNDS = 8
_numbers = itertools.count(1)

# point: (state after the kill, copies sent by then, state in the end, copies in the end)
BEFORE_THE_GATE = ("claimed", 0, "confirmed", 1)
AFTER_THE_GATE = ("sending", 0, "not_found", 0)
AFTER_THE_BYTES = ("sending", 1, "confirmed", 1)
SCENES = {
    "after_claim": BEFORE_THE_GATE,
    "after_ticket_read": BEFORE_THE_GATE,
    "after_upload": BEFORE_THE_GATE,
    "before_gate": BEFORE_THE_GATE,
    "gate_begun": BEFORE_THE_GATE,
    "inside_gate": BEFORE_THE_GATE,
    "after_gate_commit": AFTER_THE_GATE,
    "after_gate": AFTER_THE_GATE,
    "after_first_byte": AFTER_THE_GATE,
    "after_last_byte": AFTER_THE_BYTES,
    "after_status_line": AFTER_THE_BYTES,
    "before_verdict_commit": AFTER_THE_BYTES,
    "during_audit_insert": AFTER_THE_BYTES,
}


@pytest.fixture
def scene() -> tuple[str, int]:
    """Return a text's mark and a ticket that no other scene uses."""
    number = next(_numbers)
    return word_of(0, number), number


def settle(lab: Laboratory, number: int) -> str:
    """Let time pass and workers work until the reply needs nothing more; returns its state."""
    for _round in range(ROUNDS):
        lab.call("people:let_time_pass", 900)
        lab.call("workers:turn")
        [state] = lab.call("people:states", number)
        if state in {"confirmed", "not_found"}:
            break
    return state


@pytest.mark.parametrize("point", SCENES)
def test_a_worker_killed_at_a_named_point_leaves_the_truth(point, lab, patient, scene):
    at_once, sent_by_then, in_the_end, sent_in_the_end = SCENES[point]
    word, ticket_id = scene
    number = lab.call("people:submit", word, ticket_id, point == "after_upload")
    victim = lab.start("workers:die_at", point, house=patient)
    victim.join(20)
    assert victim.exitcode == -signal.SIGKILL
    assert lab.call("people:states", number) == [at_once]
    wait_until(lambda: lab.ledger().copies()[word] == sent_by_then, "the copies sent by then")
    assert settle(lab, number) == in_the_end
    assert lab.ledger().copies()[word] == sent_in_the_end
    assert lab.call("oracle:judge", lab.ledger(), [word]).failures == {}


def test_a_form_whose_answer_was_lost_is_sent_again_without_a_second_reply(lab, scene):
    word, ticket_id = scene
    victim = lab.start("people:submit_and_die", word, ticket_id)
    victim.join(20)
    assert victim.exitcode == -signal.SIGKILL
    number = lab.call("people:submit", word, ticket_id)
    assert lab.call("people:submit", word, ticket_id) == number
    assert settle(lab, number) == "confirmed"
    assert lab.ledger().copies()[word] == 1


def test_a_worker_killed_at_the_first_gate_of_all_does_not_stop_the_portal(scene):
    word, ticket_id = scene
    with Laboratory("sqlite") as lab:
        first = lab.call("people:submit", word, ticket_id)
        lab.start("workers:die_at", "after_gate_commit").join(20)
        assert lab.call("people:states", first) == ["sending"]
        other, other_ticket = word_of(0, next(_numbers)), ticket_id + 1_000
        second = lab.call("people:submit", other, other_ticket)
        assert settle(lab, second) == "confirmed"
        assert not lab.call("portal:line_status")["held"]
