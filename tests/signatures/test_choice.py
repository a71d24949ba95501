"""Which signature is usual, and what it says for one ticket."""

import pytest

from thulium_portal.signatures import services
from thulium_portal.signatures.choice import Texts
from thulium_portal.tickets.snapshot import Snapshot

pytestmark = pytest.mark.django_db

TICKET = Snapshot(1, queue_id=3, queue_name="Reklamacje", language="pl", subject="x")


def usual(person, snapshot=TICKET, language=""):
    found = Texts(snapshot, person).usual(language)
    return found.html if found else ""


def test_nobody_has_one_at_first(anna):
    assert Texts(TICKET, anna).offered() == []
    assert usual(anna) == ""


def test_the_more_fitting_one_is_usual(anna, keep):
    order = [
        ("<p>biuro</p>", {}),
        (None, {}),
        ("<p>moja ogólna</p>", {"own": True}),
        ("<p>moja dla kolejki</p>", {"own": True, "queue_id": 3}),
        ("<p>biuro dla kolejki</p>", {"queue_id": 3}),
        ("<p>biuro dla kolejki, polska</p>", {"queue_id": 3, "language": "pl"}),
    ]
    for body, given in order:
        if body:
            keep(body, **given)
        else:
            anna.signature = "z profilu"
        assert usual(anna) == (body or "<p>z profilu</p>")
    offered = Texts(TICKET, anna).offered()
    assert [one.html for one in offered] == [
        *("<p>biuro dla kolejki, polska</p>", "<p>biuro dla kolejki</p>"),
        *("<p>moja dla kolejki</p>", "<p>moja ogólna</p>", "<p>z profilu</p>", "<p>biuro</p>"),
    ]
    assert [one.is_usual for one in offered] == [True, False, False, False, False, False]


def test_another_queue_and_another_persons_are_not_offered(anna, adam, keep):
    keep("<p>inna</p>", queue_id=4)
    keep("<p>Anny</p>", own=True)
    assert [one.html for one in Texts(TICKET, anna).offered()] == ["<p>Anny</p>"]
    assert Texts(TICKET, adam).offered() == []


def test_one_in_another_language_is_offered_and_not_usual(anna, keep):
    keep("<p>Kind regards</p>", own=True, language="en")
    assert usual(anna) == ""
    assert usual(anna, language="en") == "<p>Kind regards</p>"
    (only,) = Texts(TICKET, anna).offered()
    assert not only.is_usual
    english = Snapshot(1, language="en", subject="x")
    assert usual(anna, english) == "<p>Kind regards</p>"


def test_what_is_not_known_leaves_no_hole(anna, keep):
    keep("<p>Dzień dobry {{ powitanie }},</p>", kind="opening")
    known = Snapshot(1, customer_first_name="Maria", language="pl")
    assert services.opening_of(known, anna) == "<p>Dzień dobry Pani Mario,</p>"
    assert services.opening_of(TICKET, anna) == "<p>Dzień dobry,</p>"


def test_placeholders_of_the_person_are_filled(anna, keep):
    keep("<p>{{ my_name }} &lt;{{ kolejka | sklep }}&gt;</p>")
    assert usual(anna) == "<p>Anna Nowak &lt;Reklamacje&gt;</p>"
    values = services.placeholder_values(TICKET, anna, "pl")
    assert values["my_signature"] == "Anna Nowak <Reklamacje>"


def test_a_closing_that_the_signature_says_is_not_said_twice(anna, keep):
    keep("<p>Z poważaniem</p>", kind="closing")
    assert services.closing_of(TICKET, anna) == "<p>Z poważaniem</p>"
    keep("<p>Z poważaniem,<br>Anna</p>")
    assert services.closing_of(TICKET, anna) == ""


def test_where_thulium_adds_one_the_portal_adds_none(anna, keep, settings):
    row = keep("<p>biuro</p>")
    settings.THULIUM_ADDS_SIGNATURE = True
    assert Texts(TICKET, anna).offered() == []
    assert (
        services.signed("<p>a</p>", "HTML", str(row.pk), snapshot=TICKET, user=anna) == "<p>a</p>"
    )
    assert services.placeholder_values(TICKET, anna, "pl")["my_signature"] == ""


@pytest.mark.parametrize("named", ["", "none", "own", "999999", "x", "-1"])
def test_what_is_not_offered_leaves_the_text_alone(anna, keep, named):
    keep("<p>biuro</p>")
    assert services.signed("<p>a</p>", "HTML", named, snapshot=TICKET, user=anna) == "<p>a</p>"
