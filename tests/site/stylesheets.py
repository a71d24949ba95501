"""What is wrong with the stylesheets; ``python -m tests.site.stylesheets`` prints it.

Linters of CSS judge a file by itself. This looks at the house as well: a class that no page and no
script knows, a colour that no token names.
"""

import ast
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import tinycss2

ROOT = Path(__file__).resolve().parents[2]
PORTAL = ("css/**/*.css",)
PRACTICE = ("css/tokens.css", "css/components/buttons.css", "practice/*.css")
"""The sheets that each of the two sites loads; their custom properties belong together."""
FROM_PACKAGES = frozenset(
    {"htmx-request", "ProseMirror-focused", "ProseMirror-gapcursor", "selectedCell"}
)


def faults(root: Path = ROOT) -> list[str]:
    """Return a sentence for each fault in the stylesheets under *root*, file and line first."""
    sheets = {path: _rules(path) for path in sorted(root.glob("static/**/*.css"))}
    known = _Names(root)
    found = [
        f"{path.relative_to(root)}:{line}: {words}"
        for path, rules in sheets.items()
        for line, words in _faults_of(rules, known)
    ]
    for patterns in (PORTAL, PRACTICE):
        files = [path for pattern in patterns for path in (root / "static").glob(pattern)]
        found += _properties(files)
    return found


def _faults_of(rules: Iterable[Any], known: "_Names") -> Iterator[tuple[int, str]]:
    for rule in _walk(rules):
        if rule.type == "error":
            yield rule.source_line, rule.message
        elif rule.type == "qualified-rule":
            yield from _twice(rule)
            for name in known.missing(tinycss2.serialize(rule.prelude)):
                yield rule.source_line, f"no page and no script knows {name}"


def _twice(rule: Any) -> Iterator[tuple[int, str]]:
    content = tinycss2.parse_blocks_contents(rule.content, skip_comments=True)
    names = Counter(each.name for each in content if each.type == "declaration")
    for name, times in names.items():
        if times > 1:
            yield rule.source_line, f"{name} is declared {times} times in one rule"


def _properties(files: list[Path]) -> Iterator[str]:
    text = "".join(re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL) for path in files)
    defined = set(re.findall(r"(?<!var\()(--[\w-]+)\s*:", text))
    used = set(re.findall(r"var\((--[\w-]+)", text))
    yield from (f"static: {name} is used and nowhere defined" for name in sorted(used - defined))


@cache
def _rules(path: Path) -> list[Any]:
    return list(
        tinycss2.parse_stylesheet(path.read_text(), skip_comments=True, skip_whitespace=True)
    )


def _walk(rules: Iterable[Any]) -> Iterator[Any]:
    """Return all rules and errors, also those inside layers, media queries and rules."""
    for rule in rules:
        yield rule
        is_open = rule.type in {"at-rule", "qualified-rule"} and rule.content
        if is_open and getattr(rule, "lower_at_keyword", "") != "keyframes":
            inner = tinycss2.parse_blocks_contents(rule.content, skip_comments=True)
            yield from _walk(each for each in inner if each.type != "whitespace")


class _Names:
    """The classes, ids and attributes that templates, scripts and modules write down."""

    def __init__(self, root: Path) -> None:
        templates = "\n".join(path.read_text() for path in root.glob("templates/**/*.html"))
        scripts = "\n".join(path.read_text() for path in root.glob("static/**/*.js"))
        quoted = re.findall(r"\"[^\"\n]*\"|'[^'\n]*'|`[^`]*`", scripts)
        text = "\n".join([*_attributes(templates), *quoted, *_strings(root)])
        self._words = frozenset(re.findall(r"-?[A-Za-z][\w-]*", text)) | FROM_PACKAGES
        self._beginnings = tuple(set(re.findall(r"([A-Za-z][\w-]*-)(?:{{|\$\{)", text)))
        self._written = templates + scripts

    def missing(self, selector: str) -> Iterator[str]:
        """Return the names in *selector* that are written down nowhere."""
        for name in re.findall(r"[.#](-?[A-Za-z][\w-]*)", selector):
            if name not in self._words and not name.startswith(self._beginnings or ("\0",)):
                yield name
        for name in re.findall(r"\[(data-[\w-]+)", selector):
            if name not in self._written:
                yield name


def _attributes(templates: str) -> Iterator[str]:
    """Return what stands in ``class`` and ``id``, without the tags in it but with their strings."""
    tag_or_value = r"(?:{%.*?%}|{{.*?}}|[^\"])*"
    for value in re.findall(rf'\b(?:class|id)="({tag_or_value})"', templates):
        yield re.sub(r"{%.*?%}", " ", value)
    yield from re.findall(r"{% block page_class %}(.*?){%", templates)


def _strings(root: Path) -> Iterator[str]:
    """Return the strings of modules that may be names or markup; sentences are neither."""
    for path in root.glob("thulium_portal/**/*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                text = node.value
                if "=" in text or re.fullmatch(r"[a-z -]{1,40}", text):
                    yield text


if __name__ == "__main__":
    if found := faults():
        sys.exit("\n".join(found))
