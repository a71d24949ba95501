"""The version is told alike wherever it stands."""

import re
import tomllib
from pathlib import Path

import thulium_portal

ROOT = Path(__file__).resolve().parent.parent.parent


def test_the_project_the_package_and_the_changelog_name_one_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    releases = re.findall(
        r"^## (\d+\.\d+\.\d+) \(\d{4}-\d\d-\d\d\)$",
        (ROOT / "CHANGELOG.md").read_text(),
        re.MULTILINE,
    )
    assert project == thulium_portal.__version__ == releases[0]
