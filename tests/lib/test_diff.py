from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.pace import lasts
from thulium_portal.lib.diff import Piece, changed_percent, diff
from thulium_portal.lib.html.plain_text import html_to_text

CASES = Path(__file__).parent.parent / "cases" / "hostile"

WORDS = st.lists(st.sampled_from(["ala", "ma", "kota", ".", " ", " ", "\n", "\n\n"]), max_size=40)


def test_changed_words_are_told_as_one_phrase():
    before = "Dzień dobry,\n\npaczka jest w drodze.\n"
    assert diff(before, "Dzień dobry,\n\npaczka jedzie do Łodzi.\n") == [
        Piece("same", "Dzień dobry,\n\npaczka "),
        Piece("removed", "jest w drodze"),
        Piece("added", "jedzie do Łodzi"),
        Piece("same", ".\n"),
    ]


def test_a_new_paragraph_is_added_whole():
    assert diff("Raz.\n\nTrzy.", "Raz.\n\nDwa.\n\nTrzy.") == [
        Piece("same", "Raz.\n\n"),
        Piece("added", "Dwa.\n\n"),
        Piece("same", "Trzy."),
    ]


def test_the_same_text_is_one_piece():
    assert diff("To samo.\n\nTak.", "To samo.\n\nTak.") == [Piece("same", "To samo.\n\nTak.")]
    assert diff("", "") == []


@given(WORDS, WORDS)
def test_both_texts_can_be_read_off_the_pieces(old, new):
    before, after = "".join(old), "".join(new)
    pieces = diff(before, after)
    assert pieces is not None
    assert "".join(piece.text for piece in pieces if piece.kind != "added") == before
    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == after
    assert all(piece.text for piece in pieces)


@pytest.mark.parametrize(
    ("before", "after", "percent"),
    [
        ("ala ma kota", "ala ma kota", 0),
        ("ala ma kota", "ala  ma\nkota", 0),
        ("", "", 0),
        ("ala ma kota", "pies je kość", 100),
        ("", "nowe", 100),
        ("ala ma kota i psa", "ala ma kota i kozę", 20),
        ("słowo " * 500, "słowo " * 500 + "inne", 1),
    ],
)
def test_the_share_of_changed_words(before, after, percent):
    assert changed_percent(before, after) == percent


@given(WORDS, WORDS)
def test_the_share_lies_between_none_and_all(old, new):
    before, after = "".join(old), "".join(new)
    percent = changed_percent(before, after)
    assert percent is not None
    assert 0 <= percent <= 100


REPEATED = [
    html_to_text((CASES / f"repeated_lines_{name}.html").read_text())
    for name in ("canned", "reply")
]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        REPEATED,
        ("raz dwa trzy " * 4000, "dwa trzy cztery " * 4000),
        ("x\n" * 9000, "x\ny\n" * 9000),
        ("." * 90_000, "!." * 45_000),
    ],
    ids=["lines of one letter", "three words", "lines", "marks"],
)
def test_what_is_too_long_or_too_repetitive_is_not_compared(before, after):
    assert diff(before, after) is None
    assert changed_percent(before, after) in (None, 0)
    both = lambda: (diff(before, after), changed_percent(before, after))  # noqa: E731
    assert lasts(both, enough=100) < 100


def test_a_long_text_with_a_few_words_changed_is_compared():
    words = [f"słowo{number % 700}" for number in range(6000)]
    changed = [*words[:3000], "inaczej", *words[3001:]]
    assert changed_percent(" ".join(words), " ".join(changed)) == 1
    pieces = diff(" ".join(words), " ".join(changed))
    assert pieces is not None
    assert [piece.kind for piece in pieces] == ["same", "removed", "added", "same"]
