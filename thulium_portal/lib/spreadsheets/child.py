"""The process in which files of strangers are read; it has little memory, little time, no more.

``python -m thulium_portal.lib.spreadsheets.child outline`` reads a table from standard input and
writes what ``reader`` expects; ``rows SHEET SEPARATOR AFTER MOST`` writes the rows of one sheet,
``kind`` what a ZIP is, ``unpack FOLDER BYTES`` unpacks one. Every line is a JSON list; the last one
is ``["end"]`` or names the problem.
"""

import json
import resource
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any

from thulium_portal.lib.spreadsheets import packed
from thulium_portal.lib.spreadsheets.formats import opened
from thulium_portal.lib.spreadsheets.table import TableError, TableProblem

MOST_SECONDS = 20
"""Time by the clock; of the processor it gets less."""
MOST_OUTPUT = 80 * 1024 * 1024
"""Bytes handed out at most."""
_MOST_MEMORY = 1024 * 1024 * 1024
_MOST_CHARACTERS = 20_000_000
_CPU_SECONDS = 12


def main(details: Sequence[str]) -> None:
    """Read the file on standard input within the limits."""
    _limit()
    try:
        for said in answers(sys.stdin.buffer, *details):
            _say(*said)
        _say("end")
    except TableError as error:
        _say("problem", error.problem.value, error.number)
    except MemoryError:
        _say("problem", TableProblem.TOO_MUCH.value, 0)
    sys.stdout.flush()


def answers(file: IO[bytes], task: str, *details: str) -> Iterator[tuple[Any, ...]]:
    """Yield what *task* finds in *file*, a line each; raises :class:`TableError`."""
    if task == "outline":
        yield from _outline(file)
    elif task == "rows":
        yield from _rows(file, *details[:2], after=int(details[2]), most=int(details[3]))
    elif task == "kind":
        yield "kind", packed.kind_of(file)
    else:
        for found in packed.unpack(file, Path(details[0]), int(details[1])):
            yield "file", *found


def _limit() -> None:
    signal.alarm(MOST_SECONDS)
    for kind, most in (
        (resource.RLIMIT_AS, _MOST_MEMORY),
        (resource.RLIMIT_CPU, _CPU_SECONDS),
        (resource.RLIMIT_FSIZE, MOST_OUTPUT),
        (resource.RLIMIT_CORE, 0),
    ):
        _soft, hard = resource.getrlimit(kind)
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (least, least))


def _outline(file: IO[bytes]) -> Iterator[tuple[Any, ...]]:
    for sheet in opened(file.read()).sheets():
        yield "sheet", sheet.name, sheet.separator, sheet.is_hidden
        for row in sheet.first_rows:
            yield "row", row.number, *row.cells


def _rows(
    file: IO[bytes], name: str, separator: str, *, after: int, most: int
) -> Iterator[tuple[Any, ...]]:
    """Hand out *most* rows below the row *after*; count the others."""
    count, count_characters = 0, _budget(_MOST_CHARACTERS)
    for row in opened(file.read()).rows(name, separator):
        if row.number <= after:
            continue
        count += 1
        if count <= most:
            count_characters(sum(map(len, row.cells)))
            yield "row", row.number, *row.cells
    if count > most:
        raise TableError(TableProblem.TOO_MANY_ROWS, count)


def _budget(most: int) -> Callable[[int], None]:
    """Return a function that takes from *most* and raises once there is nothing left."""
    left = most

    def take(number: int) -> None:
        nonlocal left
        left -= number
        if left < 0:
            raise TableError(TableProblem.TOO_LARGE)

    return take


def _say(*words: object) -> None:
    sys.stdout.write(json.dumps(words) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
