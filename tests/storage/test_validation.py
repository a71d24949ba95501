"""What may be attached."""

import pytest

from thulium_portal.storage.validation import clean_name


@pytest.mark.parametrize(
    ("given", "clean"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Ala\\cennik 2026.pdf", "cennik 2026.pdf"),
        ("zdj\r\nęcie\u202egpj.png", "zdjęciegpj.png"),
        ("  .ukryty  ", "ukryty"),
        ("", "plik"),
        ("ł" * 300 + ".pdf", "ł" * 146 + ".pdf"),
    ],
)
def test_a_files_name_loses_what_could_harm_and_nothing_else(given, clean):
    assert clean_name(given) == clean
