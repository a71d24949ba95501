"""Words by number, in either database: found by beginnings, newest first, never by accident."""

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from thulium_portal.lib.folding import fold
from thulium_portal.lib.full_text import Place, Word, WordIndex, words_of

pytestmark = pytest.mark.django_db

INDEX = WordIndex("tests_words")


@pytest.fixture(autouse=True)
def _index():
    INDEX.create(connection)
    yield
    INDEX.drop(connection)


def found(*words: str, place: Place = Place.ANYWHERE, **given: int) -> list[int]:
    looked_for = [Word(word, place) for word in words]
    return INDEX.newest(looked_for, limit=given.pop("limit", 100), **given)


def test_words_are_found_by_their_beginning_and_all_of_them():
    INDEX.put([(1, "zwrot", "paczka jutro"), (2, "", "zwroty dzis"), (3, "inne", "")])
    assert found("zwrot") == [2, 1]
    assert found("zwrot", "pacz") == [1]
    assert found("wrot") == []
    assert found("zwrot", place=Place.HEAD) == [1]
    assert found("zwrot", place=Place.REST) == [2]


def test_a_number_has_the_words_it_was_given_last():
    INDEX.put([(1, "", "dawne")])
    INDEX.put([(1, "", "nowe")])
    assert (found("dawne"), found("nowe")) == ([], [1])
    INDEX.forget([1, 2])
    assert found("nowe") == []


def test_the_newest_come_first_above_and_below():
    INDEX.put([(number, "", "slowo") for number in range(1, 2001)])
    assert found("slowo", limit=2) == [2000, 1999]
    assert found("slowo", below=100, limit=2) == [99, 98]
    assert found("slowo", above=100, limit=2) == [101, 102]
    assert found("slowo", below=3) == [2, 1]
    assert found("slowo", above=1999) == [2000]


def test_a_word_longer_than_any_is_found_by_what_counts_of_it():
    INDEX.put([(1, "", "x" * 3000)])
    assert found("x" * 2999) == [1]


def test_letters_younger_than_the_database_are_letters():
    INDEX.put([(1, "", "a\u19b0b \U0001e922\U0001e923")])
    assert found("a\u19b0") == found("\U0001e922") == [1]
    assert found("b") == []


@given(st.text(max_size=40), st.text(max_size=40))
def test_no_input_breaks_it_and_every_text_finds_itself(text, other):
    text = text.replace("\x00", "")
    INDEX.put([(1, fold(text), fold(other.replace("\x00", "")))])
    words = words_of(fold(text))
    if words:
        assert found(*words) == [1]
        assert found(*words, place=Place.HEAD) == [1]


@pytest.mark.django_db(transaction=True)
def test_what_was_forgotten_is_overwritten():
    for number in range(1, 60):
        INDEX.put([(number, "kvark", f"kvarkowa{number} paczka")])
    INDEX.forget(range(1, 59))
    INDEX.put([(59, "", "nowa paczka")])
    assert connection.vendor != "sqlite" or "kvark" in _everything()
    INDEX.purge()
    assert found("paczka") == [59]
    assert "kvark" not in _everything()


def _everything() -> str:
    """Return all the database holds of the index, as far as another process would see it."""
    tables = [name for name in connection.introspection.table_names() if "tests_words" in name]
    with connection.cursor() as cursor:
        return str([cursor.execute(f"SELECT * FROM {name}").fetchall() for name in tables])
