"""Where an entry comes from: which request, which process, and whether a person or the system."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import cache

from thulium_portal import __version__

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The id of the web request being answered, empty outside of one."""

_unnamed: ContextVar[str] = ContextVar("unnamed_actor", default="system")


@contextmanager
def from_shell() -> Iterator[None]:
    """Record what has no actor as done at the command line, not by the portal itself."""
    token = _unnamed.set("cli")
    try:
        yield
    finally:
        _unnamed.reset(token)


made_up_at: ContextVar[datetime | None] = ContextVar("made_up_at", default=None)
"""The time of an entry that tells of practice mode's made-up past; None for what happens."""


@contextmanager
def made_up(at: datetime) -> Iterator[None]:
    """Record what is done inside as of *at*, marked as made up.

    For the past that practice mode begins with, and nothing else: ``audit.services`` refuses it
    outside of practice mode, behind an entry of something that happened, and behind a later one.
    """
    token = made_up_at.set(at)
    try:
        yield
    finally:
        made_up_at.reset(token)


def unnamed_kind() -> str:
    """Return what to call an actor who is no user: ``system`` or ``cli``."""
    return _unnamed.get()


def node() -> dict[str, int | str]:
    """Return which process of which machine is writing; ``demo`` marks what it made up."""
    writing: dict[str, int | str] = {"host": _host(), "pid": os.getpid(), "version": __version__}
    return writing | {"demo": True} if made_up_at.get() else writing


@cache
def _host() -> str:
    return socket.gethostname()
