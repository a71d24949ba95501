"""What one person may do within a minute: far more than anybody's work needs.

The services ask, and only while a person's request is answered: commands and the worker go at a
pace of their own. Replies are counted as they are stored (``replies.permissions``), so that Send
costs one question to the database more and no write. All else is counted by each process, which
shares a twentieth of the limit at a time through the cache: between two processes a person may get
some few more, and a search stays without a write of its own.
"""

import math
import threading
import time
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from thulium_portal.accounts.models import User

WINDOW = timedelta(minutes=1)
_SECONDS = int(WINDOW.total_seconds())


@dataclass(frozen=True)
class Limit:
    """So many within a minute; ``words`` say what became of the one too many."""

    name: str
    most: int
    title: Promise
    """What is limited, for who reads the record."""
    words: Promise


REPLIES = Limit(
    "replies",
    120,
    _("Replies"),
    _("You sent very many replies within one minute, so this one was not sent. Your text is kept."),
)
REPLIES_TO_ONE_TICKET = Limit(
    "replies_to_one_ticket",
    20,
    _("Replies to one ticket"),
    _(
        "You sent very many replies to this ticket within one minute, so this one was not sent. "
        "Your text is kept."
    ),
)
CANNED_EDITS = Limit(
    "canned_edits",
    60,
    _("Canned responses saved"),
    _(
        "You saved canned responses very often within one minute, so this time nothing was saved. "
        "Your text is kept."
    ),
)
FILES = Limit(
    "files",
    120,
    _("Files added"),
    _("You added very many files within one minute, so no more are taken just now."),
)
SEARCHES = Limit(
    "searches",
    300,
    _("Searches"),
    _("You searched very often within one minute, so this time nothing was looked for."),
)

LIMITS = {
    limit.name: limit for limit in (REPLIES, REPLIES_TO_ONE_TICKET, CANNED_EDITS, FILES, SEARCHES)
}
"""All of them, by the name that the record keeps."""


class TooFast(Exception):
    """A limit is reached: nothing was done, and ``seconds`` later it can be."""

    def __init__(self, limit: Limit, seconds: int) -> None:
        super().__init__(limit.name)
        self.limit, self.seconds = limit, seconds

    @property
    def sentence(self) -> str:
        """What to tell the person, in their language."""
        wait = ngettext(
            "Wait %(seconds)d second, then try again.",
            "Wait %(seconds)d seconds, then try again.",
            self.seconds,
        )
        return f"{self.limit.words} {wait % {'seconds': self.seconds}}"


refused: ContextVar[list[TooFast] | None] = ContextVar("refused_as_too_fast", default=None)
"""What the request that is answered was refused for; None outside of a person's request."""


def is_counted() -> bool:
    """Tell whether a person's request is being answered, whose acts count."""
    return refused.get() is not None


def count(limit: Limit, person: User) -> None:
    """Count one act of *person*; raises :class:`TooFast` for the one too many."""
    if not is_counted():
        return
    now = time.time()
    if not _counts.add(limit, person.pk, int(now // _SECONDS)):
        raise _refusal(limit, _SECONDS - now % _SECONDS)


def require(limit: Limit, done: int, oldest: datetime | None) -> None:
    """Raise :class:`TooFast` where *done* acts, the *oldest* within a minute, are all there may be.

    For what leaves rows that can be counted themselves.
    """
    if is_counted() and oldest is not None and done >= limit.most:
        raise _refusal(limit, (oldest + WINDOW - timezone.now()).total_seconds())


def _refusal(limit: Limit, seconds: float) -> TooFast:
    refusal = TooFast(limit, max(1, math.ceil(seconds)))
    noted = refused.get()
    if noted is not None:
        noted.append(refusal)
    return refusal


class _Counts:
    """What was done in this minute of the clock, by limit and person, as this process knows it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._minute = 0
        self._all: dict[tuple[str, int], int] = {}
        self._unshared: dict[tuple[str, int], int] = {}

    def add(self, limit: Limit, person: int, minute: int) -> bool:
        """Count one more; False where it would be one too many, which is not counted."""
        key = (limit.name, person)
        with self._lock:
            if minute != self._minute:
                self._minute = minute
                self.forget()
            if self._all.get(key, 0) >= limit.most:
                return False
            self._all[key] = self._all.get(key, 0) + 1
            own = self._unshared.get(key, 0) + 1
            is_shared = own * 20 >= limit.most
            self._unshared[key] = 0 if is_shared else own
        if is_shared:
            self._share(key, own, minute)
        return True

    def forget(self) -> None:
        """Begin anew."""
        self._all.clear()
        self._unshared.clear()

    def _share(self, key: tuple[str, int], own: int, minute: int) -> None:
        """Tell the other processes of *own* acts, and take in what they told."""
        name = f"pace:{key[0]}:{key[1]}:{minute}"
        total = cache.get(name, 0) + own
        cache.set(name, total, 2 * _SECONDS)
        with self._lock:
            if minute == self._minute:
                self._all[key] = max(self._all.get(key, 0), total)


_counts = _Counts()
