"""Placeholders filled: with values, with answers, with what stands in for the unknown."""

import pytest
from django.utils import translation

from thulium_portal.canned.placeholders.parser import leftovers
from thulium_portal.canned.placeholders.render import render

KNOWN = {"customer_name": "Maria Wiśniewska", "ticket_number": "1234", "my_name": "Anna Nowak"}


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def test_values_are_filled_in_and_blanks_stay_in_the_readers_words():
    rendered = render(
        "<p>{{ klient | x }}, {{ ticket_number }}, {{ ask: date }}, "
        "{{ temat }}, {{ ask: date }}</p>",
        KNOWN,
    )
    assert rendered.html == (
        "<p>Maria Wiśniewska, 1234, {{ date }}, {{ ticket subject }}, {{ date }}</p>"
    )
    assert rendered.unfilled == ("date", "ticket subject")
    assert leftovers(rendered.html) == rendered.unfilled


@pytest.mark.parametrize("value", ["", "   ", "\n"])
def test_an_unknown_value_gives_its_fallback(value):
    assert render("{{ klient | Q & A }}", {"customer_name": value}).html == "Q &amp; A"


def test_a_person_without_a_signature_signs_with_the_name():
    assert (
        render("{{ podpis }}", {"my_name": "Anna Nowak", "my_signature": ""}).html == "Anna Nowak"
    )


def test_a_signature_keeps_its_lines_and_nothing_else_does():
    values = {"my_signature": "Anna Nowak\r\n<Sklep>", "ticket_subject": "one\ntwo"}
    assert render("{{ my_signature }}|{{ temat }}", values).html == (
        "Anna Nowak<br>&lt;Sklep&gt;|one two"
    )


def test_answers_fill_the_blanks_and_an_optional_one_may_stay_empty():
    body = "{{ ask: day | date }}, {{ ask: day | date }}{{ ask: more | optional }}{{ ask: who }}"
    rendered = render(body, {}, {"day": "<24>", "more": "", "who": ""})
    assert (rendered.html, rendered.unfilled) == ("&lt;24&gt;, &lt;24&gt;{{ who }}", ("who",))


@pytest.mark.parametrize(("address", "words"), [("he", "Mr"), ("she", "Ms"), ("", "customer")])
def test_forms_follow_the_chosen_address_and_are_neutral_without_one(address, words):
    assert render("{{ forms: Mr / Ms / customer }}", {"address": address}).html == words


def test_a_customers_words_cannot_become_a_placeholder():
    rendered = render("{{ temat | x }}", {"ticket_subject": "{{ my_signature }} {{{ }}}"})
    assert rendered.html == "{ { my_signature } } { { { } } }"
    assert leftovers(rendered.html) == ()


def test_a_faulty_placeholder_stays_and_stops_the_send():
    rendered = render("<p>{{ nobody }} {{ ticket_number }}</p>", KNOWN)
    assert rendered.html == "<p>{{ nobody }} 1234</p>"
    assert leftovers(rendered.html) == ("nobody",)
