"""``manage.py serve``: the portal, its worker and in practice mode its Thulium, in one terminal."""

import http.client
import os
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from django.conf import settings
from django.db import connections
from honcho import manager
from honcho.environ import parse_procfile

HOST = "127.0.0.1"
FINISHING_SECONDS = 60
"""How long a worker may take to finish the calls in hand before it is killed."""


class PortTaken(Exception):
    """Another program listens where the portal is meant to."""


def free_practice_port() -> int:
    """Return the port of the practice Thulium: the one that is set, else a free one near ours.

    A second copy of the portal on this computer thereby gets a stand-in of its own.
    """
    if os.environ.get("PRACTICE_PORT"):
        require_free(settings.PRACTICE_PORT)
        return int(settings.PRACTICE_PORT)
    near = range(settings.PORT + 1, min(settings.PORT + 100, 65536))
    for port in (settings.PRACTICE_PORT, *near):
        if port != settings.PORT and _is_free(port):
            return int(port)
    raise PortTaken(f"no free port near {settings.PORT} is left for the practice Thulium")


def require_free(port: int) -> None:
    """Raise :class:`PortTaken` if *port* is in use on this computer."""
    if not _is_free(port):
        raise PortTaken(
            f"port {port} is in use by another program; choose another one, for example "
            f"“PORT={port + 10} make run”"
        )


class _Manager(manager.Manager):  # type: ignore[misc]
    """Honcho's, able to stop its processes while they are still starting as well."""

    def terminate(self) -> None:
        """Stop all processes, as soon as each has a process number to send the signal to."""
        if self._all_started():
            super().terminate()
        else:
            again = threading.Timer(0.05, self.terminate)
            again.daemon = True  # a process forked meanwhile has a copy that must not hold it up
            again.start()


def serve(practice_port: int | None, *, when_up: Callable[[], None]) -> int:
    """Run all processes until Ctrl-C, SIGTERM or the end of one of them; return an exit code.

    *when_up* is called once, from another thread, when the first page can be asked for.
    """
    connections.close_all()
    manager.KILL_WAIT = FINISHING_SECONDS
    running = _Manager()
    for name, command in _processes(practice_port).items():
        running.add_process(name, command, env=_environment(practice_port), cwd=settings.BASE_DIR)
    threading.Thread(target=_tell_when_up, args=[when_up], daemon=True).start()
    running.loop()
    asked_to_stop = running.returncode in {130, 143}
    return 0 if asked_to_stop else running.returncode or 1


def _processes(practice_port: int | None) -> dict[str, str]:
    procfile = parse_procfile(Path(settings.BASE_DIR, "Procfile").read_text(encoding="utf-8"))
    processes: dict[str, str] = dict(procfile.processes)
    if practice_port is not None:
        processes["thulium"] = f"exec python manage.py practice_thulium --port {practice_port}"
    return processes


def _environment(practice_port: int | None) -> dict[str, str]:
    environment = {
        **os.environ,
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]),
        "PORT": str(settings.PORT),
        "PYTHONUNBUFFERED": "1",
    }
    if practice_port is not None:
        environment["PRACTICE_PORT"] = str(practice_port)
    return environment


def _tell_when_up(when_up: Callable[[], None]) -> None:
    pause = threading.Event()
    while not _answers():
        pause.wait(0.1)
    when_up()


def _answers() -> bool:
    with closing(http.client.HTTPConnection(HOST, settings.PORT, timeout=5)) as web:
        try:
            web.request("GET", "/healthz", headers={"Host": "localhost"})
            web.getresponse()
        except (OSError, http.client.HTTPException):
            return False
    return True


def _is_free(port: int) -> bool:
    with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True
