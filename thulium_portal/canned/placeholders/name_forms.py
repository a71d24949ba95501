"""Which words are one person's first name: *Kasiu*, *Katarzyno*, *Kate* and *Katarzyna*.

For telling whether a greeting fits a name, not for writing one: so it knows more forms than
``given_names``, and of doubtful ones every name they may stand for.
"""

from collections import defaultdict
from collections.abc import Iterator
from functools import cache

from thulium_portal.canned.placeholders.cyrillic_names import (
    MEN_IN_CYRILLIC,
    WOMEN_IN_CYRILLIC,
    vocatives,
)
from thulium_portal.canned.placeholders.given_names import MEN, WOMEN
from thulium_portal.canned.placeholders.greeting import Gender
from thulium_portal.canned.placeholders.pet_names import (
    BORNE_BY_BOTH,
    MEN_ABROAD,
    MEN_CALLED,
    WOMEN_ABROAD,
    WOMEN_CALLED,
)
from thulium_portal.lib.cyrillic import in_latin_letters
from thulium_portal.lib.folding import fold

_NO_APOSTROPHES = str.maketrans("", "", "'’ʼ")


@cache
def _names_by_form() -> dict[str, frozenset[str]]:
    """Return, by folded form, the names it stands for: *katarzyna/she*."""
    names: defaultdict[str, set[str]] = defaultdict(set)
    for head, form, gender in (*_listed(), *_of_greetings(), *_in_cyrillic()):
        key = _key(form)
        # A name of the greetings that is a form of others (*Magda*) is one of those.
        if fold(head) != key or not any(each.endswith(gender) for each in names[key]):
            names[key].add(f"{fold(head)}/{gender}")
    for polish, gender in ((WOMEN, Gender.SHE), (MEN, Gender.HE)):
        for name, vocative in polish.items():
            names[fold(vocative)] |= {m for m in names[fold(name)] if m.endswith(f"/{gender}")}
    return {form: frozenset(meant) for form, meant in names.items()}


def _listed() -> Iterator[tuple[str, str, Gender]]:
    """Yield name, form and bearer of all that is listed, the vocatives of the forms too."""
    for lines, alone, gender in (
        (WOMEN_CALLED, WOMEN_ABROAD, Gender.SHE),
        (MEN_CALLED, MEN_ABROAD, Gender.HE),
    ):
        for line in lines.strip().split("\n"):
            head, _colon, others = line.partition(":")
            for name in (head, *others.split()):
                yield from ((head, form, gender) for form in (name, *_vocatives(name, gender)))
        yield from ((name, name, gender) for name in alone.split())


def _of_greetings() -> Iterator[tuple[str, str, Gender]]:
    yield from ((name, name, Gender.SHE) for name in WOMEN)
    yield from ((name, name, Gender.HE) for name in MEN)


def _in_cyrillic() -> Iterator[tuple[str, str, Gender]]:
    for lines, gender in ((WOMEN_IN_CYRILLIC, Gender.SHE), (MEN_IN_CYRILLIC, Gender.HE)):
        for line in lines.strip().split("\n"):
            head, _colon, names = line.partition(":")
            for name in names.split():
                yield from ((head, form, gender) for form in (name, *vocatives(name)))


def _key(word: str) -> str:
    return fold(word.translate(_NO_APOSTROPHES))


def folded(word: str) -> str:
    """Return *word* as names are compared: in small plain Latin letters."""
    return fold(in_latin_letters(word))


def _vocatives(name: str, gender: Gender) -> list[str]:
    """Return the vocatives that *name* may have; those of a pet name are guessed, every way."""
    if name in MEN or name in WOMEN:
        return [(MEN | WOMEN)[name]]
    if name.endswith("a"):
        return [f"{name[:-1]}o", f"{name[:-1]}u"]
    if gender is Gender.SHE:
        return []
    if name.endswith("ek"):
        return [f"{name[:-2].removesuffix('i')}ku"]
    soft = f"{name[:-1]}si" if name.endswith("ś") else name.removesuffix("o")
    return [f"{soft}u", f"{name}ie", f"{name}ze"]


def names_meant(word: str) -> frozenset[str]:
    """Return the names that *word* is a form of, in whatever case; none where it is no name."""
    names = _names_by_form()
    found = names.get(_key(word))
    if found is None and not word.isascii():  # *Олександр* of whom only *Oleksandr* is listed
        found = names.get(folded(word))
    return found or frozenset()


def bearer(word: str) -> Gender:
    """Return whether men or women bear the first name *word*; neutral where that is not sure."""
    borne = {each.partition("/")[2] for each in names_meant(word)}
    is_sure = len(borne) == 1 and folded(word) not in BORNE_BY_BOTH
    return Gender(borne.pop()) if is_sure else Gender.NEUTRAL
