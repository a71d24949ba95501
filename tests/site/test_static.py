"""Static files as they are served: hashed names inside modules, small first visits."""

import re
from pathlib import Path

import brotli
import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import override_settings

from thulium_portal.settings import STORAGES

STYLES = re.findall(
    r"{% static '(css/[^']+)'",
    (Path(settings.BASE_DIR) / "templates/includes/_styles.html").read_text(),
)
FIRST_VISIT = [
    *STYLES,
    "img/favicon.svg",
    "django_htmx/htmx-2.min.js",
    "js/shell.js",
    "js/portal.js",
]


@pytest.fixture(scope="module")
def collected(tmp_path_factory):
    root = tmp_path_factory.mktemp("static")
    with override_settings(STATIC_ROOT=str(root), STORAGES=STORAGES):
        call_command("collectstatic", interactive=False, verbosity=0)
    return root


def test_modules_import_each_other_by_hashed_names(collected):
    modules = list((collected / "js").glob("*.*.js"))
    assert modules
    for module in modules:
        for address in re.findall(r'from "(\.[^"]+)";', module.read_text()):
            assert re.search(r"\.[0-9a-f]{12}\.js$", address), f"{module.name}: {address}"
            assert (module.parent / address).resolve().is_file()


def test_the_editor_finds_its_engine(collected):
    (module,) = (collected / "js").glob("editor.*.js")
    assert re.search(
        r'from "\.\./django_prose_editor/editor\.[0-9a-f]{12}\.js";', module.read_text()
    )


def test_a_first_visit_weighs_at_most_60_kb(collected):
    weight = sum(len(brotli.compress((collected / name).read_bytes())) for name in FIRST_VISIT)
    assert weight < 60_000 - 15_000, "the page itself is given 15 kB"


def test_every_component_is_linked():
    there = {
        f"css/components/{path.name}" for path in Path(finders.find("css/components")).iterdir()
    }
    assert there == {name for name in STYLES if "components" in name}


def test_no_template_holds_script_or_style():
    broken = [
        f"{path.name}: {found[0]}"
        for path in (Path(settings.BASE_DIR) / "templates").rglob("*.html")
        if (
            found := re.findall(
                r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|hx-on", path.read_text()
            )
        )
    ]
    assert broken == []
