"""The table of moves: what the code allows is what the documentation says."""

from itertools import pairwise
from pathlib import Path

import pytest
from django.db import transaction

from thulium_portal.audit.actions import Action
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import ALLOWED, IN_FLIGHT, OPEN, TRANSITIONS, State
from thulium_portal.replies.transitions import move

PAGE = Path(__file__).parents[2] / "docs" / "at-most-once.md"


def moves_table() -> str:
    """Return the table of moves as the page shows it."""
    lines = ["| from | to | who | where |", "| --- | --- | --- | --- |"]
    lines += [
        f"| `{step.source}` | `{step.target}` | {step.by} | {step.guard} |" for step in TRANSITIONS
    ]
    return "\n".join(lines)


def test_the_documentation_shows_the_table_the_code_obeys():
    shown = PAGE.read_text().split("<!-- moves -->")[1].split("<!-- /moves -->")[0].strip()
    assert shown == moves_table()


def test_every_case_of_the_documentation_names_a_test_that_exists():
    folders = [Path(__file__).parent, Path(__file__).parent.parent / "bulk"]
    tests = "\n".join(path.read_text() for folder in folders for path in folder.glob("test_*.py"))
    table = PAGE.read_text().split('## "Did it happen?"')[1].split("## ")[0]
    named = [line.split("`")[-2] for line in table.splitlines() if line.endswith("` |")]
    assert len(named) == 16
    assert [name for name in named if f"def {name}(" not in tests] == []


def test_nothing_leads_from_doubt_to_a_second_call():
    assert not {(State.UNKNOWN, State.PENDING), (State.UNKNOWN, State.SENDING)} & ALLOWED
    assert not {(State.SENT, State.PENDING), (State.CONFIRMED, State.PENDING)} & ALLOWED


def test_a_reply_passes_claimed_before_it_is_sent():
    into_sending = {source for source, target in ALLOWED if target is State.SENDING}
    assert into_sending == {State.CLAIMED}


def test_in_flight_states_are_open():
    assert set(IN_FLIGHT) < set(OPEN)


@pytest.mark.django_db
def test_a_move_outside_the_table_is_refused(submit):
    reply = submit().reply
    for source, target in pairwise([State.CONFIRMED, State.PENDING]):
        with pytest.raises(ValueError, match="no move"), transaction.atomic():
            move(reply, source, target, action=Action.REPLY_RELEASED, actor=None)
    assert Reply.objects.get(pk=reply.pk).state == State.PENDING
