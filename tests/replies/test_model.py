"""Every interleaving of workers, crashes, expiries, late processing and one human resend."""

import pytest

from tests.replies.model import GUARDS, Model
from thulium_portal.replies.states import TRANSITIONS, State

OUTSIDE = {State.DRAFT, State.UNAPPROVED, State.HELD}
"""States the model leaves out: writing, waiting for a colleague, and the hold after a restore."""


LATE = {(State.NOT_FOUND, State.CONFIRMED), (State.NOT_FOUND, State.SENT)}
"""Taken only where Thulium processes a call after the settle time, which the model excludes."""
PLANNED = {(State.PENDING, State.BLOCKED)}
"""Taken only by planned replies."""


@pytest.mark.parametrize(("workers", "replies"), [(2, 1), (3, 1), (2, 2)])
def test_no_interleaving_breaks_a_promise(workers, replies):
    result = Model(workers=workers, replies=replies).search()
    assert result.violation == "", " → ".join(result.path)
    assert result.states > 2_000


def test_the_search_takes_every_automatic_move_of_the_table():
    taken = Model(workers=2).search().moves
    automatic = {
        (move.source, move.target)
        for move in TRANSITIONS
        if move.by in {"worker", "reaper", "read-back"} and not {move.source, move.target} & OUTSIDE
    }
    assert automatic - taken == LATE | PLANNED


@pytest.mark.parametrize("guard", sorted(GUARDS))
def test_the_search_notices_each_guard_that_is_removed(guard):
    assert Model(workers=2, replies=2, without=guard).search().violation
