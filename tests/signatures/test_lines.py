"""A signature stands below a text once, whatever the text."""

import pytest

from thulium_portal.signatures.lines import holds, lines_of, put_below

SIGNATURE = "<p>Z poważaniem<br>Anna Nowak</p><p><b>Sklep</b></p>"


def test_it_is_put_below_formatted_text():
    assert put_below("<p>Wysłane.</p>", "HTML", SIGNATURE) == "<p>Wysłane.</p>" + SIGNATURE


def test_it_is_put_below_plain_text_as_plain_text():
    signed = put_below("cena < 100\n", "PLAIN", SIGNATURE)
    assert signed == "cena < 100\n\nZ poważaniem\nAnna Nowak\n\nSklep"


@pytest.mark.parametrize(
    ("body", "body_type"),
    [
        ("<p>Wysłane.</p>" + SIGNATURE, "HTML"),
        ("<p>Wysłane.</p><div>z poważaniem,</div><div>Anna Nowak</div><div>Sklep</div>", "HTML"),
        ("<p>Wysłane.</p>" + SIGNATURE + "<blockquote><p>Kiedy?</p></blockquote>", "HTML"),
        ("Wysłane.\n\nZ poważaniem\nAnna Nowak\n\nSklep", "PLAIN"),
        ("Wysłane.\n\nZ poważaniem,\nAnna Nowak\nSklep\n\nPS Jutro.", "PLAIN"),
    ],
)
def test_a_text_that_has_it_stays_as_it_is(body, body_type):
    assert holds(body, body_type, SIGNATURE)
    assert put_below(body, body_type, SIGNATURE) == body


@pytest.mark.parametrize(
    ("body", "body_type"),
    [
        (f"<p>Wysłane.</p><blockquote>{SIGNATURE}</blockquote>", "HTML"),
        ("Wysłane.\n> Z poważaniem\n> Anna Nowak\n> Sklep", "PLAIN"),
        ("<p>Pisze Anna Nowak, Sklep.</p>", "HTML"),
        ("<p>Wysłane.</p><p>Z poważaniem<br>Anna Nowak</p>", "HTML"),
    ],
)
def test_words_of_it_elsewhere_are_no_signature(body, body_type):
    assert not holds(body, body_type, SIGNATURE)
    assert put_below(body, body_type, SIGNATURE) != body


def test_closing_words_that_the_text_ends_with_stand_there_once():
    signed = put_below("<p>Wysłane.</p><p>Z poważaniem,</p>", "HTML", SIGNATURE)
    assert signed == "<p>Wysłane.</p><p>Z poważaniem,</p><p>Anna Nowak</p><p><b>Sklep</b></p>"
    whole = put_below("<p>Z poważaniem</p>", "HTML", "<p>Z poważaniem</p><p>Anna</p>")
    assert whole == "<p>Z poważaniem</p><p>Anna</p>"


@pytest.mark.parametrize("body", ["", "<p></p>", "<p>&nbsp;</p>", "<blockquote>x</blockquote>"])
def test_a_text_without_words_of_its_own_gets_none(body):
    assert put_below(body, "HTML", SIGNATURE) == body


def test_a_quote_within_a_quote_is_quoted():
    html = "<p>a</p><blockquote>b<blockquote>c</blockquote>d</blockquote><p>e</p>"
    assert lines_of(html, "HTML") == ["a", "e"]
