"""Named points of a delivery at which a worker is killed or stopped, put in from outside."""

import functools
import http.client
import os
import signal
from collections.abc import Callable
from typing import Any

from thulium_portal.audit.actions import Action
from thulium_portal.replies import services, transitions
from thulium_portal.replies.delivery import outbox, outcomes, preflight, restore_guard

Strike = Callable[[], None]


def kill_this_process() -> None:
    """End this process at once, as ``kill -9`` does."""
    os.kill(os.getpid(), signal.SIGKILL)


def stop_this_process() -> None:
    """Freeze this process until somebody sends SIGCONT."""
    os.kill(os.getpid(), signal.SIGSTOP)


def _before(module: Any, name: str, strike: Strike) -> None:
    real = getattr(module, name)

    @functools.wraps(real)
    def struck(*args: Any, **kwargs: Any) -> Any:
        strike()
        return real(*args, **kwargs)

    setattr(module, name, struck)


def _after(
    module: Any, name: str, strike: Strike, *, where: Callable[..., bool] = lambda *_a, **_k: True
) -> None:
    real = getattr(module, name)

    @functools.wraps(real)
    def struck(*args: Any, **kwargs: Any) -> Any:
        result = real(*args, **kwargs)
        if where(result, *args, **kwargs):
            strike()
        return result

    setattr(module, name, struck)


def _as_the_gate_begins(strike: Strike) -> None:
    """Strike once the gate has taken the time and looked at the watermark, before its commit."""
    entered: list[bool] = []
    _before(outbox, "_gate", lambda: entered.append(True))
    _after(restore_guard, "database_is_current", strike, where=lambda _current: bool(entered))


def _after_first_byte(strike: Strike) -> None:
    real = http.client.HTTPConnection.send

    def send(self: http.client.HTTPConnection, data: Any) -> None:
        if b"agent_response" in bytes(data)[:200]:
            if self.sock is None:
                self.connect()
            self.sock.send(bytes(data)[:1])
            strike()
        real(self, data)

    http.client.HTTPConnection.send = send  # type: ignore[method-assign]


def _on_answer(strike: Strike, moment: str) -> None:
    """Strike around the reading of the status line, once a gate has been passed."""
    passed: list[bool] = []
    _after(outbox, "_gate", lambda: passed.append(True))
    real = http.client.HTTPResponse._read_status

    def read_status(self: http.client.HTTPResponse) -> Any:
        if passed and moment == "before":
            strike()
        line = real(self)
        if passed:
            strike()
        return line

    http.client.HTTPResponse._read_status = read_status


POINTS: dict[str, Callable[[Strike], None]] = {
    "after_submit_commit": lambda strike: _after(services, "submit", strike),
    "after_claim": lambda strike: _after(
        outbox, "claim_next", strike, where=lambda claim, **_k: claim is not None
    ),
    "after_ticket_read": lambda strike: _after(preflight, "check", strike),
    "after_upload": lambda strike: _after(outbox, "upload_attachments", strike),
    "before_gate": lambda strike: _before(outbox, "_gate", strike),
    "gate_begun": _as_the_gate_begins,
    "inside_gate": lambda strike: _after(outbox, "forget_tokens", strike),
    "after_gate_commit": lambda strike: _before(restore_guard, "raise_watermark", strike),
    "after_gate": lambda strike: _after(outbox, "_gate", strike),
    "after_first_byte": _after_first_byte,
    "after_last_byte": lambda strike: _on_answer(strike, "before"),
    "after_status_line": lambda strike: _on_answer(strike, "after"),
    "before_verdict_commit": lambda strike: _before(outcomes, "settle", strike),
    "during_audit_insert": lambda strike: _after(
        transitions,
        "record",
        strike,
        where=lambda _entry, action, **_k: action is Action.REPLY_SENT,
    ),
}


def install(name: str, strike: Strike = kill_this_process, *, passes: int = 0) -> None:
    """Let this process meet *strike* at the point *name*, after having passed it *passes* times."""
    left = [passes]

    def once_passed() -> None:
        left[0] -= 1
        if left[0] < 0:
            left[0] = 1_000_000
            strike()

    POINTS[name](once_passed)
