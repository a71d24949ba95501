"""The list of keys under "?" is what the scripts go by: no key works that it does not name."""

import re

import pytest
from django.conf import settings

from thulium_portal.site.keys import SHORTCUTS

SCRIPTS = {
    path.name: path.read_text(encoding="utf-8")
    for path in sorted((settings.BASE_DIR / "static" / "js").glob("*.js"))
}
USED = re.compile(r'(?:onShortcut|isShortcut|combosOf)\((?:event, )?"(\w+)"')
OWN_KEY = re.compile(r"""(?:event\.key|key) === ["'](\w|[?/])["']|event\.code === "Key""")


def test_whatever_the_scripts_listen_for_is_in_the_list_and_the_other_way_round():
    used = {name for text in SCRIPTS.values() for name in USED.findall(text)}
    assert used == {one.name for one in SHORTCUTS if not one.by_editor}


@pytest.mark.parametrize("name", sorted(SCRIPTS))
def test_no_script_knows_a_letter_of_its_own(name):
    assert not OWN_KEY.search(SCRIPTS[name])


def test_no_two_shortcuts_of_one_page_share_a_key():
    combos = [
        combo
        for one in SHORTCUTS
        if not one.by_editor and one.name != "search_review"  # the review has no picker
        for combo in one.combos
    ]
    assert len(combos) == len(set(combos))
    firsts = {combo.split()[0] for combo in combos if " " in combo}
    assert not firsts & set(combos)


@pytest.mark.django_db
def test_the_page_tells_every_key(as_anna):
    page = as_anna.get("/").content.decode()
    told = re.findall(r'data-combo="([^"]+)"', page)
    assert told == [combo for one in SHORTCUTS for combo in one.combos]


@pytest.mark.django_db
def test_every_act_of_the_command_box_presses_what_some_page_has():
    box = (settings.BASE_DIR / "templates/includes/_command.html").read_text(encoding="utf-8")
    others = "".join(
        path.read_text(encoding="utf-8")
        for path in (settings.BASE_DIR / "templates").rglob("*.html")
        if path.name != "_command.html"
    )
    hooks = set(
        re.findall(
            r"\[(data-[\w-]+)\]|\.([\w-]+) ", " ".join(re.findall(r'data-press="([^"]+)"', box))
        )
    )
    assert len(hooks) > 8
    assert not {a or b for a, b in hooks if (a or b) not in others}
    named = set(re.findall(r'data-shortcut="(\w+)"', box))
    assert named <= {one.name for one in SHORTCUTS}
