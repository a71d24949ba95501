"""Cleaning takes out what an empty answer leaves bare: the template keeps its tags and blanks."""

import pytest

from tests.canned.proposals.test_suggestion import WAYS, exchanged, suggested
from thulium_portal.lib.html.sanitize import clean_reply_html

ANSWERS = pytest.mark.parametrize(
    "answers",
    [{}, {"numer": "Z/1"}, {"uwaga": "ma nie"}, {"numer": "Z/1", "uwaga": "tak"}],
    ids=["none", "the first", "the second", "both"],
)
X, Y = "{{ ask: numer | optional }}", "{{ ask: uwaga | optional }}"
LINK = '<a href="https://example.org/zwrot" rel="noopener noreferrer">'
BODIES = pytest.mark.parametrize(
    "body",
    [
        f"<p>raz.</p><p>paczka <strong>{X}</strong><br>nie</p>",
        f"<p>paczka <strong><em>{X}</em></strong> nie</p>",
        f"<p>paczka {LINK}{X}</a> nie</p>",
        f"<p>paczka {LINK}<strong>{X} {Y}</strong></a>, nie</p>",
        f"<p>{X} paczka {Y}</p>",
        f"<p>nr<strong>{X}</strong>zł paczka</p>",
        f"<ul><li>paczka</li><li>{X}</li><li><strong>{Y}</strong></li></ul><p>dwa</p>",
        f"<table><tbody><tr><td><s>{X}</s></td><td>paczka</td></tr></tbody></table>",
        f"<p>paczka <strong>raz</strong>{X}<strong>dwa</strong></p>",
        f"<p>paczka<br>{X}<br>{Y}</p>",
        f"<p>paczka<br><strong>{X}</strong></p>",
        f"<blockquote><p><strong>{X}</strong></p></blockquote><p>paczka</p>",
        f"<p><strong>{X} </strong><em>paczka</em> {Y} <u>nie</u></p>",
        f"<h3>{X}</h3><p>paczka</p>",
        f"<p>paczka<s>{X}</s></p><p>{Y} <code>{X}</code></p>",
    ],
)


@WAYS
@ANSWERS
@BODIES
def test_an_empty_answer_takes_nothing_out_of_the_template(body, answers, plain, by_hand):
    assert clean_reply_html(body) == body
    given = {"numer": "", "uwaga": ""} | answers
    assert suggested(body, answers=given, plain=plain, by_hand=by_hand) == body


@pytest.mark.parametrize("plain", [False, True])
@pytest.mark.parametrize("after", ["nowość", "paczka nowość"])
@ANSWERS
@BODIES
def test_nor_does_it_beside_a_change(body, answers, after, plain):
    given = {"numer": "", "uwaga": ""} | answers
    found = suggested(body, exchanged("paczka", after), answers=given, plain=plain)
    assert found == body.replace("paczka", after)


def test_formatting_taken_off_an_answer_is_a_change():
    body = f"<p>paczka <strong>{X}</strong> nie</p>"
    answers = {"numer": "Z/1"}
    bare = exchanged("<strong>Z/1</strong>", "Z/1")
    for by_hand in (False, True):
        assert suggested(body, bare, answers=answers, by_hand=by_hand) == f"<p>paczka {X} nie</p>"


def test_with_its_paragraph_an_empty_placeholder_goes():
    body = f"<p>raz</p><p>paczka <strong>{X}</strong><br>nie</p>"
    sent = exchanged("<p>paczka<br>nie</p>", "")
    assert suggested(body, sent, answers={"numer": ""}) == "<p>raz</p>"


def test_an_answer_said_by_the_author_too_round_an_empty_one_stays_the_authors():
    body = f"<p>{Y}, paczka {X} zwrot.</p><p>nie</p>"
    found = suggested(body, exchanged("nie", "tak"), answers={"numer": "", "uwaga": "paczka zwrot"})
    assert found == body.replace("nie", "tak")
