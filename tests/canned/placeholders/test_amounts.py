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
        ("1.234,50", "1 234,50 zł"), ("1,234.50", "1 234,50 zł"), ("9,99 €", "9,99 EUR"),
        ("9.99eur", "9,99 EUR"), ("12,- zł", "12,00 zł"), ("12.-", "12,00 zł"),
        ("12,– zł", "12,00 zł"), ("12 CHF", "12,00 CHF"), ("100 euro", "100,00 EUR"),
        ("100 złotych", "100,00 zł"), ("PLN 100", "100,00 zł"), ("€100", "100,00 EUR"),
        ("$ 19.99", "19,99 USD"), ("100 PLN brutto", "100,00 zł brutto"),
        ("1 234,5 zł netto", "1 234,50 zł netto"), ("1\u202f234,50", "1 234,50 zł"),
        ("1\xa0234\xa0567,8", "1 234 567,80 zł"), ("１２,５０", "12,50 zł"),
        ("1'234.50 CHF", "1 234,50 CHF"), ("1,234,567", "1 234 567,00 zł"),
        ("12 000", "12 000,00 zł"),
        ("250 UAH", "250,00 UAH"), ("1200 JPY", "1 200 JPY"), ("50 gr", "0,50 zł"),
        ("12 zł 5 gr", "12,05 zł"), ("99 zł.", "99,00 zł"), ("0,5", "0,50 zł"),
    ],
)  # fmt: skip
def test_an_amount_is_written_as_in_polish(typed, written):
    with translation.override("pl"):
        assert " ".join(amount(typed).split()) == written


@pytest.mark.parametrize(
    ("typed", "many", "few"),
    [
        ("12,345", "12 345,00", "12,35"), ("12.345", "12 345,00", "12,35"),
        ("12.000 zł", "12 000,00", "12,00"), ("1,234 EUR", "1 234,00", "1,23"),
    ],
)  # fmt: skip
def test_three_digits_after_a_comma_are_asked_back_with_both_readings(typed, many, few):
    with translation.override("pl"), pytest.raises(ValidationError) as asked:
        amount(typed)
    said = " ".join(asked.value.messages[0].split())
    assert many in said
    assert few in said
    for reading in (many, few):
        assert amount(reading)


@pytest.mark.parametrize("typed", ["0,345", "1234,567"])
def test_three_digits_that_cannot_be_thousands_are_asked_back_too(typed):
    with translation.override("pl"), pytest.raises(ValidationError, match="trzy cyfry"):
        amount(typed)


def test_an_amount_is_written_as_in_english():
    with translation.override("en"):
        assert " ".join(amount("1234,5").split()) == "1 234.50 PLN"


@pytest.mark.parametrize(
    "typed",
    [
        *("", "dużo", "-5", "1,2,3", "12 34", "5 koron", "½", "٣", "1,234,56", "1 234.567,8"),
        *("12 zł 100 gr", "100 XYZ", "1" * 16, "100 zł EUR", "5 szt.", "12/5", "10%", "1e5"),
    ],
)
def test_what_is_no_amount_is_refused(typed):
    with pytest.raises(ValidationError):
        amount(typed)


@given(st.text(alphabet="0123456789.,-' złPLNgrx€\xa0½²", max_size=20))
def test_no_input_raises_anything_but_a_validation_error(typed):
    with suppress(ValidationError):
        assert amount(typed)
