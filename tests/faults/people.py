"""The people of the laboratory: they write, press twice, undo, and decide over what was stopped."""

import random
import time
import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from ctypes import c_longlong
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from multiprocessing.synchronize import Barrier
from typing import TypeVar

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import Error, connection
from django.utils import timezone

from tests.faults import points
from tests.faults.laboratory import wait_until
from tests.faults.portal import person
from tests.faults.texts import PHRASES, Choices, Habits, choices, key_of, second_word, word_of
from tests.faults.thulium import WORD
from tests.support.people import switch_off, switch_on
from thulium_portal import gateway
from thulium_portal.accounts.models import User
from thulium_portal.audit.models import AuditEntry
from thulium_portal.replies import services
from thulium_portal.replies.decisions.stopped import send_anyway
from thulium_portal.replies.drafts import Text
from thulium_portal.replies.models import Reply
from thulium_portal.replies.services import Submission, Submitted
from thulium_portal.replies.states import OPEN, State
from thulium_portal.replies.transitions import StateConflict
from thulium_portal.storage.services import NamedFile, store
from thulium_portal.thulium import ThuliumError
from thulium_portal.tickets.snapshot import Snapshot

T = TypeVar("T")
REPLIES_PER_TICKET = 2
MOST_WAITING = 300


def form(
    word: str,
    *,
    ticket_id: int,
    phrase: str = PHRASES[0],
    plain: bool = False,
    seen: int | None = None,
    attached: bool = False,
) -> Submission:
    """Return a filled-in form whose text carries *word*."""
    body = f"{phrase} {word} pozdrawiamy" if plain else f"<p>{phrase}</p><p>{word} pozdrawiamy</p>"
    return Submission(
        key=key_of(word),
        text=Text(body, "PLAIN" if plain else "HTML"),
        snapshot=Snapshot(ticket_id, subject="Paczka", last_message_id=seen),
        files=[_invoice(word)] if attached else (),
    )


def _invoice(word: str) -> NamedFile:
    return store(SimpleUploadedFile("żółta faktura.pdf", b"%PDF-1.4 " + word.encode()))


def submit(word: str, ticket_id: int, attached: bool = False) -> int:
    """Submit one text and return the row's number."""
    filled = form(word, ticket_id=ticket_id, attached=attached)
    return services.submit(filled, actor=person()).reply.pk


def write(seed: int, count: int, habits: Habits, done: c_longlong, waiting: c_longlong) -> None:
    """Submit texts until there are *count*; *done* tells where to go on after a crash.

    The text in hand when a crash came is submitted again under its key, as a browser would.
    """
    anna = _patiently(person)
    while done.value < count:
        while waiting.value > MOST_WAITING:
            time.sleep(0.02)
        number = done.value
        word = word_of(seed, number)
        _patiently(partial(_write_one, word, number, choices(seed, number, habits), anna))
        done.value = number + 1


def _write_one(word: str, number: int, chosen: Choices, anna: User) -> None:
    ticket_id = 1 + number // REPLIES_PER_TICKET
    filled = form(
        word,
        ticket_id=ticket_id,
        phrase=chosen.phrase,
        plain=chosen.plain,
        attached=chosen.attach,
        seen=_last_seen(ticket_id) if chosen.read_first else None,
    )
    submitted = services.submit(filled, actor=anna)
    if chosen.press_twice:
        services.submit(filled, actor=anna)
    if chosen.change_and_press:
        _press_with_another_text(filled, word, anna)
    if chosen.undo:
        _undo(submitted, anna)


def _press_with_another_text(filled: Submission, word: str, anna: User) -> None:
    body = filled.text.body.replace(word, second_word(word))
    other = Submission(filled.key, Text(body, filled.text.body_type), filled.snapshot)
    services.submit(other, actor=anna)


def _last_seen(ticket_id: int) -> int | None:
    try:
        return gateway.thulium_client().get_ticket(ticket_id).last_message_id
    except ThuliumError:
        return None


def _undo(submitted: Submitted, anna: User) -> None:
    try:
        services.undo(submitted.reply, actor=anna)
    except StateConflict:
        return


def decide(seed: int, written: c_longlong, waiting: c_longlong, left: c_longlong) -> None:
    """Decide over stopped and missing replies for ever, and keep count of what is not settled."""
    dice = random.Random(f"{seed}/decide")
    anna, adam = _patiently(person), _patiently(lambda: person("adam"))
    while True:
        _patiently(lambda: _decide_all(dice, anna, adam))
        before = written.value
        waiting.value = _patiently(_count_open)
        left.value = before * 1_000_000 + _patiently(_count_unsettled)
        time.sleep(0.05)


def _count_open() -> int:
    return Reply.objects.filter(state__in=OPEN).count()


def _count_unsettled() -> int:
    sent = Reply.objects.filter(state=State.SENT, next_check_at__isnull=False).count()
    return _count_open() + sent


def _decide_all(dice: random.Random, anna: User, adam: User) -> None:
    stopped = Reply.objects.filter(state__in=[State.BLOCKED, State.NOT_FOUND, State.HELD])
    for reply in stopped.order_by("id")[:50]:
        try:
            _decide(reply, dice, anna, adam)
        except (StateConflict, ThuliumError):
            continue


def _decide(reply: Reply, dice: random.Random, anna: User, adam: User) -> None:
    if reply.state == State.HELD:
        services.release(reply, actor=adam)
    elif dice.random() < 0.3:
        services.take_back(reply, actor=anna)
    elif reply.state == State.BLOCKED:
        send_anyway(reply, actor=anna)
    else:
        _send_again(reply, anna)


