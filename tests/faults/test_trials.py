"""Thousands of accidents at random: nothing doubles, nothing is lost, nothing is said wrongly."""

import os

import pytest

from tests.faults.trial import PACE, Plan, Trial

pytestmark = [pytest.mark.faults, pytest.mark.timeout(0)]


def _count(usual: int) -> int:
    return int(os.environ.get("FAULT_DELIVERIES", usual))


def test_kills_and_faults_on_sqlite_neither_double_nor_lose_nor_lie(seed):
    count = _count(200)
    outcome = Trial(Plan("sqlite", count, seed, limit=150 + count / PACE)).run()
    assert outcome.judgement.failures == {}, f"FAULT_SEED={seed}: {outcome}"
    assert outcome.judgement.copies > outcome.judgement.texts / 2, outcome
    assert outcome.kills + outcome.deaths_at_points >= 20, outcome


def test_kills_faults_and_crashes_of_postgresql_neither_double_nor_lose_nor_lie(seed):
    count = _count(100)
    plan = Plan("postgresql", count, seed, restart_every=3.0, limit=150 + count / PACE)
    outcome = Trial(plan).run()
    assert outcome.judgement.failures == {}, f"FAULT_SEED={seed}: {outcome}"
    assert outcome.judgement.copies > outcome.judgement.texts / 2, outcome
    assert outcome.kills + outcome.deaths_at_points >= 10, outcome
    assert outcome.restarts >= 2, outcome


def test_a_naive_worker_fails_in_the_same_rig(seed):
    outcome = Trial(Plan("sqlite", 80, seed, naive=True, limit=60)).run()
    assert outcome.judgement.lies > 0.1 * outcome.judgement.texts, f"FAULT_SEED={seed}: {outcome}"
