"""A model of delivery small enough to try every interleaving.

Workers claim, pass the gate, post, read the answer or crash at any point; leases run out at any
moment; Thulium processes a request late or drops it; the ticket is read at any moment; a person
may send a missing reply again once. Moves of a reply are looked up in the portal's own table, so
that the model cannot allow what ``states.TRANSITIONS`` does not. Every guard can be removed, to
show that the search would notice.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from thulium_portal.replies.states import ALLOWED, IN_FLIGHT, OPEN, State

GUARDS = frozenset(
    {"claim_once", "gate", "sending_expires_to_unknown", "timeout_is_unknown", "fence"}
    | {"settle_time", "one_in_flight", "seen_before_the_call"}
)
"""The claim's token on every write is not among them: the states already guard the same."""
MOST_CLAIMS = 4


@dataclass(frozen=True)
class Row:
    """One reply as the database holds it."""

    state: State = State.PENDING
    token: int = 0
    lease: bool = False
    undo_wanted: bool = False
    seen: int = 0
    matched: int = -1


@dataclass(frozen=True)
class Worker:
    """One worker's memory; ``step`` is where its program stands."""

    step: str = "idle"
    row: int = -1
    token: int = 0
    fence: bool = False


@dataclass(frozen=True)
class World:
    """Everything: rows, workers, and what Thulium has done; hashable, so that a set remembers it.

    All replies have the same text and ticket, the hardest case for read-back: ``ticket`` holds, in
    order, whose request made each message, which only the judge may look at.
    """

    rows: tuple[Row, ...] = (Row(),)
    workers: tuple[Worker, ...] = ()
    in_flight: tuple[tuple[int, int], ...] = ()
    ticket: tuple[int, ...] = ()
    claims: int = 0
    resent: bool = False


@dataclass
class Search:
    """What a search over all interleavings saw."""

    states: int = 0
    violation: str = ""
    path: list[str] = field(default_factory=list)
    moves: set[tuple[State, State]] = field(default_factory=set)


class ForbiddenMove(Exception):
    """The model tried a move that the portal's table does not know."""


