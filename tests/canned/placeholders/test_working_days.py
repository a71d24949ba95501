"""Working days in Poland, reckoned from a day."""

from datetime import date

import pytest
from django.utils import translation

from thulium_portal.canned.placeholders.working_days import dates, next_working_day


@pytest.mark.parametrize(
    ("day", "following"),
    [
        (date(2026, 11, 23), date(2026, 11, 24)),
        (date(2026, 11, 20), date(2026, 11, 23)),
        (date(2026, 11, 10), date(2026, 11, 12)),
        (date(2026, 12, 23), date(2026, 12, 28)),
        (date(2026, 12, 31), date(2027, 1, 4)),
        (date(2027, 1, 5), date(2027, 1, 7)),
    ],
)
def test_weekends_and_public_holidays_are_passed_over(day, following):
    assert next_working_day(day) == following


def test_every_placeholder_for_a_working_day_has_its_date_in_the_readers_words():
    with translation.override("pl"):
        found = dates(date(2026, 11, 23))
    assert found["in_3_working_days"] == "26 listopada 2026"
    assert len(found) == 30
