"""A measured figure beside its floor and its goal."""

from dataclasses import dataclass
from statistics import median

HEADINGS = f"{'goal':>4}  {'what':<46} {'floor':>8} {'portal':>8} {'ratio':>7} {'goal':>7}"


@dataclass(frozen=True)
class Figure:
    """A ratio (or a count) and what it may be at most; without a goal it is told for context."""

    what: str
    value: float
    floor: float | None = None
    portal: float | None = None
    goal: float | None = None

    @property
    def is_met(self) -> bool | None:
        """Tell whether the goal is met; None where there is none."""
        return None if self.goal is None else self.value <= self.goal

    def line(self, number: int) -> str:
        """Return the figure as one line of the table."""
        verdict = {True: "met", False: "MISSED", None: ""}[self.is_met]
        goal = "" if self.goal is None else f"≤ {self.goal:g}"
        columns = [_cell(self.floor), _cell(self.portal), f"{self.value:.2f}".rjust(7)]
        return f"{number:>4}  {self.what:<46} {' '.join(columns)} {goal:>7}  {verdict}".rstrip()


def ratio(what: str, floor: list[float], portal: list[float], *, goal: float) -> Figure:
    """Return the ratio of two medians of seconds."""
    low, high = median(floor) * 1000, median(portal) * 1000
    return Figure(what, high / low, low, high, goal)


def _cell(value: float | None) -> str:
    return " " * 8 if value is None else f"{value:8.2f}"
