"""Archives of the first format: a copy of the database as it lay, and the files beside it.

One from SQLite is read like any other database. One from PostgreSQL holds a dump that only
PostgreSQL's own program reads, so it goes into PostgreSQL alone.
"""

import os
import re
import shutil
import sqlite3
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO

from django.db import connection, connections

from thulium_portal.operations.backup.container import FILES, PART
from thulium_portal.operations.backup.problems import ArchiveProblem

_MEMBERS = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
CHECKPOINTS = "audit-checkpoints.jsonl"
_FILE = re.compile(FILES + r"([0-9A-Za-z_-]{2}/[0-9A-Za-z_-]{1,80})")
_LIBPQ = {
    "dbname": "PGDATABASE",
    "host": "PGHOST",
    "password": "PGPASSWORD",
    "port": "PGPORT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "user": "PGUSER",
}


@contextmanager
def unpacked(source: Path, vendor: str, scratch: Path) -> Iterator[Path]:
    """Give the database of *source*, unpacked below *scratch*, with the file of checkpoints."""
    wanted = _MEMBERS.get(vendor)
    if wanted is None or (vendor == "postgresql" and connection.vendor != vendor):
        raise ArchiveProblem(
            f"{source} holds a dump of PostgreSQL, as backups did before; restore it into "
            "PostgreSQL, then run move_database."
        )
    for name, stream in _members(source):
        if name in (wanted, CHECKPOINTS):
            with (scratch / name).open("xb") as out:
                shutil.copyfileobj(stream, out, PART)
    if not (scratch / wanted).is_file():
        raise ArchiveProblem(f"{source} is not a backup of this portal.")
    if vendor == "sqlite":
        _require_sound(scratch / wanted)
    yield scratch / wanted


def files(source: Path) -> Iterator[tuple[str, IO[bytes]]]:
    """Yield path and bytes of each file in *source*; each is to be read before the next."""
    for name, stream in _members(source):
        if found := _FILE.fullmatch(name):
            yield found[1], stream


def _members(source: Path) -> Iterator[tuple[str, IO[bytes]]]:
    """Yield the plain files in *source* by their names; nothing else is looked at."""
    try:
        with tarfile.open(source, "r:") as archive:
            for info in archive:
                stream = archive.extractfile(info) if info.isreg() and not info.sparse else None
                if stream is not None:
                    yield info.name, stream
    except (tarfile.TarError, EOFError) as error:
        raise ArchiveProblem(
            f"{source} ends too early or is damaged; take another backup."
        ) from error


def _require_sound(database: Path) -> None:
    try:
        with closing(sqlite3.connect(database)) as copy:
            sound = copy.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    except sqlite3.DatabaseError:
        sound = False
    if not sound:
        raise ArchiveProblem("the database in it is damaged; take another backup.")


def load_dump(dump: Path) -> None:
    """Put a dump of PostgreSQL in the place of the portal's tables, all at once."""
    found = shutil.which("pg_restore")
    if found is None:
        raise ArchiveProblem(
            "pg_restore was not found, which backups of the former kind need; install PostgreSQL's "
            "client programs and try again."
        )
    used = connection.get_connection_params()
    told = {name: str(used[key]) for key, name in _LIBPQ.items() if used.get(key)}
    connections.close_all()
    # The password goes by the environment, never by argv.
    done = subprocess.run(  # noqa: S603 - our own arguments, no shell
        [
            *(found, "--dbname", told["PGDATABASE"], "--clean", "--if-exists"),
            *("--single-transaction", str(dump)),
        ],
        env=os.environ | told,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ArchiveProblem(f"pg_restore ended with an error: {done.stderr.strip()[:300]}")
