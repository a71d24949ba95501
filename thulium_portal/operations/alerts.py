"""Mails to ``ALERT_EMAILS``: once when a human is needed, and once when it is over.

The worker looks, and each web process after its requests, so that a worker that is silent is told
as well; whoever is first looks for all. What was told lies in the cache, hence in the database.
"""

import logging
import threading
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connections
from django.utils import translation

from thulium_portal.accounts import mails
from thulium_portal.operations import checks
from thulium_portal.operations.checks import Level, Result

EVERY = 120
"""Seconds between two looks at everything."""
LASTS = 110
"""What fails for so many seconds, hence in two looks, is told: a restart is nobody's business."""

_STATE, _TURN = "alerts:state", "alerts:turn"
_log = logging.getLogger(__name__)
_looker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="alerts")
_lock = threading.Lock()
_next_look = 0.0
State = dict[str, tuple[float, bool]]
"""By the name of a check that fails: since when, and whether that was told."""


def tell_soon(**_signal: Any) -> None:
    """Look at everything and tell what is new, where a look is due; nobody waits for it.

    A mail that is not taken is tried again with the next look.
    """
    if _is_due():
        _looker.submit(_tell_in_turn)


def tell() -> None:
    """Look now; mail what began to fail and what is over. Raises ``DatabaseError``."""
    state: State = cache.get(_STATE, {})
    now = time.time()
    with translation.override(settings.LANGUAGE_CODE):
        found = list(checks.results())
        failing = {one.name: one for one in found if one.finding.level is Level.FAILS}
        since: State = {name: state.get(name, (now, False)) for name in failing}
        began = [
            failing[name]
            for name, (first, is_told) in since.items()
            if not is_told and now - first >= LASTS
        ]
        # What cannot be told while the database is away is not over.
        enough = {Level.FINE} if "database" in failing else {Level.FINE, Level.NOTE}
        fine = {one.name for one in found if one.finding.level in enough}
        over = [one for one in found if one.name in fine and state.get(one.name, (0, False))[1]]
        waiting = {name: known for name, known in state.items() if name not in fine | set(since)}
        is_told = not (began or over) or _mail(began, over)
    if is_told:
        told = {one.name: (since[one.name][0], True) for one in began}
        cache.set(_STATE, waiting | since | told, None)
    else:
        kept = {one.name: state[one.name] for one in over}
        cache.set(_STATE, waiting | since | kept, None)


def _is_due() -> bool:
    global _next_look  # noqa: PLW0603 - one clock for the process
    with _lock:
        now = time.monotonic()
        if not settings.ALERT_EMAILS or now < _next_look:
            return False
        _next_look = now + EVERY
        return True


def _tell_in_turn() -> None:
    try:
        if cache.add(_TURN, 1, EVERY - 10):
            tell()
    except DatabaseError:
        _log.warning("What needs a human could not be looked at: the database does not answer.")
    finally:
        connections.close_all()


def _mail(began: Iterable[Result], over: Iterable[Result]) -> bool:
    """Mail to every address; tell whether the mail server took it for one of them at least."""
    context = {"began": list(began), "over": list(over)}
    taken = [mails.send_to(address, "alert", context) for address in settings.ALERT_EMAILS]
    return any(taken)
