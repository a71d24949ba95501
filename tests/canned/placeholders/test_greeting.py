"""Polish as Poles write it: the vocative, Pan and Pani, and the neutral form in doubt."""

import pytest

from tests.canned.placeholders.names import NAMES
from tests.canned.placeholders.vocatives import VOCATIVES
from thulium_portal.canned.placeholders.given_names import MEN, WOMEN
from thulium_portal.canned.placeholders.greeting import Gender, address, given_name


def suggested(first_name: str) -> str:
    """Return the greeting that is preselected, "" for the neutral one."""
    found = address(first_name, "pl")
    return found.words(found.guess)


def test_every_common_name_gets_its_vocative_and_its_gender():
    found = {name: given_name(name) for name in VOCATIVES}
    assert len(VOCATIVES) >= 300
    assert {name: (each.vocative, each.gender) for name, each in found.items()} == VOCATIVES


@pytest.mark.parametrize("group", NAMES)
def test_nobody_is_addressed_wrongly(group):
    right = NAMES[group]
    assert {name: suggested(name) for name in right} == right


def test_the_names_tried_are_five_hundred_and_a_hundred_of_them_surnames_and_titles():
    assert len(VOCATIVES) + sum(map(len, NAMES.values())) >= 500
    assert len(NAMES["surnames and titles"]) >= 100


def test_nobody_bears_a_name_of_both_lists():
    assert not MEN.keys() & WOMEN.keys()


@pytest.mark.parametrize("name", ["", "  ", "Sklep", "Kowalski", "Andrea", "Sasza", "x@y.pl"])
def test_in_doubt_the_guess_is_neutral_and_both_forms_are_offered(name):
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
