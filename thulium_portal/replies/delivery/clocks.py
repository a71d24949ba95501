"""Clocks that can be trusted while a reply is in hand."""

import time

JUMP_SECONDS = 2.0
"""How far the wall clock may move against the machine's own before sending pauses."""
FENCE_SECONDS = 50.0
"""How long a call may take to its first byte: well below the least lease left at the gate."""


def boot_clock() -> float:
    """Return seconds that count on while the machine sleeps, as a monotonic clock does not."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if clock is None else time.clock_gettime(clock)


class FenceLost(Exception):
    """The worker was stopped so long that another may have taken its reply over."""


class Fence:
    """A local limit on the call that goes on counting while the machine sleeps."""

    def __init__(self) -> None:
        self._limit = boot_clock() + FENCE_SECONDS

    def check(self) -> None:
        """Raise :class:`FenceLost` once the limit is over."""
        if boot_clock() > self._limit:
            raise FenceLost


class JumpDetector:
    """Notices that somebody set the wall clock, by which undo times and leases are counted."""

    def __init__(self) -> None:
        self._offset = time.time() - boot_clock()

    def jump(self) -> float:
        """Return how many seconds the wall clock jumped since the last call; 0.0 for a drift."""
        offset = time.time() - boot_clock()
        moved, self._offset = offset - self._offset, offset
        return moved if abs(moved) > JUMP_SECONDS else 0.0
