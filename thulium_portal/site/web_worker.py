"""The web processes: gunicorn starts, watches and ends them; in each, waitress speaks HTTP."""

import logging
import os
import resource
import time
from typing import Any

from gunicorn.workers.base import Worker
from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.task import ThreadedTaskDispatcher

from thulium_portal.site.web_server import Server, settings_of

BEAT_SECONDS = 1
_MOST_CONNECTIONS = 1000
_FILES_ELSEWHERE = 200
"""Open files that a process has besides those of its connections."""


class WebWorker(Worker):  # type: ignore[misc]
    """One web process."""

    servers: tuple[Server, ...] = ()

    def run(self) -> None:
        """Serve until told to stop, or until the process that started this one is gone."""
        # A queue is no news: with more to do than threads, some wait.
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        dispatcher = ThreadedTaskDispatcher()
        dispatcher.set_thread_count(self.cfg.threads)
        connections: dict[int, Any] = {}
        adjustments = settings_of(self.cfg.threads, _room_for_connections())
        self.servers = tuple(
            Server(
                self.wsgi,
                map=connections,
                _sock=listener.sock,
                dispatcher=dispatcher,
                adj=Adjustments(**adjustments),
                bind_socket=False,
                sockinfo=(listener.sock.family, None, None, listener.sock.getsockname()),
            )
            for listener in self.sockets
        )
        while self.alive and os.getppid() == self.ppid:
            self._turn(connections)
        self._finish(connections)
        # Nothing is left to tidy, and taking the interpreter apart would cost seconds.
        os._exit(0)

    def _turn(self, connections: dict[int, Any]) -> None:
        self.notify()
        wasyncore.loop(timeout=BEAT_SECONDS, use_poll=True, map=connections, count=1)

    def _finish(self, connections: dict[int, Any]) -> None:
        """Take no new connection; let those end whose answer is under way."""
        for server in self.servers:
            server.accepting = False
        last = time.monotonic() + self.cfg.graceful_timeout
        while any(server.is_busy for server in self.servers) and time.monotonic() < last:
            self._turn(connections)

    def handle_exit(self, sig: int, frame: object) -> None:
        """Stop, and see at once that it is time to."""
        super().handle_exit(sig, frame)
        for server in self.servers:
            server.pull_trigger()


def _room_for_connections() -> int:
    """Raise the limit of open files as far as it goes; each connection may need two."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * _MOST_CONNECTIONS + _FILES_ELSEWHERE
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return max((most - _FILES_ELSEWHERE) // 2, 1)
