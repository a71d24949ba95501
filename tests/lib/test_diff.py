import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thulium_portal.lib.diff import Piece, changed_percent, diff

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
    assert 0 <= changed_percent(before, after) <= 100


def test_two_long_different_texts_take_no_time():
    started = time.thread_time()
    pieces = diff("raz dwa trzy " * 4000, "dwa trzy cztery " * 4000)
    assert [piece.kind for piece in pieces] == ["removed", "added"]
    assert time.thread_time() - started < 5
