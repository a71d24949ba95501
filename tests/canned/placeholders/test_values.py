"""What placeholders are filled with: dates in the words of the text, whoever reads it."""

from datetime import UTC, datetime

import pytest
from django.utils import timezone, translation

from tests.factories import make_person
from thulium_portal.canned.placeholders.registry import PLACEHOLDERS
from thulium_portal.canned.placeholders.values import placeholder_values
from thulium_portal.tickets.snapshot import Snapshot

pytestmark = pytest.mark.django_db

MONTHS = {"pl": ("listopada", "grudnia", "stycznia"), "en": ("November", "December", "January")}
DATES = [name for name in PLACEHOLDERS if name == "today" or name.endswith(("working_day", "days"))]


@pytest.fixture(autouse=True)
def _on_a_friday(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 11, 27, 9, tzinfo=UTC))


@pytest.mark.parametrize("own", ["pl", "en"])
@pytest.mark.parametrize("language", ["pl", "en"])
def test_every_date_is_in_the_language_of_the_text(own, language):
    person = make_person("anna", language=own)
    with translation.override(own):
        values = placeholder_values(Snapshot(1), person, language)
        assert translation.get_language() == own
    assert len(DATES) == 31
    for name in DATES:
        assert values[name].split()[1] in MONTHS[language], name


def test_a_value_that_is_no_date_is_the_same_in_any_language():
    person = make_person("anna", name="Anna Nowak", signature="Anna")
    polish, english = (placeholder_values(Snapshot(1), person, code) for code in ("pl", "en"))
    assert {name for name in polish if polish[name] != english[name]} == set(DATES)
