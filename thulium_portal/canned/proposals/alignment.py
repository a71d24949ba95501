"""A canned response's own tokens laid beside those that were sent, in bounded time.

The cheapest way to turn one row into the other is searched (A*, on integers). What agrees costs
nothing, what fills a blank a little less than what was put in or left out: a text in which only
blanks were filled is always found as such, and a blank still swallows no sentence beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from thulium_portal.canned.proposals.tokens import Token

MOST_STEPS = 100_000
"""Places looked at before a comparison is given up: about a third of a second."""
_CHANGED, _FILLED = 4, 3
"""What a token costs that was put in or left out, and one that fills a blank."""


class Step(Enum):
    """How two rows go on: with what both have, what one has, or what fills a blank."""

    SAME = "same"
    LEFT_OUT = "left out"
    PUT_IN = "put in"
    FILLED = "filled"
    PASSED = "passed"


class Reach(Enum):
    """Whether a blank may hold a token: any, as its first one alone, or none."""

    ALWAYS = "always"
    FIRST = "first"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Move:
    """One step: from row *own* of the template and token *sent*, where it has either."""

    step: Step
    own: int
    sent: int


@dataclass(frozen=True, slots=True)
class Own:
    """What a row of the template asks of a token: its key; without one nothing, or anything."""

    key: str | None
    takes_any: bool = False
    is_free: bool = False
    """It may be missing at no cost: the mark of a list in plain text, a tag round nothing."""
    starts_line: bool = False
    """It stands first in a line of plain text."""


def align(own: Sequence[Own], sent: Sequence[str], reach: Sequence[Reach]) -> list[Move] | None:
    """Return the steps from *own* to *sent*; None where they differ too much to be compared.

    *reach* tells of each token of *sent* whether a blank may hold it.
    """
    search = _Search(own, sent, reach)
    return search.way() if search.found() else None


class _Search:
    """Places are numbers: the row of the template times the width, plus the token sent."""

    def __init__(self, own: Sequence[Own], sent: Sequence[str], reach: Sequence[Reach]) -> None:
        self._own, self._sent, self._reach = own, sent, reach
        self._width = len(sent) + 1
        self._end = len(own) * self._width + len(sent)
        self._came: dict[int, tuple[int, Step]] = {}
        self._todo: dict[int, list[tuple[int, int, int, Step]]] = {}
        self._ahead = _ahead(own)

    def found(self) -> bool:
        """Search until the end is reached; tell whether it was in time."""
        least = self._least(0, 0)
        self._add(0, 0, -1, Step.SAME)
        for _seen in range(MOST_STEPS):
            while not self._todo.get(least):
                self._todo.pop(least, None)
                least = min(self._todo)
            place, cost, before, step = self._todo[least].pop()
            if place in self._came:
                continue
            self._came[place] = (before, step)
            if place == self._end:
                return True
            self._go_on(place, cost)
        return False

    def _go_on(self, place: int, cost: int) -> None:
        """Add where one gets from *place*; of what costs the same, the last added comes first."""
        i, j = divmod(place, self._width)
        row = self._own[i] if i < len(self._own) else None
        has_sent = j < len(self._sent)
        if row is not None and (row.key is None or row.is_free):
            step = Step.PASSED if row.key is None else Step.LEFT_OUT
            self._add(place + self._width, cost, place, step)
        if row is not None and has_sent and row.key == self._sent[j]:
            self._add(place + self._width + 1, cost, place, Step.SAME)
            return
        if has_sent:
            self._add(place + 1, cost + _CHANGED, place, Step.PUT_IN)
        if row is None or row.is_free:
            return
        if row.key is not None:
            self._add(place + self._width, cost + _CHANGED, place, Step.LEFT_OUT)
            return
        if row.takes_any and has_sent and self._may_fill(place, j):
            self._add(place + 1, cost + self._filling(row, place, j), place, Step.FILLED)

    def _may_fill(self, place: int, j: int) -> bool:
        if self._reach[j] is Reach.FIRST:
            return self._came[place][1] is not Step.FILLED
        return self._reach[j] is Reach.ALWAYS

    def _filling(self, row: Own, place: int, j: int) -> int:
        """Return what the filling costs: more for what begins in a line before the blank's own."""
        begins_before = row.starts_line and self._reach[j] is not Reach.FIRST
        if begins_before and self._came[place][1] is not Step.FILLED:
            return _CHANGED
        return _FILLED

    def _add(self, place: int, cost: int, before: int, step: Step) -> None:
        if place not in self._came:
            least = cost + self._least(*divmod(place, self._width))
            self._todo.setdefault(least, []).append((place, cost, before, step))

    def _least(self, i: int, j: int) -> int:
        """Return what the rest costs at least: what one row has more than the other."""
        words, marks, has_open = self._ahead[i]
        more = len(self._sent) - j - words
        if more < 0:
            return -more * _CHANGED
        return max(0, more - marks) * (_FILLED if has_open else _CHANGED)

    def way(self) -> list[Move]:
        """Return the steps that led to the end, in order."""
        moves: list[Move] = []
        place = self._end
        while place > 0:
            before, step = self._came[place]
            moves.append(Move(step, *divmod(before, self._width)))
            place = before
        return moves[::-1]


