"""Polish as Poles write it: the vocative, Pan and Pani, and the neutral form in doubt."""

import pytest

from tests.canned.placeholders.vocatives import VOCATIVES
from thulium_portal.canned.placeholders.greeting import Gender, address, from_dictionary, given_name

MOST_UNKNOWN = 0.08
MOST_WRONG = 0.02


def test_every_common_name_gets_its_vocative_and_its_gender():
    found = {name: given_name(name) for name in VOCATIVES}
    assert len(VOCATIVES) >= 300
    assert {name: (each.vocative, each.gender) for name, each in found.items()} == VOCATIVES


def test_the_dictionary_alone_errs_seldom_and_mostly_towards_the_neutral_form():
    found = {name: from_dictionary(name) for name in VOCATIVES}
    off = {name for name, each in found.items() if (each.vocative, each.gender) != VOCATIVES[name]}
    wrong = {name for name in off if found[name].gender}
    assert len(off) / len(VOCATIVES) <= MOST_UNKNOWN
    assert len(wrong) / len(VOCATIVES) <= MOST_WRONG


@pytest.mark.parametrize(
    "name",
    ["", "  ", "Sklep", "Firma", "Kowalski", "Nowicka", "Oleksandr", "Andrea", "Sasza", "x@y.pl"],
)
def test_in_doubt_the_guess_is_neutral(name):
    found = address(name, "pl")
    assert found.guess is Gender.NEUTRAL
    assert (found.he, found.she) == ("Szanowny Panie", "Szanowna Pani")
    assert found.words(found.guess) == ""


@pytest.mark.parametrize(
    ("name", "he", "she", "guess"),
    [
        ("Marek", "Panie Marku", "Szanowna Pani", "he"),
        ("ANNA", "Szanowny Panie", "Pani Anno", "she"),
        ("anna maria", "Szanowny Panie", "Pani Anno", "she"),
        ("Kuba", "Panie Kubo", "Szanowna Pani", "he"),
    ],
)
def test_a_sure_name_is_suggested_and_the_other_form_is_still_offered(name, he, she, guess):
    found = address(name, "pl")
    assert (found.he, found.she, found.guess) == (he, she, guess)


def test_polish_forms_stay_out_of_texts_in_other_languages():
    assert address("Marek", "en").guess is Gender.NEUTRAL
    assert "Panie" not in address("Marek", "en").he
