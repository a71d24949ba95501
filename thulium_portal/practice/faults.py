"""What goes wrong next, chosen by the person who practises or by a test."""

import threading
from dataclasses import dataclass, replace

SLOW = "slow"
REFUSED = "refused"
BUSY = "busy"
SERVER_ERROR = "server_error"
HTML = "html"
BROKEN_BEFORE = "broken_before"
BROKEN_AFTER = "broken_after"
DOWN = "down"
WRONG_PASSWORD = "wrong_password"  # noqa: S105 - names a fault

KINDS = (SLOW, REFUSED, BUSY, SERVER_ERROR, HTML, BROKEN_BEFORE, BROKEN_AFTER, WRONG_PASSWORD, DOWN)

REPLIES = "agent_response"
UPLOADS = "temporary_files"
READS = "reads"
LISTS = "list"
EVERYTHING = "all"
AREAS = (REPLIES, UPLOADS, READS, LISTS, EVERYTHING)


@dataclass
class Plan:
    """*kind* will happen to the next *left* calls of *area*."""

    kind: str
    area: str
    left: int


class Faults:
    """The queue of planned faults; safe to use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._plans: list[Plan] = []
        self._down = False

    def plan(self, kind: str, *, times: int = 1, area: str = REPLIES) -> None:
        """Let *kind* happen to the next *times* calls of *area*; ``down`` lasts until cleared.

        Raises ValueError for an unknown kind or area, or fewer than one time.
        """
        if kind not in KINDS or area not in AREAS or times < 1:
            raise ValueError(f"No such fault: {kind} × {times} on {area}")
        with self._lock:
            if kind == DOWN:
                self._down = True
            else:
                self._plans.append(Plan(kind, area, times))

    def take(self, area: str) -> str:
        """Return the fault that is due for one call of *area* and use it up, or ``""``."""
        with self._lock:
            for plan in self._plans:
                if plan.area in {area, EVERYTHING}:
                    plan.left -= 1
                    self._plans = [plan for plan in self._plans if plan.left]
                    return plan.kind
        return ""

    def clear(self) -> None:
        """Let everything work again."""
        with self._lock:
            self._plans = []
            self._down = False

    @property
    def down(self) -> bool:
        """Whether every call of the API is dropped."""
        return self._down

    def planned(self) -> list[Plan]:
        """Return copies of what is still to happen, in order."""
        with self._lock:
            return [replace(plan) for plan in self._plans]
