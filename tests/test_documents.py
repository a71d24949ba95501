"""The documents say what is so: paths, commands, writers and words are those of the code."""

import ast
import re
from functools import cache
from pathlib import Path

import polib
import pytest
from django.apps import apps
from django.core.management import get_commands

from tests.test_rules import MODULES, ORM_WRITES, ROOT, SOURCE, calls, nodes

DOCUMENTS = sorted([*ROOT.glob("docs/*.md"), ROOT / "README.md"])
_PATH = re.compile(r"`([\w./-]+/[\w./-]*|[\w-]+\.(?:py|md|toml|txt))`")
_MADE = ("data/", ".env", "DATA_DIR")
"""What the portal makes itself."""
_IN_A_PACKAGE = {"evidence.md": {"README.txt", "files/", "verify.py"}}
"""What documents name of the files that the portal hands out."""


def paths(document: Path) -> list[str]:
    """Return the paths of the repository that a document names between backticks."""
    found = _PATH.findall(document.read_text(encoding="utf-8"))
    return [path for path in found if not path.startswith(("/", "http", *_MADE))]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_path_a_document_names_exists(document):
    missing = {path for path in paths(document) if not _is_there(path, document.parent)}
    assert missing <= _IN_A_PACKAGE.get(document.name, set())


def _is_there(path: str, beside: Path) -> bool:
    if any((place / path).exists() for place in (ROOT, SOURCE, beside)):
        return True
    # A bare name, as of a file or folder that every app has.
    return "/" not in path.rstrip("/") and any(SOURCE.rglob(path.rstrip("/")))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_command_a_document_names_exists(document):
    text = document.read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"manage\.py ([a-z_]+)", text)) <= {*get_commands()}
    assert set(re.findall(r"(?<!\w)`?make ([a-z-]+)`", text)) <= targets


def test_the_writers_of_every_model_are_those_of_the_architecture():
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    table = text.split("<!-- writers -->")[1].split("<!-- /writers -->")[0]
    assert table.strip() == writers_table()


def writers_table() -> str:
    """Return the table of the architecture as the code has it."""
    lines = ["| what | written by |", "| --- | --- |"]
    for model in sorted(_models(), key=lambda name: (apps_of(name), name)):
        writers = [str(path) for path in MODULES if _writes(path, model)]
        lines.append(f"| `{model}` | {', '.join(f'`{path}`' for path in writers) or '–'} |")
    return "\n".join(lines)


def _writes(path: Path, model: str) -> bool:
    """Tell whether a module makes or changes rows of *model*, also by way of a query it named."""
    if "views" in path.parts:  # what shows may build a row to compare it; it stores none
        return False
    called, assigned = _words_of(path)
    objects = f"{model}.objects"
    named = re.compile(rf"(?<!\w){re.escape(objects)}")
    queries = {target for target, value in assigned if named.search(value)}
    return model in called or any(
        words.startswith(objects) or words.split(".", 1)[0] in queries
        for words in called
        if words.rsplit(".", 1)[-1] in ORM_WRITES
    )


@cache
def _words_of(path: Path) -> tuple[set[str], list[tuple[str, str]]]:
    """Return what a module calls, and what it assigns to which names, as it is written."""
    assigned = [
        (ast.unparse(target), ast.unparse(node.value))
        for node in nodes(path, ast.Assign)
        for target in node.targets
    ]
    return {words for words, _call in calls(path)}, assigned


def apps_of(name: str) -> int:
    labels = [config.label for config in apps.get_app_configs()]
    return min(labels.index(model._meta.app_label) for model in _ours() if model.__name__ == name)


def _ours() -> list[type]:
    return [model for model in apps.get_models() if model.__module__.startswith("thulium_portal.")]


def _models() -> set[str]:
    return {model.__name__ for model in _ours()}


GLOSSARY = [
    [cell.strip() for cell in line.strip("| \n").split(" | ")]
    for line in (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("| `")
]


@pytest.mark.parametrize("row", GLOSSARY, ids=lambda row: row[0])
def test_the_glossary_is_the_code_and_the_pages(row):
    name, english, polish, meaning = row
    assert name.strip("`").split(".")[0] in DEFINED
    assert meaning
    if english != "–":
        assert POLISH.get(english) == polish


def _defined() -> set[str]:
    """Return the names of all classes, and of what is assigned or kept under a name."""
    names = {node.name for path in MODULES for node in nodes(path, ast.ClassDef)}
    return names | {path.stem for path in MODULES}


DEFINED = _defined()
POLISH = {
    entry.msgid: entry.msgstr
    for entry in polib.pofile(str(ROOT / "locale/pl/LC_MESSAGES/django.po"))
}


def test_every_noun_stands_once():
    names = [row[0] for row in GLOSSARY]
    assert sorted(set(names)) == sorted(names)
