"""What slows guessing down: waits that grow with each failure, and never last.

A stranger is slowed down by account and address together, by account, and by address for the
number of accounts tried. A browser in which the person has signed in before counts by itself alone,
so that neither strangers nor a neighbour at the same address can keep its owner out. Names that
nobody has are counted like any other. Counts lie in the cache, hence in the database, under keyed
digests: a name may be a password typed into the wrong box.
"""

import math
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms import BaseForm
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django.utils.translation import ngettext_lazy

from thulium_portal.accounts.http import visitor_address
from thulium_portal.accounts.models import User
from thulium_portal.accounts.sessions import known_browsers
from thulium_portal.lib.addresses import line_of

FORGET_SECONDS = 3600
"""So long after the last failure they are all forgotten."""
CODE = "too_many_login_attempts"
"""allauth's code of the error."""


@dataclass(frozen=True)
class Limit:
    """How many failures are free, and how the wait grows from then on, in seconds."""

    free: int
    first: int
    longest: int

    def wait(self, failures: int) -> int:
        """Return how long to wait after so many *failures*."""
        if failures < self.free:
            return 0
        return min(self.first << min(failures - self.free, 16), self.longest)


AT_ONE_PLACE = Limit(free=5, first=15, longest=900)
"""One account from one address; and one account in one browser that is known."""
ONE_ACCOUNT = Limit(free=20, first=5, longest=300)
"""One account by strangers from anywhere."""
ONE_ADDRESS = Limit(free=60, first=1, longest=30)
"""How many accounts are tried from one address; short, since an office shares one."""

_MOST_SECONDS_TOLD = 90
_SECONDS = ngettext_lazy(
    "There were too many tries. Wait %(seconds)d second, then try again.",
    "There were too many tries. Wait %(seconds)d seconds, then try again.",
    "seconds",
)
_MINUTES = ngettext_lazy(
    "There were too many tries. Wait %(minutes)d minute, then try again.",
    "There were too many tries. Wait %(minutes)d minutes, then try again.",
    "minutes",
)

_BUSY_SECONDS = 2
_LONGEST_REST = 2.0
_LIMITS = {"browser": AT_ONE_PLACE, "place": AT_ONE_PLACE, "account": ONE_ACCOUNT}
Count = tuple[int, float]
"""Failures so far, and the time until which nothing more is tried."""


