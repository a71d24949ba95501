"""Reads the demo's data files into frozen dataclasses; refuses what these do not know.

Imports nothing of the portal, so that the practice Thulium may read its tickets with it.
"""

import tomllib
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from pathlib import Path
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

_FOLDER = Path(__file__).resolve().parent / "data"

T = TypeVar("T")


class DemoDataError(ValueError):
    """A data file cannot be used; the message names the file, the entry and what is wrong."""


def read_data(kind: type[T], name: str) -> T:
    """Return the TOML file *name* as *kind*: a dataclass, or a dict of one type.

    Arrays become tuples; a subclass of ``str`` is made from text and may raise ValueError, as may
    ``__post_init__``. Raises DemoDataError for a missing or broken file, an unknown or missing
    key, and a value of another type.
    """
    try:
        content = tomllib.loads(read_text(name))
    except tomllib.TOMLDecodeError as error:
        raise DemoDataError(f"{name}: {error}") from error
    data: T = _build(kind, content, name)
    return data


@cache
def read_text(name: str) -> str:
    """Return the text of a data file, read once; raises DemoDataError where there is none."""
    try:
        return (_FOLDER / name).read_text(encoding="utf-8")
    except OSError as error:
        raise DemoDataError(f"{name}: {error.strerror}") from error


def _build(kind: Any, value: Any, place: str) -> Any:
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is UnionType:  # "int | None": what is None is left out of a file
        return _build(arguments[0], value, place)
    if origin is tuple and isinstance(value, list):
        return tuple(
            _build(arguments[0], part, f"{place}, entry {number}{_title(part)}")
            for number, part in enumerate(value, 1)
        )
    if origin is dict and isinstance(value, dict):
        return {key: _build(arguments[1], part, f"{place}, {key}") for key, part in value.items()}
    if is_dataclass(kind) and isinstance(value, dict):
        return _build_entry(kind, value, place)
    if isinstance(value, str) and isinstance(kind, type) and issubclass(kind, str):
        return _made(kind, place, value)
    if type(value) is kind:  # not isinstance: True is no number here
        return value
    raise DemoDataError(f"{place}: {value!r} is not of type {kind.__name__}")


def _build_entry(kind: Any, table: dict[str, Any], place: str) -> Any:
    known = {field.name: field for field in fields(kind)}
    required = {
        name
        for name, field in known.items()
        if field.default is MISSING and field.default_factory is MISSING
    }
    if unknown := table.keys() - known.keys():
        raise DemoDataError(f"{place}: unknown key {', '.join(sorted(unknown))}")
    if missing := required - table.keys():
        raise DemoDataError(f"{place}: missing key {', '.join(sorted(missing))}")
    types = get_type_hints(kind)
    values = {key: _build(types[key], part, f"{place}, {key}") for key, part in table.items()}
    return _made(kind, place, **values)


def _made(kind: Any, place: str, /, *text: str, **values: Any) -> Any:
    try:
        return kind(*text, **values)
    except ValueError as error:
        raise DemoDataError(f"{place}: {error}") from error


def _title(part: Any) -> str:
    """Return the first value of an entry, by which a person finds it in the file."""
    return f" ({next(iter(part.values()))})" if isinstance(part, dict) and part else ""
