"""How a forked process takes up its job; knows no Django, so that the parent may import it."""

import multiprocessing
import os
import signal
import threading
import traceback
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pkgutil import resolve_name
from typing import Any

from tests.faults import thulium
from tests.faults.misbehaviour import Behaviour


@dataclass(frozen=True)
class House:
    """Where a process of the laboratory lives."""

    database_url: str
    data_dir: str
    thulium_url: str
    undo_seconds: float = 0.0
    patient_leases: bool = False


@dataclass(frozen=True)
class Failed:
    """What a job that raised gives back."""

    traceback: str


def die_with_parent() -> None:
    """End this process with the one that asked for it, however that one ends."""
    parent = multiprocessing.parent_process()
    assert parent is not None

    def watch() -> None:
        parent.join()
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=watch, daemon=True).start()


def run(house: House, job: str, arguments: tuple[Any, ...], pipe: Connection | None) -> None:
    """Enter *house*, do *job* (``"module:function"`` of this package) and tell the result."""
    die_with_parent()
    resolve_name("tests.faults.portal:enter")(house)
    try:
        result = resolve_name(f"tests.faults.{job}")(*arguments)
    except Exception:  # noqa: BLE001 - whatever it was, the test that asked is to see it
        result = Failed(traceback.format_exc())
    if pipe is not None:
        pipe.send(result)


def serve(behaviour: Behaviour, pipe: Connection) -> None:
    """Be the laboratory's Thulium."""
    die_with_parent()
    thulium.serve(behaviour, pipe)
