"""Geometry of the pictures: columns end at their value, and nothing leaves the frame."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thulium_portal.reports.charts import HEIGHT, WIDTH, Point, columns, round_step


@pytest.mark.parametrize(("most", "step"), [(0, 1), (4, 1), (5, 2), (40, 10), (41, 20), (999, 500)])
def test_rules_stand_at_round_numbers(most, step):
    assert round_step(most) == step


def test_a_column_ends_at_its_value():
    chart = columns([Point("1", 5), Point("2", 0), Point("3", 10)])
    half, none, full = chart.columns
    assert full.height == pytest.approx(2 * half.height, abs=0.2)
    assert none.height == 0
    assert half.y + half.height == pytest.approx(chart.base, abs=0.2)
    rule = next(rule for rule in chart.rules if rule.value == 0)
    assert rule.y == pytest.approx(chart.base, abs=0.2)


def test_no_numbers_make_an_empty_frame():
    assert columns([]).columns == ()


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=60))
def test_everything_stays_in_the_frame(values):
    chart = columns([Point(str(value), value) for value in values])
    for column in chart.columns:
        assert chart.left <= column.x <= column.x + column.width <= WIDTH
        assert 0 <= column.y <= column.y + column.height <= HEIGHT
