"""The benchmark runs and counts right; what it measures is judged by people, not here."""

import pytest

from tests.bench import day, outbox
from tests.bench.report import Figure


def by_name(figures: list[Figure]) -> dict[str, float]:
    return {figure.what.partition(" (")[0]: figure.value for figure in figures}


def test_ninety_five_of_a_hundred_keep_below():
    assert outbox.p95([float(number) for number in range(1, 101)]) == 95
    assert outbox.p95([3.0]) == 3.0


@pytest.mark.faults
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_every_reply_of_the_benchmark_reaches_thulium_over_tls(database):
    figures = by_name(list(outbox.due_to_thulium(database, 3)))
    assert figures["due → at the API, median s"] < outbox.PATIENCE_SECONDS
    assert figures["worker's own CPU per delivery, ms"] < outbox.PATIENCE_SECONDS * 1000


@pytest.mark.faults
def test_everybody_of_the_benchmark_sends_exactly_once():
    figures = by_name(list(outbox.all_at_once("sqlite", 6)))
    assert figures["tickets with none or more than one reply"] == 0
    assert figures["last reply at the API, s"] < outbox.PATIENCE_SECONDS


@pytest.mark.faults
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_day_at_the_desks_goes_without_a_fault(database):
    figures = by_name(list(day.at_work(database, 8, 25, 2_000, haste=10, settle=0)))
    assert figures["errors"] == 0
    for kind in ("desk", "refresh", "ticket", "pulse", "draft"):
        assert any(name.startswith(f"{database}: {kind}, ") for name in figures), kind
    assert 1 <= figures["list calls to Thulium"] <= 10
    assert figures["readings of tickets where nothing happened"] == 0
