"""The lists of packages are the truth: what is imported or named is listed, and nothing else."""

import ast
import importlib.util
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from importlib import metadata
from pathlib import Path

import environ
import pytest
from django.conf import settings
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PORTAL = [ROOT / "manage.py", *ROOT.glob("thulium_portal/**/*.py")]
TESTS = [*ROOT.glob("tests/**/*.py")]
PROVIDED = metadata.packages_distributions()


def requirements(name: str) -> list[Requirement]:
    """Return the lines of a list of packages, but for comments and other lists."""
    lines = (ROOT / name).read_text().splitlines()
    return [Requirement(line) for line in lines if line and line[0] not in "#-"]


def names(listed: Iterable[Requirement]) -> set[str]:
    return {canonicalize_name(requirement.name) for requirement in listed}


RUN, DEV, PINS = map(requirements, ("requirements.txt", "requirements-dev.txt", "constraints.txt"))


def needs(requirement: Requirement) -> Iterator[Requirement]:
    """Return what a package needs with the extras asked for, on whatever Python."""
    try:
        needed = [Requirement(line) for line in metadata.requires(requirement.name) or []]
    except metadata.PackageNotFoundError:
        return
    for other in needed:
        if "extra ==" not in str(other.marker) or any(
            other.marker and other.marker.evaluate({"extra": extra}) for extra in requirement.extras
        ):
            yield other


def reached(listed: Iterable[Requirement]) -> set[str]:
    """Return the packages that pip installs for *listed*."""
    found: set[tuple[str, frozenset[str]]] = set()
    waiting = list(listed)
    while waiting:
        requirement = waiting.pop()
        key = (canonicalize_name(requirement.name), frozenset(requirement.extras))
        if key not in found:
            found.add(key)
            waiting += needs(requirement)
    installed = names(Requirement(found.name) for found in metadata.distributions())
    return {name for name, _ in found} & installed


def imported(paths: Iterable[Path]) -> set[str]:
    """Return the packages from whose modules something is imported at run time."""
    return provided(name for path in paths for name in _imports(ast.parse(path.read_text())))


def _imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            yield node.module
        elif not (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"):
            yield from _imports(node)


def provided(modules: Iterable[str]) -> set[str]:
    """Return the packages that modules come from, Python's own and ours left out."""
    heads = {name.split(".")[0] for name in modules} - {"thulium_portal", "tests"}
    heads -= sys.stdlib_module_names
    return {canonicalize_name(found) for head in heads for found in PROVIDED.get(head, [])}


def named() -> set[str]:
    """Return the packages that are named where Django, a shell or a database looks them up."""
    programs = re.findall(r"python -m (\w+)", (ROOT / "Procfile").read_text())
    schemes = re.findall(r"(\w+)://", (ROOT / ".env.example").read_text())
    engines = {environ.Env.DB_SCHEMES[name] for name in schemes if name in environ.Env.DB_SCHEMES}
    backends = [importlib.util.find_spec(f"{engine}.base") for engine in engines]
    return provided([*settings.INSTALLED_APPS, *settings.MIDDLEWARE, *programs]) | imported(
        Path(backend.origin) for backend in backends if backend and backend.origin
    )


def tools() -> set[str]:
    """Return the packages whose programs, plug-ins or types development uses."""
    configured = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]
    run = (ROOT / "Makefile").read_text() + (
        ROOT / "thulium_portal/site/translations.py"
    ).read_text()
    words = set(re.findall(r"[\w-]+", run))
    return provided(configured["mypy"]["plugins"]) | {
        canonicalize_name(found.name)
        for found in metadata.distributions()
        if found.entry_points.select(group="pytest11")
        or words & {path.name for path in found.files or [] if path.parent.name == "bin"}
        or (found.name.startswith("types-") and found.name[len("types-") :] in names(RUN))
    }


def with_extras(listed: Iterable[Requirement]) -> set[str]:
    """Return the packages of a list, with those that their extras bring."""
    brought = [other for one in listed if one.extras for other in needs(one) if other.marker]
    return names([*listed, *brought])


def test_what_the_portal_uses_is_listed() -> None:
    assert imported(PORTAL) | named() <= with_extras(RUN)


def test_the_portal_uses_what_is_listed() -> None:
    assert names(RUN) <= imported(PORTAL) | named()


def test_what_tests_use_is_listed() -> None:
    assert imported(TESTS) <= with_extras([*RUN, *DEV])


def test_development_uses_what_is_listed() -> None:
    assert names(DEV) <= (imported(TESTS) | tools())
    assert names(DEV) & names(RUN) == set()


def test_every_package_that_gets_installed_is_pinned_and_no_other() -> None:
    assert names(PINS) == reached([*RUN, *DEV])


def test_the_lists_name_the_same_versions() -> None:
    pins = {canonicalize_name(pin.name): pin.specifier for pin in PINS}
    for requirement in [*RUN, *DEV]:
        assert requirement.specifier == pins[canonicalize_name(requirement.name)], requirement


@pytest.mark.parametrize(
    "text",
    [
        "import hypothesis",
        "import hypothesis.stdlib as log",
        "from hypothesis import get_logger",
        "def late():\n    import hypothesis",
        "try:\n    import hypothesis\nexcept ImportError:\n    pass",
    ],
)
def test_an_import_is_found_wherever_it_stands(text: str, tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    path.write_text(text)
    assert imported([path]) == {"hypothesis"}
