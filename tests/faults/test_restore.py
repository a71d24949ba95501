"""An older copy of the database is put back after later replies have left: nothing leaves twice."""

import sqlite3
from contextlib import closing

import pytest

from tests.faults.laboratory import CONTEXT, Laboratory, wait_until
from tests.faults.misbehaviour import Behaviour
from tests.faults.texts import CALM, word_of

pytestmark = [pytest.mark.faults, pytest.mark.timeout(120)]

REPLIES = 60
OLDER, LATER = 12, 24
SLOW = Behaviour(slowness=0.1)
"""Slow answers, so that the backup falls between gates and verdicts."""


def _run_workers(lab):
    return [lab.start("workers:run") for _worker in range(2)]


def _stop(lab, processes):
    for process in processes:
        process.kill()
        lab.forget(process)


def _load_and_back_up(lab, back_up, seed):
    """Let people write and workers send; back up on the way, and stop when later ones have left."""
    done, waiting = CONTEXT.RawValue("q", 0), CONTEXT.RawValue("q", 0)
    writer = lab.start("people:write", seed, REPLIES, CALM, done, waiting)
    workers = _run_workers(lab)
    wait_until(lambda: len(lab.ledger().processed) >= OLDER, "replies leave before the backup")
    back_up()
    wait_until(lambda: len(lab.ledger().processed) >= LATER, "replies leave after the backup")
    _stop(lab, [writer, *workers])


def _let_workers_look(lab):
    """Wait until workers have come round several times."""
    seen = set()

    def came_round():
        seen.add(lab.call("portal:line_status")["worker_seen_at"])
        return len(seen) > 4

    wait_until(came_round, "the workers come round")


@pytest.mark.parametrize("vendor", ["sqlite", "postgresql"])
def test_a_restored_copy_sends_nothing_until_it_is_acknowledged(vendor, seed, tmp_path):
    archive = tmp_path / "older.tar"
    with Laboratory(vendor, SLOW) as lab:
        _load_and_back_up(lab, lambda: lab.call("portal:backup", str(archive)), seed)
        lab.call("portal:restore", str(archive))
        _hold_drill(lab, seed)


def test_a_copy_put_back_by_hand_sends_nothing_either(seed, tmp_path):
    older = tmp_path / "older.sqlite3"
    with Laboratory("sqlite", SLOW) as lab:
        database = lab.data_dir / "portal.sqlite3"

        def copy():
            with closing(sqlite3.connect(database)) as now, closing(sqlite3.connect(older)) as kept:
                now.backup(kept)

        _load_and_back_up(lab, copy, seed)
        for leftover in lab.data_dir.glob("portal.sqlite3*"):
            leftover.unlink()
        database.write_bytes(older.read_bytes())
        _hold_drill(lab, seed)


def _hold_drill(lab, seed):
    before = lab.ledger()
    lab.call("people:submit", word_of(seed, REPLIES + 1), 7_000)
    workers = _run_workers(lab)
    _let_workers_look(lab)
    assert lab.call("portal:line_status")["held"]
    assert lab.ledger().posts == before.posts, f"FAULT_SEED={seed}"
    lab.call("portal:acknowledge")
    states = lab.call("people:count_by_state")
    assert {"pending", "claimed", "sending", "blocked", "not_found"} & states.keys() == set()
    assert states["held"] > 0
    fresh = word_of(seed, REPLIES + 2)
    lab.call("people:submit", fresh, 8_000)
    wait_until(lambda: lab.ledger().copies()[fresh], "sending goes on")
    _stop(lab, workers)
    assert max(lab.ledger().copies().values()) == 1, f"FAULT_SEED={seed}"
    assert lab.ledger().posts == before.posts + 1
