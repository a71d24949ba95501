"""How a forked process takes up its job; knows no Django, so that the parent may import it."""

import traceback
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pkgutil import resolve_name
from typing import Any


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


def run(house: House, job: str, arguments: tuple[Any, ...], pipe: Connection | None) -> None:
    """Enter *house*, do *job* (``"module:function"`` of this package) and tell the result."""
    resolve_name("tests.faults.portal:enter")(house)
    try:
        result = resolve_name(f"tests.faults.{job}")(*arguments)
    except Exception:  # noqa: BLE001 - whatever it was, the test that asked is to see it
        result = Failed(traceback.format_exc())
    if pipe is not None:
        pipe.send(result)
