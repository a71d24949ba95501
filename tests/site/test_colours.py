"""Every pair of text and ground in tokens.css is readable: WCAG AA, in both schemes."""

import re
from pathlib import Path

import pytest
from django.conf import settings

TOKENS = (Path(settings.BASE_DIR) / "static/css/tokens.css").read_text()
GROUNDS = ["card", "ground", "sunk", "accent-tint"]
TEXT = [
    *[("ink", ground) for ground in GROUNDS],
    *[("ink-soft", ground) for ground in GROUNDS],
    *[("accent", ground) for ground in GROUNDS],
    *[(tone, "card") for tone in ("good", "caution", "bad")],
    ("bad", "ground"),
    ("good", "good-tint"),
    ("caution", "caution-tint"),
    ("bad", "bad-tint"),
    ("ink", "caution-tint"),
    ("ink", "bad-tint"),
    ("ink", "good-tint"),
    ("accent-ink", "accent-fill"),
    ("accent-ink", "accent-fill-hover"),
    ("accent-ink", "bad-fill"),
    ("practice-ink", "practice"),
]
EDGES = [("line-strong", "card"), ("line-strong", "ground"), ("focus", "card"), ("focus", "ground")]


def colours(scheme):
    index = ("light", "dark").index(scheme)
    pairs = re.findall(r"--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);", TOKENS) + [
        (name, value, value) for name, value in re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", TOKENS)
    ]
    return {name: values[index] for name, *values in pairs}


def luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(first, second):
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_is_readable(scheme, ink, ground):
    known = colours(scheme)
    assert contrast(known[ink], known[ground]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("edge", "ground"), EDGES)
def test_edges_of_controls_and_focus_are_visible(scheme, edge, ground):
    known = colours(scheme)
    assert contrast(known[edge], known[ground]) >= 3
