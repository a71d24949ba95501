"""Any order of presses, faults, crashes, readings and clocks: the server's ledger is the judge.

HYPOTHESIS_STEPS and HYPOTHESIS_EXAMPLES make it longer.
"""

import os
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.faults.misbehaviour import Behaviour, Fault, ReadFault
from tests.faults.people import form
from tests.faults.texts import second_word, word_of
from tests.faults.thulium import WORD, Thulium
from tests.faults.world import World, new_person, states_by_word
from thulium_portal import gateway
from thulium_portal.accounts.roles import Role
from thulium_portal.audit.verification import verify
from thulium_portal.operations.worker import Worker
from thulium_portal.replies import drafts, services
from thulium_portal.replies.decisions.stopped import release, send_anyway
from thulium_portal.replies.delivery import leases, outbox, outcomes, readback, restore_guard
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import IN_FLIGHT, OPEN, State
from thulium_portal.replies.transitions import StateConflict
from thulium_portal.thulium import ThuliumError

pytestmark = [pytest.mark.faults, pytest.mark.django_db, pytest.mark.timeout(3600)]

EXAMPLES = int(os.environ.get("HYPOTHESIS_EXAMPLES", "30"))
STEPS = int(os.environ.get("HYPOTHESIS_STEPS", "40"))
READ_TIMEOUT = 0.4
BEHAVIOUR = Behaviour(stall=1.5, drip=1.0)
TICKETS = st.integers(0, 1)
SETTLE_TIME = readback.SETTLE_TIME
LATER = [timedelta(seconds=seconds) for seconds in (1, 5, 20, 180, 660)]
WAITS = st.sampled_from(LATER)
UNDO, ONE_HOUR = timedelta(seconds=30), timedelta(hours=1)
FAULTS = st.sampled_from([*Fault, *[Fault.NONE, Fault.CUT_DONE, Fault.LATE] * 6])
READINGS = st.sampled_from([*ReadFault, *[ReadFault.NONE] * 6])
WHERE = st.sampled_from(["nowhere", "claimed", "at the gate", "before the verdict"])
STOPPED = [State.BLOCKED, State.NOT_FOUND, State.HELD]


def _any(*states: State) -> Callable[["Delivery"], bool]:
    return lambda machine: Reply.objects.filter(state__in=states).exists()


