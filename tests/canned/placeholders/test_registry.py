"""The names of the placeholders and their other spellings."""

import pytest

from thulium_portal.canned.placeholders import registry
from thulium_portal.canned.placeholders.registry import PLACEHOLDERS


def test_names_and_aliases_are_distinct_and_labels_are_names_too():
    spellings = [
        registry.folded(alias)
        for name, known in PLACEHOLDERS.items()
        for alias in (name, *known.aliases)
    ]
    unclear = {spelling for spelling in spellings if spellings.count(spelling) > 1}
    assert unclear <= {registry.folded(name) for name in PLACEHOLDERS}
    assert all(registry.find(str(known.label)) == name for name, known in PLACEHOLDERS.items())


POLISH = (
    *("klient", "imię klienta", "e-mail klienta", "numer zgłoszenia", "temat", "kolejka"),
    *("moje imię i nazwisko", "moje imię", "podpis", "mój podpis", "dzisiaj", "dzisiejsza data"),
)


@pytest.mark.parametrize("name", POLISH)
def test_authors_may_write_polish_names(name):
    assert registry.find(name) in PLACEHOLDERS