def _send_again(reply: Reply, anna: User) -> None:
    """Look at the ticket first, as the page makes people do."""
    ticket = gateway.thulium_client().get_ticket(reply.ticket_id)
    found = WORD.search(reply.body)
    for message in ticket.messages:
        if found and found[0] in message.body:
            services.confirm_by_hand(reply, message.id, actor=anna)
            return
    shown = [message.id for message in ticket.messages]
    services.send_again(reply, shown=shown, key=uuid.uuid4(), actor=anna)


def _patiently(do: Callable[[], T]) -> T:
    """Do it; while the database is away, try again for half a minute, as a person would."""
    limit = time.monotonic() + 30
    while True:
        try:
            return do()
        except Error:
            if time.monotonic() > limit:
                raise
            connection.close()
            time.sleep(0.05)


def let_time_pass(seconds: float) -> None:
    """Move every open lease and reading back by *seconds*, instead of waiting for them."""
    back = timedelta(seconds=seconds)
    for reply in Reply.objects.filter(state__in=[*OPEN, State.SENT]):
        values = {
            name: getattr(reply, name) - back
            for name in ("not_before", "lease_until", "wire_at", "wire_end", "next_check_at")
            if getattr(reply, name) is not None
        }
        Reply.objects.filter(pk=reply.pk).update(**values)


def states(*numbers: int) -> list[str]:
    """Return the states of these rows, in their order."""
    rows = dict(Reply.objects.filter(pk__in=numbers).values_list("pk", "state"))
    return [rows[number] for number in numbers]


def count_by_state() -> dict[str, int]:
    """Return how many replies are in each state."""
    return dict(Counter(Reply.objects.values_list("state", flat=True)))


def submit_and_die(word: str, ticket_id: int) -> None:
    """Submit one text and die after the commit, before anybody is told."""
    points.install("after_submit_commit")
    submit(word, ticket_id)


def press_together(words: list[str], key_word: str, ticket_id: int, barrier: Barrier) -> None:
    """Submit each of *words* in a thread of its own under the one key of *key_word*."""

    def press(word: str) -> None:
        filled = replace(form(word, ticket_id=ticket_id), key=key_of(key_word))
        anna = person()
        barrier.wait(30)
        services.submit(filled, actor=anna)
        connection.close()

    with ThreadPoolExecutor(len(words)) as pool:
        for pressed in [pool.submit(press, word) for word in words]:
            pressed.result()


def race_for_undo(seed: int, count: int) -> dict[str, str]:
    """Submit *count* texts and undo each within 50 ms of its leaving; returns what each undo said.

    When a worker really comes round depends on the machine, so each undo comes a little later after
    one that was in time, and a little earlier after one that was not.
    """
    dice = random.Random(f"{seed}/race")
    anna, planned, said, lag = person(), [], {}, 0.0
    for number in range(count):
        word = word_of(seed, number)
        planned.append(services.submit(form(word, ticket_id=1 + number), actor=anna).reply)
    for number, reply in enumerate(planned):
        by = timedelta(seconds=lag + dice.uniform(-0.05, 0.05))
        answer = _undo_at((reply.not_before or timezone.now()) + by, reply, anna)
        lag += 0.02 if answer == "undone" else -0.02
        said[word_of(seed, number)] = answer
    return said


def _undo_at(moment: datetime, reply: Reply, anna: User) -> str:
    time.sleep(max(0.0, (moment - timezone.now()).total_seconds()))
    try:
        draft = services.undo(reply, actor=anna)
    except StateConflict:
        return "too late"
    return "noted" if draft is None else "undone"


def leave() -> None:
    """Switch anna off, as an administrator does."""
    switch_off(person(), actor=person("adam"))


def come_back() -> None:
    """Switch anna on again."""
    switch_on(person(), actor=person("adam"))


def race_for_leaving(seed: int, rounds: int, texts: int) -> list[str]:
    """Submit *texts* in each of *rounds*, and switch their author off in the thick of sending.

    It comes once some of them, never all, are in a worker's hands or beyond. Returns all words.
    """
    dice, words = random.Random(f"{seed}/leaving"), []
    for number in range(rounds):
        mine = [word_of(seed, number * texts + each) for each in range(texts)]
        rows = [submit(word, 1 + number * texts + each) for each, word in enumerate(mine)]
        most_waiting = texts - dice.randrange(1, texts)
        wait_until(partial(_wait_at_most, most_waiting, rows), "some are on their way")
        leave()
        come_back()
        words += mine
    return words


def _wait_at_most(most: int, rows: list[int]) -> bool:
    return states(*rows).count(State.PENDING) <= most


def calls_after_leaving() -> list[int]:
    """Return the places in the record of calls that began while their author was switched off."""
    rows = AuditEntry.objects.filter(
        action__in=("person.deactivated", "person.reactivated", "reply.sending")
    )
    found, is_off = [], False
    for place, action in rows.order_by("sequence").values_list("sequence", "action"):
        if action == "reply.sending":
            found += [place] if is_off else []
        else:
            is_off = action == "person.deactivated"
    return found


def kept(ticket_id: int) -> list[tuple[str, str, int]]:
    """Return word, state and number of every text kept for a ticket."""
    rows = Reply.objects.filter(ticket_id=ticket_id).order_by("id")
    found = [(WORD.search(row.body), row) for row in rows]
    return [(mark[0], str(row.state), row.pk) for mark, row in found if mark]


def is_quiet() -> bool:
    """Tell whether nothing is on its way or waiting for its proof."""
    return _count_unsettled() == 0