class Model:
    """All steps that can come next, under the guards that are switched on."""

    def __init__(self, *, workers: int, replies: int = 1, without: str = "") -> None:
        self._start = World(rows=(Row(),) * replies, workers=(Worker(),) * workers)
        self._guards = GUARDS - {without}
        self._moves: set[tuple[State, State]] = set()

    def search(self) -> Search:
        """Try every interleaving, breadth first; stop at the first broken promise."""
        result = Search()
        came_from: dict[World, tuple[World, str] | None] = {self._start: None}
        queue = deque([self._start])
        while queue:
            world = queue.popleft()
            for name, after in self._steps(world):
                if after in came_from:
                    continue
                came_from[after] = (world, name)
                broken = broken_promise(after)
                if broken:
                    result.violation, result.path = broken, _path(came_from, after)
                    result.states = len(came_from)
                    return result
                queue.append(after)
        result.states, result.moves = len(came_from), self._moves
        return result

    def _on(self, guard: str) -> bool:
        return guard in self._guards

    def _move(self, world: World, number: int, target: State, **fields: object) -> World:
        row = world.rows[number]
        if (row.state, target) not in ALLOWED and self._guards == GUARDS:
            raise ForbiddenMove(f"{row.state} → {target}")
        self._moves.add((row.state, target))
        return _with_row(world, number, replace(row, state=target, **fields))

    def _steps(self, world: World) -> Iterator[tuple[str, World]]:
        for number, worker in enumerate(world.workers):
            yield from self._worker_steps(world, number, worker)
        for number, row in enumerate(world.rows):
            yield from self._row_steps(world, number, row)
        yield from self._thulium_steps(world)

    # A worker's program

    def _worker_steps(self, world: World, w: int, me: Worker) -> Iterator[tuple[str, World]]:
        if me.step == "idle":
            yield from self._claims(world, w)
            return
        yield f"crash{w}", _with_worker(world, w, Worker())
        yield from {
            "saw_pending": self._blind_claim,
            "claimed": self._at_gate,
            "gated": self._at_post,
            "posted": self._at_answer,
        }[me.step](world, w, me)

    def _claims(self, world: World, w: int) -> Iterator[tuple[str, World]]:
        if world.claims >= MOST_CLAIMS:
            return
        for number, row in enumerate(world.rows):
            waits = any(
                other.state in (IN_FLIGHT if place > number else OPEN)
                for place, other in enumerate(world.rows)
                if place != number
            )
            if row.state is not State.PENDING or (waits and self._on("one_in_flight")):
                continue
            if self._on("claim_once"):
                yield f"claim{w}", self._take(world, w, number)
            else:
                yield f"read{w}", _with_worker(world, w, Worker("saw_pending", number))

    def _blind_claim(self, world: World, w: int, me: Worker) -> Iterator[tuple[str, World]]:
        yield f"blind_claim{w}", self._take(world, w, me.row)

    def _take(self, world: World, w: int, number: int) -> World:
        token = world.claims + 1
        after = self._move(world, number, State.CLAIMED, token=token, lease=True)
        after = replace(after, claims=token)
        return _with_worker(after, w, Worker("claimed", number, token))

    def _at_gate(self, world: World, w: int, me: Worker) -> Iterator[tuple[str, World]]:
        row = world.rows[me.row]
        passed = replace(me, step="gated", fence=True)
        if not self._on("gate"):
            yield f"post_without_gate{w}", _with_worker(world, w, passed)
            return
        mine = row.state is State.CLAIMED and (row.token == me.token or not self._on("claim_once"))
        if mine and row.undo_wanted:
            after = self._move(world, me.row, State.CANCELLED)
            yield f"undone_at_gate{w}", _with_worker(after, w, Worker())
        elif mine and row.lease:
            seen = len(world.ticket) if self._on("seen_before_the_call") else 0
            after = self._move(world, me.row, State.SENDING, seen=seen)
            yield f"gate{w}", _with_worker(after, w, passed)
            for target in (State.PENDING, State.BLOCKED, State.REJECTED):
                after = self._move(world, me.row, target, lease=False)
                yield f"not_sent{w}_{target}", _with_worker(after, w, Worker())

    def _at_post(self, world: World, w: int, me: Worker) -> Iterator[tuple[str, World]]:
        if me.fence or not self._on("fence"):
            after = replace(world, in_flight=(*world.in_flight, (me.row, me.token)))
            yield f"post{w}", _with_worker(after, w, replace(me, step="posted"))

    def _at_answer(self, world: World, w: int, me: Worker) -> Iterator[tuple[str, World]]:
        waiting = (me.row, me.token) in world.in_flight
        idle = Worker()
        if waiting:
            refused = _drop(world, (me.row, me.token))
            for target in (State.REJECTED, State.PENDING):
                after = self._verdict(refused, me, (State.SENDING,), target)
                yield f"refused{w}_{target}", _with_worker(after, w, idle)
        elif me.row in world.ticket:
            good = (State.SENDING, State.UNKNOWN, State.NOT_FOUND)
            after = self._verdict(world, me, good, State.SENT)
            yield f"accepted{w}", _with_worker(after, w, idle)
        lost = State.UNKNOWN if self._on("timeout_is_unknown") else State.PENDING
        after = self._verdict(world, me, (State.SENDING,), lost)
        yield f"timeout{w}", _with_worker(after, w, idle)

    def _verdict(
        self, world: World, me: Worker, sources: tuple[State, ...], target: State
    ) -> World:
        row = world.rows[me.row]
        mine = row.token == me.token or not self._on("claim_token_on_verdict")
        without_gate = not self._on("gate") and row.state is State.CLAIMED
        if not mine or (row.state not in sources and not without_gate):
            return world
        return self._move(world, me.row, target, lease=False)

    # Time, people, and readings of the ticket

    def _row_steps(self, world: World, r: int, row: Row) -> Iterator[tuple[str, World]]:
        if row.lease and row.state in {State.CLAIMED, State.SENDING}:
            yield f"lease_over(row{r})", self._lease_over(world, r)
        if not row.lease and row.state is State.CLAIMED:
            yield f"expire(row{r})", self._move(world, r, State.PENDING)
            yield f"third_crash(row{r})", self._move(world, r, State.BLOCKED)
        if not row.lease and row.state is State.SENDING:
            safe = self._on("sending_expires_to_unknown")
            yield f"expire(row{r})", self._move(world, r, State.UNKNOWN if safe else State.PENDING)
        if row.state is State.PENDING:
            yield f"undo(row{r})", self._move(world, r, State.CANCELLED)
        if row.state is State.CLAIMED and not row.undo_wanted:
            yield f"want_undo(row{r})", _with_row(world, r, replace(row, undo_wanted=True))
        if row.state is State.BLOCKED:
            yield f"send_anyway(row{r})", self._move(world, r, State.PENDING)
        yield from self._readings(world, r, row)

    def _lease_over(self, world: World, r: int) -> World:
        after = _with_row(world, r, replace(world.rows[r], lease=False))
        for w, worker in enumerate(after.workers):
            if worker.row == r and worker.token == world.rows[r].token:
                after = _with_worker(after, w, replace(worker, fence=False))
        return after

    def _readings(self, world: World, r: int, row: Row) -> Iterator[tuple[str, World]]:
        if row.state not in {State.SENT, State.UNKNOWN, State.NOT_FOUND}:
            return
        taken = {other.matched for other in world.rows}
        news = [place for place in range(row.seen, len(world.ticket)) if place not in taken]
        if news:
            yield f"found(row{r})", self._move(world, r, State.CONFIRMED, matched=news[0])
            return
        waiting = any(number == r for number, _token in world.in_flight)
        writing = any(
            worker.row == r and worker.fence and worker.step == "gated" for worker in world.workers
        )
        settled = not waiting and not writing
        if row.state is State.UNKNOWN and (settled or not self._on("settle_time")):
            yield f"missing(row{r})", self._move(world, r, State.NOT_FOUND)
        if row.state is State.NOT_FOUND and not world.resent:
            after = self._move(world, r, State.SUPERSEDED)
            after = replace(after, rows=(*after.rows, Row()), resent=True)
            yield f"send_again(row{r})", after

    # Thulium

    def _thulium_steps(self, world: World) -> Iterator[tuple[str, World]]:
        for request in world.in_flight:
            after = _drop(world, request)
            arrived = replace(after, ticket=(*after.ticket, request[0]))
            yield f"processed(row{request[0]})", arrived
            yield f"dropped(row{request[0]})", after


