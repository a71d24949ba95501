"""Goal 16: two hundred people at their desks for ten minutes, customers who write, one Thulium."""

import asyncio
import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from urllib.request import urlopen

import psutil

from tests.bench import crowd
from tests.bench.outbox import Line, p95, wait_until
from tests.bench.report import Figure
from tests.bench.rig import free_port

P95_GOAL_SECONDS = 0.3
LIST_EVERY_SECONDS = 10.0
NOTICED_WITHIN_SECONDS = 20.0
SETTLE_SECONDS = 150.0
"""Within this the last changes are read: a minute after they were seen, and then in turn."""
MIB = 2**20


def at_work(
    database: str,
    people: int,
    seconds: float,
    tickets: int = 20_000,
    *,
    haste: float = 1.0,
    settle: float = SETTLE_SECONDS,
) -> Iterator[Figure]:
    """Yield what a day costs the people, the portal's computer and Thulium."""
    port, minute = free_port(), int(time.time()) // 60 * 60
    thulium = ("-m", "tests.bench.town_thulium", str(port), str(tickets), str(minute))
    fill = ("-m", "tests.bench.tickets", str(tickets), "0", str(minute))
    with Line(database, web=True, thulium=(port, thulium), first=fill, undo=10) as line:
        sessions = json.loads(line.office("sign-in", people))
        before: dict[str, float] = {}
        warm = threading.Timer(seconds / 3, lambda: before.update(_memory(line)))
        warm.start()
        spent = _cpu(line)
        places = crowd.Places(line.port, port, tickets)
        diary = asyncio.run(crowd.work(places, sessions, seconds, haste))
        spent = {name: after - spent[name] for name, after in _cpu(line).items()}
        warm.join()
        after = _memory(line)
        late = 0

        def is_known() -> bool:
            nonlocal late
            late = _not_noticed(line, _seen(port))
            return not late

        with suppress(TimeoutError):
            wait_until(is_known, "Some messages stay unknown.", seconds=settle)
        seen = _seen(port)
    for kind, took in sorted(diary.took.items()):
        what = f"{database}: {kind}, p95 of {len(took)}, s"
        yield Figure(what, p95(took), goal=P95_GOAL_SECONDS)
    yield Figure("errors", len(diary.wrong), goal=0)
    for words, times in Counter(diary.wrong).most_common(5):
        yield Figure(words[:46], times)
    yield Figure("replies stopped by a newer message", diary.refused)
    yield from _calls(seen)
    if diary.noticed:
        within = p95(diary.noticed)
        yield Figure("written → on the open page, p95 s", within, goal=NOTICED_WITHIN_SECONDS)
    yield Figure("messages the index does not know", late, goal=0)
    asked = sum(map(len, diary.took.values()))
    yield Figure("CPU of the web processes a page, ms", spent["web"] / asked * 1000)
    for name, cpu in spent.items():
        yield Figure(f"cores busy with {name}, mean", cpu / seconds)
    for name, low in before.items():
        yield Figure(
            f"memory, {name}, MiB: end / after a third", after[name] / low, low, after[name]
        )


def _calls(seen: dict[str, Any]) -> Iterator[Figure]:
    """Yield what Thulium was asked for."""
    lists = seen["lists"]
    yield Figure("list calls to Thulium", len(lists))
    if len(lists) > 1:
        # From the first to the last, since a call may be under way longer than the one before.
        often = (len(lists) - 1) * LIST_EVERY_SECONDS / (lists[-1] - lists[0])
        yield Figure("of them in ten seconds", often, goal=1.02)
    answered = {number for _at, number, _message in seen["replies"]}
    opened = {number for _at, number, user in seen["reads"] if user != "worker"}
    reads = Counter(number for _at, number, user in seen["reads"] if user == "worker")
    written = Counter(number for _at, number, _message in seen["written"])
    kinds = {
        "on tickets nobody opened": (written.keys() - opened - answered, 1.0),
        "on tickets somebody opened": (written.keys() & opened - answered, 2.0),
    }
    for where, (tickets, goal) in kinds.items():
        if tickets:
            a_message = sum(reads[n] for n in tickets) / sum(written[n] for n in tickets)
            yield Figure(f"readings a message, {where}"[:46], a_message, goal=goal)
    others = sum(reads[number] for number in reads.keys() - written.keys() - answered)
    yield Figure("readings of tickets where nothing happened", others, goal=0)
    if answered:
        # Before it is sent, to prove it, and as a change of its own.
        of_answered = sum(reads[number] for number in answered)
        yield Figure("readings by the worker a reply", of_answered / len(seen["replies"]))
    pages = sum(user != "worker" for _at, _number, user in seen["reads"])
    yield Figure("readings for pages people opened", pages)


def _seen(port: int) -> dict[str, Any]:
    with urlopen(f"http://127.0.0.1:{port}/seen") as answer:
        return dict(json.load(answer))


def _not_noticed(line: Line, seen: dict[str, Any]) -> int:
    """Return of how many tickets the index does not know the newest message."""
    newest = {n: message for _at, n, message in sorted([*seen["written"], *seen["replies"]])}
    known = json.loads(line.office("newest", *newest)) if newest else {}
    return sum(known.get(str(number)) != message for number, message in newest.items())


def _memory(line: Line) -> dict[str, float]:
    """Return what each kind of process holds for itself, in MiB."""
    web = [line.web, *line.web.children(recursive=True)]
    return {"web": sum(map(_own, web)) / MIB, "worker": _own(line.worker) / MIB}


def _cpu(line: Line) -> dict[str, float]:
    """Return the seconds of CPU that each kind of process has spent."""
    web = [line.web, *line.web.children(recursive=True)]
    return {"web": sum(map(_spent, web)), "worker": _spent(line.worker)}


def _spent(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _own(process: psutil.Process) -> float:
    return float(process.memory_full_info().pss)
