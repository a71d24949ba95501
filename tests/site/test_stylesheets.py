"""The check of the stylesheets finds what it is for."""

from pathlib import Path

from tests.site.stylesheets import faults

GOOD = "@layer pages { .known { color: var(--ink); } @media print { .known-2 { margin: 0; } } }"
PAGE = '<p class="known{% if a %} known-2{% endif %}" data-here>x</p>'


def tree(root: Path, css: str) -> Path:
    for name, text in {
        "static/css/tokens.css": ":root { --ink: #000000; }",
        "static/css/page.css": css,
        "templates/page.html": PAGE,
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def test_ours_are_without_fault():
    assert faults() == []


def test_what_is_used_and_defined_passes(tmp_path):
    assert faults(tree(tmp_path, GOOD)) == []


def test_each_fault_is_named(tmp_path):
    found = faults(
        tree(
            tmp_path,
            """.gone { color: red; }
            @media print { .known { color: red; color: blue; } }
            [data-gone] { color: var(--nowhere); }
            .known { color }""",
        )
    )
    assert found[:3] == [
        "static/css/page.css:1: no page and no script knows gone",
        "static/css/page.css:2: color is declared 2 times in one rule",
        "static/css/page.css:3: no page and no script knows data-gone",
    ]
    assert found[3].startswith("static/css/page.css:4: ")
    assert found[4:] == ["static: --nowhere is used and nowhere defined"]
