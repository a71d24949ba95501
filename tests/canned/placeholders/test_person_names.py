"""Names of customers stand in a text as a person would write them; what is no name stays out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thulium_portal.canned.placeholders.person_names import first_name, full_name


@pytest.mark.parametrize(
    ("given_as", "written"),
    [
        ("ŁUKASZ KOWALSKI", "Łukasz Kowalski"), ("KOWALSKI-NOWAK", "Kowalski-Nowak"),
        ("MCDONALD", "McDonald"), ("O'NEIL", "O'Neil"), ("IBM", "IBM"), ("PZU", "PZU"),
        ("JAN LIS", "Jan Lis"), ("NOWAK EWA", "Nowak Ewa"), ("jan kowalski", "Jan Kowalski"),
        ("LUKASZ NOWAK", "Lukasz Nowak"), ("JAN VAN DER BERG", "Jan van der Berg"),
        ("ANNA-MARIA ŻÓŁĆ", "Anna-Maria Żółć"), ("Maria d'Arc", "Maria d'Arc"),
        ("ABC SP. Z O.O.", "ABC SP. Z O.O."), ("FIRMA JAN NOWAK", "FIRMA JAN NOWAK"),
        ("allegro.pl", "allegro.pl"), ("Nguyen Thi Hoa", "Nguyen Thi Hoa"),
        ("K2 STUDIO", "K2 STUDIO"),
        ("  Jan   Nowak ", "Jan Nowak"), ("null Nowak", "Nowak"), ("Jan null", "Jan"),
        ("null", ""), ("null null", ""), ("undefined", ""), ("N/A", ""), ("-", ""), ("brak", ""),
        ("Klient", ""), ("jan@example.org", ""), ("123 456", ""), ("😀", ""), ("", ""),
    ],
)  # fmt: skip
def test_a_name_is_written_as_a_name(given_as, written):
    assert full_name(given_as) == written


@pytest.mark.parametrize(
    ("given_as", "written"),
    [
        ("ŁUKASZ", "Łukasz"), ("EWA", "Ewa"), ("Ewa", "Ewa"), ("anna maria", "Anna Maria"),
        ("Firma ABC Sp. z o.o.", ""), ("NULL", ""), ("+48 600 100 200", ""), ("Jan & Ewa", ""),
        ("Iryna", "Iryna"), ("Oleksandr", "Oleksandr"),
    ],
)  # fmt: skip
def test_a_first_name_is_no_company_and_no_number(given_as, written):
    assert first_name(given_as) == written


@given(st.text(max_size=60))
def test_no_word_of_a_name_is_lost_or_invented(given_as):
    written = full_name(given_as)
    assert written.casefold() in " ".join(given_as.split()).casefold() or "null" in given_as