def slid(moves: Sequence[Move], tokens: Sequence[Token]) -> list[Move]:
    """Return *moves* with what was put in begun at the beginning of its line, where it can be.

    Of two items “- a, - b” the second was put in, not “a, -” between the marks.
    """
    done = list(moves)
    for end in range(1, len(done)):
        goes_on = end + 1 < len(done) and done[end + 1].step is Step.PUT_IN
        if done[end].step is Step.PUT_IN and not goes_on:
            _slide(done, end, tokens)
    return done


def before_empty(moves: Sequence[Move], own: Sequence[Own]) -> list[Move]:
    """Return *moves* with what was put in before empty blanks with the tags or marks round them."""
    done: list[Move] = []
    waiting: list[Move] = []
    for move in moves:
        if move.step is Step.PASSED or (move.step is Step.LEFT_OUT and own[move.own].is_free):
            waiting.append(move)
            continue
        if move.step is not Step.PUT_IN or all(each.step is Step.PASSED for each in waiting):
            done += waiting
            waiting = []
        done.append(move)
    return done + waiting


def _slide(moves: list[Move], end: int, tokens: Sequence[Token]) -> None:
    """Move the run that ends at *end* towards the beginning, as far as its first line begins."""
    start = end
    while start and moves[start - 1].step is Step.PUT_IN:
        start -= 1
    back = 0
    while start - back > 0 and moves[start - back - 1].step is Step.SAME:
        if tokens[moves[start - back].sent].starts_line:
            break
        if tokens[moves[start - back - 1].sent].key != tokens[moves[end - back].sent].key:
            return
        back += 1
    if not back or not tokens[moves[start - back].sent].starts_line:
        return
    same = moves[start - back : start]
    sent = [move.sent for move in moves[start - back : end + 1]]
    own = same[0].own
    put_in = [Move(Step.PUT_IN, own, token) for token in sent[: end + 1 - start]]
    kept = [
        Move(Step.SAME, move.own, token)
        for move, token in zip(same, sent[end + 1 - start :], strict=True)
    ]
    moves[start - back : end + 1] = [*put_in, *kept]


def _ahead(own: Sequence[Own]) -> list[tuple[int, int, bool]]:
    """Return for each row how many words and marks are ahead from it, and whether a blank is."""
    ahead = [(0, 0, False)]
    for row in reversed(own):
        words, marks, has_open = ahead[-1]
        is_word = row.key is not None and not row.is_free
        ahead.append((words + is_word, marks + row.is_free, has_open or row.takes_any))
    return ahead[::-1]
