"""The laws of imports bite: each, broken in a copy of the tree, is refused by name."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
CONTRACTS: list[dict[str, Any]] = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"][
    "importlinter"
]["contracts"]
LAYERED = {contract["name"]: contract for contract in CONTRACTS if contract["type"] == "layers"}
EXHAUSTIVE = {name for name, contract in LAYERED.items() if contract.get("exhaustive")}
CONTAINERS = {name: contract["containers"][0] for name, contract in LAYERED.items()}
PROBES: dict[str, dict[str, str]] = {
    "No circle among modules or folders": {
        # Commands are the only folder whose modules stand on no floors.
        "site/management/commands/one.py": "import thulium_portal.site.management.commands.two",
        "site/management/commands/two.py": "import thulium_portal.site.management.commands.one",
    },
    "The delivery knows no pages": {
        # By a detour: the import of one of ours by way of another counts as well.
        "replies/delivery/clocks.py": "import thulium_portal.replies.services",
        "replies/services.py": "import thulium_portal.replies.views.support",
    },
    "The page shell stands on people alone": {
        "site/apps.py": "import thulium_portal.canned.states",
    },
    "The client knows nothing of Django": {"thulium/types.py": "import django"},
    "The client is met at its public face": {
        "gateway.py": "from thulium_portal.thulium.types import Reason",
    },
    "Only the client and single sign-on talk HTTP": {"lib/folding.py": "import requests"},
    "The practice Thulium shares nothing with the portal": {
        "practice/text.py": "import thulium_portal.lib.folding",
    },
    "The demo's texts and story stand on nothing": {"demo/reader.py": "import django"},
    "Only load_demo loads demo texts and tells the past": {
        "operations/health.py": "import thulium_portal.demo.past"
    },
    "The portal shares nothing with the practice Thulium": {
        "operations/health.py": "import thulium_portal.practice.text",
    },
}
"""The forbidden imports, by contract and by the module they are put into."""
IMPLIED = {"The delivery knows no pages"}
"""What the floors and the law against circles refuse as well."""

Lint = Callable[[], tuple[set[str], str]]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that holds a copy of the portal's code and its contracts."""
    folder = tmp_path_factory.mktemp("copy")
    shutil.copytree(
        ROOT / "thulium_portal",
        folder / "thulium_portal",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


@pytest.fixture(scope="module")
def lint(copy: Path) -> Lint:
    """Return a function that gives the contracts broken in the copy, and all that is said."""

    def lint() -> tuple[set[str], str]:
        run = subprocess.run(
            [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--no-logo"],
            cwd=copy,
            env={**os.environ, "COLUMNS": "500"},
            capture_output=True,
            text=True,
            check=False,
        )
        said = dict(re.findall(r"^(.+) (KEPT|BROKEN)\b", run.stdout, re.MULTILINE))
        assert said.keys() == {contract["name"] for contract in CONTRACTS}, run.stdout
        broken = {name for name, verdict in said.items() if verdict == "BROKEN"}
        assert bool(broken) == bool(run.returncode)
        return broken, run.stdout

    return lint


@contextmanager
def written(copy: Path, texts: dict[str, str]) -> Iterator[None]:
    """Put files into the copy, and put back what was there when the block ends."""
    paths = {copy / "thulium_portal" / name: text for name, text in texts.items()}
    before = {path: path.read_text() if path.exists() else None for path in paths}
    for path, text in paths.items():
        path.write_text(text)
    try:
        yield
    finally:
        for path, text in before.items():
            if text is None:
                path.unlink()
            else:
                path.write_text(text)


def added(copy: Path, lines: dict[str, str]) -> dict[str, str]:
    """Return the texts of files of the copy, there or not, with a line added to each."""
    paths = {name: copy / "thulium_portal" / name for name in lines}
    texts = {name: path.read_text() if path.exists() else "" for name, path in paths.items()}
    return {name: f"{texts[name]}\n{line}\n" for name, line in lines.items()}


def module_of(copy: Path, container: str, names: list[str]) -> tuple[str, str]:
    """Return the name and the file of the first module that is no folder, if there is one."""
    folder = Path(*container.split(".")[1:])
    files = {name: folder / f"{name}.py" for name in names}
    name = next((name for name in names if (copy / "thulium_portal" / files[name]).exists()), "")
    if name:
        return f"{container}.{name}", str(files[name])
    return f"{container}.{names[0]}", str(folder / names[0] / "__init__.py")


def test_an_unbroken_tree_is_accepted(lint: Lint) -> None:
    assert lint()[0] == set()


def test_each_law_that_is_no_order_of_floors_has_its_probe() -> None:
    assert PROBES.keys() == {contract["name"] for contract in CONTRACTS} - LAYERED.keys()


def test_every_folder_of_modules_has_its_floors() -> None:
    package = ROOT / "thulium_portal"
    modules = [path for path in package.rglob("*.py") if path.name != "__init__.py"]
    folders = {path.parent.relative_to(ROOT) for path in modules}
    # Commands and migrations know each other as Django wants it; where one module lies alone there
    # is nothing to order.
    crowded = {
        ".".join(folder.parts)
        for folder in folders
        if folder.name not in {"commands", "migrations"}
        and len([path for path in modules if path.parent == ROOT / folder]) > 1
    }
    assert crowded <= {CONTAINERS[name] for name in EXHAUSTIVE}


def test_an_import_from_the_lowest_floor_to_the_highest_is_refused(copy: Path, lint: Lint) -> None:
    texts: dict[str, str] = {}
    for name, contract in LAYERED.items():
        floors = [re.findall(r"\w+", floor) for floor in contract["layers"]]
        top, top_file = module_of(copy, CONTAINERS[name], floors[0])
        _, bottom_file = module_of(copy, CONTAINERS[name], floors[-1][::-1])
        # The upper module lies empty: its import makes no circle and leads to no other floor, so
        # that each law is broken by its own import alone.
        texts |= {top_file: "", **added(copy, {bottom_file: f"import {top}"})}
    assert len(texts) == 2 * len(LAYERED)
    with written(copy, texts):
        broken = lint()[0]
    # Where the top floor is a folder of commands, its modules close a circle as well.
    assert broken - {"No circle among modules or folders"} == LAYERED.keys()


@pytest.mark.parametrize("name", PROBES)
def test_a_forbidden_import_is_refused(name: str, copy: Path, lint: Lint) -> None:
    with written(copy, added(copy, PROBES[name])):
        broken, _ = lint()
    assert name in broken
    assert broken == {name} or name in IMPLIED


def test_a_module_without_a_floor_is_refused(copy: Path, lint: Lint) -> None:
    containers = [CONTAINERS[name] for name in EXHAUSTIVE]
    newcomers = {str(Path(*name.split(".")[1:], "newcomer.py")): "" for name in containers}
    with written(copy, newcomers):
        broken, said = lint()
    assert broken == EXHAUSTIVE
    assert [name for name in containers if f"- {name}.newcomer\n" not in said] == []
