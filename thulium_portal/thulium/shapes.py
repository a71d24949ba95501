"""The shapes Thulium's JSON comes in, documented and met.

PHP writes ``[]`` for an empty object, an object for a list with gaps; not all envelopes are known.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from thulium_portal.thulium.exceptions import UnexpectedAnswer
from thulium_portal.thulium.text import address, line, number, size
from thulium_portal.thulium.types import Habits, Reason

Noun = TypeVar("Noun")
Asked = ParamSpec("Asked")
SENDER, ADDRESS = 1000, 320
"""Characters, as in the columns that hold them."""


def understood(
    parse: Callable[Concatenate[Any, Asked], Noun],
) -> Callable[Concatenate[Any, Asked], Noun]:
    """Let *parse* raise :class:`UnexpectedAnswer` where it does not find what it looks for."""

    @wraps(parse)
    def parsed(data: Any, /, *args: Asked.args, **kwargs: Asked.kwargs) -> Noun:
        try:
            return parse(data, *args, **kwargs)
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
            raise UnexpectedAnswer(Reason.UNEXPECTED_ANSWER, status=200) from error

    return parsed


def rows(data: Any, mark: str) -> list[Any]:
    """Return the rows of a list: under ``result``, or wherever there are objects with a *mark*."""

    def is_row(item: Any) -> bool:
        return isinstance(item, dict) and mark in item

    if isinstance(data, dict) and "result" in data:
        return items(data["result"])
    if isinstance(data, list):
        return data
    named = [data[name] for name in _NAMES_OF_LIST if isinstance(data.get(name), list | dict)]
    for each in [*named, *data.values(), data]:
        if isinstance(each, list | dict) and any(map(is_row, items(each))):
            return items(each)
    if named and not any(named):
        return []
    raise ValueError("no list")


def page(
    data: Any, mark: str, read: Callable[[Any], Noun | None]
) -> tuple[int | None, tuple[Noun, ...], int]:
    """Return how many there are in all, those of this page, and how many could not be read.

    *read* makes one of a row, or None. A page of which no row can be read is none: it would pass
    for an empty list. Raises ``ValueError``.
    """
    told = rows(data, mark)
    found = tuple(each for each in map(read, told) if each)
    if told and not found:
        raise ValueError(f"no row with {mark} can be read")
    count = size(data.get("count")) if isinstance(data, dict) else None
    return count, found, len(told) - len(found)


_NAMES_OF_LIST = ("data", "items", "tickets", "agents", "results")


def json_object(data: Any) -> dict[str, Any]:
    """Return the object in *data*, also where it is the only item of a list."""
    if isinstance(data, list) and len(data) == 1:
        [data] = data
    if not isinstance(data, dict):
        raise TypeError("no object")
    return data


def items(value: Any) -> list[Any]:
    """Return a list's items; PHP makes an object of a list with gaps in its numbering."""
    if isinstance(value, dict):
        return list(value.values())
    if isinstance(value, list):
        return value
    if value is None or value is False or value == "":
        return []
    raise TypeError("no list")


def whole_id(value: Any) -> int:
    """Return a number that is one of ours."""
    found = number(value)
    if found is None:
        raise ValueError("no number of ours")
    return found


def whole(value: Any, most: int) -> str:
    """Return a text that is sent back to Thulium: uncut, and not empty."""
    words = line(value, most + 1, escaped=False)
    if not words or len(words) > most:
        raise ValueError("no name of ours")
    return words


def mail_address(told: Any, habits: Habits) -> str:
    """Return the bare address in *told*, which may name its owner as well."""
    found = address(line(told, SENDER, escaped=habits.escapes))
    return line(found, ADDRESS, escaped=False)
