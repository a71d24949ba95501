"""Single cells of a file of canned responses: how a property is written, and read again.

Queues and statuses stand as a name with Thulium's number in brackets; several values stand a line
each.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from thulium_portal.lib.folding import fold

_ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]|\Z)")
_POLISH_DAY = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})\Z")
_MOST_QUEUE = 2**63 - 1
_SHOWN = 80


class CellError(ValueError):
    """A cell that cannot be read, with a sentence that says what to write."""


def lines(values: Iterable[str]) -> str:
    """Return *values* as one cell, a line each."""
    return "\n".join(values)


def lines_of(cell: str) -> list[str]:
    """Return the lines of *cell* that hold something, each once."""
    found = (" ".join(line.split()) for line in cell.splitlines())
    return list(dict.fromkeys(line for line in found if line))


# --- queues ----------------------------------------------------------------------------------


def queue_lines(queues: Mapping[int, str]) -> str:
    """Return *queues*, id and name, as one cell."""
    return lines(_numbered(name, str(number)) for number, name in sorted(queues.items()))


def queues_of(cell: str, known: Mapping[int, str]) -> dict[int, str]:
    """Return id and name of the queues that *cell* names; *known* are those of the portal.

    Raises :class:`CellError` for a name that is not known and has no number with it.
    """
    found: dict[int, str] = {}
    for line in lines_of(cell):
        queue = _queue(line, known)
        # A name may hold a comma, so a line is taken apart only where it names none as a whole.
        parts = [line] if queue else [part.strip() for part in re.split("[;,]", line)]
        for part in filter(None, parts):
            queue = _queue(part, known)
            if queue is None:
                words = _(
                    "There is no queue “%(name)s” here. Write its number behind the name: %(so)s."
                )
                shown = part[:_SHOWN]
                raise CellError(words % {"name": shown, "so": f"{shown} (12)"})
            found[queue[0]] = queue[1]
    return found


def _queue(word: str, known: Mapping[int, str]) -> tuple[int, str] | None:
    named = {fold(name): number for number, name in known.items() if name}
    name, number = _taken_apart(word)
    if number.isdecimal() and len(number) < 20 and int(number) <= _MOST_QUEUE:
        queue_id = int(number)
        if known.get(queue_id) == name or fold(word) not in named:
            return queue_id, name or known.get(queue_id, "")
    if fold(word) in named:
        queue_id = named[fold(word)]
        return queue_id, known[queue_id]
    return None


# --- the status after a reply ----------------------------------------------------------------


@dataclass(frozen=True)
class Status:
    """A ticket status of Thulium; both are empty for none."""

    code: str = ""
    name: str = ""


def status_cell(status: Status) -> str:
    return _numbered(status.name, status.code) if status.code else ""


def status_in(cell: str) -> Status | None:
    """Return the status that *cell* writes with its id; None where it has only a word."""
    word = " ".join(cell.split())
    name, code = _taken_apart(word)
    if not word or (code and word.endswith(")")):
        return Status(code, name)
    return None


def status_named(cell: str, known: Iterable[tuple[str, str]]) -> Status:
    """Return the status of *known* (id, name) that *cell* names; raises :class:`CellError`."""
    word = " ".join(cell.split())
    for code, name in known:
        if fold(word) in {fold(code), fold(name)}:
            return Status(code, name)
    words = _("There is no status “%(name)s” here. Write its number behind the name: %(so)s.")
    raise CellError(words % {"name": word[:_SHOWN], "so": f"{word[:_SHOWN]} (5)"})


# --- days ------------------------------------------------------------------------------------


def day_of(cell: str) -> date | None:
    """Return the day that *cell* writes, None for an empty one; raises :class:`CellError`."""
    word = cell.strip()
    if not word:
        return None
    try:
        if found := _ISO_DAY.match(word):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := _POLISH_DAY.match(word):
            return date(int(found[3]), int(found[2]), int(found[1]))
    except ValueError:
        pass
    words = _("“%(word)s” is no day; write it as 2026-11-30.")
    raise CellError(words % {"word": word[:_SHOWN]})


def _numbered(name: str, number: str) -> str:
    return f"{name} ({number})".strip()


def _taken_apart(word: str) -> tuple[str, str]:
    """Return the name and what stands in brackets at its end; a bare number has no name."""
    if word.isdecimal():
        return "", word
    if not word.endswith(")"):
        return word, ""
    name, bracket, number = word[:-1].rpartition("(")
    return (name.strip(), number.strip()) if bracket else (word, "")