class Delivery(RuleBasedStateMachine):
    """One ticket office of two tickets, with everything that may happen to it."""

    world: World

    def __init__(self) -> None:
        super().__init__()
        world = self.world
        self._atomic = transaction.atomic()
        self._atomic._from_testcase = True
        self._atomic.__enter__()
        world.examples += 1
        world.settings.DATA_DIR = world.data_dir / str(world.examples)
        world.thulium.forget_late()
        self.thulium = world.thulium
        self.anna = new_person("anna", Role.AGENT)
        self.adam = new_person("adam", Role.ADMINISTRATOR)
        self.words: list[str] = []
        self.forms = {}
        self.abandoned = []
        self.waited = timedelta()
        self.was_restored = self.was_set = False

    def teardown(self) -> None:
        try:
            self._everything_settles()
        finally:
            transaction.set_rollback(True)
            self._atomic.__exit__(None, None, None)

    # What people do

    @initialize(
        first=st.tuples(FAULTS, WHERE),
        second=st.tuples(FAULTS, WHERE),
        later=st.sampled_from(LATER),
    )
    def begin(self, first, second, later) -> None:
        """Begin every example with something in doubt; chance alone seldom gets that far."""
        for ticket, (fault, where) in enumerate((first, second)):
            self.submit(ticket, attached=False, looked=True, then="send now")
            self.a_worker_dies_or_sleeps(fault, where)
        self._wait(later)
        leases.expire()
        self.deliver(Fault.NONE, ReadFault.NONE)

    @precondition(lambda self: Reply.objects.filter(state__in=OPEN).count() < 4)
    @rule(
        ticket=TICKETS,
        attached=st.booleans(),
        looked=st.booleans(),
        then=st.sampled_from(["wait", "send now", "press again", "press in an older tab"]),
    )
    def submit(self, ticket, attached, looked, then) -> None:
        word, ticket_id = self._new_word(), self._ticket(ticket)
        seen = max(m.id for m in self.thulium.messages(ticket_id)) if looked else None
        filled = form(word, ticket_id=ticket_id, attached=attached, seen=seen)
        submitted = services.submit(filled, actor=self.anna)
        assert submitted.outcome is services.Outcome.NEW
        self.forms[word] = filled
        if then == "send now":
            services.send_now(submitted.reply, actor=self.anna)
        elif then != "wait":
            self._press(word, other_text=then == "press in an older tab")

    @precondition(lambda self: self.forms)
    @rule(data=st.data(), other_text=st.booleans())
    def press_send_again(self, data, other_text) -> None:
        pressed = sorted(self.forms)[data.draw(st.integers(0, 99)) % len(self.forms)]
        self._press(pressed, other_text=other_text)

    def _press(self, word, *, other_text) -> None:
        filled, other = self.forms[word], second_word(word)
        if not other_text:
            before = Reply.objects.count()
            assert services.submit(filled, actor=self.anna).outcome is services.Outcome.SAME
            assert Reply.objects.count() == before
            return
        text = replace(filled.text, body=filled.text.body.replace(word, other))
        said = services.submit(replace(filled, text=text), actor=self.anna)
        assert said.outcome is services.Outcome.KEPT_APART
        self.words.append(other)

    @rule(ticket=TICKETS)
    def write_in_two_tabs(self, ticket) -> None:
        word = self._new_word()
        filled = form(word, ticket_id=self._ticket(ticket))
        other = replace(filled.text, body=filled.text.body.replace(word, second_word(word)))
        for text in (filled.text, other):
            drafts.save(text, snapshot=filled.snapshot, key=filled.key, revision=0, actor=self.anna)
        self.words.append(second_word(word))

    @precondition(_any(State.PENDING, State.CLAIMED))
    @rule(data=st.data())
    def undo(self, data) -> None:
        self._try(data, [State.PENDING, State.CLAIMED], lambda r: services.undo(r, actor=self.anna))

    @precondition(_any(*STOPPED))
    @rule(data=st.data(), send=st.booleans())
    def decide(self, data, send) -> None:
        take_back = partial(services.take_back, actor=self.adam)
        self._try(data, STOPPED, self._send_anyway if send else take_back)

    @precondition(_any(State.PENDING))
    @rule(data=st.data())
    def let_pass(self, data) -> None:
        self._try(data, [State.PENDING], lambda r: services.let_pass(r, actor=self.anna))

    @precondition(lambda self: not self.was_restored and _any(*OPEN)(self))
    @rule()
    def hold_and_acknowledge(self) -> None:
        self.was_restored = True
        restore_guard.hold("restored")
        restore_guard.acknowledge(actor=self.adam)

    @rule(ticket=TICKETS)
    def the_customer_writes(self, ticket) -> None:
        self.thulium.messages(self._ticket(ticket))
        self.thulium.add_mail(self._ticket(ticket))

    # What workers do

    @precondition(_any(State.PENDING))
    @rule(fault=FAULTS, reading=READINGS)
    def deliver(self, fault, reading) -> None:
        claim = self._claim()
        if claim is not None:
            self._with_faults(fault, reading, lambda: outbox.deliver(claim))

    @precondition(_any(State.PENDING))
    @rule(fault=FAULTS, where=WHERE)
    def a_worker_dies_or_sleeps(self, fault, where) -> None:
        claim = self._claim()
        if claim is None:
            return
        if where == "claimed":
            self.abandoned.append(lambda: outbox.deliver(claim))
        elif where == "nowhere":
            self._with_faults(fault, ReadFault.NONE, lambda: outbox.deliver(claim))
        elif where == "at the gate":
            self._sleep_at_the_gate(claim, fault)
        else:
            self._lose_the_verdict(claim, fault)

    def _sleep_at_the_gate(self, claim, fault) -> None:
        """Let another worker take the reply over before this one goes through the gate."""
        real = outbox._gate

        def slow_gate(claimed, ticket):
            if claimed is claim:
                self._wait(timedelta(minutes=3))
                leases.expire()
                self.deliver(fault, ReadFault.NONE)
            real(claimed, ticket)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(outbox, "_gate", slow_gate)
            outbox.deliver(claim)

    def _lose_the_verdict(self, claim, fault) -> None:
        def keep(*said) -> None:
            self.abandoned.append(lambda: outcomes.settle(*said))

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(outcomes, "settle", keep)
            self._with_faults(fault, ReadFault.NONE, lambda: outbox.deliver(claim))

    @precondition(lambda self: self.abandoned)
    @rule()
    def a_worker_goes_on_where_it_slept(self) -> None:
        self.abandoned.pop(0)()

    @precondition(_any(State.CLAIMED, State.SENDING))
    @rule(waiting=st.booleans())
    def reap(self, waiting) -> None:
        self._wait(timedelta(minutes=3 if waiting else 0))
        leases.expire()

    @precondition(lambda _self: readback.due_checks().exists())
    @rule(reading=READINGS)
    def read_back(self, reading) -> None:
        reply = readback.claim_check()
        if reply is None:
            return
        settled = timezone.now() > readback._wire_end(reply) + readback.SETTLE_TIME / 2
        if reading is ReadFault.LAGGING and settled:
            reading = ReadFault.NONE  # a replica does not lag for longer than the settle time
        self.thulium.force_reads(reading)
        readback.check(reply)
        self.thulium.forget_forced()

    @precondition(_any(State.UNKNOWN))
    @rule(reading=st.sampled_from([ReadFault.NONE, ReadFault.INCOMPLETE]))
    def read_back_until_the_settle_time_is_over(self, reading) -> None:
        for _reading in range(readback.LEAST_VALID_READS + 2):
            self._wait(timedelta(minutes=4))
            self.read_back(reading)

    # What time and Thulium do

    @rule(wait=WAITS)
    def time_passes(self, wait) -> None:
        self._wait(wait)

    @precondition(lambda self: not self.was_set)
    @rule(by=st.sampled_from([-ONE_HOUR, ONE_HOUR]))
    def the_clock_is_set(self, by) -> None:
        # A clock set forward makes the settle time end early; what is late comes before that.
        self.was_set = True
        self.thulium.process_late()
        self.world.offset += by

    @precondition(lambda self: self.thulium.late_waiting())
    @rule(lost=st.booleans())
    def what_was_late_is_settled(self, lost) -> None:
        (self.thulium.forget_late if lost else self.thulium.process_late)()

    def _wait(self, wait) -> None:
        """Let the clock go on; Thulium processes nothing later than the settle time."""
        self.waited += wait
        if self.waited >= SETTLE_TIME:
            self.thulium.process_late()
            self.waited = timedelta()
        self.world.offset += wait

    def _claim(self) -> outbox.Claim | None:
        """Claim what is due, after the undo time where nothing is yet."""
        if not outbox.due().exists():
            self._wait(UNDO)
        return outbox.claim_next(worker="machine")

    def _new_word(self) -> str:
        self.world.texts += 1
        self.words.append(word_of(99, self.world.texts))
        return self.words[-1]

    def _ticket(self, number: int) -> int:
        return 10 * self.world.examples + number

    # What must hold at any moment

    @invariant()
    def nothing_is_doubled_lost_or_said_wrongly(self) -> None:
        copies, states = self.thulium.ledger().copies(), states_by_word()
        for word in self.words:
            known = states.get(word, Counter())
            assert copies[word] <= 1, f"{word} was sent {copies[word]} times"
            if known[State.SENT] + known[State.CONFIRMED]:
                assert copies[word], f"{word} is said to be sent"
            if copies[word]:
                doubtful = (State.SENT, State.CONFIRMED, State.UNKNOWN, State.SENDING)
                assert any(known[state] for state in doubtful), f"{word} is said to be not sent"
            lost = not set(known) - {State.CANCELLED, State.SUPERSEDED}
            assert not lost, f"{word} stands nowhere any more"

    @invariant()
    def one_reply_of_a_ticket_is_in_hand(self) -> None:
        busy = Reply.objects.filter(state__in=IN_FLIGHT).values_list("ticket_id", flat=True)
        assert len(set(busy)) == len(busy)

    @invariant()
    def an_undo_that_was_noted_is_honoured(self) -> None:
        wished = Reply.objects.filter(cancel_requested=True)
        assert not wished.filter(state__in=[State.PENDING, State.BLOCKED]).exists()

    def _everything_settles(self) -> None:
        """Without faults and with time, nothing stays in doubt, and the record holds."""
        self.thulium.process_late()
        restore_guard.acknowledge(actor=self.adam, join=True)
        self.world.offset += 2 * ONE_HOUR  # whatever the clock was set back by
        for _round in range(12):
            self.world.offset += timedelta(minutes=16)
            Worker(at_once=1).run_once()
        doubtful = Reply.objects.filter(state__in=[*IN_FLIGHT, State.SENT])
        assert list(doubtful.values_list("state", "reason")) == []
        self.nothing_is_doubled_lost_or_said_wrongly()
        assert verify().broken is None

    def _with_faults(self, fault, reading, deliver) -> None:
        self.thulium.force(fault)
        self.thulium.force_reads(reading)
        deliver()
        self.thulium.forget_forced()

    def _try(self, data, wanted, act) -> None:
        """Do something to one of the replies in these states, as a person may at any moment."""
        rows = list(Reply.objects.filter(state__in=wanted).order_by("id"))
        if not rows:
            return
        try:
            act(rows[data.draw(st.integers(0, 99)) % len(rows)])
        except (StateConflict, ThuliumError):
            return

    def _send_anyway(self, reply) -> None:
        if reply.state == State.BLOCKED:
            send_anyway(reply, actor=self.anna)
        elif reply.state == State.HELD:
            release(reply, actor=self.adam)
        else:
            self._send_again(reply)

    def _send_again(self, reply) -> None:
        ticket = gateway.thulium_client().get_ticket(reply.ticket_id)
        mark = WORD.search(reply.body)[0]
        found = [message.id for message in ticket.messages if mark in message.body]
        if found:
            services.confirm_by_hand(reply, found[0], actor=self.anna)
            return
        shown = [message.id for message in ticket.messages]
        services.send_again(reply, shown=shown, key=uuid.uuid4(), actor=self.anna)


def test_no_order_of_events_doubles_loses_or_lies(settings, tmp_path, monkeypatch):
    settings.THULIUM_READ_TIMEOUT = READ_TIMEOUT
    settings.UNDO_SECONDS = UNDO.total_seconds()
    with Thulium(BEHAVIOUR) as thulium:
        thulium.hold_late()
        settings.THULIUM_URL = thulium.url
        world = World(thulium, settings, tmp_path)
        monkeypatch.setattr(timezone, "now", world.now)
        machine = type("Machine", (Delivery,), {"world": world})
        run_state_machine_as_test(
            machine,
            settings=hypothesis_settings(
                max_examples=EXAMPLES, stateful_step_count=STEPS, deadline=None
            ),
        )
