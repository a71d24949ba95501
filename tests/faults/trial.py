"""One randomised trial: people write, workers are killed, Thulium misbehaves, the oracle judges."""

import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.process import BaseProcess

from tests.faults.databases import PostgresDatabase
from tests.faults.judgement import Judgement
from tests.faults.laboratory import CONTEXT, Laboratory
from tests.faults.misbehaviour import Behaviour
from tests.faults.texts import CALM, LIVELY, Habits, all_words
from tests.faults.thulium import Ledger

STRICT = Behaviour(
    post_faults=0.45, get_faults=0.12, upload_faults=0.2, customer_writes=0.01, slowness=0.03
)
"""How Thulium behaves in a trial: nearly every second POST meets one of the faults."""
PATIENCE = 1.0
PACE = 2.0
"""Deliveries a second below which a trial is given up; a quiet machine does 15 and more."""
FEW = 5
"""With so few replies left the killing ends, so that the last ones can settle."""


@dataclass(frozen=True)
class Plan:
    """What a trial is to do; times in seconds."""

    vendor: str
    deliveries: int
    seed: int
    workers: int = 4
    restart_every: float = 0.0
    naive: bool = False
    limit: float = 90.0

    @property
    def habits(self) -> Habits:
        """What the people do; the control knows no undo and no files."""
        return CALM if self.naive else LIVELY


@dataclass(frozen=True)
class Outcome:
    """What a trial came to."""

    plan: Plan
    judgement: Judgement
    ledger: Ledger
    kills: int
    deaths_at_points: int
    restarts: int
    seconds: float

    def __str__(self) -> str:
        judged = self.judgement
        return (
            f"{self.plan.vendor}: seed {self.plan.seed}, {judged.texts} texts, "
            f"{self.ledger.posts} POSTs, {judged.copies} processed, {self.kills} kills, "
            f"{self.deaths_at_points} deaths at points, {self.restarts} restarts, "
            f"{self.seconds:.0f} s; {judged.states}; failures: {judged.failures or 'none'}"
        )


class Trial:
    """Runs one plan."""

    def __init__(self, plan: Plan, told: Callable[[int], object] = lambda settled: None) -> None:
        self._plan, self._told = plan, told
        self._dice = random.Random(f"{plan.seed}/kills")
        # Raw: a process killed while it holds the lock of a shared number would stop all others.
        self._done = CONTEXT.RawValue("q", 0)
        self._waiting = CONTEXT.RawValue("q", 0)
        self._left = CONTEXT.RawValue("q", 0)
        self._slots = CONTEXT.RawArray("q", plan.workers)
        self._workers: dict[int, BaseProcess] = {}
        self._killed: set[BaseProcess] = set()
        self._kills = self._deaths = self._killed_at_post = 0
        self._killed_at = 0.0

    def run(self) -> Outcome:
        """Run it to its end, or fail when the limit is over."""
        plan, began = self._plan, time.monotonic()
        behaviour = Behaviour(**(vars(STRICT) | {"seed": plan.seed}))
        with Laboratory(plan.vendor, behaviour) as self._lab:
            self._writer = self._start_writer()
            self._lab.start("people:decide", plan.seed, self._done, self._waiting, self._left)
            self._torment(began + plan.limit)
            self._end_workers()
            ledger = self._lab.ledger()
            words = all_words(plan.seed, plan.deliveries, plan.habits)
            judgement = self._lab.call("oracle:judge", ledger, words, not plan.naive)
            database = self._lab.database
            restarts = database.restarts if isinstance(database, PostgresDatabase) else 0
        seconds = time.monotonic() - began
        return Outcome(plan, judgement, ledger, self._kills, self._deaths, restarts, seconds)

    def _torment(self, limit: float) -> None:
        restart_at = time.monotonic() + (self._plan.restart_every or 1e9)
        while not self._is_finished() and time.monotonic() < limit:
            self._replace_the_dead()
            time.sleep(self._dice.uniform(0.02, 0.16))
            self._told(self._settled())
            if self._is_nearly_finished():
                continue
            if self._is_time_to_kill():
                self._kill_one()
            if time.monotonic() > restart_at:
                self._crash_database()
                restart_at = time.monotonic() + self._plan.restart_every

    def _settled(self) -> int:
        """Return how many of the texts need nothing more; the two figures come in one word."""
        written, left = divmod(self._left.value, 1_000_000)
        return max(0, written - left)

    def _is_finished(self) -> bool:
        return self._left.value == self._plan.deliveries * 1_000_000

    def _is_nearly_finished(self) -> bool:
        written, left = divmod(self._left.value, 1_000_000)
        return written == self._plan.deliveries and left <= FEW

    def _start_writer(self) -> BaseProcess:
        plan = self._plan
        return self._lab.start(
            "people:write", plan.seed, plan.deliveries, plan.habits, self._done, self._waiting
        )

    def _replace_the_dead(self) -> None:
        for slot in range(self._plan.workers):
            worker = self._workers.get(slot)
            if worker is not None and worker.is_alive():
                continue
            if worker is not None:
                self._lab.forget(worker)
                self._deaths += worker not in self._killed
                self._killed.discard(worker)
            self._workers[slot] = self._start_worker(slot)
        if not self._writer.is_alive() and self._done.value < self._plan.deliveries:
            self._lab.forget(self._writer)
            self._writer = self._start_writer()

    def _start_worker(self, slot: int) -> BaseProcess:
        if self._plan.naive:
            return self._lab.start("naive:work", self._slots, slot)
        if self._dice.random() < 0.3 and not self._is_nearly_finished():
            seed = self._dice.getrandbits(32)
            return self._lab.start("workers:work_towards", self._slots, slot, seed)
        return self._lab.start("workers:work", self._slots, slot)

    def _is_time_to_kill(self) -> bool:
        """Tell whether anything has been sent since the last kill, or a second has passed.

        On a busy machine workers that are killed faster than they work would never do anything.
        """
        posts = self._lab.ask("posts")
        due = posts > self._killed_at_post or time.monotonic() > self._killed_at + PATIENCE
        if due:
            self._killed_at_post, self._killed_at = posts, time.monotonic()
        return due

    def _kill_one(self) -> None:
        """Kill one process that has begun its work; on a busy machine none would ever do any."""
        begun = [
            worker for slot, worker in self._workers.items() if self._slots[slot] == worker.pid
        ]
        victim = self._dice.choice([*begun, *begun, self._writer])
        if victim.is_alive():
            victim.kill()
            self._kills += 1
            self._killed.add(victim)

    def _crash_database(self) -> None:
        database = self._lab.database
        assert isinstance(database, PostgresDatabase)
        database.crash(self._dice.choice([signal.SIGQUIT, signal.SIGKILL]))

    def _end_workers(self) -> None:
        for worker in self._workers.values():
            worker.kill()
            self._lab.forget(worker)
