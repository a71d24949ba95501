"""The lists of packages are the truth: what is imported or named is listed, and nothing else."""

import ast
import hashlib
import importlib.util
import json
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterable, Iterator
from importlib import metadata
from pathlib import Path

import environ
import pytest
from django.conf import settings
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from thulium_portal import bootstrap

ROOT = Path(__file__).resolve().parent.parent
MAKEFILE = (ROOT / "Makefile").read_text()
PORTAL = [ROOT / "manage.py", *ROOT.glob("thulium_portal/**/*.py")]
TESTS = [*ROOT.glob("tests/**/*.py")]
INSTALLED = {canonicalize_name(found.name) for found in metadata.distributions()}
PROVIDED = metadata.packages_distributions()


def requirements(name: str) -> list[Requirement]:
    """Return the lines of a list of packages, but for comments, digests and other lists."""
    lines = [line.rstrip(" \\") for line in (ROOT / name).read_text().splitlines()]
    return [Requirement(line) for line in lines if line and line[0] not in "# -"]


def names(listed: Iterable[Requirement]) -> set[str]:
    return {canonicalize_name(requirement.name) for requirement in listed}


RUN, DEV = requirements("requirements.txt"), requirements("requirements-dev.txt")
LOCKS = {bootstrap.RUN: RUN, bootstrap.DEV: [*RUN, *DEV]}


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
    return {name for name, _ in found} & INSTALLED


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
    run = MAKEFILE + (ROOT / "thulium_portal/site/translations.py").read_text()
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


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_that_gets_installed_is_pinned_and_no_other(lock: str) -> None:
    assert names(requirements(lock)) & INSTALLED == reached(LOCKS[lock])


@pytest.mark.parametrize("lock", LOCKS)
def test_the_lists_name_the_same_versions(lock: str) -> None:
    pins = {canonicalize_name(pin.name): pin.specifier for pin in requirements(lock)}
    for requirement in LOCKS[lock]:
        assert requirement.specifier == pins[canonicalize_name(requirement.name)], requirement


def test_what_runs_is_what_was_tested() -> None:
    run, tested = ({(pin.name, str(pin.specifier)) for pin in requirements(lock)} for lock in LOCKS)
    assert run <= tested


@pytest.mark.parametrize("lock", LOCKS)
def test_each_version_is_known_by_its_digests_and_by_no_place(lock: str) -> None:
    text = (ROOT / lock).read_text()
    packages = re.split(r"\n(?=\w)", text.strip())
    assert len(packages) == len(requirements(lock))
    for package in packages:
        assert re.fullmatch(r"\S+==[^\\]+( \\\n    --hash=sha256:[0-9a-f]{64})+", package), package


@pytest.mark.parametrize(
    ("digest", "installed"), [("real", True), ("of another file", False), ("none", False)]
)
def test_a_file_that_is_not_the_known_one_is_not_installed(
    digest: str, installed: bool, tmp_path: Path
) -> None:
    wheel = tmp_path / "harmless-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as packed:
        packed.writestr("harmless.py", "")
        for name, lines in {
            "METADATA": ("Metadata-Version: 2.1", "Name: harmless", "Version: 1.0"),
            "WHEEL": ("Wheel-Version: 1.0", "Root-Is-Purelib: true", "Tag: py3-none-any"),
            "RECORD": (),
        }.items():
            packed.writestr(f"harmless-1.0.dist-info/{name}", "\n".join(lines))
    known = hashlib.sha256(wheel.read_bytes() + b"x" * (digest == "of another file")).hexdigest()
    lock = tmp_path / "lock"
    lock.write_text("harmless==1.0" + f" --hash=sha256:{known}" * (digest != "none") + "\n")
    place = ("--no-index", "--find-links", str(tmp_path), "--target", str(tmp_path / "into"))
    call = [sys.executable, *bootstrap.INSTALL, *place, "-r", str(lock)]
    done = subprocess.run(call, capture_output=True, check=False)
    assert (tmp_path / "into" / "harmless.py").exists() is installed
    assert (done.returncode == 0) is installed


def test_the_bill_of_materials_names_what_runs_with_its_digests(tmp_path: Path) -> None:
    bill = tmp_path / "sbom.json"
    call = [*_recipe("sbom"), "--output-file", str(bill)]
    subprocess.run(call, cwd=ROOT, check=True, capture_output=True)
    told = json.loads(bill.read_text())
    assert told["bomFormat"] == "CycloneDX"
    assert {(one["name"], f"=={one['version']}") for one in told["components"]} == {
        (canonicalize_name(pin.name), str(pin.specifier)) for pin in requirements(bootstrap.RUN)
    }
    assert all(one["externalReferences"][0]["hashes"] for one in told["components"])


def test_every_licence_is_on_the_list_of_those_allowed() -> None:
    packages = [pin.name for pin in requirements(bootstrap.RUN)]
    call = [_program("pip-licenses"), "--packages", *packages]
    assert subprocess.run(call, cwd=ROOT, check=False, capture_output=True).returncode == 0
    call += ["--allow-only", "MIT"]
    assert subprocess.run(call, cwd=ROOT, check=False, capture_output=True).returncode == 1


def _recipe(target: str) -> list[str]:
    """Return the command of a target of the Makefile."""
    found = re.search(rf"^{target}:.*\n\t@\$\(BIN\)/((?:.|\\\n)*?)\n\n", MAKEFILE, re.MULTILINE)
    assert found
    program, *arguments = found[1].replace("\\\n", " ").split()
    return [_program(program), *arguments]


def _program(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


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