class TooManyTries(ValidationError):
    """Nothing is tried before so many seconds have passed."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        minutes = math.ceil(seconds / 60)
        is_long = seconds > _MOST_SECONDS_TOLD
        words, params = (_MINUTES, {"minutes": minutes}) if is_long else (_SECONDS, {})
        super().__init__(words, code=CODE, params={"seconds": seconds, **params})


@dataclass
class Attempt:
    """A try at an account. It counts as failed, also when the process dies, until it went well."""

    keys: dict[str, str]
    address: str
    is_new_here: bool = False
    wait: int = 0
    """For how many seconds nothing more is tried, unless this one goes well."""

    def went_well(self) -> None:
        """Take the count back; earlier failures stay."""
        with _alone(self.keys):
            for key, (failures, _until) in _counts(self.keys.values()).items():
                if failures > 1:
                    cache.set(key, (failures - 1, 0.0), FORGET_SECONDS)
                else:
                    cache.delete(key)

    def went_wrong(self) -> None:
        """Count one more account that was tried in vain from this address."""
        if not self.is_new_here:
            return
        keys = {"address": self.address}
        with _alone(keys):
            failures, _until = _counts(keys.values()).get(self.address, (0, 0.0))
            _add(self.address, failures, ONE_ADDRESS)


class _Turns:
    """Lets one compare a password at a time in this process, and few wait for it.

    A comparison takes both cores for a tenth of a second and 100 MB. After each, *rests* times as
    long is left to all other pages.
    """

    def __init__(self, *, most: int, rests: int) -> None:
        self._places = threading.BoundedSemaphore(most)
        self._comparing = threading.Lock()
        self._rests = rests
        self._free_at = 0.0

    @contextmanager
    def take(self) -> Iterator[None]:
        if not self._places.acquire(blocking=False):
            raise TooManyTries(_BUSY_SECONDS)
        try:
            with self._comparing:
                time.sleep(max(0.0, min(self._free_at - time.monotonic(), _LONGEST_REST)))
                began = time.monotonic()
                try:
                    yield
                finally:
                    now = time.monotonic()
                    self._free_at = now + self._rests * (now - began)
        finally:
            self._places.release()


_OF_STRANGERS, _OF_KNOWN = _Turns(most=3, rests=2), _Turns(most=3, rests=0)


@contextmanager
def turn(request: HttpRequest, username: str) -> Iterator[None]:
    """Hold a turn for comparing a password. Raises :class:`TooManyTries`, also where many wait."""
    keys, address = _keys(request, User.normalize_username(username), "password")
    _require_no_wait([*keys.values(), address] if address else keys.values())
    with (_OF_STRANGERS if address else _OF_KNOWN).take():
        yield


def begin(request: HttpRequest, username: str, *, step: str = "password") -> Attempt:
    """Count a try at the account of that name; *step* is what is tried: a password, a code.

    To be called before anything is compared or hashed, which then ends by ``went_well`` or
    ``went_wrong``. Raises :class:`TooManyTries`, a ``ValidationError``.
    """
    name = User.normalize_username(username)
    keys, address = _keys(request, name, step)
    # Without a lock first: a flood is turned away by reading alone.
    _require_no_wait([*keys.values(), address] if address else keys.values())
    attempt = Attempt(keys, address)
    with _alone(keys):
        counts = _require_no_wait(keys.values())
        for kind, key in keys.items():
            wait = _add(key, counts.get(key, (0, 0.0))[0], _LIMITS[kind])
            attempt.wait = max(attempt.wait, wait)
        attempt.is_new_here = "place" in keys and keys["place"] not in counts
    return attempt


def _keys(request: HttpRequest, name: str, step: str) -> tuple[dict[str, str], str]:
    """Return what a try is counted under, by kind, and the key of its address."""
    line = line_of(visitor_address(request))
    if browser := known_browsers.find(request, name):
        return {"browser": _digest(step, "browser", name, browser)}, ""
    by_place = _digest(step, "place", name, line)
    return {"account": _digest(step, "account", name), "place": by_place}, _digest("address", line)


def _digest(*parts: str) -> str:
    return "guess:" + salted_hmac("accounts.guessing", "\0".join(parts)).hexdigest()


@contextmanager
def _alone(keys: dict[str, str]) -> Iterator[None]:
    """Count for the first of *keys* while no other process does.

    SQLite has one writer at a time. On PostgreSQL whoever inserts the same row waits until the
    transaction that did so first is over.
    """
    lock = next(iter(keys.values())) + ":lock"
    with transaction.atomic():
        cache.add(lock, 1, timeout=60)
        yield
        cache.delete(lock)


def _counts(keys: Iterable[str]) -> dict[str, Count]:
    counts: dict[str, Count] = cache.get_many(list(keys))
    return counts


def _require_no_wait(keys: Iterable[str]) -> dict[str, Count]:
    counts, now = _counts(keys), time.time()
    wait = max((until - now for _failures, until in counts.values()), default=0)
    if wait > 0:
        raise TooManyTries(math.ceil(wait))
    return counts


def _add(key: str, failures: int, limit: Limit) -> int:
    wait = limit.wait(failures + 1)
    cache.set(key, (failures + 1, time.time() + wait if wait else 0.0), FORGET_SECONDS + wait)
    return wait


def wait_in(form: BaseForm) -> int:
    """Return for how many seconds the form that was refused asks to wait; 0 for none."""
    refusals = chain.from_iterable(form.errors.as_data().values())
    return max((error.seconds for error in refusals if isinstance(error, TooManyTries)), default=0)
