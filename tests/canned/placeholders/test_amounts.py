"""Amounts of money as people type them, written as the text's language writes them."""

from contextlib import suppress

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from thulium_portal.canned.placeholders.amounts import amount


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("15", "15,00 zł"), ("1234,5", "1 234,50 zł"), ("1 234.50 zł", "1 234,50 zł"),
        ("1.234,50", "1 234,50 zł"), ("12.000", "12 000,00 zł"), ("9,99 €", "9,99 EUR"),
        ("9.99eur", "9,99 EUR"),
    ],
)  # fmt: skip
def test_an_amount_is_written_as_in_polish(typed, written):
    with translation.override("pl"):
        assert " ".join(amount(typed).split()) == written


def test_an_amount_is_written_as_in_english():
    with translation.override("en"):
        assert " ".join(amount("1234,5").split()) == "1 234.50 PLN"


@pytest.mark.parametrize("typed", ["", "dużo", "-5", "1,2,3", "12 34", "5 koron", "½", "٣"])
def test_what_is_no_amount_is_refused(typed):
    with pytest.raises(ValidationError):
        amount(typed)


@given(st.text(alphabet="0123456789., złPLNx€\xa0½²", max_size=20))
def test_no_input_raises_anything_but_a_validation_error(typed):
    with suppress(ValidationError):
        assert amount(typed)
