"""Passages that must stay: found whatever the spaces, missed when a word is another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thulium_portal.canned import must_keep

LAW = "Masz 14 dni na odstąpienie od umowy."


def test_a_passage_is_a_line_and_each_stands_once():
    typed = f"  {LAW} \n\n{LAW}\r\nDruga   linia\n"
    assert must_keep.passages(typed) == (LAW, "Druga linia")


@pytest.mark.parametrize(
    "text",
    [
        LAW,
        "Dzień dobry.\n\nMasz 14\xa0dni na\nodstąpienie od umowy.\n\nPozdrawiam",
        f"> cytat\n{LAW} Prosimy o kontakt.",
    ],
)
def test_spaces_and_neighbours_make_no_difference(text):
    assert must_keep.missing([LAW], text) == []


def test_quotation_marks_may_change_their_shape():
    assert must_keep.missing(['regulamin "Zwroty"'], "nasz regulamin „Zwroty” mówi") == []


@pytest.mark.parametrize(
    "text", ["", "Masz 30 dni na odstąpienie od umowy.", "Masz 14 dni na odstąpienie."]
)
def test_another_word_is_another_passage(text):
    assert must_keep.missing([LAW], text) == [LAW]


def test_a_placeholder_cannot_stay_word_for_word():
    assert must_keep.with_placeholders([LAW, "Witaj {{customer}}"]) == ["Witaj {{customer}}"]


@given(st.text(), st.text(), st.text())
def test_a_passage_put_into_any_text_is_found(before, typed, after):
    for passage in must_keep.passages(typed):
        assert must_keep.missing([passage], f"{before} {passage} {after}") == []
