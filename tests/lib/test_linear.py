"""No pattern and no parser of ours takes longer than its text is long.

Complete by construction: every compiled pattern of every module and script is attacked with texts
made from itself, every public function that reads a text with texts that stop parsers. Patterns
stand at the top of their module, so that none is missed. Times are of this thread alone and only
their growth counts.
"""

import ast
import importlib
import inspect
import pkgutil
import re
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError

import thulium_portal
from tests.support.worst_cases import is_slow, repeated, seeds

SOURCE = Path(thulium_portal.__file__).parent
SCRIPTS = SOURCE.parent / "static" / "js"
MODULES = [
    module.name
    for module in pkgutil.walk_packages([str(SOURCE)], "thulium_portal.")
    if not module.name.endswith((".wsgi", ".asgi"))
]


def _patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    known: set[tuple[str, int]] = set()
    for name in MODULES:
        for attribute, value in vars(importlib.import_module(name)).items():
            for found in _inside(value):
                if isinstance(found.pattern, str) and (found.pattern, found.flags) not in known:
                    known.add((found.pattern, found.flags))
                    yield f"{name.removeprefix('thulium_portal.')}.{attribute}", found


def _inside(value: object) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, dict):
        yield from (each for each in value.values() if isinstance(each, re.Pattern))
    elif isinstance(value, list | tuple | set | frozenset):
        yield from (each for each in value if isinstance(each, re.Pattern))


PATTERNS = dict(_patterns())


def test_the_patterns_are_found():
    assert len(PATTERNS) > 60
    assert "lib.html.bounds._TAG" in PATTERNS


METHODS = ("search", "match", "fullmatch", "finditer")
"""“sub”, “split” and “findall” look from place to place as “finditer” does."""


def _asked(name: str) -> set[str]:
    """Return by which methods the pattern is used where it stands; all where that is not said."""
    module, _dot, constant = name.rpartition(".")
    path = SOURCE.joinpath(*module.split(".")).with_suffix(".py")
    called = set(re.findall(rf"\b{constant}\.(\w+)\(", path.read_text(encoding="utf-8")))
    if not called or not constant.startswith("_"):
        return set(METHODS)
    return {method if method in METHODS else "finditer" for method in called}


@pytest.mark.parametrize("name", PATTERNS)
def test_a_pattern_takes_no_longer_than_its_text(name):
    pattern, methods = PATTERNS[name], sorted(_asked(name))

    def use(text: str) -> None:
        for method in methods:
            found = getattr(pattern, method)(text)
            if method == "finditer":
                deque(found, maxlen=0)

    for seed in seeds(pattern.pattern, pattern.flags):
        assert not is_slow(use, lambda size, seed=seed: _worst(seed, size)), repr(seed)


def _worst(seed: str, size: int) -> str:
    return "".join(repeated(seed, size // 3))


def _written_in_place() -> Iterator[tuple[str, ast.Call]]:
    """Yield every call of a function of ``re``, with its place."""
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id == "re"
                and node.func.attr not in {"escape", "compile"}
            ):
                yield f"{path.relative_to(SOURCE)}: {ast.unparse(node.args[0])}", node


IN_PLACE = dict(_written_in_place())
NOT_CONSTANT = {
    "practice/api.py: route.pattern": "constants of ours by another name",
    "lib/html/mail.py: shown": "the host of a link, to the letter, with nothing repeated",
}


@pytest.mark.parametrize("place", IN_PLACE)
def test_a_pattern_written_where_it_is_used_takes_no_longer_either(place):
    if place in NOT_CONSTANT:
        return
    call = IN_PLACE[place]
    first = call.args[0]
    if isinstance(first, ast.Name):
        assert place.replace("/", ".").replace(".py: ", ".") in PATTERNS
        return
    assert isinstance(first, ast.Constant), "write the pattern as a constant, so that it is tried"
    assert isinstance(call.func, ast.Attribute)
    pattern, method = re.compile(first.value), call.func.attr
    method = method if method in METHODS else "finditer"
    for seed in seeds(pattern.pattern, pattern.flags):
        job = getattr(pattern, method)
        assert not is_slow(
            lambda text, job=job: (
                deque(job(text) or (), maxlen=0) if method == "finditer" else job(text)
            ),
            lambda size, seed=seed: _worst(seed, size),
        ), repr(seed)


COMPILED_LATER = {
    # One address or number of a customer, as words with what may stand between them.
    "privacy/customers.py",
}


def test_patterns_are_compiled_at_the_top_of_their_module():
    """What is compiled as it runs is tried by nobody."""
    hidden = {
        str(path.relative_to(SOURCE))
        for path in SOURCE.rglob("*.py")
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(function, ast.FunctionDef) and "re.compile(" in ast.unparse(function)
    }
    assert hidden == COMPILED_LATER


SHAPES = {
    "letters": "a",
    "words": "raz dwa ",
    "lines": "x\n",
    "blanks": " ",
    "marks": "&amp;",
    "ampersands": "&",
    "smaller": "< ",
    "paragraphs": "<p>x</p>",
    "open paragraphs": "<p>x",
    "bold in a line": "<b>x</b>",
    "links": '<a href="https://example.org/">x</a>',
    "pictures": '<img alt="x">',
    "lists in lists": "<ul><li>",
    "divisions in divisions": "<div>",
    "quotes in quotes": "<blockquote>",
    "tables in tables": "<table><tr><td>",
    "cells": "<td>x</td>",
    "formatting left open": "<p><b><i><u>x</p>",
    "no end tag": "</p>",
    "declarations": "<![ x",
    "comments left open": "<!-- ",
    "tags left open": "<a href='",
    "styles": '<p style="color:red;color:blue;">x',
    "placeholders": "{{ imię }}",
    "placeholders left open": "{{ ",
    "questions": "{{ wpisz: a }} ",
    "braces": "{}",
    "amounts": "1 000,00 ",
    "days": "2026-11-23 ",
    "dots": ".",
    "capitals": "Ą",
}


def _readers() -> Iterator[tuple[str, Callable[[str], object]]]:
    """Yield every public function of these packages that a text alone is enough for."""
    for name in MODULES:
        if not name.startswith(READERS):
            continue
        for attribute, value in vars(importlib.import_module(name)).items():
            if inspect.isfunction(value) and value.__module__ == name and attribute[0] != "_":
                given = list(inspect.signature(value).parameters.values())
                given = [each for each in given if each.kind is not each.VAR_KEYWORD]
                needed = [each for each in given[1:] if each.default is each.empty]
                if given and given[0].annotation in {str, "str"} and not needed:
                    yield f"{name.removeprefix('thulium_portal.')}.{attribute}", value


READERS = tuple(
    f"thulium_portal.{package}"
    for package in ("lib", "canned.placeholders", "canned.transfer", "replies.readiness", "thulium")
)
FUNCTIONS = dict(_readers())


def test_the_functions_are_found():
    assert {"lib.html.sanitize.clean", "lib.html.bounds.is_bounded"} <= set(FUNCTIONS)
    assert len(FUNCTIONS) > 20


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_takes_no_longer_than_its_text(name):
    function = FUNCTIONS[name]

    def read(text: str) -> None:
        with suppress(ValueError, ValidationError, LookupError):
            function(text)

    for shape, piece in SHAPES.items():
        assert not is_slow(read, lambda size, piece=piece: piece * (4 * size // len(piece))), shape
