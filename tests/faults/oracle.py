"""The judge: what the portal says of every text, held against what the server processed."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable

from tests.faults.judgement import Judgement
from tests.faults.thulium import WORD, Ledger
from thulium_portal.audit.verification import verify
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import State

SAID_SENT = frozenset({State.SENT, State.CONFIRMED})
SAID_NOT_SENT = frozenset(
    {
        State.DRAFT,
        State.PENDING,
        State.NOT_FOUND,
        State.REJECTED,
        State.BLOCKED,
        State.HELD,
        State.CANCELLED,
    }
)
EXPLAINED = frozenset(State) - {State.CANCELLED, State.SUPERSEDED}
"""States in which a text still stands before somebody's eyes; an undone reply needs its draft."""


def judge(ledger: Ledger, words: Iterable[str], check_audit: bool = True) -> Judgement:
    """Judge every one of *words*, each the mark of one text somebody wrote."""
    copies, rows = ledger.copies(), _rows_by_word()
    numbers = {(line.word, line.message_id): line for line in ledger.processed}
    found = Judgement(copies=sum(copies.values()))
    for word in words:
        found.texts += 1
        states = [State(row.state) for row in rows[word]]
        for failure, holds in _FAILURES.items():
            if holds(copies[word], states):
                getattr(found, failure).append(word)
        _check_proof(found, word, rows[word], numbers)
    found.states = dict(Counter(row.state for row in Reply.objects.only("state")))
    if check_audit:
        report = verify()
        found.entries, found.audit = report.entries, str(report.broken or "")
    return found


_FAILURES: dict[str, Callable[[int, list[State]], bool]] = {
    "duplicates": lambda copies, _states: copies > 1,
    "lost": lambda copies, states: not copies and not EXPLAINED & set(states),
    "false_sent": lambda copies, states: len(SAID_SENT & set(states)) > 0 and not copies,
    "false_not_sent": lambda copies, states: (
        copies > 0 and not (SAID_SENT | {State.UNKNOWN}) & set(states)
    ),
    "unsettled": lambda _copies, states: bool(
        {State.UNKNOWN, State.CLAIMED, State.SENDING, State.PENDING} & set(states)
    ),
}


def _check_proof(
    found: Judgement, word: str, rows: list[Reply], numbers: dict[tuple[str, int], object]
) -> None:
    for row in rows:
        if row.state != State.CONFIRMED:
            continue
        line = numbers.get((word, row.matched_message_id or 0))
        if line is None:
            found.wrong_proof.append(word)
        elif line.attachments != row.attachments.count():  # type: ignore[attr-defined]
            found.without_file.append(word)


def _rows_by_word() -> dict[str, list[Reply]]:
    rows: dict[str, list[Reply]] = defaultdict(list)
    for reply in Reply.objects.only("state", "body", "matched_message_id").iterator():
        found = re.search(WORD, reply.body)
        if found:
            rows[found[0]].append(reply)
    return rows
