"""How to address a customer in Polish: the vocative, and Pan or Pani where the name tells.

The forms come from SGJP, the grammatical dictionary of Polish; what it lacks or takes for something
else stands in a small table here. Where a name is unknown, or both men and women bear it, the guess
is the neutral form; a person always sees the guess and can choose another.
"""

from dataclasses import dataclass
from enum import StrEnum

from polish_inflection import MIANOWNIK as NOMINATIVE
from polish_inflection import POJEDYNCZA as SINGULAR
from polish_inflection import WOŁACZ as VOCATIVE
from polish_inflection import odmien_lub_none, podaj


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
    """Return what is known of *first_name*; of several names the first counts."""
    name = (first_name.split() or [""])[0]
    name = name.title() if name.isupper() or name.islower() else name
    return GivenName(*_CORRECTIONS[name]) if name in _CORRECTIONS else from_dictionary(name)


def from_dictionary(name: str) -> GivenName:
    """Return what the dictionary alone makes of one *name*."""
    gender = Gender.NEUTRAL if name.endswith(_SURNAME) else _gender(name)
    vocative = odmien_lub_none(name, VOCATIVE) if gender else None
    return GivenName(vocative, gender) if vocative else GivenName("", Gender.NEUTRAL)


def _gender(name: str) -> Gender:
    """Return whose name it is by the dictionary, where that leaves no doubt.

    It lists surnames too, and every surname is borne by women as well; so a masculine name in a
    consonant has both genders there, while for one in "a" both genders mean doubt.
    """
    singular = (each for each in podaj(name, SINGULAR) if each.przypadek == NOMINATIVE)
    genders = {each.rodzaj for each in singular if each.lemat == name}
    if "m" in genders and (genders == {"m"} or not name.endswith("a")):
        return Gender.HE
    return Gender.SHE if genders == {"f"} and name.endswith("a") else Gender.NEUTRAL


_SURNAME = ("ski", "cki", "dzki", "ska", "cka", "dzka")
_WOMEN = (
    *("Agata", "Barbara", "Dorota", "Jagoda", "Justyna", "Kaja", "Kalina", "Maja", "Mariana"),
    *("Marta", "Martyna", "Marzanna", "Nikola", "Pola", "Sabina", "Sara", "Wanda", "Wiola"),
)
_CORRECTIONS: dict[str, tuple[str, Gender]] = {
    **{name: (f"{name[:-1]}o", Gender.SHE) for name in _WOMEN},
    "Aleksander": ("Aleksandrze", Gender.HE),
    "Bruno": ("Bruno", Gender.HE),
    "Iwo": ("Iwo", Gender.HE),
    "Kosma": ("Kosmo", Gender.HE),
    "Kuba": ("Kubo", Gender.HE),
    "Sasza": ("", Gender.NEUTRAL),
    "Sylwester": ("Sylwestrze", Gender.HE),
}