def broken_promise(world: World) -> str:
    """Return which promise *world* breaks, or an empty string."""
    resent = any(row.state is State.SUPERSEDED for row in world.rows)
    if len(world.ticket) > len(world.rows) - resent or len(set(world.ticket)) < len(world.ticket):
        return "the customer has the reply twice"
    for number, row in enumerate(world.rows):
        there = number in world.ticket
        if row.state in {State.SENT, State.CONFIRMED} and not there:
            return "called sent, and it is not"
        if row.state in _NOT_SENT and there:
            return "called not sent, and it is"
    return ""


_NOT_SENT = frozenset(
    {State.PENDING, State.REJECTED, State.BLOCKED, State.CANCELLED, State.NOT_FOUND}
    | {State.SUPERSEDED}
)


def _with_row(world: World, number: int, row: Row) -> World:
    rows = list(world.rows)
    rows[number] = row
    return replace(world, rows=tuple(rows))


def _with_worker(world: World, number: int, worker: Worker) -> World:
    workers = list(world.workers)
    workers[number] = worker
    return replace(world, workers=tuple(workers))


def _drop(world: World, request: tuple[int, int]) -> World:
    waiting = list(world.in_flight)
    waiting.remove(request)
    return replace(world, in_flight=tuple(waiting))


def _path(came_from: dict[World, tuple[World, str] | None], world: World) -> list[str]:
    names: list[str] = []
    step = came_from[world]
    while step is not None:
        names.append(step[1])
        step = came_from[step[0]]
    return names[::-1]
