import pytest
from hypothesis import given
from hypothesis import strategies as st

from thulium_portal.lib.folding import fold


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Łódź", "lodz"), ("ZAŻÓŁĆ GĘŚLĄ JAŹŃ", "zazolc gesla jazn"),
        ("  dwa \u00a0 odstępy\n", "dwa odstepy"), ("Straße", "strasse"),
        ("Ærø Œuvre Þór", "aero oeuvre thor"), ("ﬁrma №5 Ⅳ", "firma no5 iv"),
        ("e\u0301tude", "etude"), ("", ""),
    ],
)  # fmt: skip
def test_case_accents_and_blanks_do_not_count(text, folded):
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_changes_nothing_more(text):
    assert fold(fold(text)) == fold(text)
