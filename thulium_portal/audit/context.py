"""Where an entry comes from: which request, which process, and whether a person or the system."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
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


def unnamed_kind() -> str:
    """Return what to call an actor who is no user: ``system`` or ``cli``."""
    return _unnamed.get()


def node() -> dict[str, int | str]:
    """Return which process of which machine is writing."""
    return {"host": _host(), "pid": os.getpid(), "version": __version__}


@cache
def _host() -> str:
    return socket.gethostname()
