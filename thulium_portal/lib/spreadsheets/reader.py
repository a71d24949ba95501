"""Tables people bring, read in a process of its own with limits on memory, time and size.

Whatever a file does to what reads it, only that process ends; here it is one :class:`TableError`.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from thulium_portal.lib.spreadsheets.child import MOST_SECONDS
from thulium_portal.lib.spreadsheets.table import Row, Sheet, TableError, TableProblem

MOST_BYTES = 10 * 1024 * 1024
"""Size of a table that is read, unless the caller says another."""
MOST_PACKED = 100 * 1024 * 1024
"""Size of a ZIP that a page takes."""
_CHILD = "thulium_portal.lib.spreadsheets.child"
_HOME = Path(__file__).resolve().parents[3]
_LONGEST_SECONDS = MOST_SECONDS + 5
_ANY = 1 << 62


def sheets_of(path: Path, *, most_bytes: int = MOST_BYTES) -> list[Sheet]:
    """Return the sheets of the file *path*; for a CSV, the ways to part its cells.

    The likeliest comes first. Raises :class:`TableError` for a file that is no table, or holds
    nothing, and ``OSError`` where it cannot be opened.
    """
    sheets: list[Sheet] = []
    rows: list[Row] = []
    for kind, *said in _answers(path, "outline", most_bytes=most_bytes):
        if kind == "sheet":
            rows = []
            sheets.append(Sheet(said[0], said[1], bool(said[2]), ()))
        else:
            rows.append(_row(said))
            name, separator = sheets[-1].name, sheets[-1].separator
            sheets[-1] = Sheet(name, separator, sheets[-1].is_hidden, tuple(rows))
    likeliest = sheets[:1] if sheets and sheets[0].separator else sheets
    if not any(sheet.first_rows for sheet in likeliest):
        raise TableError(TableProblem.EMPTY)
    return sheets


def rows_of(
    path: Path, sheet: Sheet, *, after: int, most: int, most_bytes: int = MOST_BYTES
) -> Iterator[Row]:
    """Yield the rows of *sheet* below the row numbered *after*, that hold something.

    The apostrophes of ``writer.neutral`` are taken off. Raises as :func:`sheets_of`, also where
    there are more than *most* rows; then at the end.
    """
    details = ("rows", sheet.name, sheet.separator, str(after), str(most))
    for _kind, *row in _answers(path, *details, most_bytes=most_bytes):
        yield _row(row)


def is_archive(path: Path) -> bool:
    """Tell whether the file *path* is a ZIP that is no file of an office program."""
    with path.open("rb") as file:
        if file.read(4) != b"PK\x03\x04":
            return False
    return any(said == ["kind", "archive"] for said in _answers(path, "kind", most_bytes=_ANY))


def unpack(path: Path, folder: Path, *, most_bytes: int) -> Iterator[tuple[str, Path]]:
    """Unpack the ZIP *path* into *folder* and yield the name of each file, and where it lies.

    Raises :class:`TableError` for one that cannot be unpacked, or holds more than *most_bytes*.
    """
    details = ("unpack", str(folder.resolve()), str(most_bytes))
    for _kind, name, number, _size in _answers(path, *details, most_bytes=_ANY):
        yield name, folder / str(number)


def _answers(path: Path, *details: str, most_bytes: int = MOST_BYTES) -> Iterator[list[Any]]:
    """Yield the lines of the process that reads *path*; raises what its last one says."""
    if path.stat().st_size > most_bytes:
        raise TableError(TableProblem.TOO_LARGE)
    with tempfile.TemporaryFile() as answers:
        with path.open("rb") as file:
            _run(details, file, answers)
        answers.seek(0)
        for line in answers:
            if not line.endswith(b"\n"):
                break
            said = json.loads(line)
            if said[0] == "end":
                return
            if said[0] == "problem":
                raise TableError(TableProblem(said[1]), said[2])
            yield said
    raise TableError(TableProblem.TOO_MUCH)


def _run(details: tuple[str, ...], file: IO[bytes], answers: IO[bytes]) -> None:
    """Let the process read *file*; it is ended where it does not end by itself.

    It knows none of our settings: its environment is empty.
    """
    command = [sys.executable, "-m", _CHILD, *details]
    nothing = {"PYTHONDONTWRITEBYTECODE": "1", "RUST_BACKTRACE": "0"}
    process = subprocess.Popen(  # noqa: S603 (our own module)
        command, stdin=file, stdout=answers, stderr=subprocess.DEVNULL, cwd=_HOME, env=nothing
    )
    try:
        process.wait(_LONGEST_SECONDS)
    except subprocess.TimeoutExpired:
        pass
    finally:
        process.kill()
        process.wait()


def _row(said: list[Any]) -> Row:
    return Row(said[0], tuple(said[1:]))
