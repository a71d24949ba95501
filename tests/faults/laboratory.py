"""One laboratory: a database, a misbehaving Thulium, and the portal's processes, forked quickly.

Every process is forked from one that has imported Django and never opened a connection, so killing
and replacing a worker takes some ten milliseconds.
"""

import multiprocessing
import shutil
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from tests.faults import jobs
from tests.faults.databases import KINDS, Database
from tests.faults.jobs import House
from tests.faults.misbehaviour import Behaviour, Fault
from tests.faults.thulium import Ledger

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.faults.preload"])


class Laboratory:
    """Use as a context manager; ``call`` does a job inside the portal and returns its result."""

    def __init__(
        self, vendor: str, behaviour: Behaviour | None = None, *, undo_seconds: float = 0.0
    ) -> None:
        self.behaviour = behaviour or Behaviour()
        self._directory = Path(tempfile.mkdtemp(prefix="faults-"))
        self._processes: list[BaseProcess] = []
        self.database: Database = KINDS[vendor](self._directory)
        self._thulium, far_end = CONTEXT.Pipe()
        self._start(jobs.serve, self.behaviour, far_end)
        url = _receive(self._thulium, 20)
        self.house = House(self.database.url, str(self._directory), url, undo_seconds)

    def __enter__(self) -> "Laboratory":
        self.call("portal:found")
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._processes:
            process.kill()
        for process in self._processes:
            process.join(5)
        self.database.close()
        shutil.rmtree(self._directory, ignore_errors=True)

    @property
    def data_dir(self) -> Path:
        """Where the portal of this laboratory keeps its data."""
        return self._directory

    def start(self, job: str, *arguments: Any, house: House | None = None) -> BaseProcess:
        """Run *job* in a process of its own."""
        return self._start(jobs.run, house or self.house, job, arguments, None)

    def call(self, job: str, *arguments: Any, house: House | None = None) -> Any:
        """Run *job* in a process of its own, and return what it returns or raise what it raised."""
        near, far = CONTEXT.Pipe()
        process = self._start(jobs.run, house or self.house, job, arguments, far)
        far.close()
        answer = _receive(near, 600)
        process.join(10)
        self._processes.remove(process)
        assert not isinstance(answer, jobs.Failed), f"{job} failed:\n{answer.traceback}"
        return answer

    def forget(self, process: BaseProcess) -> None:
        """Stop looking after a process that has ended."""
        process.join(5)
        with suppress(ValueError):
            self._processes.remove(process)

    def ledger(self) -> Ledger:
        """Return what Thulium has processed until now."""
        return self.ask("ledger")

    def force(self, *faults: Fault) -> None:
        """Let the next POSTs of replies meet these faults."""
        self.ask("force", *faults)

    def ask(self, name: str, *arguments: Any) -> Any:
        """Call a method of the Thulium, which lives in its own process."""
        self._thulium.send((name, arguments))
        return _receive(self._thulium, 20)

    def _start(self, target: Callable[..., Any], *arguments: Any) -> BaseProcess:
        process = CONTEXT.Process(target=target, args=arguments, daemon=True)
        process.start()
        self._processes.append(process)
        return process


def _receive(pipe: Connection, seconds: float) -> Any:
    if not pipe.poll(seconds):
        raise TimeoutError(f"a process of the laboratory said nothing for {seconds} s")
    return pipe.recv()


def wait_until(holds: Callable[[], Any], what: str, *, seconds: float = 20.0) -> Any:
    """Return the first true value of *holds*, or fail after so many *seconds*."""
    limit = time.monotonic() + seconds
    while not (value := holds()):
        assert time.monotonic() < limit, f"in vain: {what}"
        time.sleep(0.01)
    return value
