"""What the forms of a word share, over corpora of forms; and what must not be taken for one."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thulium_portal.lib.folding import fold
from thulium_portal.lib.stems import stem_of

CORPORA = Path(__file__).parent.parent / "corpora"


def lines(name: str, *, apart: bool = False) -> list[list[str]]:
    """Return the words of each line; *apart* those that must not be taken for one another."""
    told = (CORPORA / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    kept = (line for line in told if line and line[0] != "#" and (line[0] == "!") is apart)
    return [[fold(word) for word in line.strip("! ").split()] for line in kept]


@pytest.mark.parametrize("forms", lines("word_forms"), ids=lambda forms: forms[0])
def test_all_forms_of_a_word_share_one_stem(forms):
    assert {stem_of(form) for form in forms} == {stem_of(forms[0])}


def test_words_nobody_looked_at_while_the_rules_were_made_fare_nearly_as_well():
    pairs = [(forms[0], form) for forms in lines("word_forms_unseen") for form in forms[1:]]
    missed = [form for first, form in pairs if stem_of(first) != stem_of(form)]
    assert len(missed) / len(pairs) <= 0.1, missed


def test_the_corpora_are_as_large_as_they_should_be():
    assert sum(len(forms) for forms in lines("word_forms")) >= 300
    assert sum(len(forms) for forms in lines("word_forms_unseen")) >= 150


@pytest.mark.parametrize("words", lines("word_forms", apart=True), ids=lambda words: words[0])
def test_different_words_are_not_taken_for_one_another(words):
    assert len({stem_of(word) for word in words}) == len(words)


def test_different_words_of_the_corpora_have_stems_of_their_own():
    firsts = {forms[0] for name in ("word_forms", "word_forms_unseen") for forms in lines(name)}
    by_stem: dict[str, list[str]] = {}
    for word in sorted(firsts):
        by_stem.setdefault(stem_of(word), []).append(word)
    assert not [words for words in by_stem.values() if len(words) > 1]


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=90))
def test_a_stem_is_never_empty_and_never_longer_than_the_word(text):
    word = fold(text)
    stem = stem_of(word)
    assert bool(stem) is bool(word)
    assert len(stem) <= len(word)


@pytest.mark.parametrize("word", ["zk2026118", "a", "ab", "118"])
def test_numbers_and_the_shortest_words_stay_as_they_are(word):
    assert stem_of(word) == word
