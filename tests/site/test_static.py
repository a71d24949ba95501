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
TEMPLATES = Path(settings.BASE_DIR) / "templates"


def _named_in(template: str) -> list[str]:
    return re.findall(r"{% static '([^']+)'", (TEMPLATES / template).read_text())


EVERY_PAGE = [*STYLES, *_named_in("base.html")]


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


def _weight(collected: Path, names: list[str]) -> int:
    """Return the compressed bytes of files and of every module they import, each once."""
    found, left = set(), list(names)
    while left:
        name = left.pop()
        if name in found:
            continue
        found.add(name)
        if name.startswith("js/"):
            imported = re.findall(r'(?:from|import) "([^"]+)";', (collected / name).read_text())
            left += [
                _without_hash((collected / name).parent / each, collected) for each in imported
            ]
    return sum(len(brotli.compress((collected / name).read_bytes())) for name in found)


def _without_hash(path: Path, root: Path) -> str:
    return re.sub(r"\.[0-9a-f]{12}(?=\.js$)", "", str(path.resolve().relative_to(root.resolve())))


def test_a_first_visit_weighs_at_most_60_kb(collected):
    assert _weight(collected, EVERY_PAGE) < 60_000 - 15_000, "the page itself is given 15 kB"


def test_a_first_visit_of_a_ticket_weighs_at_most_300_kb(collected):
    names = [*EVERY_PAGE, *_named_in("replies/compose.html")]
    weight = _weight(collected, names)
    editor = len(brotli.compress((collected / "django_prose_editor/editor.js").read_bytes()))
    assert weight > editor, "the editor is among them"
    assert weight < 300_000 - 30_000, "the page itself is given 30 kB"


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
