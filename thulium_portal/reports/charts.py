"""Numbers in, geometry out: column charts as the templates draw them, in SVG units."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 720
HEIGHT = 200
_LEFT, _TOP, _BOTTOM = 40, 10, 24
_GAP = 0.25
_LINES = 4
_MOST_LABELS = 16


@dataclass(frozen=True)
class Point:
    """One number: what it counts, shortly and in full, and where its list is."""

    label: str
    value: int
    name: str = ""
    url: str = ""


@dataclass(frozen=True)
class Column:
    """The rectangle of one point; ``middle`` is where its label stands, if it has room for one."""

    point: Point
    x: float
    y: float
    width: float
    height: float
    middle: float
    labelled: bool


@dataclass(frozen=True)
class Rule:
    """A horizontal line at a round number."""

    value: int
    y: float


@dataclass(frozen=True)
class Chart:
    """Everything a template needs to draw columns over a base line."""

    columns: tuple[Column, ...]
    rules: tuple[Rule, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT
    base: int = HEIGHT - _BOTTOM

    @property
    def points(self) -> tuple[Point, ...]:
        return tuple(column.point for column in self.columns)


def columns(points: Sequence[Point]) -> Chart:
    """Return the chart of *points*, which are counts and never negative."""
    step = round_step(max((point.value for point in points), default=0))
    most, room = step * _LINES, HEIGHT - _TOP - _BOTTOM
    slot = (WIDTH - _LEFT) / max(len(points), 1)
    every = -(-len(points) // _MOST_LABELS)
    drawn = []
    for place, point in enumerate(points):
        height = room * point.value / most
        start = _LEFT + slot * place
        drawn.append(
            Column(
                point,
                x=round(start + slot * _GAP / 2, 1),
                y=round(_TOP + room - height, 1),
                width=round(slot * (1 - _GAP), 1),
                height=round(height, 1),
                middle=round(start + slot / 2, 1),
                labelled=place % every == 0,
            )
        )
    rules = tuple(
        Rule(step * line, round(_TOP + room - room * line / _LINES, 1))
        for line in range(_LINES + 1)
    )
    return Chart(tuple(drawn), rules)


def round_step(most: int) -> int:
    """Return the smallest of 1, 2, 5, 10, 20, 50… of which four reach *most*."""
    power = 1
    while power * 10 * _LINES < most:
        power *= 10
    return next(step for step in (power, 2 * power, 5 * power, 10 * power) if step * _LINES >= most)
