"""How to address a customer in Polish: the vocative, and Pan or Pani where the name tells.

The guess is neutral unless it is sure: everything in the field is a first name of which it is known
who bears it (``given_names``). A surname, a title, a company or *null* among it suggests nothing. A
person always sees the guess and can choose another.
"""

from dataclasses import dataclass
from enum import StrEnum

from thulium_portal.canned.placeholders.given_names import MEN, WOMEN, find


class Gender(StrEnum):
    """Whom the words are for."""

    HE = "he"
    SHE = "she"
    NEUTRAL = ""


@dataclass(frozen=True)
class GivenName:
    """What is known of a first name: its vocative, and whether men or women bear it."""

    vocative: str
    gender: Gender


@dataclass(frozen=True)
class Address:
    """The words for a man and for a woman, and which of them the name suggests."""

    he: str
    she: str
    guess: Gender

    def words(self, gender: Gender) -> str:
        """Return the greeting for *gender*; "" for the neutral one, which its text words itself."""
        return {Gender.HE: self.he, Gender.SHE: self.she}.get(gender, "")


def address(first_name: str, language: str) -> Address:
    """Return how to address the bearer of *first_name* in a text of *language*."""
    if language != "pl":
        return Address("Sir", "Madam", Gender.NEUTRAL)
    known = given_name(first_name)
    he, she = "Szanowny Panie", "Szanowna Pani"
    if known.gender is Gender.HE:
        he = f"Panie {known.vocative}"
    elif known.gender is Gender.SHE:
        she = f"Pani {known.vocative}"
    return Address(he, she, known.gender)


def given_name(first_name: str) -> GivenName:
    """Return what is known of *first_name*; of two first names the first one is called."""
    words = first_name.split()
    names = [find(word) for word in words]
    if not names or len(names) > _MOST_NAMES or not all(names):
        return _UNKNOWN
    first, *others = names
    if first in MEN and all(name in MEN or name == "Maria" for name in others):
        return GivenName(MEN[first], Gender.HE)
    if first in WOMEN and all(name in WOMEN for name in others):
        return GivenName(WOMEN[first], Gender.SHE)
    return _UNKNOWN


_MOST_NAMES = 3
_UNKNOWN = GivenName("", Gender.NEUTRAL)
