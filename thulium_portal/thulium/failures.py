"""Why a call failed, in one word: for people, never for deciding whether a reply left."""

import ssl
from collections.abc import Iterator, Sequence

import requests
import urllib3
from urllib3.exceptions import HTTPError, NewConnectionError

from thulium_portal.thulium.transport import DeadlineOver, Wire
from thulium_portal.thulium.types import Reason

_LATE = (TimeoutError, DeadlineOver, requests.Timeout, urllib3.exceptions.TimeoutError)
_CUT = (ssl.SSLEOFError, ssl.SSLZeroReturnError)
"""TLS errors that tell of a cut line and not of a wrong certificate."""
_UNTRUSTED = (ssl.SSLError, urllib3.exceptions.SSLError, requests.exceptions.SSLError)


def failure_reason(error: BaseException, wire: Wire) -> Reason:
    """Say in one word why a call failed; for people, never for deciding whether it left."""
    if wire.stopped:
        return Reason.GATE_CLOSED
    causes = list(_causes(error))
    if wire.aborted or any(_is_late(cause) for cause in causes):
        return Reason.TIMED_OUT
    return Reason.BROKEN_OFF if wire.started else _unconnected_reason(causes)


def _is_late(error: BaseException) -> bool:
    """Tell whether *error* is a time-out; urllib3 counts a refused connection among its own."""
    return isinstance(error, _LATE) and not isinstance(error, NewConnectionError)


def _unconnected_reason(causes: Sequence[BaseException]) -> Reason:
    def found(*kinds: type[BaseException]) -> bool:
        return any(isinstance(cause, kinds) for cause in causes)

    if found(*_UNTRUSTED) and not found(*_CUT):
        return Reason.CERTIFICATE
    if found(ValueError):
        return Reason.LOCAL_ERROR
    return Reason.NO_CONNECTION if found(OSError, HTTPError) else Reason.LOCAL_ERROR


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield *error* and everything wrapped in it, as ``__cause__``, context, reason or argument."""
    queue, seen = [error], set[int]()
    while queue:
        current = queue.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        inner = [current.__cause__, current.__context__, getattr(current, "reason", None)]
        queue += [item for item in (*inner, *current.args) if isinstance(item, BaseException)]
