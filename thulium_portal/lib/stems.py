"""What the forms of one word have in common, in Polish and in English.

Two answers to two questions: :func:`stem_of` for searching, where *paczek* shall find *paczka* and
not *paczkomat*; and :func:`stems_of`, shorter beginnings by which whole messages are compared.
Dictionaries know more words, but take seconds and hundreds of megabytes to load and miss some of
the commonest forms (measured in the decisions).
"""

import re
from functools import lru_cache

from thulium_portal.lib.folding import fold

_STEM = 5
"""Letters by which two forms of a Polish word are taken for one."""
_MOST_STEMS = 80
_SHORTEST = 3
"""Letters that are left of a word at least; shorter ones say nothing."""
_LONGEST = 60
_WORD = re.compile(r"[^\W\d_]{3,}")

_VOWELS = frozenset("aeiouy")
_POLISH = frozenset(
    (
        *("iami", "iach", "jami", "jach", "owie", "iego", "iemu"),
        *("owi", "ami", "ach", "iom", "jom", "iem", "ego", "emu", "ych", "ymi", "ich", "imi"),
        *("ow", "om", "em", "ej", "ym", "im", "mi", "ia", "ie", "iu", "io", "ja", "je", "ji", "ju"),
        *("a", "e", "i", "o", "u", "y"),
    )
)
"""Endings of nouns and adjectives, folded."""
_NEEDS_MORE = {"mi": 5, "im": 4, "ym": 4, "em": 3, "om": 3, "ow": 3, "ej": 4}
"""Letters that must be left where an ending is often part of the word itself."""
_J_AFTER = frozenset("cszrnlgk")
_FLEETING = frozenset("klnr")
"""Consonants before which an *e* comes and goes: *paczek* and *paczka*, *haseł* and *hasło*."""
_HISSING = ("s", "x", "z", "ch", "sh")
_UNLIKE = {"bled": "blad", "pienied": "pieniad", "swiec": "swiat"}
"""Stems whose nasal vowel changes: *błędu* and *błąd*, *pieniędzy* and *pieniądze*."""


@lru_cache(maxsize=10_000)
def stem_of(word: str) -> str:
    """Return what the forms of *word*, folded already, have in common; itself where it is none."""
    word = word[:_LONGEST]
    if not word.isalpha():
        return word
    stem = _without_polish(word)
    english = _without_english(stem)
    if english != stem:
        stem = _without_polish(english)
    stem = _hardened(stem)
    return _UNLIKE.get(stem, stem)


def stems_of(text: str) -> str:
    """Return the folded beginnings of the words of a message, each once, apart by spaces.

    Numbers, names' endings and the order of words are gone; what is left is erasable all the same.
    """
    words = (word[:_STEM] for word in _WORD.findall(fold(text)))
    return " ".join(list(dict.fromkeys(words))[:_MOST_STEMS])


def _without_polish(word: str) -> str:
    if word.endswith("ce") and len(word) > _SHORTEST + 1 and word[-3] not in _VOWELS:
        return word[:-2] + "k"  # paczce: paczka
    for length in (4, 3, 2, 1):
        left, ending = word[:-length], word[-length:]
        if ending not in _POLISH or len(left) < _NEEDS_MORE.get(ending, _SHORTEST):
            continue
        if ending[0] != "j" or left[-1] in _J_AFTER:
            return left
    return word


def _without_english(word: str) -> str:
    if word.endswith(("ies", "ied")) and len(word) > _SHORTEST + 1:
        return word[:-3] + "y"
    if word.endswith("ing") and len(word) > _SHORTEST + 3:
        return _undoubled(word[:-3])
    if word.endswith("ed") and len(word) > _SHORTEST + 2:
        return _undoubled(word[:-2])
    if word.endswith("es") and word[:-2].endswith(_HISSING) and len(word) > _SHORTEST + 1:
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > _SHORTEST:
        return word[:-1]
    return word


def _undoubled(stem: str) -> str:
    is_double = stem[-2:-1] == stem[-1:] and stem[-1:] not in _VOWELS | {"s"}
    return stem[:-1] if is_double else stem


def _hardened(stem: str) -> str:
    """Return *stem* with the last consonant as it is before other endings, without a fleeting e."""
    if len(stem) > _SHORTEST and stem.endswith(("rz", "dz")):
        stem = stem[:-1]  # kurierze: kurier, wadzie: wada
    if len(stem) > _SHORTEST and stem[-2] == "e" and stem[-1] in _FLEETING:
        stem = stem if stem[-3] in _VOWELS else stem[:-2] + stem[-1]
    return stem[:-1] + "t" if stem.endswith("c") else stem  # zwrocie: zwrot
