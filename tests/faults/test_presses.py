"""Send pressed fifty times at once, and undo pressed at the last moment."""

from collections import Counter

import pytest

from tests.faults.laboratory import CONTEXT, Laboratory, wait_until
from tests.faults.misbehaviour import ReadFault
from tests.faults.test_points import settle
from tests.faults.texts import word_of

pytestmark = [pytest.mark.faults]

PROCESSES, THREADS = 10, 5
RACES = 120
UNDO_SECONDS = 0.4


def test_fifty_presses_of_one_key_make_one_reply_and_keep_every_text(lab):
    words = [word_of(2, number) for number in range(THREADS)]
    barrier = CONTEXT.Barrier(PROCESSES * THREADS)
    pressing = [
        lab.start("people:press_together", words, words[0], 2_000, barrier)
        for _process in range(PROCESSES)
    ]
    for process in pressing:
        process.join(40)
        assert process.exitcode == 0
    kept = lab.call("people:kept", 2_000)
    assert sorted(word for word, _state, _number in kept) == sorted(words)
    assert Counter(state for _word, state, _number in kept) == {"pending": 1, "draft": 4}
    [(word, number)] = [(word, row) for word, state, row in kept if state == "pending"]
    assert settle(lab, number) == "confirmed"
    assert {mark: lab.ledger().copies()[mark] for mark in words} == {
        mark: int(mark == word) for mark in words
    }


@pytest.mark.parametrize("vendor", ["sqlite", "postgresql"])
def test_an_undo_at_the_last_moment_is_true_whatever_it_says(vendor, seed):
    with Laboratory(vendor, undo_seconds=UNDO_SECONDS) as lab:
        lab.start("workers:run")
        wait_until(lambda: lab.call("portal:line_status")["worker_seen_at"], "a worker is there")
        said = lab.call("people:race_for_undo", seed, RACES)
        wait_until(lambda: lab.call("people:is_quiet"), "every reply is undone or confirmed")
        ledger = lab.ledger()
        judgement = lab.call("oracle:judge", ledger, list(said))
    assert judgement.failures == {}, f"FAULT_SEED={seed}"
    copies = ledger.copies()
    assert [word for word, words in said.items() if words == "undone" and copies[word]] == []
    assert [word for word, words in said.items() if words == "too late" and not copies[word]] == []
    assert 0 < judgement.copies < RACES, "the race was never close"


def test_an_undo_noted_while_a_worker_prepares_comes_back_even_if_thulium_fails(lab):
    word, ticket_id = word_of(3, 1), 3_001
    number = lab.call("people:submit", word, ticket_id)
    lab.ask("force_reads", ReadFault.ERROR)
    assert lab.call("workers:undo_while_claimed", number) == "noted"
    kept = lab.call("people:kept", ticket_id)
    assert [(mark, state) for mark, state, _number in kept] == [
        (word, "cancelled"),
        (word, "draft"),
    ]
    assert lab.ledger().copies()[word] == 0
